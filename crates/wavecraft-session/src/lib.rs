//! What a musician does with a plugin's values: undo and redo, two slots to compare, presets.
//!
//! - [`Session`] is what an instance remembers: a [`History`] for each of its [`Slots`], and its [`PresetLibrary`].
//! - [`SessionHost`] stands around a [`ParameterHost`](wavecraft_ipc::ParameterHost), notes what pages do to the parameters,
//!   and answers the methods of the protocol that concern the session. The plugin in its window and the development server
//!   use the same.
//! - [`Controllers`] lets MIDI controllers move parameters, and keeps which one moves which.
//! - [`UserBank`] is the user's folder of presets, which any number of programs may use at once.
//!
//! This crate knows no plugin framework and no async runtime. Nothing of it is for the audio thread.
//!
//! # What a step is
//!
//! A gesture, from the first control that is touched to the last that is let go; a value that is set without a gesture;
//! a preset; a copy of a slot. Automation, and states that the host loads, are none, and never change one: a step has the
//! values that the user left and the user set. Undo and redo set these and no other parameters. Selecting a slot is no step,
//! since each slot has a history of its own; the other slot's button takes it back.
//!
//! # Setting parameters
//!
//! Every recall sets those parameters that differ, each in a gesture of its own (begin, value, end), so that the host's
//! automation and its own undo see what they would see of a hand. Pages are told once.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use wavecraft_ipc::{
//!     HostKind, InMemoryParameterHost, NormalizedValue, ParameterHost, ParameterInfo, ParameterKind, PluginInfo,
//! };
//! use wavecraft_session::{FactoryBank, PluginIdentity, PresetLibrary, Session, SessionHost};
//!
//! let gain = ParameterInfo::new("gain", "Gain", ParameterKind::Float, NormalizedValue::ZERO);
//! let info = PluginInfo::new("Example", "Nobody", "1.0.0", HostKind::DevServer);
//! let parameters = Arc::new(InMemoryParameterHost::new(info, vec![gain])?);
//!
//! let plugin = PluginIdentity { vendor: "Nobody".to_owned(), name: "Example".to_owned() };
//! let session = Arc::new(Session::new(PresetLibrary::new(plugin, FactoryBank::Empty)));
//! let host = SessionHost::new(parameters, session);
//!
//! host.set_parameter("gain", NormalizedValue::ONE)?;
//! let control = host.session().expect("this host keeps a session");
//! assert_eq!(control.history().undo_label.as_deref(), Some("Gain 1.00"));
//! assert!(control.undo()?);
//! assert_eq!(host.get_parameter("gain")?, NormalizedValue::ZERO);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod controllers;
mod gesture_recorder;
mod history;
mod host;
mod loaded_preset;
mod presets;
mod saved_session;
mod session;
mod shared_folder;
mod slots;

pub use controllers::{Controller, Controllers};
pub use history::{History, MAX_STEPS, PresetChange, Step, ValueChange};
pub use host::SessionHost;
pub use loaded_preset::LoadedPreset;
pub use presets::{
    BankError, BankSubscription, EXTENSION, FactoryBank, PluginIdentity, PresetFile, PresetFileError,
    PresetLibrary, PresetValue, ResolvedPreset, UserBank, user_folder,
};
pub use saved_session::{SavedSession, SavedSlot};
pub use session::{Session, SessionEvent, Subscription};
pub use slots::{Slot, Slots, Values};
