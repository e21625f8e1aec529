//! Which parameters have values that the page does not know.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// No value of a parameter has these bits: the page knows none yet.
const UNKNOWN: u32 = f32::NAN.to_bits();

/// Marks by parameter, in the order of the table, and what the page last learnt of each.
///
/// Any thread may mark at any time, the audio thread among them: a mark is one atomic store, and however often a
/// parameter is marked between two ticks of the editor's timer, the page is told once.
///
/// Marks alone would not do: nice-plug marks on the host's main thread, and not every host calls back there when it is asked
/// to. So the values themselves are looked at as well, and one that has moved since the last look counts as marked.
///
/// What the page itself has set is known to it, and not told again when the host reports it back.
#[derive(Debug)]
pub struct DirtyParameters {
    parameters: Vec<ParameterMark>,
    all: AtomicBool,
}

#[derive(Debug)]
struct ParameterMark {
    is_marked: AtomicBool,
    /// The bits of the value that the page has.
    known: AtomicU32,
    /// The bits of the value that the plugin had when it was last looked at.
    seen: AtomicU32,
}

impl DirtyParameters {
    /// No marks, for so many parameters.
    pub fn new(parameter_count: usize) -> Self {
        let unmarked = || ParameterMark {
            is_marked: AtomicBool::new(false),
            known: AtomicU32::new(UNKNOWN),
            seen: AtomicU32::new(UNKNOWN),
        };
        Self {
            parameters: std::iter::repeat_with(unmarked).take(parameter_count).collect(),
            all: AtomicBool::new(false),
        }
    }

    /// The parameter at `index` may have another value.
    pub fn mark(&self, index: usize) {
        if let Some(parameter) = self.parameters.get(index) {
            parameter.is_marked.store(true, Ordering::Release);
        }
    }

    /// Everything may be different, for a page that was not told meanwhile.
    pub fn mark_all(&self) {
        self.all.store(true, Ordering::Release);
    }

    /// The host has loaded a state: whatever the page has set before is over, whether or not the plugin has taken it.
    pub fn mark_loaded(&self) {
        for parameter in &self.parameters {
            parameter.known.store(UNKNOWN, Ordering::Release);
        }
        self.mark_all();
    }

    /// What a page has to show for a parameter whose value in the plugin is `normalized`: the value that a page has set, as
    /// long as the plugin has not taken it. A host that does not process hands it on only when it does.
    pub(super) fn shown(&self, index: usize, normalized: f32) -> f32 {
        let Some(parameter) = self.parameters.get(index) else { return normalized };
        let known = parameter.known.load(Ordering::Acquire);
        let has_moved = parameter.seen.load(Ordering::Acquire) != normalized.to_bits();
        if known == UNKNOWN || has_moved { normalized } else { f32::from_bits(known) }
    }

    /// The page has this value, because it was told or because it said so.
    pub(super) fn set_known(&self, index: usize, normalized: f32) {
        if let Some(parameter) = self.parameters.get(index) {
            parameter.known.store(normalized.to_bits(), Ordering::Release);
        }
    }

    /// Whether everything was marked, and takes the mark away.
    pub(super) fn take_all(&self) -> bool {
        self.all.swap(false, Ordering::AcqRel)
    }

    /// Takes the marks away, and hands those on whose value is not the one that the page has, as well as those that have
    /// moved since the last time. `value` is asked after the mark is gone, so that a change in between marks anew.
    pub(super) fn take(&self, mut value: impl FnMut(usize) -> Option<f32>, mut tell: impl FnMut(usize, f32)) {
        for (index, parameter) in self.parameters.iter().enumerate() {
            let is_marked = parameter.is_marked.swap(false, Ordering::AcqRel);
            let Some(normalized) = value(index) else { continue };
            let bits = normalized.to_bits();
            let seen = parameter.seen.swap(bits, Ordering::AcqRel);
            let has_moved = seen != UNKNOWN && seen != bits;
            if (is_marked || has_moved) && parameter.known.swap(bits, Ordering::AcqRel) != bits {
                tell(index, normalized);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(dirty: &DirtyParameters, value: f32) -> Vec<usize> {
        let mut told = Vec::new();
        dirty.take(|_| Some(value), |index, _| told.push(index));
        told
    }

    #[test]
    fn a_change_is_told_once_however_often_it_is_marked() {
        let dirty = DirtyParameters::new(3);
        for _ in 0..100 {
            dirty.mark(1);
        }
        assert_eq!(told(&dirty, 0.5), [1]);
        assert!(told(&dirty, 0.5).is_empty());
    }

    #[test]
    fn what_moves_is_told_without_a_mark() {
        let dirty = DirtyParameters::new(1);
        assert!(told(&dirty, 0.5).is_empty(), "the page has not asked yet");
        assert_eq!(told(&dirty, 0.7), [0]);
        assert!(told(&dirty, 0.7).is_empty());
    }

    #[test]
    fn what_the_page_has_set_is_not_sent_to_it_when_the_plugin_takes_it_later() {
        let dirty = DirtyParameters::new(1);
        assert!(told(&dirty, 0.5).is_empty());
        dirty.set_known(0, 0.7);
        assert!(told(&dirty, 0.5).is_empty(), "the page is ahead of the plugin");
        assert!(told(&dirty, 0.7).is_empty());
    }

    #[test]
    fn what_the_page_has_set_is_shown_until_the_plugin_has_taken_it_or_has_another_value() {
        let dirty = DirtyParameters::new(1);
        assert!(told(&dirty, 0.5).is_empty());
        dirty.set_known(0, 0.7);
        assert_eq!(dirty.shown(0, 0.5).to_bits(), 0.7_f32.to_bits());
        assert_eq!(dirty.shown(0, 0.7).to_bits(), 0.7_f32.to_bits());
        assert_eq!(dirty.shown(0, 0.2).to_bits(), 0.2_f32.to_bits());
    }

    #[test]
    fn a_loaded_state_ends_what_the_page_has_set() {
        let dirty = DirtyParameters::new(1);
        assert!(told(&dirty, 0.5).is_empty());
        dirty.set_known(0, 0.7);
        dirty.mark_loaded();
        assert_eq!(dirty.shown(0, 0.5).to_bits(), 0.5_f32.to_bits());
        assert!(dirty.take_all());
    }

    #[test]
    fn what_the_page_has_set_is_not_sent_to_it() {
        let dirty = DirtyParameters::new(1);
        dirty.set_known(0, 0.25);
        dirty.mark(0);
        assert!(told(&dirty, 0.25).is_empty());
        dirty.mark(0);
        assert_eq!(told(&dirty, 0.75), [0]);
    }

    #[test]
    fn marks_of_parameters_that_do_not_exist_are_left_alone() {
        let dirty = DirtyParameters::new(1);
        dirty.mark(7);
        dirty.set_known(7, 0.5);
        assert!(told(&dirty, 0.5).is_empty());
    }

    #[test]
    fn everything_is_told_once() {
        let dirty = DirtyParameters::new(0);
        assert!(!dirty.take_all());
        dirty.mark_all();
        assert!(dirty.take_all());
        assert!(!dirty.take_all());
    }
}
