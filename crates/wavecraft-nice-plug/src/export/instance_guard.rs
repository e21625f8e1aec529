//! The one way into an instance from C: it checks the pointer, refuses an instance that has panicked, and catches panics.

#![allow(unsafe_code, reason = "makes a reference of C's pointer to an instance")]

use std::ffi::c_void;

use nice_plug::prelude::Plugin;

use super::instance::Instance;
use crate::driver::HeadlessPlugin;
use crate::panics;

/// What C's pointer to an instance points to.
pub(super) struct InstanceGuard<P: Plugin> {
    instance: Instance<P>,
    state: State,
}

/// Whether an instance may be called.
#[derive(PartialEq)]
enum State {
    Usable,
    /// The words are kept until they are asked for: freeing them is not for the audio thread.
    Panicked {
        message: String,
        is_told: bool,
    },
}

/// Why an instance did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum InstanceError {
    /// There is no instance.
    Null,
    /// The instance has panicked, in this call or before.
    Panicked,
}

/// A new instance, for C to hold. Null if the plugin panics.
pub(super) fn create<P: Plugin>() -> *mut c_void {
    // C may hand the instance from one thread to another. The rest of it is memory that no thread is tied to.
    const fn may_change_threads<T: Send>() {}
    const { may_change_threads::<HeadlessPlugin<P>>() };
    panics::remember_sites();
    match panics::catch(|| Box::new(InstanceGuard { instance: Instance::<P>::new(), state: State::Usable })) {
        Ok(guard) => Box::into_raw(guard).cast(),
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
/// `instance` must be null or come from [`create`] for the same plugin, and not have been destroyed; nothing else
/// may use it during the call.
pub(super) unsafe fn with_instance<P: Plugin, R>(
    instance: *mut c_void,
    call: impl FnOnce(&mut Instance<P>) -> R,
) -> Result<R, InstanceError> {
    // SAFETY: null is checked; the caller answers for the rest.
    let guard = unsafe { guard_of::<P>(instance) }.ok_or(InstanceError::Null)?;
    if guard.state != State::Usable {
        return Err(InstanceError::Panicked);
    }
    panics::catch(|| call(&mut guard.instance)).map_err(|message| {
        guard.state = State::Panicked { message, is_told: false };
        InstanceError::Panicked
    })
}

/// Whether the instance has panicked. False for null.
///
/// # Safety
///
/// As for [`with_instance`].
pub(super) unsafe fn has_panicked<P: Plugin>(instance: *mut c_void) -> bool {
    // SAFETY: passed on to the caller.
    unsafe { guard_of::<P>(instance) }.is_some_and(|guard| guard.state != State::Usable)
}

/// What the panic in this instance said, once; for null, the last one outside of any.
///
/// # Safety
///
/// As for [`with_instance`].
pub(super) unsafe fn take_panic<P: Plugin>(instance: *mut c_void) -> Option<String> {
    // SAFETY: passed on to the caller.
    let Some(guard) = (unsafe { guard_of::<P>(instance) }) else { return panics::take_stray() };
    match &mut guard.state {
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
/// As for [`with_instance`]; the instance must not be used any more.
pub(super) unsafe fn destroy<P: Plugin>(instance: *mut c_void) {
    if instance.is_null() {
        return;
    }
    // SAFETY: not null; the caller answers for the rest.
    let mut guard = unsafe { Box::from_raw(instance.cast::<InstanceGuard<P>>()) };
    // On its own: if it panicked while the rest is dropped, a second panic there would end the process.
    let deactivated = panics::catch(|| guard.instance.plugin.deactivate());
    let dropped = panics::catch(|| drop(guard));
    if let Err(message) = deactivated.and(dropped) {
        panics::keep_stray(message);
    }
}

/// # Safety
///
/// As for [`with_instance`], for as long as the reference is used.
unsafe fn guard_of<'a, P: Plugin>(instance: *mut c_void) -> Option<&'a mut InstanceGuard<P>> {
    // SAFETY: passed on to the caller.
    unsafe { instance.cast::<InstanceGuard<P>>().as_mut() }
}
