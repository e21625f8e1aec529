//! What `cargo xtask bench` measures, each beside its yardstick in the same run.
//!
//! The program of this package makes one measurement and prints what it finds as JSON, one [`record::Record`] on each
//! line; `cargo xtask bench` runs it and makes tables of that. Beside it, `cargo bench --package wavecraft-benches` shows
//! the DSP alone, for whoever works on it.

pub mod cases;
pub mod measurements;
pub mod parameters;
pub mod record;
pub mod signal;
pub mod spectrum;
pub mod timing;
