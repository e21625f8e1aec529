//! MIDI controllers that move parameters while a page is open, and what the page is told of it.

use std::sync::Arc;
use std::time::Instant;

use wavecraft_ipc::notifications::{
    ControllersChanged, ParameterChanged, ParameterChangedParams, write_notification,
};
use wavecraft_ipc::{ControllerControl, ParameterHost};

use crate::controllers::ProgramControllers;

/// Used by the editor's thread alone.
pub struct ControllerOutbox {
    controllers: ProgramControllers,
    host: Arc<dyn ParameterHost>,
    /// The version that the page knows.
    told: u64,
    /// Used again for each message.
    text: String,
}

impl ControllerOutbox {
    /// Moves parameters of the page's host.
    pub fn new(controllers: ProgramControllers, host: Arc<dyn ParameterHost>) -> Self {
        let told = controllers.learned().version();
        Self { controllers, host, told, text: String::new() }
    }

    /// Lets controllers move parameters that were moved themselves, and sends what the page has to be told.
    pub(super) fn flush(&mut self, send: &mut impl FnMut(&str)) {
        let Self { controllers, host, told, text } = self;
        let moved = controllers.take_moved();
        controllers.learned().turn(&**host, Instant::now(), moved, |id, value| {
            write_notification::<ParameterChanged>(&ParameterChangedParams { id: id.into(), value }, text);
            send(text);
        });
        let version = controllers.learned().version();
        if *told != version {
            *told = version;
            write_notification::<ControllersChanged>(&controllers.learned().controllers(), text);
            send(text);
        }
    }
}
