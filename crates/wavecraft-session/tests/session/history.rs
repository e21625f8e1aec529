//! Undo and redo.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wavecraft_ipc::ParameterHost;
use wavecraft_session::SessionEvent;

use crate::studio::{Studio, value};

#[test]
fn a_gesture_is_one_step_however_many_values_it_has() {
    let studio = Studio::without_presets();
    studio.drag("drive", &[0.1, 0.2, 0.3]);
    studio.drag("drive", &[0.5, 0.75]);
    assert_eq!(studio.undo_label().as_deref(), Some("Drive 27.00 dB"));
    assert!(studio.control().undo().unwrap());
    assert_eq!(studio.get("drive").to_bits(), 0.3_f32.to_bits());
    assert!(studio.control().undo().unwrap());
    assert_eq!(studio.get("drive").to_bits(), 0.0_f32.to_bits());
    assert!(!studio.control().undo().unwrap());
    assert_eq!(studio.control().history().redo_label.as_deref(), Some("Drive 10.80 dB"));
}

#[test]
fn gestures_that_overlap_are_one_step() {
    let studio = Studio::without_presets();
    studio.page.begin_gesture("drive").unwrap();
    studio.page.begin_gesture("mix").unwrap();
    studio.set("drive", 0.5);
    studio.set("mix", 0.5);
    studio.page.end_gesture("drive").unwrap();
    assert_eq!(studio.undo_label(), None, "one control is still held");
    studio.page.end_gesture("mix").unwrap();
    assert_eq!(studio.undo_label().as_deref(), Some("Drive, Mix"));
    studio.control().undo().unwrap();
    assert_eq!((studio.get("drive"), studio.get("mix")), (0.0, 1.0));
}

#[test]
fn a_value_without_a_gesture_is_a_step_and_a_touch_without_a_value_is_none() {
    let studio = Studio::without_presets();
    studio.set("mode", 0.6);
    studio.drag("drive", &[]);
    studio.drag("drive", &[0.5, 0.0]);
    assert_eq!(studio.undo_label().as_deref(), Some("Mode Tape"));
    assert_eq!(studio.take_events(), [SessionEvent::HistoryChanged]);
}

#[test]
fn the_host_sees_a_whole_gesture_for_each_parameter_that_undo_changes() {
    let studio = Studio::without_presets();
    studio.page.begin_gesture("drive").unwrap();
    studio.set("drive", 0.5);
    studio.set("mix", 0.5);
    studio.page.end_gesture("drive").unwrap();
    studio.daw.automate("mix", value(1.0));
    studio.daw.take_heard();
    studio.take_events();
    studio.control().undo().unwrap();
    assert_eq!(studio.daw.take_heard(), ["begin drive", "set drive 0", "end drive"]);
    assert_eq!(studio.take_events(), [SessionEvent::ParametersChanged, SessionEvent::HistoryChanged]);
}

#[test]
fn automation_of_other_parameters_is_left_alone() {
    let studio = Studio::without_presets();
    studio.drag("drive", &[0.5]);
    studio.daw.automate("mix", value(0.25));
    studio.control().undo().unwrap();
    assert_eq!(studio.get("mix").to_bits(), 0.25_f32.to_bits());
    assert_eq!(studio.undo_label(), None);
}

#[test]
fn undo_while_a_control_is_held_takes_back_what_it_has_done_so_far() {
    let studio = Studio::without_presets();
    studio.page.begin_gesture("drive").unwrap();
    studio.set("drive", 0.5);
    assert!(studio.control().undo().unwrap());
    assert_eq!(studio.get("drive").to_bits(), 0.0_f32.to_bits());
    studio.set("drive", 0.75);
    studio.page.end_gesture("drive").unwrap();
    assert!(studio.control().undo().unwrap());
    assert_eq!(studio.get("drive").to_bits(), 0.0_f32.to_bits());
    assert!(studio.control().redo().unwrap());
    assert_eq!(studio.get("drive").to_bits(), 0.75_f32.to_bits());
}

const IDS: [&str; 4] = ["drive", "mix", "mode", "quality"];

#[derive(Clone, Debug)]
enum Action {
    /// Holds some controls at once, and gives them values.
    Gesture(Vec<(usize, f32)>),
    Set(usize, f32),
    Automate(usize, f32),
    Undo,
    Redo,
}

fn action() -> impl Strategy<Value = Action> {
    let set = || (0..IDS.len(), 0.0_f32..=1.0);
    prop_oneof![
        3 => proptest::collection::vec(set(), 1..6).prop_map(Action::Gesture),
        2 => set().prop_map(|(id, to)| Action::Set(id, to)),
        2 => set().prop_map(|(id, to)| Action::Automate(id, to)),
        1 => Just(Action::Undo),
        1 => Just(Action::Redo),
    ]
}

/// The same, in the simplest words: what each step found and left.
#[derive(Default)]
struct Model {
    steps: Vec<BTreeMap<usize, (u32, u32)>>,
    done: usize,
}

impl Model {
    fn push(&mut self, step: BTreeMap<usize, (u32, u32)>) {
        let step: BTreeMap<_, _> = step.into_iter().filter(|(_, (before, after))| before != after).collect();
        if !step.is_empty() {
            self.steps.truncate(self.done);
            self.steps.push(step);
            self.done += 1;
        }
    }

    /// What the user touched first found, and what was touched last was left at.
    fn ends(&self) -> (BTreeMap<usize, u32>, BTreeMap<usize, u32>) {
        let (mut bottom, mut top) = (BTreeMap::new(), BTreeMap::new());
        for (id, (before, after)) in self.steps.iter().flatten() {
            bottom.entry(*id).or_insert(*before);
            top.insert(*id, *after);
        }
        (bottom, top)
    }
}

fn bits(studio: &Studio, id: usize) -> u32 {
    studio.get(IDS[id]).to_bits()
}

fn perform(studio: &Studio, model: &mut Model, action: &Action) {
    match action {
        Action::Gesture(values) => {
            let mut step = BTreeMap::new();
            for (id, _) in values {
                step.entry(*id).or_insert((bits(studio, *id), 0));
                studio.page.begin_gesture(IDS[*id]).unwrap();
            }
            for (id, to) in values {
                studio.set(IDS[*id], *to);
            }
            for (id, _) in values {
                studio.page.end_gesture(IDS[*id]).unwrap();
            }
            for (id, (_, after)) in &mut step {
                *after = bits(studio, *id);
            }
            model.push(step);
        }
        Action::Set(id, to) => {
            let before = bits(studio, *id);
            studio.set(IDS[*id], *to);
            model.push(BTreeMap::from([(*id, (before, bits(studio, *id)))]));
        }
        Action::Automate(id, to) => studio.daw.automate(IDS[*id], value(*to)),
        Action::Undo => {
            assert_eq!(studio.control().undo().unwrap(), model.done > 0);
            model.done = model.done.saturating_sub(1);
        }
        Action::Redo => {
            assert_eq!(studio.control().redo().unwrap(), model.done < model.steps.len());
            model.done = (model.done + 1).min(model.steps.len());
        }
    }
}

proptest! {
    #[test]
    fn undo_to_the_bottom_and_redo_to_the_top_give_the_same_values_to_the_bit(
        actions in proptest::collection::vec(action(), 0..60),
        automation in proptest::collection::vec((0..IDS.len(), 0.0_f32..=1.0), 1..20),
    ) {
        let studio = Studio::without_presets();
        let mut model = Model::default();
        for action in &actions {
            perform(&studio, &mut model, action);
        }
        let (bottom, top) = model.ends();
        let mut automation = automation.iter().cycle();
        // What is automated after the last step that knows it stays where automation has left it.
        let mut automate = |steps: &[BTreeMap<usize, (u32, u32)>]| {
            if let Some((id, to)) = automation.next().filter(|(id, _)| steps.iter().any(|step| step.contains_key(id))) {
                studio.daw.automate(IDS[*id], value(*to));
            }
        };
        while studio.control().redo().unwrap() {
            model.done += 1;
        }
        prop_assert_eq!(model.done, model.steps.len());
        for _ in 0..2 {
            automate(&model.steps);
            while studio.control().undo().unwrap() {
                model.done -= 1;
                automate(&model.steps[..model.done]);
            }
            for (id, expected) in &bottom {
                prop_assert_eq!(bits(&studio, *id), *expected, "{} at the bottom", IDS[*id]);
            }
            automate(&model.steps);
            while studio.control().redo().unwrap() {
                model.done += 1;
                automate(&model.steps[model.done..]);
            }
            for (id, expected) in &top {
                prop_assert_eq!(bits(&studio, *id), *expected, "{} at the top", IDS[*id]);
            }
        }
    }
}
