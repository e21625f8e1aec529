//! What the host is to hear of parameters at its next block or flush, beside what nice-plug has queued.
//!
//! Realtime safety: memory is allocated in [`WaitingEvents::new`], and nowhere else.

use std::cell::{Cell, UnsafeCell};
use std::ptr;

use clap_sys::events::{clap_event_header, clap_output_events};
use clap_sys::ext::params::clap_plugin_params;
use nice_plug::wrapper::clap::clap_plugin;
use rtrb::{Consumer, Producer, RingBuffer};

use super::parameter_events;
use super::preset_load::ToldParameter;

/// How many events nice-plug queues for the host at most.
const QUEUED_EVENTS: usize = 2_048;

/// How many presets the host may load, of those that change every parameter, before it processes or flushes.
const WAITING_PRESETS: usize = 4;

/// From the main thread to blocks and flushes.
pub(super) struct WaitingEvents {
    /// The main thread's.
    kept: UnsafeCell<Producer<ToldParameter>>,
    /// For blocks and flushes.
    waiting: UnsafeCell<Consumer<ToldParameter>>,
}

impl WaitingEvents {
    /// Nothing yet, for a plugin with so many parameters.
    pub(super) fn new(parameter_count: usize) -> Self {
        // A gesture is a beginning, a value and an end.
        let preset_events = 3 * parameter_count * WAITING_PRESETS;
        let (kept, waiting) = RingBuffer::new(QUEUED_EVENTS + preset_events);
        Self { kept: UnsafeCell::new(kept), waiting: UnsafeCell::new(waiting) }
    }

    /// Has the host hear of these at its next block or flush, all or none. Returns whether it will: one that has done neither
    /// for too long hears nothing. The main thread.
    pub(super) fn keep(&self, told: &[ToldParameter]) -> bool {
        // SAFETY: the main thread alone puts events in.
        let kept = unsafe { &mut *self.kept.get() };
        let has_room = kept.slots() >= told.len();
        if has_room {
            for told in told {
                let _ = kept.push(*told);
            }
        }
        has_room
    }

    /// Hands the host what has waited.
    ///
    /// # Safety
    ///
    /// Within a block or a flush, whose list of events this is; or the list is null.
    pub(super) unsafe fn hand_on(&self, events: *const clap_output_events) {
        if events.is_null() {
            return;
        }
        // SAFETY: blocks and flushes come one at a time, and nobody else takes events out.
        let waiting = unsafe { &mut *self.waiting.get() };
        while let Ok(told) = waiting.pop() {
            // SAFETY: the caller answers for the list.
            unsafe { parameter_events::write(told, events) };
        }
    }

    /// Has the plugin take what the window has queued for the host. Gestures wait for the host's next block or flush, and
    /// values wait with them if they are kept. Returns whether there was anything. The main thread.
    ///
    /// # Safety
    ///
    /// The table is nice-plug's, and the plugin one of its own.
    pub(super) unsafe fn take_queued(
        &self,
        params: &clap_plugin_params,
        plugin: *const clap_plugin,
        keeps_values: bool,
    ) -> bool {
        let taken = Taken { events: self, keeps_values, had_any: Cell::new(false) };
        let list =
            clap_output_events { ctx: (&raw const taken).cast_mut().cast(), try_push: Some(take_event) };
        if let Some(flush) = params.flush {
            // SAFETY: the caller answers for the table; there are no events to read, and the list takes all.
            unsafe { flush(plugin, ptr::null(), &raw const list) };
        }
        taken.had_any.get()
    }
}

/// Where queued events go when a state or a preset is about to be loaded.
struct Taken<'a> {
    events: &'a WaitingEvents,
    keeps_values: bool,
    had_any: Cell<bool>,
}

unsafe extern "C" fn take_event(list: *const clap_output_events, event: *const clap_event_header) -> bool {
    // SAFETY: it is the list of `take_queued`, and nice-plug's event.
    let (taken, told) = unsafe { (&*(*list).ctx.cast::<Taken>(), parameter_events::read(event)) };
    taken.had_any.set(true);
    let kept = told.filter(|told| taken.keeps_values || !matches!(told, ToldParameter::Value(..)));
    // The ring has as much room as nice-plug's queue, which was emptied into it; a host that takes nothing misses the rest.
    taken.events.keep(kept.as_slice());
    true
}
