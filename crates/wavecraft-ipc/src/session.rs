//! What a musician does with a plugin's values as a whole: undo and redo, two slots to compare, presets.

use serde::{Deserialize, Serialize};

use crate::error::HostError;

/// The side that keeps a plugin instance's history, slots and presets, if its
/// [`ParameterHost`](crate::ParameterHost) has one.
///
/// The rules of that trait hold: any thread but the audio thread, several at once, no waiting for others' work. An error
/// means that nothing was changed. Whatever changes is told to all pages by notifications; none of the functions sends
/// them itself.
pub trait SessionControl: Send + Sync {
    /// Takes the last step back; whether there was one.
    ///
    /// # Errors
    ///
    /// [`HostError::Failed`] when the values could not be passed on.
    fn undo(&self) -> Result<bool, HostError>;

    /// Does the step again that was taken back last; whether there was one.
    ///
    /// # Errors
    ///
    /// As [`undo`](Self::undo).
    fn redo(&self) -> Result<bool, HostError>;

    /// What undo and redo would do.
    fn history(&self) -> HistoryState;

    /// Lets a slot be heard. The other keeps its values.
    ///
    /// # Errors
    ///
    /// As [`undo`](Self::undo).
    fn select_slot(&self, slot: SlotName) -> Result<(), HostError>;

    /// Gives slot `to` the values of slot `from`, as a step of its history.
    ///
    /// # Errors
    ///
    /// As [`undo`](Self::undo).
    fn copy_slot(&self, from: SlotName, to: SlotName) -> Result<(), HostError>;

    /// Which slot is heard.
    fn slots(&self) -> SlotsState;

    /// All presets, factory presets first, each bank in the order of the names.
    fn presets(&self) -> Vec<PresetInfo>;

    /// The preset that was loaded or saved last in the slot that is heard.
    fn current_preset(&self) -> CurrentPreset;

    /// Sets the parameters as the preset says, as one step. Returns what of it was not used, in words.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchPreset`]; [`HostError::PresetRefused`] when its file is broken or has a value that the plugin
    /// does not have.
    fn load_preset(&self, id: &str) -> Result<Vec<String>, HostError>;

    /// Saves the parameters' values as a preset of the user's, and returns its id. `replace` allows it to take the place
    /// of one with the same name.
    ///
    /// # Errors
    ///
    /// [`HostError::PresetExists`]; [`HostError::PresetRefused`] for a name that cannot be; [`HostError::Failed`] when it
    /// could not be written.
    fn save_preset(&self, about: &PresetDescription, replace: bool) -> Result<String, HostError>;

    /// Gives one of the user's presets another name, and returns its new id.
    ///
    /// # Errors
    ///
    /// As [`save_preset`](Self::save_preset), and [`HostError::NoSuchPreset`].
    fn rename_preset(&self, id: &str, name: &str) -> Result<String, HostError>;

    /// Deletes one of the user's presets.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchPreset`]; [`HostError::PresetRefused`] for a factory preset; [`HostError::Failed`].
    fn delete_preset(&self, id: &str) -> Result<(), HostError>;

    /// Adds a preset file's text to the user's presets, and returns its id.
    ///
    /// # Errors
    ///
    /// As [`save_preset`](Self::save_preset); [`HostError::PresetRefused`] when the text is no preset of this plugin.
    fn import_preset(&self, text: &str, replace: bool) -> Result<String, HostError>;

    /// The file of a preset: its name, and its text.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchPreset`]; [`HostError::Failed`] when it cannot be read.
    fn export_preset(&self, id: &str) -> Result<PresetText, HostError>;

    /// Writes a preset as a file into the folder where the user's programs put what they download, and returns where it
    /// is. A file that is there already stays, and the new one gets a number.
    ///
    /// # Errors
    ///
    /// As [`export_preset`](Self::export_preset); [`HostError::Failed`] when it could not be written.
    fn write_preset(&self, id: &str) -> Result<String, HostError>;

    /// Makes a preset of any bank one of the user's favourites, or none of them any more. Favourites are the user's, the
    /// same in all instances, and no part of preset files.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchPreset`]; [`HostError::Failed`] when it could not be written.
    fn set_favourite(&self, id: &str, is_favourite: bool) -> Result<(), HostError>;
}

/// What undo and redo would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
pub struct HistoryState {
    /// Whether there is a step to take back.
    pub can_undo: bool,
    /// Whether there is a step to do again.
    pub can_redo: bool,
    /// The step that undo would take back, as the user reads it: "Drive 12.0 dB".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo_label: Option<String>,
    /// The step that redo would do again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redo_label: Option<String>,
}

/// One of the two sets of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum SlotName {
    /// The one that is heard at first.
    #[default]
    A,
    /// The other.
    B,
}

/// The two slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct SlotsState {
    /// The one that is heard.
    pub selected: SlotName,
}

/// Where a preset comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum PresetBank {
    /// Part of the plugin. It cannot be changed.
    Factory,
    /// The user's own.
    User,
}

/// A preset in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
pub struct PresetInfo {
    /// What it is loaded by. It changes with the name.
    pub id: String,
    /// What the user reads.
    pub name: String,
    /// Where it comes from.
    pub bank: PresetBank,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What it is good for, in single words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// What it is good for, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it is one of the user's favourites.
    #[serde(default)]
    pub favourite: bool,
    /// Why it cannot be loaded, if its file is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The preset that was loaded or saved last in the slot that is heard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct CurrentPreset {
    /// Null before the first.
    pub preset: Option<PresetName>,
    /// Whether a parameter has another value than the preset gave it.
    pub modified: bool,
}

/// A preset by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct PresetName {
    /// Its id when it was loaded. It may have been deleted since.
    pub id: String,
    /// What the user reads.
    pub name: String,
    /// Where it comes from.
    pub bank: PresetBank,
}

/// What a preset says of itself, beside its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresetDescription {
    /// What the user reads.
    pub name: String,
    /// Who made it.
    pub author: Option<String>,
    /// What it is good for, in single words.
    pub tags: Vec<String>,
    /// What it is good for, in a sentence.
    pub description: Option<String>,
}

/// A preset as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct PresetText {
    /// A name for the file, with its ending.
    pub file_name: String,
    /// What is in it.
    pub text: String,
}
