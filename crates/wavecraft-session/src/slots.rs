//! A and B: two sets of values to compare, each with a history of its own.

use std::collections::BTreeMap;

use wavecraft_ipc::{NormalizedValue, SlotName};

use crate::history::{History, PresetChange, Step, ValueChange};
use crate::loaded_preset::LoadedPreset;
use crate::saved_session::{SavedSession, SavedSlot};

/// Values of parameters by id.
pub type Values = BTreeMap<String, NormalizedValue>;

/// One of the two.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// What can be undone in it.
    pub history: History,
    /// The preset that it was given last.
    pub preset: Option<LoadedPreset>,
    /// Its values while it is not selected. The selected slot's are the plugin's own. A slot that was never selected has
    /// none, and begins with those of the other.
    values: Option<Values>,
}

impl Slot {
    /// Notes as a step that a preset or a copy of the other slot has changed these values, and what the preset is since.
    pub(crate) fn recall(&mut self, label: String, changes: Vec<ValueChange>, preset: Option<LoadedPreset>) {
        let before = std::mem::replace(&mut self.preset, preset.clone());
        let preset = (before != preset).then_some(PresetChange { before, after: preset });
        self.history.push(Step { label, changes, preset });
    }
}

/// Both slots, and which one is heard.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    selected: SlotName,
    slots: [Slot; 2],
}

impl Slots {
    /// Which one is heard.
    pub fn selected(&self) -> SlotName {
        self.selected
    }

    /// The one that is heard.
    pub fn current(&self) -> &Slot {
        &self.slots[index(self.selected)]
    }

    /// The one that is heard.
    pub fn current_mut(&mut self) -> &mut Slot {
        &mut self.slots[index(self.selected)]
    }

    /// One of them, heard or not.
    pub fn slot_mut(&mut self, slot: SlotName) -> &mut Slot {
        &mut self.slots[index(slot)]
    }

    /// Selects a slot, and returns the values that the plugin is to have. `heard` are those that it has.
    pub fn select(&mut self, slot: SlotName, heard: Values) -> Values {
        if slot == self.selected {
            return heard;
        }
        let preset = self.current().preset.clone();
        self.current_mut().values = Some(heard.clone());
        self.selected = slot;
        let current = self.current_mut();
        current.values.take().unwrap_or_else(|| {
            // The other's values, and so the other's preset as well.
            current.preset = preset;
            heard
        })
    }

    /// The values of a slot that is not heard; none if it was never selected.
    pub fn unheard_values(&self, slot: SlotName) -> Option<&Values> {
        self.slots[index(slot)].values.as_ref()
    }

    /// Gives a slot that is not heard other values.
    pub fn set_unheard_values(&mut self, slot: SlotName, values: Values) {
        if slot != self.selected {
            self.slots[index(slot)].values = Some(values);
        }
    }

    /// What a project keeps of them: everything but the histories.
    pub fn save(&self) -> SavedSession {
        let saved = |slot: SlotName| {
            let Slot { preset, values, .. } = &self.slots[index(slot)];
            SavedSlot { preset: preset.clone(), values: values.clone() }
        };
        SavedSession::new(self.selected, saved(SlotName::A), saved(SlotName::B))
    }

    /// Takes what a project has kept. The histories stay: what the user did can still be undone.
    pub fn restore(&mut self, saved: SavedSession) {
        let SavedSession { selected, a, b, .. } = saved;
        self.selected = selected;
        for (slot, saved) in [(SlotName::A, a), (SlotName::B, b)] {
            let is_heard = slot == selected;
            let slot = self.slot_mut(slot);
            slot.preset = saved.preset;
            slot.values = saved.values.filter(|_| !is_heard);
        }
    }
}

fn index(slot: SlotName) -> usize {
    match slot {
        SlotName::A => 0,
        SlotName::B => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(gain: f32) -> Values {
        Values::from([("gain".to_owned(), NormalizedValue::new(gain).unwrap())])
    }

    #[test]
    fn a_slot_that_was_never_selected_begins_with_the_values_of_the_other() {
        let mut slots = Slots::default();
        assert_eq!(slots.select(SlotName::B, values(0.5)), values(0.5));
        assert_eq!(slots.select(SlotName::A, values(0.75)), values(0.5));
        assert_eq!(slots.select(SlotName::B, values(0.5)), values(0.75));
    }

    #[test]
    fn what_is_saved_comes_back_with_the_values_of_the_slot_that_is_not_heard() {
        let mut slots = Slots::default();
        slots.select(SlotName::B, values(0.5));
        let text = serde_json::to_string(&slots.save()).unwrap();
        let mut restored = Slots::default();
        restored.restore(serde_json::from_str(&text).unwrap());
        assert_eq!(restored.selected(), SlotName::B);
        assert_eq!(restored.select(SlotName::A, values(0.1)), values(0.5));
    }
}
