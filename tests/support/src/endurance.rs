//! How long endurance tests go on: what would take minutes is done a few times only, unless `cargo xtask test --endurance`
//! asks for all of it. The code is the same.

/// By this, `cargo xtask test --endurance` asks for full length.
pub const VARIABLE: &str = "WAVECRAFT_ENDURANCE";

/// Whether endurance tests run in full length.
pub fn is_full() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// The first in a short run, the second in full length.
pub fn short_or_full<T>(short: T, full: T) -> T {
    if is_full() { full } else { short }
}
