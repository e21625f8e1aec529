//! The methods of the protocol that concern the session.

use std::path::Path;

use wavecraft_ipc::{
    CurrentPreset, HistoryState, HostError, NormalizedValue, ParameterHost, PresetBank, PresetDescription,
    PresetInfo, PresetName, PresetText, RecallScope, SessionControl, SlotName, SlotsState,
};

use super::SessionHost;
use crate::history::{PresetChange, Step, ValueChange};
use crate::loaded_preset::LoadedPreset;
use crate::presets::PresetFile;
use crate::session::SessionEvent;
use crate::slots::Values;

/// Where a step is gone to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Back,
    Forward,
}

impl<H: ParameterHost> SessionHost<H> {
    fn walk(&self, direction: Direction) -> bool {
        let acting = self.session.act();
        // What is still in the user's hand is the last step.
        let was_open = self.commit();
        let step = {
            let mut memory = self.session.memory();
            let history = &mut memory.slots.current_mut().history;
            match direction {
                Direction::Back => history.undo().cloned(),
                Direction::Forward => history.redo().cloned(),
            }
        };
        let Some(Step { changes, preset, .. }) = step else {
            drop(acting);
            if was_open {
                self.tell_step();
            }
            return false;
        };
        let target = |change: &ValueChange| match direction {
            Direction::Back => change.before,
            Direction::Forward => change.after,
        };
        self.recall(changes.iter().map(|change| (change.id.as_str(), target(change))));
        let has_preset = preset.is_some();
        if let Some(PresetChange { before, after }) = preset {
            self.session.memory().slots.current_mut().preset = match direction {
                Direction::Back => before,
                Direction::Forward => after,
            };
        }
        drop(acting);
        self.session.tell(SessionEvent::ParametersChanged);
        self.session.tell(SessionEvent::HistoryChanged);
        if has_preset {
            self.tell_preset();
        } else {
            self.tell_modified();
        }
        true
    }

    /// Tells pages that a preset or a copy has given the parameters other values.
    fn tell_recall(&self) {
        self.session.tell(SessionEvent::ParametersChanged);
        self.session.tell(SessionEvent::HistoryChanged);
        self.tell_preset();
    }

    /// Tells pages of another preset, and the host that its name is to be saved.
    fn tell_preset(&self) {
        self.session.tell(SessionEvent::PresetChanged);
        self.session.tell(SessionEvent::SavedSessionChanged);
        self.tell_modified();
    }

    /// Loads a preset, wherever it is from, under this id. Returns what it says in vain.
    fn load(&self, id: &str, file: PresetFile, bank: PresetBank) -> Result<Vec<String>, HostError> {
        let file = file.with_renamed(self.session.renamed());
        let name = file.about.name.clone();
        let resolved = file.resolve(&*self.inner, &self.inner.current_parameters()).map_err(|error| {
            HostError::preset_refused(format!("the preset {name} is not loaded: {error}"))
        })?;
        let acting = self.session.act();
        self.commit();
        let changes = self.recall(resolved.values.iter().map(|(id, value)| (id.as_str(), *value)));
        let values = self.taken(resolved.values);
        let label = format!("Preset {name}");
        let loaded = Some(LoadedPreset { id: id.to_owned(), name, bank, values });
        self.session.memory().slots.current_mut().recall(label, changes, loaded);
        drop(acting);
        self.tell_recall();
        Ok(resolved.ignored)
    }

    /// Loads a preset's file, in the user's folder or elsewhere, as
    /// [`load_preset`](wavecraft_ipc::SessionControl::load_preset) loads one by its id. Returns what it says in vain.
    ///
    /// # Errors
    ///
    /// [`HostError::PresetRefused`] when it is no file that can be read, no preset, one of another plugin, or has a value
    /// that a parameter does not have. Nothing has changed then.
    pub fn load_preset_file(&self, path: &Path) -> Result<Vec<String>, HostError> {
        let (id, preset) = self.session.presets().read_file(path)?;
        self.load(&id, preset, PresetBank::User)
    }

    /// The values that belong to a slot, as they are heard.
    fn heard(&self) -> Values {
        let parameters = self.inner.current_parameters().into_iter();
        let in_slots = parameters.filter(|parameter| parameter.recalled_by != RecallScope::Nothing);
        in_slots.map(|parameter| (parameter.id, parameter.value)).collect()
    }

    /// The values that a preset gives, as the plugin has them now.
    fn taken(&self, values: Values) -> Values {
        let taken = |(id, value): (String, NormalizedValue)| {
            let value = self.inner.get_parameter(&id).unwrap_or(value);
            (id, value)
        };
        values.into_iter().map(taken).collect()
    }

    /// What the user's preset of this name says of itself, for what its successor does not say.
    fn completed(&self, about: &PresetDescription) -> PresetDescription {
        let name = about.name.trim();
        let presets = self.session.presets().list();
        let mut about = about.clone();
        if let Some(old) =
            presets.into_iter().find(|preset| preset.bank == PresetBank::User && preset.name == name)
        {
            about.author = about.author.or(old.author);
            about.description = about.description.or(old.description);
            if about.tags.is_empty() {
                about.tags = old.tags.unwrap_or_default();
            }
        }
        about
    }
}

impl<H: ParameterHost> SessionControl for SessionHost<H> {
    fn undo(&self) -> Result<bool, HostError> {
        Ok(self.walk(Direction::Back))
    }

    fn redo(&self) -> Result<bool, HostError> {
        Ok(self.walk(Direction::Forward))
    }

    fn history(&self) -> HistoryState {
        let memory = self.session.memory();
        let history = &memory.slots.current().history;
        let (undo_label, redo_label) =
            (history.undo_label().map(str::to_owned), history.redo_label().map(str::to_owned));
        HistoryState {
            can_undo: undo_label.is_some(),
            can_redo: redo_label.is_some(),
            undo_label,
            redo_label,
        }
    }

    fn select_slot(&self, slot: SlotName) -> Result<(), HostError> {
        let acting = self.session.act();
        if self.session.memory().slots.selected() == slot {
            return Ok(());
        }
        self.commit();
        let heard = self.heard();
        let values = self.session.memory().slots.select(slot, heard);
        self.recall(values.iter().map(|(id, value)| (id.as_str(), *value)));
        drop(acting);
        self.session.tell(SessionEvent::ParametersChanged);
        self.session.tell(SessionEvent::SlotChanged);
        self.session.tell(SessionEvent::HistoryChanged);
        self.tell_preset();
        Ok(())
    }

    fn copy_slot(&self, from: SlotName, to: SlotName) -> Result<(), HostError> {
        if from == to {
            return Ok(());
        }
        let acting = self.session.act();
        self.commit();
        let is_heard = self.session.memory().slots.selected() == to;
        let changes = if is_heard {
            // A slot that was never heard has the values of the other already.
            let values = self.session.memory().slots.unheard_values(from).cloned().unwrap_or_default();
            self.recall(values.iter().map(|(id, value)| (id.as_str(), *value)))
        } else {
            let heard = self.heard();
            let mut memory = self.session.memory();
            let old = memory.slots.unheard_values(to).cloned().unwrap_or_default();
            let change = |(id, after): (&String, &NormalizedValue)| {
                let before = *old.get(id)?;
                (before != *after).then(|| ValueChange { id: id.clone(), before, after: *after })
            };
            let changes = heard.iter().filter_map(change).collect();
            memory.slots.set_unheard_values(to, heard);
            changes
        };
        {
            let mut memory = self.session.memory();
            let preset = memory.slots.slot_mut(from).preset.clone();
            memory.slots.slot_mut(to).recall(format!("Copy {from:?} to {to:?}"), changes, preset);
        }
        drop(acting);
        if is_heard {
            self.tell_recall();
        } else {
            self.session.tell(SessionEvent::SavedSessionChanged);
        }
        Ok(())
    }

    fn slots(&self) -> SlotsState {
        SlotsState { selected: self.session.memory().slots.selected() }
    }

    fn presets(&self) -> Vec<PresetInfo> {
        self.session.watch_presets();
        self.session.presets().list()
    }

    fn current_preset(&self) -> CurrentPreset {
        // The plugin is asked while the memory is free.
        let preset = self.session.memory().slots.current().preset.clone();
        let modified =
            preset.as_ref().is_some_and(|preset| preset.is_modified(|id| self.inner.get_parameter(id).ok()));
        let name = |LoadedPreset { id, name, bank, .. }| PresetName { id, name, bank };
        CurrentPreset { preset: preset.map(name), modified }
    }

    fn load_preset(&self, id: &str) -> Result<Vec<String>, HostError> {
        let (file, bank) = self.session.presets().load(id)?;
        self.load(id, file, bank)
    }

    fn save_preset(&self, about: &PresetDescription, replace: bool) -> Result<String, HostError> {
        self.session.watch_presets();
        let about = if replace { self.completed(about) } else { about.clone() };
        let parameters = self.inner.current_parameters();
        let preset = PresetFile::of_parameters(&about, &*self.inner, &parameters)
            .map_err(|error| HostError::preset_refused(error.to_string()))?;
        let id = self.session.presets().save(&preset, replace)?;
        let values = parameters
            .into_iter()
            .filter(|parameter| preset.values.contains_key(&parameter.id))
            .map(|parameter| (parameter.id, parameter.value))
            .collect();
        let loaded = LoadedPreset { id: id.clone(), name: preset.about.name, bank: PresetBank::User, values };
        self.session.memory().slots.current_mut().preset = Some(loaded);
        self.tell_preset();
        Ok(id)
    }

    fn rename_preset(&self, id: &str, name: &str) -> Result<String, HostError> {
        self.session.watch_presets();
        let new_id = self.session.presets().rename(id, name)?;
        let is_renamed = {
            let mut memory = self.session.memory();
            let mut is_renamed = false;
            for slot in [SlotName::A, SlotName::B] {
                let preset = memory.slots.slot_mut(slot).preset.as_mut();
                if let Some(preset) = preset.filter(|preset| preset.id == id) {
                    preset.id.clone_from(&new_id);
                    name.trim().clone_into(&mut preset.name);
                    is_renamed = true;
                }
            }
            is_renamed
        };
        if is_renamed {
            self.tell_preset();
        }
        Ok(new_id)
    }

    fn delete_preset(&self, id: &str) -> Result<(), HostError> {
        self.session.watch_presets();
        self.session.presets().delete(id)
    }

    fn import_preset(&self, text: &str, replace: bool) -> Result<String, HostError> {
        self.session.watch_presets();
        self.session.presets().import(text, replace)
    }

    fn export_preset(&self, id: &str) -> Result<PresetText, HostError> {
        self.session.presets().export(id)
    }

    fn write_preset(&self, id: &str) -> Result<String, HostError> {
        Ok(self.session.presets().write(id)?.display().to_string())
    }

    fn set_favourite(&self, id: &str, is_favourite: bool) -> Result<(), HostError> {
        self.session.watch_presets();
        self.session.presets().set_favourite(id, is_favourite)
    }
}
