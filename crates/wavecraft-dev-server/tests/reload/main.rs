//! Hot reload with libraries that were built beforehand, good ones and bad ones. What cargo and the compiler have to do
//! with it is met in the tests that span crates.
#![cfg(any(target_os = "linux", windows))]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod rig;

use std::fs;
use std::path::Path;
use std::time::Duration;

use wavecraft_dev_server::ReloadReport;
use wavecraft_ipc::{MidiChannel, NormalizedValue, Note, NoteNumber, ParameterHost};

use rig::{Rig, parameters, path_definition};

#[test]
fn the_new_library_sounds_and_what_the_user_has_set_stays() {
    let rig = Rig::start();
    rig.host.set_parameter("gain", NormalizedValue::clamped(0.25)).unwrap();
    rig.wait_for_peak(0.25 * 0.25);
    rig.save(&rig.build(&parameters(&[("gain", 0.75), ("other", 0.125)]), &[]));
    assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)));
    let ids: Vec<String> = rig.host.all_parameters().into_iter().map(|parameter| parameter.id).collect();
    assert_eq!(ids, ["gain", "other"]);
    assert!(rig.host.get_parameter("offset").is_err());
    rig.wait_for_peak(0.25 * 0.25 + 0.125);
    rig.host.set_parameter("other", NormalizedValue::ZERO).unwrap();
    rig.wait_for_peak(0.25 * 0.25);
}

#[test]
fn the_plugins_own_meters_are_those_of_the_library_that_plays() {
    let rig = Rig::start();
    rig.wait_for_peak(0.25 * 0.5);
    let own = rig.host.info().meters;
    assert_eq!(own.iter().map(|meter| (&*meter.id, meter.channels)).collect::<Vec<_>>(), [("peak", 2)]);
    rig.wait_for_values("peak", &[0.25 * 0.5; 2]);

    let described = parameters(&[("gain", 0.75), ("offset", 0.0)]);
    let description = rig.folder.path().join("description.json");
    let meter = r#"{"id":"loudest","name":"Loudest","kind":"level","channels":2}"#;
    fs::write(&description, format!(r#"{{"meters":[{meter}]}}"#)).unwrap();
    let definition = path_definition("DESCRIPTION", &description);
    rig.save(&rig.build(&described, &[&definition]));
    assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)));
    assert_eq!(rig.host.info().meters[0].id, "loudest");
    rig.wait_for_values("loudest", &[0.25 * 0.5; 2]);

    // A library that describes itself badly plays, and has its levels measured around it.
    fs::write(&description, format!(r#"{{"meters":[{meter},{meter}]}}"#)).unwrap();
    rig.save(&rig.build(&described, &[&definition, "DELAY=7"]));
    assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)));
    assert!(rig.host.info().meters.is_empty());
    rig.wait_for_peak(0.25 * 0.5);
}

#[test]
fn a_signal_that_a_page_sees_goes_on_in_the_library_that_plays() {
    let rig = Rig::start();
    let mut played = rig.subscribe("played");
    rig.wait_for_signal(&mut played, 0.25 * 0.5);
    rig.save(&rig.build(&parameters(&[("gain", 0.75), ("offset", 0.0)]), &["TRIM=2.0f"]));
    assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)));
    assert_eq!(rig.host.info().signals[0].id, "played");
    rig.wait_for_signal(&mut played, 0.25 * 0.5 * 2.0);
}

#[test]
fn the_same_library_is_not_loaded_again() {
    let rig = Rig::start();
    rig.touch();
    assert_eq!(rig.next_end(), ReloadReport::Unchanged);
}

#[test]
fn what_cargo_notes_that_a_library_was_built_from_is_watched_wherever_it_lies() {
    let rig = Rig::start();
    let outside = tempfile::tempdir().unwrap();
    let (table, other) = (outside.path().join("table.txt"), outside.path().join("other.txt"));
    fs::write(&table, "").unwrap();
    fs::write(&other, "").unwrap();
    let note = |file: &Path| {
        fs::write(rig.folder.path().join("library.d"), format!("library.so: {}\n", file.display())).unwrap();
    };
    note(&table);
    // From the next build on.
    rig.touch();
    assert_eq!(rig.next_end(), ReloadReport::Unchanged);
    fs::write(&table, "1").unwrap();
    assert_eq!(rig.next_end(), ReloadReport::Unchanged);
    note(&other);
    rig.touch();
    assert_eq!(rig.next_end(), ReloadReport::Unchanged);
    fs::write(&other, "1").unwrap();
    assert_eq!(rig.next_end(), ReloadReport::Unchanged);
    assert_eq!(rig.builds(), 4);
}

#[test]
fn a_build_that_waits_says_for_what_and_that_it_goes_on() {
    let rig = Rig::start();
    rig.block_builds();
    rig.touch();
    rig.wait_until_building();
    let reason = "waits for another run of cargo, which has locked the build directory";
    assert_eq!(rig.next_report(), ReloadReport::Waiting(reason.to_owned()));
    rig.unblock_builds();
    assert_eq!(rig.next_report(), ReloadReport::Building);
    assert_eq!(rig.next_report(), ReloadReport::Unchanged);
}

#[test]
fn a_library_that_is_no_good_leaves_the_sound_alone() {
    let rig = Rig::start();
    rig.host.set_parameter("gain", NormalizedValue::clamped(0.25)).unwrap();
    let good = parameters(&[("gain", 0.5), ("offset", 0.0)]);
    // At a gain of 1 it panics in its first block, which nobody hears yet.
    let panics = parameters(&[("loud", 1.0), ("offset", 0.0)]);
    let text = rig.folder.path().join("text");
    fs::write(&text, "not a library").unwrap();
    let cases = [
        (text, "is not a dynamic library"),
        (rig.build(&good, &["NO_CREATE"]), "out of instances"),
        (rig.build(&good, &["REFUSES=\"no room today\""]), "no room today"),
        (rig.build(&good, &["CHANNELS=0"]), "no reason"),
        (rig.build(&good, &["VERSION=1", "NO_V1"]), "version"),
        (rig.build("not JSON", &[]), "parameters"),
        (rig.build(&panics, &[]), "gain went through the roof"),
        (rig.build(&parameters(&[("gain", 0.5), ("gain", 0.5)]), &[]), "gain"),
    ];
    for (library, reason) in cases {
        rig.save(&library);
        let end = rig.next_end();
        assert!(matches!(&end, ReloadReport::NotLoaded(why) if why.contains(reason)), "{reason}: {end:?}");
        rig.wait_for_peak(0.25 * 0.25);
        assert_eq!(rig.host.get_parameter("gain").unwrap().get().to_bits(), 0.25_f32.to_bits());
    }
    rig.save(&rig.build(&good, &[]));
    assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)));
}

#[test]
fn libraries_of_other_latencies_and_channel_counts_take_over_from_one_another() {
    let rig = Rig::start();
    rig.wait_for_peak(0.25 * 0.5);
    let described = parameters(&[("gain", 0.5), ("offset", 0.0)]);
    let builds: [&[&str]; 5] =
        [&["DELAY=480"], &["CHANNELS=1"], &["CHANNELS=1", "DELAY=7"], &["DELAY=20000"], &[]];
    for (step, definitions) in builds.into_iter().enumerate() {
        rig.save(&rig.build(&described, definitions));
        let end = rig.next_end();
        assert!(matches!(end, ReloadReport::Reloaded(_)), "{definitions:?}: {end:?}");
        // The new one is heard, and follows: no level but its own comes from these settings.
        let gain = 0.2 + 0.1 * step as f32;
        rig.host.set_parameter("gain", NormalizedValue::clamped(gain)).unwrap();
        rig.wait_for_peak(0.25 * gain);
    }
}

#[test]
fn what_the_plugin_keeps_beyond_its_parameters_is_handed_on_unless_it_is_refused() {
    let rig = Rig::start();
    let described = parameters(&[("gain", 0.5), ("offset", 0.0)]);
    rig.host.set_parameter("gain", NormalizedValue::clamped(0.4)).unwrap();
    let reloaded = |definitions: &[&str]| {
        rig.save(&rig.build(&described, definitions));
        rig.next_end()
    };
    // The first library knows nothing of it.
    assert!(matches!(reloaded(&["TRIM=0.5f"]), ReloadReport::Reloaded(_)));
    rig.wait_for_peak(0.25 * 0.4 * 0.5);
    assert!(matches!(reloaded(&["TRIM=1.0f"]), ReloadReport::Reloaded(_)));
    rig.wait_for_peak(0.25 * 0.4 * 0.5);
    // The values that were set since are those of the host.
    rig.host.set_parameter("gain", NormalizedValue::clamped(0.8)).unwrap();
    let refused = reloaded(&["TRIM=0.75f", "REFUSES_STATE=\"too old\""]);
    assert!(
        matches!(&refused, ReloadReport::StateRefused(reason) if reason.contains("too old")),
        "{refused:?}"
    );
    assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)));
    rig.wait_for_peak(0.25 * 0.8 * 0.75);
    // From here it is handed on again, across a build that plays nothing.
    assert!(matches!(reloaded(&["TRIM=0.1f", "NO_CREATE"]), ReloadReport::NotLoaded(_)));
    assert!(matches!(reloaded(&["TRIM=0.2f"]), ReloadReport::Reloaded(_)));
    rig.wait_for_peak(0.25 * 0.8 * 0.75);
    // One that knows nothing of it takes none.
    assert!(
        matches!(reloaded(&[]), ReloadReport::StateRefused(reason) if reason.contains("eight bytes, not m"))
    );
    assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)));
    rig.wait_for_peak(0.25 * 0.8);
}

#[test]
fn a_note_that_is_held_goes_on_in_the_new_library_and_none_hangs() {
    let rig = Rig::start();
    assert!(rig.host.note_input().is_none() && !rig.host.info().midi_input);
    rig.host.set_parameter("gain", NormalizedValue::ZERO).unwrap();
    let described = parameters(&[("gain", 0.5), ("offset", 0.0)]);
    let takes_notes = rig.folder.path().join("notes.json");
    fs::write(&takes_notes, r#"{"midi_input":"notes"}"#).unwrap();
    let description = path_definition("DESCRIPTION", &takes_notes);
    let reloaded = |definitions: &[&str]| {
        rig.save(&rig.build(&described, definitions));
        assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)));
    };
    let note = Note { number: NoteNumber::new(60).unwrap(), channel: MidiChannel::default() };
    let begin = || rig.host.note_input().unwrap().note_on(note, NormalizedValue::ONE).unwrap();
    let end = || rig.host.note_input().unwrap().note_off(note, NormalizedValue::ONE).unwrap();

    reloaded(&[&description, "HELD=0.25f"]);
    assert!(rig.host.info().midi_input);
    begin();
    rig.wait_for_peak(0.25);
    reloaded(&[&description, "HELD=0.5f"]);
    rig.wait_for_peak(0.5);
    end();
    rig.wait_for_peak(0.0);

    // A build that takes none ends what is held, and the next one does not begin with it.
    begin();
    rig.wait_for_peak(0.5);
    reloaded(&["HELD=0.75f"]);
    assert!(rig.host.note_input().is_none());
    rig.wait_for_peak(0.0);
    reloaded(&[&description, "HELD=0.125f"]);
    rig.wait_for_peak(0.0);
    begin();
    rig.wait_for_peak(0.125);
}

#[test]
fn a_build_that_fails_is_told_and_a_save_meanwhile_makes_one_more() {
    let rig = Rig::start();
    rig.fail_builds();
    rig.touch();
    assert_eq!(rig.next_end(), ReloadReport::BuildFailed);
    rig.mend_builds();
    rig.hold_builds();
    rig.touch();
    rig.wait_until_building();
    for _ in 0..20 {
        rig.touch();
        // Further apart than saves that count as one.
        std::thread::sleep(Duration::from_millis(10));
    }
    rig.release_builds();
    assert_eq!((rig.next_end(), rig.next_end()), (ReloadReport::Unchanged, ReloadReport::Unchanged));
    assert_eq!(rig.builds(), 3);
}

#[test]
fn a_build_under_way_ends_with_the_server() {
    let rig = Rig::start();
    rig.hold_builds();
    rig.touch();
    rig.wait_until_building();
    // Held for ever: it returns only because the build is ended.
    let folder = rig.stop();
    assert!(folder.path().join("held").exists());
}
