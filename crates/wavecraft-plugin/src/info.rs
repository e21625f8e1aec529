//! What a plugin is called, and by which ids hosts know it.

use nice_plug::prelude::MidiConfig;

use crate::Layout;

/// What a plugin is called, and by which ids hosts know it. [`info!`](crate::info!) fills in what the package's manifest says.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// What users read.
    pub name: &'static str,
    /// Who makes it.
    pub vendor: &'static str,
    /// The plugin's version, as a semantic version. It is saved with every project.
    pub version: &'static str,
    /// What it does, in a few words.
    pub description: &'static str,
    /// Its page in the web. May be empty.
    pub url: &'static str,
    /// The id in CLAP hosts: a domain that belongs to you, backwards, and a name. Part of every project; never changes.
    pub clap_id: &'static str,
    /// The id in VST3 hosts: 16 bytes that no other plugin has. Part of every project; never changes.
    pub vst3_id: [u8; 16],
    /// What it does with sound.
    pub kind: Kind,
    /// In how many channels it runs, the default first.
    pub layouts: &'static [Layout],
    /// Which notes and controllers it gets: none; notes, with their expressions; or everything, controllers and pitch bend
    /// included.
    pub midi_input: MidiConfig,
    /// Which ones it sends.
    pub midi_output: MidiConfig,
    /// The categories in which hosts list it, in VST3's words and order, such as `Fx|Delay`.
    pub vst3_categories: &'static [nice_plug::prelude::Vst3SubCategory],
    /// The features by which CLAP hosts find it.
    pub clap_features: &'static [nice_plug::prelude::ClapFeature],
    /// The oldest version of the plugin whose projects this one can open.
    pub oldest_readable_version: &'static str,
    /// The window.
    pub window: Window,
}

/// What a plugin does with sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Changes what comes in; unless it says otherwise in stereo or mono, and without notes.
    Effect,
    /// Plays the notes that come in; unless it says otherwise in stereo, with all controllers.
    Instrument,
}

/// A plugin's window, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Width and height when it is opened for the first time.
    pub size_px: (u32, u32),
    /// The smallest width and height to which users may drag it.
    pub smallest_px: (u32, u32),
    /// The largest.
    pub largest_px: (u32, u32),
    /// What shows before the page has painted: red, green, blue.
    pub background: [u8; 3],
}

impl Window {
    /// A window of 640 x 400 on the ground of the components' own theme.
    pub const DEFAULT: Self = Self {
        size_px: (640, 400),
        smallest_px: (400, 300),
        largest_px: (1_600, 1_000),
        background: [0x14, 0x13, 0x11],
    };
}

/// An [`Info`] of a [`Kind`] with what the manifest of the package says, and with the usual for the rest. Name, vendor and ids
/// are still to be said:
///
/// ```
/// use wavecraft_plugin::{Info, info};
///
/// const INFO: Info = Info {
///     name: "Gain",
///     vendor: "Example",
///     clap_id: "com.example.gain",
///     vst3_id: *b"ExampleGain00001",
///     ..info!(Effect)
/// };
/// ```
#[macro_export]
macro_rules! info {
    (Effect) => {
        $crate::info!(
            @ Effect, [Fx], [AudioEffect, Stereo, Mono],
            [$crate::Layout::effect(2), $crate::Layout::effect(1)], None
        )
    };
    (Instrument) => {
        $crate::info!(
            @ Instrument, [Instrument, Synth], [Instrument, Synthesizer, Stereo],
            [$crate::Layout::instrument(2)], MidiCCs
        )
    };
    (
        @ $kind:ident, [$($category:ident),*], [$($feature:ident),*], [$($layout:expr),*], $midi_input:ident
    ) => {
        $crate::Info {
            name: env!("CARGO_PKG_NAME"),
            vendor: "",
            version: env!("CARGO_PKG_VERSION"),
            description: env!("CARGO_PKG_DESCRIPTION"),
            url: env!("CARGO_PKG_HOMEPAGE"),
            clap_id: "",
            vst3_id: [0; 16],
            kind: $crate::Kind::$kind,
            layouts: &[$($layout),*],
            midi_input: $crate::nice_plug::prelude::MidiConfig::$midi_input,
            midi_output: $crate::nice_plug::prelude::MidiConfig::None,
            vst3_categories: &[$($crate::nice_plug::prelude::Vst3SubCategory::$category),*],
            clap_features: &[$($crate::nice_plug::prelude::ClapFeature::$feature),*],
            oldest_readable_version: "0.0.0",
            window: $crate::Window::DEFAULT,
        }
    };
}

impl Info {
    /// Refuses what hosts would refuse later, or take for another plugin. At compile time, by [`export!`](crate::export!).
    #[doc(hidden)]
    pub const fn check(&self) {
        assert!(!self.name.is_empty(), "INFO has no `name`");
        assert!(!self.vendor.is_empty(), "INFO has no `vendor`");
        assert!(!self.clap_id.is_empty(), "INFO has no `clap_id`, such as \"com.example.gain\"");
        let mut index = 0;
        while index < 16 && self.vst3_id[index] == 0 {
            index += 1;
        }
        assert!(index < 16, "INFO has no `vst3_id`: 16 bytes that no other plugin has");
    }
}
