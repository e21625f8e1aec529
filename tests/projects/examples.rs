//! The projects in the folder `examples`: their own tests, their plugins in hosts, and their pages.

mod in_a_browser;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use serde_json::Value;
use wavecraft_tests::clap_host::{ClapHost, Passage};
use wavecraft_tests::display::{Colour, display};
use wavecraft_tests::editor_host::EditorHost;
use wavecraft_tests::plugin_project::{PluginProject, turn};
use wavecraft_tests::recording::largest_difference;
use wavecraft_tests::sound_file::write_stereo;

use crate::checks::{assert_passes_its_tests, assert_validates};
use crate::page::Studio;
use crate::peak;
use crate::sound::in_pedalboard;

/// The same sound, as far as single precision goes.
const SAME: f32 = 1e-6;

/// The key that instruments play.
const KEY: u8 = 69;

const SECOND: usize = 48_000;

/// What the tests know of an example.
struct Example {
    /// What users call the plugin.
    name: &'static str,
    /// Settings under which it is heard: id, name in hosts, and text.
    settings: &'static [(&'static str, &'static str, &'static str)],
    /// The colour of its page's controls.
    accent: Colour,
}

const EXAMPLES: &[Example] = &[
    Example {
        name: "Wavecraft Compressor",
        settings: &[
            ("threshold", "Threshold", "-30 dB"),
            ("ratio", "Ratio", "8:1"),
            ("look_ahead", "Look-ahead", "5 ms"),
            ("auto_make_up", "Auto make-up", "On"),
            ("mix", "Mix", "80 %"),
        ],
        accent: [0x5a, 0xd1, 0xc0],
    },
    Example {
        name: "Wavecraft Synth",
        settings: &[
            ("wave_2", "Wave 2", "Pulse"),
            ("interval", "Interval", "7 st"),
            ("cutoff", "Cutoff", "3 kHz"),
            ("unison", "Unison", "3"),
        ],
        accent: [0xa9, 0x9b, 0xff],
    },
];

/// So much of a page is in the accent's colour at least: the arcs of its knobs.
const FEWEST_ACCENTS: usize = 100;

fn example(project: &PluginProject) -> &'static Example {
    let example = EXAMPLES.iter().find(|example| example.name == project.name());
    example.unwrap_or_else(|| panic!("nothing here says how {} is to be heard", project.name()))
}

#[test]
fn the_examples_pass_their_own_tests() {
    turn().examples().iter().for_each(assert_passes_its_tests);
}

#[test]
fn the_examples_hold_what_every_plugin_must() {
    turn().examples().iter().for_each(assert_validates);
}

/// Three beats of a tone that die away.
fn beats() -> Vec<f32> {
    let beat = |frame: usize| {
        let seconds = (frame % (SECOND / 3)) as f32 / SECOND as f32;
        0.9 * (-8.0 * seconds).exp() * (220.0 * std::f32::consts::TAU * seconds).sin()
    };
    (0..SECOND).map(beat).collect()
}

/// A song in which one key is held for two seconds: at 120 beats a minute a quarter note is half of one.
fn write_song(path: &Path) {
    const TICKS_PER_BEAT: u8 = 100;
    // 400 ticks, in two groups of seven bits.
    let track = [0, 0x90, KEY, 127, 0x83, 0x10, 0x80, KEY, 0, 0, 0xff, 0x2f, 0];
    let mut song = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00".to_vec();
    song.push(TICKS_PER_BEAT);
    song.extend(b"MTrk\x00\x00\x00");
    song.push(track.len() as u8);
    song.extend(track);
    fs::write(path, song).unwrap();
}

/// A second of what `render` makes of the beats or of a held key.
fn rendered(project: &PluginProject) -> Vec<f32> {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    let from = if project.is_instrument() {
        write_song(&source);
        vec![OsStr::new("--midi"), source.as_os_str()]
    } else {
        write_stereo(&source, beats().into_iter().map(|sample| [sample; 2]));
        vec![source.as_os_str()]
    };
    let settings: Vec<_> = example(project).settings.iter().map(|(id, _, text)| (*id, *text)).collect();
    let mut samples = project.render(&from, &settings);
    samples.truncate(SECOND);
    assert!(samples.len() == SECOND && peak(&samples) > 0.05, "{} is silent", project.name());
    samples
}

/// The parameters that are set, each with its value in CLAP.
fn values(project: &PluginProject, host: &mut ClapHost) -> Vec<(&'static str, f64)> {
    let typed = |(_, name, text): &(_, &'static str, &str)| {
        (*name, host.typed(name, text).unwrap_or_else(|| panic!("{name} does not take {text}")))
    };
    example(project).settings.iter().map(typed).collect()
}

/// What a host hears, of which as much is `late` as the plugin says, is what `render` writes.
fn assert_same(project: &PluginProject, heard: &[f32], late: usize) {
    let rendered = rendered(project);
    let difference = largest_difference(&heard[late..][..SECOND], &rendered);
    assert!(difference < SAME, "{} differs by {difference}", project.name());
}

#[test]
fn the_examples_sound_in_a_clap_host_as_in_render() {
    for project in turn().examples() {
        let mut host = ClapHost::load(&project.clap());
        let values = values(project, &mut host);
        let changes: Vec<_> = values.into_iter().map(|(name, value)| (0, name, value)).collect();
        // What comes late has room behind the second that is looked at.
        let mut input = beats();
        input.resize(2 * SECOND, 0.0);
        let silence = vec![0.0; input.len()];
        let midi = [(0, [0x90, KEY, 127])];
        let passage = Passage {
            input: (!project.is_instrument()).then_some([&input, &input]),
            // Plugins with a side chain read as many ports as they declare.
            side_chain: (!project.is_instrument()).then_some([&silence, &silence]),
            frames: input.len(),
            block_frames: 512,
            midi: if project.is_instrument() { &midi } else { &[] },
            ..Passage::default()
        };
        let mut play = || host.play_automated(&passage, &changes).output;
        play();
        // A change of the latency holds from the next activation on.
        let [heard, _] = play();
        assert_same(project, &heard, host.latency() as usize);
    }
}

#[test]
fn the_examples_sound_in_a_vst3_host_as_in_render() {
    for project in turn().examples() {
        let mut host = ClapHost::load(&project.clap());
        let values = values(project, &mut host).into_iter();
        let normalized =
            values.map(|(name, value)| (name.to_owned(), (value / host.parameter(name).max).into()));
        let normalized = Value::Object(normalized.collect());
        let beats = (!project.is_instrument()).then(beats);
        let (report, heard) = in_pedalboard(project, beats.as_deref(), &normalized);
        assert_eq!(report["name"], project.name());
        assert_same(project, &heard, 0);
    }
}

#[test]
fn the_examples_show_their_pages() {
    let turn = turn();
    let display = display();
    for project in turn.examples() {
        let start = if project.is_instrument() { EditorHost::start_instrument } else { EditorHost::start };
        let host = start(&project.clap());
        let mut studio = Studio::open(&display, host, (0, 0));
        studio.wait_for_colour(example(project).accent, FEWEST_ACCENTS);
    }
}
