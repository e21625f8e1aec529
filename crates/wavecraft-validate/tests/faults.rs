//! Each fault is found by the check that is meant for it, in words that name it; and a plugin without fault passes.
#![allow(unsafe_code, reason = "nice-plug's macro exports a symbol")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use nice_plug::prelude::*;
use wavecraft_test_plugins::faulty::{
    Allocating, BlockHearing, Delaying, EarlyProcessed, Exploding, Faulty, Forgetful, HalfLoading, Humming,
    LateProcessed, NanKeeping, QuieterBypassed, Remembering, Sound, Unlike, Unreadable, WithoutBypass,
    WronglyLate, WronglyLateWithoutBypass,
};
use wavecraft_test_plugins::tone::{DeafTone, HastyTone, Tone};
use wavecraft_validate::{CHECKS, CheckResult, CountingAllocator, NotPassed, Subject};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

type P0 = Faulty<Sound>;
type P1 = Faulty<Allocating>;
type P2 = Faulty<Forgetful>;
type P3 = Faulty<HalfLoading>;
type P4 = Faulty<BlockHearing>;
type P5 = Faulty<NanKeeping>;
type P6 = Faulty<WronglyLate>;
type P7 = Faulty<WithoutBypass>;
type P8 = Faulty<WronglyLateWithoutBypass>;
type P9 = Faulty<QuieterBypassed>;
type P10 = Faulty<Remembering>;
type P11 = Faulty<Humming>;
type P12 = Faulty<Unreadable>;
type P13 = Faulty<EarlyProcessed>;
type P14 = Faulty<LateProcessed>;
type P15 = Faulty<Delaying>;
type P16 = Faulty<Unlike>;
type P17 = Faulty<Exploding>;

nice_export_clap!(
    P0, P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, P14, P15, P16, P17, Tone, DeafTone, HastyTone
);

fn subject(plugin: &str) -> Subject {
    let subjects = Subject::linked(&clap_entry).unwrap();
    let id = format!("dev.wavecraft.tests.{plugin}");
    subjects.into_iter().find(|subject| subject.id() == id).unwrap()
}

fn run(check: &str, plugin: &str) -> CheckResult {
    CHECKS.iter().find(|known| known.name == check).unwrap().run(&subject(plugin))
}

/// The checks that a plugin fails, with their words.
fn failures(plugin: &str) -> Vec<(&'static str, String)> {
    let failure = |check: &wavecraft_validate::Check| match check.run(&subject(plugin)) {
        Err(NotPassed::Failed(words)) => Some((check.name, words)),
        _ => None,
    };
    CHECKS.iter().filter_map(failure).collect()
}

/// Asserts that a plugin fails one check alone, with words that have all of these in them.
fn assert_found_by(check: &str, plugin: &str, expected: &[&str]) {
    let failures = failures(plugin);
    assert_eq!(failures.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [check], "{failures:?}");
    for words in expected {
        assert!(failures[0].1.contains(words), "{words:?} is not in {:?}", failures[0].1);
    }
}

#[test]
fn a_plugin_without_fault_passes_every_check_that_can_be_tried() {
    for check in CHECKS {
        let result = check.run(&subject("sound"));
        let is_untried = ["parameter_ids", "linked_libraries", "editor", "notes"].contains(&check.name);
        match result {
            Ok(_) => assert!(!is_untried, "{}", check.name),
            Err(NotPassed::Skipped(_)) => assert!(is_untried, "{}: {result:?}", check.name),
            Err(NotPassed::Failed(words)) => panic!("{}: {words}", check.name),
        }
    }
}

#[test]
fn an_instrument_is_played_and_passes() {
    assert_eq!(failures("tone"), []);
    for check in ["in_place", "invalid_samples", "bypass", "latency"] {
        assert!(matches!(run(check, "tone"), Err(NotPassed::Skipped(_))), "{check}");
    }
}

#[test]
fn an_instrument_that_is_not_heard_is_found() {
    assert_found_by("notes", "deaf-tone", &["a key that is held for a second is not heard"]);
}

#[test]
fn notes_that_are_lost_are_found() {
    assert_found_by("notes", "hasty-tone", &["10000 notes", "still at", "one was lost"]);
}

#[test]
fn memory_taken_while_it_processes_is_found() {
    assert_found_by(
        "allocations",
        "allocating",
        &["takes memory 2 times", "block of 64 frames", "begins at frame 0"],
    );
}

#[test]
fn a_parameter_that_is_lost_in_the_state_is_found() {
    assert_found_by("state_round_trip", "forgetful", &["`Gain` was 0 when the state was saved, and is 1"]);
}

#[test]
fn a_broken_state_that_changes_values_is_found() {
    assert_found_by(
        "broken_states",
        "half-loading",
        &["two values of different types have changed places has changed `"],
    );
}

#[test]
fn sound_that_depends_on_the_blocks_is_found() {
    assert_found_by(
        "block_sizes",
        "block-hearing",
        &["all parameters at their defaults", "blocks of 7 and of 512"],
    );
}

#[test]
fn nan_that_stays_is_found() {
    assert_found_by(
        "invalid_samples",
        "nan-keeping",
        &["NaN at the input is still heard", "the output is NaN"],
    );
}

#[test]
fn a_wrong_latency_is_found_by_the_bypass_and_without_one() {
    assert_found_by("latency", "wrongly-late", &["it reports 20 frames, and the sound is 32 frames late"]);
    let failures = failures("wrongly-late-without-bypass");
    let latency = failures.iter().find(|(check, _)| *check == "latency").unwrap();
    assert!(
        latency
            .1
            .contains("at their defaults, it reports 20 frames, and the sound that it has processed is 32"),
        "{failures:?}"
    );
}

#[test]
fn a_latency_that_the_processed_sound_does_not_have_is_found() {
    assert_found_by(
        "latency",
        "early-processed",
        &[
            "it reports 32 frames, and the sound that it has processed is 0 frames late",
            "32 frames too early",
        ],
    );
    assert_found_by(
        "latency",
        "late-processed",
        &["the sound that it has processed is 44 frames late, which no parameter changes"],
    );
}

#[test]
fn a_delay_that_a_parameter_changes_is_no_latency() {
    assert_eq!(failures("delaying"), []);
    let remark = run("latency", "delaying").unwrap().remark.unwrap();
    assert!(remark.contains("sound comes 12 frames after its latency, which `Invert` changes"), "{remark}");
}

#[test]
fn a_latency_that_the_sound_does_not_show_is_said_to_be_not_measurable() {
    assert_eq!(failures("unlike"), []);
    let remark = run("latency", "unlike").unwrap().remark.unwrap();
    assert!(remark.starts_with("32 frames; ") && remark.contains("not measurable"), "{remark}");
    assert_eq!(run("latency", "sound").unwrap().remark.as_deref(), Some("32 frames"));
}

#[test]
fn a_missing_bypass_is_found() {
    assert_found_by("bypass", "without-bypass", &["no parameter is the host's bypass"]);
}

#[test]
fn a_bypass_that_changes_the_sound_is_found() {
    assert_found_by(
        "bypass",
        "quieter-bypassed",
        &["`Bypass` on, the output is no delayed copy of the input"],
    );
}

#[test]
fn sound_that_outlives_a_reset_is_found() {
    assert_found_by("repeatable", "remembering", &["the sound after a reset differs"]);
}

#[test]
fn sound_that_never_ends_is_found() {
    let words = failures("humming").into_iter().find(|(check, _)| *check == "silence").unwrap().1;
    assert!(words.contains("seconds of silence at the input end at -40.0 dBFS"), "{words}");
}

#[test]
fn sound_that_explodes_at_a_low_sample_rate_is_found() {
    assert_found_by(
        "sample_rates",
        "exploding",
        &["at 1000 Hz, with all parameters at their defaults, the output is "],
    );
}

#[test]
fn a_text_that_cannot_be_typed_is_found() {
    assert_found_by(
        "text_round_trip",
        "unreadable",
        &["`Gain` shows 0 as \"about -12", "does not take that text"],
    );
}

#[test]
fn recorded_parameters_are_written_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parameter-ids.txt");
    let check = CHECKS.iter().find(|check| check.name == "parameter_ids").unwrap();
    let subject = subject("sound").with_parameter_ids(&file);
    let Err(NotPassed::Failed(words)) = check.run(&subject) else { panic!("there is no such file") };
    assert!(words.contains("WAVECRAFT_RECORD=1 cargo xtask test"), "{words}");
}
