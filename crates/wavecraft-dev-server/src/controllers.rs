//! MIDI controllers that move parameters, as long as the server runs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use wavecraft_audio::MidiInputs;
use wavecraft_ipc::notifications::{ControllersChanged, ParameterChanged, ParameterChangedParams};
use wavecraft_ipc::{ControllerControl, ParameterHost};
use wavecraft_session::{Controller, Controllers};

use crate::server::NotificationSender;

/// How often it is looked whether a controller was moved.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// Lets the controllers that arrive at MIDI inputs move the parameters of `host`, as a page would, and tells all pages: until
/// what is returned is dropped.
pub fn follow_controllers<H: ParameterHost + 'static>(
    controllers: &Arc<Controllers>,
    inputs: &MidiInputs,
    host: Arc<H>,
    notifications: NotificationSender,
) -> FollowedControllers {
    let (told, sender) = (Arc::downgrade(controllers), notifications.clone());
    controllers.on_change(move || {
        if let Some(controllers) = told.upgrade() {
            sender.send::<ControllersChanged>(&controllers.controllers());
        }
    });
    let (controllers, values) = (Arc::clone(controllers), inputs.controllers());
    let mut ticks = interval(LOOK_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let look = async move {
        loop {
            ticks.tick().await;
            let moved = values.take().into_iter();
            let moved = moved.map(|(channel, number, value)| (Controller { channel, number }, value));
            controllers.turn(&*host, Instant::now(), moved, |id, value| {
                notifications.send::<ParameterChanged>(&ParameterChangedParams { id: id.into(), value });
            });
        }
    };
    FollowedControllers(tokio::spawn(look))
}

/// Controllers that are followed. Dropping it ends that.
pub struct FollowedControllers(JoinHandle<()>);

impl Drop for FollowedControllers {
    fn drop(&mut self) {
        self.0.abort();
    }
}
