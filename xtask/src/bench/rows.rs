//! The measurements, one file each. A new one is a file here and a line in [`MEASUREMENTS`].

mod accuracy;
mod build_times;
mod chain;
mod editor;
mod first_start;
mod frames;
mod instructions;
mod knob;
mod latency;
mod library;
mod loading;
mod meters;
mod page;
mod plugin;
mod processors;
mod protocol;
mod save_to_sound;
mod sound;
mod websocket;

use anyhow::Result;

use super::Bench;
use super::row::Row;

/// Which table rows go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// What the design promises.
    Targets,
    /// What the sound is worth.
    Accuracy,
    /// What does not drift.
    Instructions,
    /// Every processor on its own, in every format.
    Processors,
}

/// One measurement.
pub struct Measurement {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What is being measured, in words.
    pub description: &'static str,
    /// Where its rows go.
    pub table: Table,
    /// Makes it.
    pub measure: fn(&Bench) -> Result<Vec<Row>>,
}

/// Every measurement, in the order in which they are made and shown.
pub const MEASUREMENTS: &[Measurement] = &[
    Measurement {
        name: "chain",
        description: "the whole chain",
        table: Table::Targets,
        measure: chain::measure,
    },
    Measurement {
        name: "plugin",
        description: "the plugin as a host drives it",
        table: Table::Targets,
        measure: plugin::measure,
    },
    Measurement {
        name: "meters",
        description: "the meters in process",
        table: Table::Targets,
        measure: meters::measure,
    },
    Measurement {
        name: "protocol",
        description: "a knob's message, text in, text out",
        table: Table::Targets,
        measure: protocol::measure,
    },
    Measurement {
        name: "websocket",
        description: "a round trip over the WebSocket",
        table: Table::Targets,
        measure: websocket::measure,
    },
    Measurement {
        name: "knob",
        description: "a knob in the browser to the DSP's next block",
        table: Table::Targets,
        measure: knob::measure,
    },
    Measurement {
        name: "latency",
        description: "the latency that the development server adds, and its underruns in 60 s",
        table: Table::Targets,
        measure: latency::measure,
    },
    Measurement {
        name: "frames",
        description: "the page's frames a second, all meters moving",
        table: Table::Targets,
        measure: frames::measure,
    },
    Measurement {
        name: "page",
        description: "the weight of the page",
        table: Table::Targets,
        measure: page::measure,
    },
    Measurement {
        name: "library",
        description: "the plugin's library, and what it links",
        table: Table::Targets,
        measure: library::measure,
    },
    Measurement {
        name: "loading",
        description: "loading the plugin's library",
        table: Table::Targets,
        measure: loading::measure,
    },
    Measurement {
        name: "build",
        description: "building the plugin's library after a change",
        table: Table::Targets,
        measure: build_times::measure,
    },
    Measurement {
        name: "first-start",
        description: "a first start on a bare machine, with --clean-build",
        table: Table::Targets,
        measure: first_start::measure,
    },
    Measurement {
        name: "save-to-sound",
        description: "from a saved source to new sound",
        table: Table::Targets,
        measure: save_to_sound::measure,
    },
    Measurement {
        name: "editor",
        description: "the page in the host's window",
        table: Table::Targets,
        measure: editor::measure,
    },
    Measurement {
        name: "accuracy",
        description: "the accuracy of the sound",
        table: Table::Accuracy,
        measure: accuracy::measure,
    },
    Measurement {
        name: "instructions",
        description: "instructions, under callgrind",
        table: Table::Instructions,
        measure: instructions::measure,
    },
    Measurement {
        name: "processors",
        description: "every processor, in every format",
        table: Table::Processors,
        measure: processors::measure,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_measurements_bear_the_same_name() {
        let mut names: Vec<&str> = MEASUREMENTS.iter().map(|measurement| measurement.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), MEASUREMENTS.len());
    }
}
