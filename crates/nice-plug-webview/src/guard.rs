//! Calling the plugin's code.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls the plugin's code. A panic there costs one call, and neither the window nor the host.
pub fn catch_panic<T>(what: &'static str, call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).inspect_err(|_| tracing::error!("a panic while {what}")).ok()
}
