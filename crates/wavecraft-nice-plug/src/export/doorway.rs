//! The one way into an instance from C: a null check, a state check, and a net under every panic.

#![allow(unsafe_code, reason = "makes a reference of C's pointer to an instance")]

use std::ffi::c_void;

use nice_plug::prelude::Plugin;

use super::instance::Instance;
use super::panics;
use crate::driver::HeadlessPlugin;

/// What C's pointer to an instance points to.
pub(super) struct Guarded<P: Plugin> {
    instance: Instance<P>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Sound,
    /// The words are kept until they are asked for: freeing them is not for the audio thread.
    Panicked {
        message: String,
        is_told: bool,
    },
}

/// Why the doorway stayed closed, or what came of passing it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Barred {
    /// There is no instance.
    Null,
    /// The instance has panicked, in this call or before.
    Panicked,
}

/// A new instance, for C to hold. Null if the plugin panics.
pub(super) fn open<P: Plugin>() -> *mut c_void {
    // C may hand the instance from one thread to another. The rest of it is memory that no thread is tied to.
    const fn may_change_threads<T: Send>() {}
    const { may_change_threads::<HeadlessPlugin<P>>() };
    panics::remember_sites();
    match panics::catch(|| Box::new(Guarded { instance: Instance::<P>::new(), state: State::Sound })) {
        Ok(guarded) => Box::into_raw(guarded).cast(),
        Err(message) => {
            panics::keep_stray(message);
            std::ptr::null_mut()
        }
    }
}

/// Calls `call` with the instance.
///
/// # Safety
///
/// `instance` must be null or come from [`open`] for the same plugin, and not have been closed; nothing else
/// may use it during the call.
pub(super) unsafe fn enter<P: Plugin, R>(
    instance: *mut c_void,
    call: impl FnOnce(&mut Instance<P>) -> R,
) -> Result<R, Barred> {
    // SAFETY: null is checked; the caller answers for the rest.
    let guarded = unsafe { guarded::<P>(instance) }.ok_or(Barred::Null)?;
    if guarded.state != State::Sound {
        return Err(Barred::Panicked);
    }
    panics::catch(|| call(&mut guarded.instance)).map_err(|message| {
        guarded.state = State::Panicked { message, is_told: false };
        Barred::Panicked
    })
}

/// Whether the instance has panicked. False for null.
///
/// # Safety
///
/// As for [`enter`].
pub(super) unsafe fn has_panicked<P: Plugin>(instance: *mut c_void) -> bool {
    // SAFETY: passed on to the caller.
    unsafe { guarded::<P>(instance) }.is_some_and(|guarded| guarded.state != State::Sound)
}

/// What the panic in this instance said, once; for null, the last one outside of any.
///
/// # Safety
///
/// As for [`enter`].
pub(super) unsafe fn take_panic<P: Plugin>(instance: *mut c_void) -> Option<String> {
    // SAFETY: passed on to the caller.
    let Some(guarded) = (unsafe { guarded::<P>(instance) }) else { return panics::take_stray() };
    match &mut guarded.state {
        State::Panicked { message, is_told } if !*is_told => {
            *is_told = true;
            Some(std::mem::take(message))
        }
        _ => None,
    }
}

/// Ends the instance. What it still holds after a panic is let go as far as possible.
///
/// # Safety
///
/// As for [`enter`]; the instance must not be used any more.
pub(super) unsafe fn close<P: Plugin>(instance: *mut c_void) {
    if instance.is_null() {
        return;
    }
    // SAFETY: not null; the caller answers for the rest.
    let mut guarded = unsafe { Box::from_raw(instance.cast::<Guarded<P>>()) };
    // On its own: if it panicked while the rest is dropped, a second panic there would end the process.
    let deactivated = panics::catch(|| guarded.instance.plugin.deactivate());
    let dropped = panics::catch(|| drop(guarded));
    if let Err(message) = deactivated.and(dropped) {
        panics::keep_stray(message);
    }
}

/// # Safety
///
/// As for [`enter`], for as long as the reference is used.
unsafe fn guarded<'a, P: Plugin>(instance: *mut c_void) -> Option<&'a mut Guarded<P>> {
    // SAFETY: passed on to the caller.
    unsafe { instance.cast::<Guarded<P>>().as_mut() }
}
