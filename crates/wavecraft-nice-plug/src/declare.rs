//! Declaring a plugin's parameters: one constructor for each kind, with a range in the unit that users read, and text both
//! ways.
//!
//! | constructor | for | `value()` | texts that may be typed |
//! |---|---|---|---|
//! | [`decibels`] | gains and levels | dB | `-3`, `-3 dB`, `+6dB` |
//! | [`percent`] | shares | 0.0 to 1.0 | `50`, `50 %` |
//! | [`frequency`] | frequencies, on a logarithmic travel | Hz | `440`, `1.2k`, `1,2 kHz`, `12,500` |
//! | [`time`] | durations, on a logarithmic travel | ms | `10`, `10 ms`, `1.2 s` |
//! | [`ratio`] | ratios of compressors, from 1:1 to infinity | the ratio | `4`, `4:1`, `inf` |
//! | [`number`] | other quantities, with a unit of one's own | the number | `3`, `3 semitones` |
//! | [`integer`] | whole numbers, with a unit of one's own | the number | `3`, `3 semitones` |
//! | [`choice`] | one of a list | the list's element | its text, or an unmistakable beginning of it |
//! | [`toggle`] | on or off | `bool` | `on`, `off`, `yes`, `no`, `1`, `0` |
//!
//! Numbers are read as [`TypedNumber`](wavecraft_ipc::typed_number::TypedNumber) says, in any notation that is
//! unmistakable. What lies beyond the range is refused; a control of the page goes to the end.
//!
//! Each returns a type of its own, so that a value never comes without its unit. Behind each stands a parameter of
//! nice-plug, to which `nice_plug()` leads.
//!
//! # Realtime safety
//!
//! Constructors allocate. `value()` reads an atomic and computes at most a power; `next()` goes on by one step of the
//! smoothing besides. Both are for the audio thread.
//!
//! # Smoothing
//!
//! Continuous kinds move to a new value within [`SMOOTHING_MS`], on a straight line in the domain in which people hear
//! them: decibels, octaves, percent, and for a ratio the share of a change in level that it takes away. `next()` is the value of the next frame; `value()` is where it is going.

mod choice;
mod continuous;
mod decibels;
mod frequency;
mod integer;
mod number;
mod percent;
mod ratio;
mod text;
mod time;
mod toggle;

#[cfg(test)]
mod tests;

use nice_plug::params::internals::ParamPtr;

pub use choice::{Choice, Choose, choice};
pub use decibels::{Decibels, decibels};
pub use frequency::{Frequency, frequency};
pub use integer::{Integer, integer};
pub use number::{Number, number};
pub use percent::{Percent, percent};
pub use ratio::{Ratio, ratio};
pub use time::{Time, time};
pub use toggle::{Toggle, toggle};

/// How long a continuous parameter takes to its new value, in milliseconds.
pub const SMOOTHING_MS: f32 = 20.0;

/// What parameters of every kind have in common.
pub trait Parameter {
    /// The value in the parameter's own unit.
    type Value;

    /// The value that the user has set.
    ///
    /// # Realtime safety
    ///
    /// Reads an atomic and computes at most a power.
    fn value(&self) -> Self::Value;

    /// How nice-plug refers to it. Valid for as long as the parameter lives and stays where it is.
    fn as_ptr(&self) -> ParamPtr;
}
