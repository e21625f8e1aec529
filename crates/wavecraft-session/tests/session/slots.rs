//! A and B.

use wavecraft_ipc::SlotName::{A, B};
use wavecraft_session::SessionEvent;

use crate::studio::{Studio, value};

#[test]
fn each_slot_keeps_its_values_and_its_history() {
    let studio = Studio::without_presets();
    studio.set("drive", 0.25);
    studio.control().select_slot(B).unwrap();
    assert_eq!(studio.get("drive").to_bits(), 0.25_f32.to_bits(), "a slot that was never heard is a copy");
    assert_eq!(studio.undo_label(), None);
    studio.set("drive", 0.75);
    studio.set("quality", 1.0);
    studio.control().select_slot(A).unwrap();
    assert_eq!((studio.get("drive"), studio.get("quality")), (0.25, 0.0));
    assert_eq!(studio.undo_label().as_deref(), Some("Drive 9.00 dB"));
    studio.control().select_slot(B).unwrap();
    assert_eq!((studio.get("drive"), studio.get("quality")), (0.75, 1.0));
    studio.control().undo().unwrap();
    studio.control().undo().unwrap();
    assert_eq!(studio.get("drive").to_bits(), 0.25_f32.to_bits());
    assert!(!studio.control().undo().unwrap(), "the other slot's steps are not this one's");
}

#[test]
fn only_what_differs_is_set_and_pages_are_told_once() {
    let studio = Studio::without_presets();
    studio.control().select_slot(B).unwrap();
    studio.set("mix", 0.5);
    studio.daw.take_heard();
    studio.take_events();
    studio.control().select_slot(A).unwrap();
    assert_eq!(studio.daw.take_heard(), ["begin mix", "set mix 1", "end mix"]);
    let events = studio.take_events();
    assert_eq!(events.iter().filter(|event| **event == SessionEvent::ParametersChanged).count(), 1);
    assert!(events.contains(&SessionEvent::SlotChanged) && events.contains(&SessionEvent::HistoryChanged));
    studio.control().select_slot(A).unwrap();
    assert!(studio.take_events().is_empty() && studio.daw.take_heard().is_empty());
}

#[test]
fn the_bypass_belongs_to_no_slot() {
    let studio = Studio::without_presets();
    studio.control().select_slot(B).unwrap();
    studio.set("bypass", 1.0);
    studio.control().select_slot(A).unwrap();
    assert_eq!(studio.get("bypass").to_bits(), 1.0_f32.to_bits());
}

#[test]
fn copying_to_the_slot_that_is_heard_is_a_step() {
    let studio = Studio::without_presets();
    studio.control().select_slot(B).unwrap();
    studio.set("drive", 0.75);
    studio.control().copy_slot(A, B).unwrap();
    assert_eq!(studio.get("drive").to_bits(), 0.0_f32.to_bits());
    assert_eq!(studio.undo_label().as_deref(), Some("Copy A to B"));
    studio.control().undo().unwrap();
    assert_eq!(studio.get("drive").to_bits(), 0.75_f32.to_bits());
}

#[test]
fn copying_to_the_slot_that_is_not_heard_is_a_step_of_its_history() {
    let studio = Studio::without_presets();
    studio.control().select_slot(B).unwrap();
    studio.set("drive", 0.75);
    studio.control().copy_slot(B, A).unwrap();
    studio.control().select_slot(A).unwrap();
    assert_eq!(studio.get("drive").to_bits(), 0.75_f32.to_bits());
    assert_eq!(studio.undo_label().as_deref(), Some("Copy B to A"));
    studio.control().undo().unwrap();
    assert_eq!(studio.get("drive").to_bits(), 0.0_f32.to_bits());
}

#[test]
fn what_the_host_automates_between_two_switches_is_the_heard_slot_s() {
    let studio = Studio::without_presets();
    studio.control().select_slot(B).unwrap();
    studio.daw.automate("mix", value(0.125));
    studio.control().select_slot(A).unwrap();
    assert_eq!(studio.get("mix").to_bits(), 1.0_f32.to_bits());
    studio.control().select_slot(B).unwrap();
    assert_eq!(studio.get("mix").to_bits(), 0.125_f32.to_bits());
}

#[test]
fn a_state_brings_back_both_slots_and_leaves_the_history() {
    let studio = Studio::without_presets();
    studio.set("drive", 0.25);
    studio.control().load_preset("factory/clean").unwrap();
    studio.control().select_slot(B).unwrap();
    studio.set("drive", 0.75);
    let saved = serde_json::to_string(&studio.session.saved()).unwrap();

    let other = Studio::without_presets();
    other.set("mix", 0.5);
    other.take_events();
    other.session.restore(serde_json::from_str(&saved).unwrap());
    for (id, to) in [("drive", 0.75), ("mix", 1.0)] {
        other.daw.automate(id, value(to));
    }
    assert!(other.take_events().contains(&SessionEvent::SlotChanged));
    assert_eq!(other.control().slots().selected, B);
    other.control().select_slot(A).unwrap();
    assert_eq!(other.get("drive").to_bits(), 0.0_f32.to_bits());
    assert_eq!(other.control().current_preset().preset.unwrap().name, "Clean");
    assert_eq!(other.undo_label().as_deref(), Some("Mix 50.00 %"));
}

#[test]
fn slots_of_a_later_version_are_left_alone() {
    let studio = Studio::without_presets();
    studio.control().select_slot(B).unwrap();
    let later = r#"{"version": 99, "selected": "a"}"#;
    studio.session.restore(serde_json::from_str(later).unwrap());
    assert_eq!(studio.control().slots().selected, B);
}
