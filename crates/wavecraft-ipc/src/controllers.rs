//! Controllers of a MIDI keyboard or the like that move parameters, and how they learn to.

use serde::{Deserialize, Serialize};

use crate::error::HostError;

/// The side that lets MIDI controllers move parameters, if its [`ParameterHost`](crate::ParameterHost) has one.
///
/// The rules of that trait hold: any thread but the audio thread, several at once, no waiting for others' work. What changes
/// is told to all pages by [`ControllersChanged`](crate::notifications::ControllersChanged); none of the functions sends it
/// itself.
pub trait ControllerControl: Send + Sync {
    /// The next controller that is moved moves this parameter from then on, in place of the one that did before, and of what
    /// it moved itself.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`].
    fn learn(&self, id: &str) -> Result<(), HostError>;

    /// No parameter waits for a controller any more.
    fn stop_learning(&self);

    /// No controller moves this parameter any more.
    ///
    /// # Errors
    ///
    /// [`HostError::Failed`] when that could not be written down.
    fn forget(&self, id: &str) -> Result<(), HostError>;

    /// What moves what, and what waits.
    fn controllers(&self) -> ControllersState;
}

/// Which controllers move which parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct ControllersState {
    /// The parameter that the next controller is to move; null while none waits.
    pub learning: Option<String>,
    /// One for each parameter that a controller moves, in the order of channels and controllers. The plugin may have other
    /// parameters by now than those of which it was learned.
    pub controllers: Vec<LearnedController>,
}

/// A parameter, and the controller that moves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct LearnedController {
    /// The parameter's id.
    pub id: String,
    /// The MIDI channel, from 1 to 16.
    pub channel: u8,
    /// The controller's number, from 0 to 127.
    pub controller: u8,
}
