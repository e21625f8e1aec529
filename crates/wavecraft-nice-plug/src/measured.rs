//! What a plugin lets be seen of what it measures, and what it says of its parameters.

use nice_plug::prelude::Plugin;
use wavecraft_metering::{MeterReader, SignalSet};

/// A plugin that is measured: levels before and after it, meters of its own, and points of its sound.
pub trait Measured: Plugin {
    /// Reads the plugin's meters. Not for the audio thread.
    fn meter_reader(&self) -> MeterReader;

    /// The points of its sound that can be seen. Not for the audio thread.
    fn signals(&self) -> SignalSet {
        SignalSet::default()
    }

    /// What its parameters do to the sound: ids, and a sentence for users each. Not for the audio thread.
    fn descriptions(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
}

/// How the meters and signals of `P`, and what it says of its parameters, are found, where that is decided by whoever exports it.
pub trait MeterSource<P: Plugin>: 'static {
    /// Reads the plugin's meters, if it has any.
    fn meter_reader(plugin: &P) -> Option<MeterReader>;

    /// The plugin's signals, if it has any.
    fn signals(plugin: &P) -> SignalSet;

    /// What its parameters do to the sound, as [`Measured::descriptions`] has it.
    fn descriptions(plugin: &P) -> Vec<(&'static str, &'static str)>;
}

/// For any plugin: there are none.
pub enum NoMeters {}

impl<P: Plugin> MeterSource<P> for NoMeters {
    fn meter_reader(_plugin: &P) -> Option<MeterReader> {
        None
    }

    fn signals(_plugin: &P) -> SignalSet {
        SignalSet::default()
    }

    fn descriptions(_plugin: &P) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
}

/// For a plugin that says what it measures.
pub enum OwnMeters {}

impl<P: Measured> MeterSource<P> for OwnMeters {
    fn meter_reader(plugin: &P) -> Option<MeterReader> {
        Some(plugin.meter_reader())
    }

    fn signals(plugin: &P) -> SignalSet {
        plugin.signals()
    }

    fn descriptions(plugin: &P) -> Vec<(&'static str, &'static str)> {
        plugin.descriptions()
    }
}
