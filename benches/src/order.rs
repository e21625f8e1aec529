//! What `cargo xtask` and the program that measures say to each other. Both compile this file: the one builds what the other
//! measures, and the other itself, only after it knows what is asked for.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The measurements, in the order in which they are made and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Measurement {
    /// The whole chain
    Chain,
    /// The plugin as a host drives it
    Plugin,
    /// The meters in process
    Meters,
    /// The signals in process
    Signals,
    /// A knob's message, text in, text out
    Protocol,
    /// A round trip over the WebSocket
    Websocket,
    /// A knob in the browser to the DSP's next block
    Knob,
    /// The latency that the development server adds, and its underruns in 60 s
    Latency,
    /// The page's frames a second, all meters moving
    Frames,
    /// The weight of the page
    Page,
    /// The plugin's library, and what it links
    Library,
    /// Loading the plugin's library
    Loading,
    /// Building the plugin's library after a change
    Build,
    /// A first start on a bare machine, with --clean-build
    FirstStart,
    /// A new project to its page and sound, with --clean-build
    NewProject,
    /// From a saved source to new sound
    SaveToSound,
    /// The page in the host's window
    Editor,
    /// The accuracy of the sound
    Accuracy,
    /// Instructions, under callgrind
    Instructions,
    /// Every processor, in every format
    Processors,
}

impl Measurement {
    /// What it is called on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// What is being measured, in words.
    pub fn description(self) -> String {
        let value = self.to_possible_value();
        value.and_then(|value| value.get_help().map(ToString::to_string)).unwrap_or_default()
    }
}

/// The whole order. The program gets it as JSON, as its only argument.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Order {
    /// What is measured.
    pub measurements: Vec<Measurement>,
    /// What should have been, and why it cannot.
    pub impossible: Vec<(Measurement, String)>,
    /// Whether builds from nothing are measured as well.
    pub has_clean_build: bool,
    /// The page's folder, with the built page in `dist`.
    pub page: PathBuf,
    /// The library in the CLAP bundle.
    pub library: PathBuf,
    /// The program of the development server.
    pub dev_server: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// The program of `cargo xtask`.
    pub xtask: PathBuf,
    /// Where the report is written, if it is.
    pub report: Option<PathBuf>,
}

/// What the program asks `cargo xtask` for, and gets as JSON: how long the README's first command takes on a bare machine
/// until the page is there.
#[derive(Debug, Serialize, Deserialize)]
pub struct FirstStart {
    /// On a machine that has nothing.
    pub first: Duration,
    /// Once more.
    pub again: Duration,
}
