//! A controller moves a parameter as a page would.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use wavecraft_ipc::{ControllerControl, NormalizedValue, ParameterHost};
use wavecraft_session::{Controller, Controllers};

use crate::studio::Studio;

const WHEEL: Controller = Controller { channel: 0, number: 1 };

#[test]
fn a_movement_is_one_gesture_and_one_step_to_undo() {
    let studio = Studio::without_presets();
    let folder = tempfile::tempdir().unwrap();
    let controllers = Controllers::open(Some(folder.path().to_owned()));
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    controllers.on_change(move || _ = count.fetch_add(1, Ordering::Relaxed));
    let (begun, id) = (Instant::now(), "drive");
    let before = studio.page.get_parameter(id).unwrap();
    controllers.turn(&studio.page, begun, [(WHEEL, 1)], |_, _| panic!("nothing is learned"));
    controllers.learn(id).unwrap();
    let mut moved = Vec::new();
    for (step, value) in [(1, 127), (2, 64), (3, 32)] {
        let now = begun + Duration::from_millis(step * 10);
        controllers.turn(&studio.page, now, [(WHEEL, value)], |id, value| moved.push((id.to_owned(), value)));
    }
    assert_eq!(moved.len(), 3);
    assert_eq!(moved[0], (id.to_owned(), NormalizedValue::ONE));
    assert_eq!(studio.page.get_parameter(id).unwrap(), moved[2].1);
    assert!((moved[2].1.get() - 32.0 / 127.0).abs() < 1e-6);
    assert_eq!(told.load(Ordering::Relaxed), 2, "of waiting, and of the end of it");
    let session = studio.page.session().unwrap();
    assert!(!session.history().can_undo, "it may go on");
    controllers.turn(&studio.page, begun + Duration::from_secs(2), [], |_, _| ());
    assert!(session.undo().unwrap());
    assert_eq!(studio.page.get_parameter(id).unwrap(), before);
    assert!(!session.history().can_undo, "it was one step");

    // Another program of the same plugin, later.
    let again = Controllers::open(Some(folder.path().to_owned()));
    assert_eq!(again.controllers().controllers[0].id, id);
    again.forget(id).unwrap();
    assert!(again.controllers().controllers.is_empty());
    assert!(Controllers::open(Some(folder.path().to_owned())).controllers().controllers.is_empty());
}

#[test]
fn a_parameter_that_is_gone_moves_nothing_and_ends_no_gesture() {
    let studio = Studio::without_presets();
    let controllers = Controllers::open(None);
    controllers.learn("gone").unwrap();
    controllers.turn(&studio.page, Instant::now(), [(WHEEL, 5)], |_, _| panic!("there is none"));
    controllers.turn(&studio.page, Instant::now() + Duration::from_secs(9), [], |_, _| ());
    assert_eq!(controllers.controllers().controllers.len(), 1, "another build may have it");
}
