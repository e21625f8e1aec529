//! What `cargo xtask bench` measures, each beside its yardstick in the same run.
//!
//! The program of this package makes one measurement and prints what it finds as JSON, one [`record::Record`] on each
//! line; `cargo xtask bench` runs it and makes tables of that. Beside it, `cargo bench --package wavecraft-benches` shows
//! the DSP alone, for whoever works on it.

/// Signals to feed, and what is read off the results: the very ones of the DSP's own tests.
#[path = "../../src/dsp/tests/analysis.rs"]
pub mod analysis;
pub mod cases;
pub mod measurements;
pub mod parameters;
pub mod record;
pub mod timing;
