//! Which controller moves which parameter, and which parameter waits for one.

use std::collections::BTreeMap;

use wavecraft_ipc::{ControllersState, LearnedController};

use super::Controller;

/// From this number on, controllers are modes of a channel.
const FIRST_MODE: u8 = 120;

/// Pure: what is learned, forgotten and asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ControllerMap {
    learning: Option<String>,
    learned: BTreeMap<Controller, String>,
}

impl ControllerMap {
    /// With these that are learned already. Of what cannot be, nothing is taken.
    pub fn new(learned: impl IntoIterator<Item = LearnedController>) -> Self {
        let mut map = Self::default();
        for LearnedController { id, channel, controller } in learned {
            if (1..=16).contains(&channel) && controller < FIRST_MODE {
                map.assign(Controller { channel: channel - 1, number: controller }, &id);
            }
        }
        map
    }

    /// The next controller is for this parameter.
    pub fn learn(&mut self, id: &str) {
        self.learning = Some(id.to_owned());
    }

    /// Returns whether a parameter waited.
    pub fn stop_learning(&mut self) -> bool {
        self.learning.take().is_some()
    }

    /// A controller was moved. Returns whether that is the one that a parameter has waited for.
    pub fn take(&mut self, controller: Controller) -> bool {
        if controller.number >= FIRST_MODE {
            return false;
        }
        let Some(id) = self.learning.take() else { return false };
        self.assign(controller, &id);
        true
    }

    /// From now on this controller moves this parameter, and nothing else moves it.
    pub fn assign(&mut self, controller: Controller, id: &str) {
        self.learned.retain(|_, learned| learned != id);
        self.learned.insert(controller, id.to_owned());
    }

    /// Returns whether a controller moved it.
    pub fn forget(&mut self, id: &str) -> bool {
        let before = self.learned.len();
        self.learned.retain(|_, learned| learned != id);
        self.learned.len() < before
    }

    /// What this controller moves.
    pub fn parameter_of(&self, controller: Controller) -> Option<&str> {
        self.learned.get(&controller).map(String::as_str)
    }

    /// All of it, for pages.
    pub fn state(&self) -> ControllersState {
        let learned = self.learned.iter().map(|(Controller { channel, number }, id)| LearnedController {
            id: id.clone(),
            channel: channel + 1,
            controller: *number,
        });
        ControllersState { learning: self.learning.clone(), controllers: learned.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHEEL: Controller = Controller { channel: 0, number: 1 };
    const FADER: Controller = Controller { channel: 15, number: 7 };

    #[test]
    fn the_next_controller_moves_the_parameter_and_those_after_it_do_not() {
        let mut map = ControllerMap::default();
        assert!(!map.take(WHEEL) && map.parameter_of(WHEEL).is_none());
        map.learn("drive");
        map.learn("mix");
        assert_eq!(map.state().learning.as_deref(), Some("mix"));
        // The end of all notes is no control.
        assert!(!map.take(Controller { channel: 0, number: 123 }));
        assert!(map.take(WHEEL) && !map.take(FADER));
        assert_eq!((map.parameter_of(WHEEL), map.parameter_of(FADER)), (Some("mix"), None));
        assert_eq!(map.state().learning, None);
    }

    #[test]
    fn a_controller_moves_one_parameter_and_a_parameter_has_one_controller() {
        let mut map = ControllerMap::default();
        for (id, controller) in [("drive", WHEEL), ("mix", FADER), ("mix", WHEEL), ("drive", FADER)] {
            map.learn(id);
            assert!(map.take(controller));
        }
        let learned =
            |id: &str, channel, controller| LearnedController { id: id.to_owned(), channel, controller };
        assert_eq!(map.state().controllers, [learned("mix", 1, 1), learned("drive", 16, 7)]);
        assert_eq!(ControllerMap::new(map.state().controllers), map);
        assert!(map.forget("mix") && !map.forget("mix"));
        assert_eq!((map.parameter_of(WHEEL), map.parameter_of(FADER)), (None, Some("drive")));
    }

    #[test]
    fn learning_can_be_given_up() {
        let mut map = ControllerMap::default();
        map.learn("drive");
        assert!(map.stop_learning() && !map.stop_learning() && !map.take(WHEEL));
    }

    #[test]
    fn what_cannot_be_is_not_taken_from_a_file() {
        let learned = |channel, controller| LearnedController { id: "drive".to_owned(), channel, controller };
        let map = ControllerMap::new([learned(0, 1), learned(17, 1), learned(1, 120), learned(1, 255)]);
        assert_eq!(map, ControllerMap::default());
    }
}
