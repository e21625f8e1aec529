//! What stands behind the protocol: the parameters, the meters, the window.

use crate::audio_status::AudioStatus;
use crate::controllers::ControllerControl;
use crate::error::HostError;
use crate::meter::MeterFrame;
use crate::note::NoteInput;
use crate::parameter::ParameterInfo;
use crate::plugin::PluginInfo;
use crate::session::SessionControl;
use crate::value::NormalizedValue;

/// The side that owns the parameters: a plugin in a DAW, or the development server.
///
/// An [`IpcHandler`](crate::IpcHandler) calls it while it handles a message, on whichever thread brought that message:
/// the editor's in a DAW, a runtime's worker in development. Pages have handlers of their own, so calls come from
/// several threads at once. The audio thread never calls it; what is set here reaches that thread through atomics.
///
/// The page waits while a method runs, and so may the DAW's interface: return soon. A method may lock briefly, but
/// must not wait for another thread's work, nor call the handler that is calling it. A panic is answered as an
/// internal error.
///
/// An error means that nothing was changed.
pub trait ParameterHost: Send + Sync {
    /// The plugin, and the program around it.
    fn info(&self) -> PluginInfo;

    /// Every parameter with its value and text, in an order that stays the same until the plugin is reloaded.
    fn all_parameters(&self) -> Vec<ParameterInfo>;

    /// The same for the host's own use: no page is shown it, and so nothing in it counts as known to one.
    fn current_parameters(&self) -> Vec<ParameterInfo> {
        self.all_parameters()
    }

    /// The value of a parameter, without modulation.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`].
    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError>;

    /// Gives a parameter a value, and returns the value that it has then: a stepped parameter takes the nearest that
    /// it can have.
    ///
    /// It may come outside a gesture: the wheel and the arrow keys have none. A host whose DAW insists on gestures
    /// then makes one around the change.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`]; [`HostError::Failed`] when the value could not be passed on.
    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError>;

    /// The user takes hold of a parameter's control. A host to which it makes no difference leaves it at the default, which
    /// only asks whether there is such a parameter.
    ///
    /// Each handler begins a parameter's gesture once and ends it once, even when its page vanishes. Gestures of
    /// different pages on one parameter may overlap: count them where that matters.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`]; [`HostError::Failed`] when it could not be passed on.
    fn begin_gesture(&self, id: &str) -> Result<(), HostError> {
        self.get_parameter(id).map(drop)
    }

    /// The user lets go of a parameter's control. Comes after [`begin_gesture`](Self::begin_gesture), always, and has the
    /// same default.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`], if a reload took the parameter away meanwhile; [`HostError::Failed`] when it
    /// could not be passed on. The gesture counts as ended all the same.
    fn end_gesture(&self, id: &str) -> Result<(), HostError> {
        self.get_parameter(id).map(drop)
    }

    /// The text, with its unit, that a parameter would show at `value`.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`].
    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError>;

    /// The value that a user means by `text`, with or without the unit. It is not set.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`]; [`HostError::BeyondRange`] when the text is a number outside the parameter's range;
    /// [`HostError::NotAValue`] when it means nothing to this parameter.
    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError>;

    /// The newest levels, or `None` while nothing is measured. Never invented.
    fn meter_frame(&self) -> Option<MeterFrame> {
        None
    }

    /// How the audio is doing. Where that is the DAW's business: for which rate and block it has activated the plugin, and
    /// `None` before it has.
    fn audio_status(&self) -> Option<AudioStatus> {
        None
    }

    /// What keeps the history, the slots and the presets; `None` where nothing does.
    fn session(&self) -> Option<&dyn SessionControl> {
        None
    }

    /// What plays the notes of pages; `None` where the plugin takes none. [`PluginInfo::midi_input`] says the same.
    fn note_input(&self) -> Option<&dyn NoteInput> {
        None
    }

    /// What lets MIDI controllers move parameters; `None` where that is the DAW's business. [`PluginInfo::controllers`] says the
    /// same.
    fn controllers(&self) -> Option<&dyn ControllerControl> {
        None
    }

    /// The page wants this size, in logical pixels, each at least 1. Returns whether it will get it; it always answers
    /// before the window changes.
    fn request_resize(&self, width: u32, height: u32) -> bool {
        let _ = (width, height);
        false
    }

    /// The user wants the DAW's own menu for a parameter, at this place of the page, in logical pixels. Returns whether the
    /// DAW is asked for it; it always answers before the menu shows. [`PluginInfo::host_menu`] says whether there is one.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`].
    fn open_host_menu(&self, id: &str, x: f64, y: f64) -> Result<bool, HostError> {
        let _ = (x, y);
        self.get_parameter(id).map(|_| false)
    }
}
