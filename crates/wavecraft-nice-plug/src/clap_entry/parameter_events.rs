//! CLAP's events about parameters, read and written.

use std::mem;
use std::ptr;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_IS_LIVE, CLAP_EVENT_PARAM_GESTURE_BEGIN,
    CLAP_EVENT_PARAM_GESTURE_END, CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_gesture,
    clap_event_param_value, clap_output_events,
};

use super::preset_load::ToldParameter;

/// What an event says of a parameter; `None` if it says something else.
///
/// # Safety
///
/// The event is whole.
pub(super) unsafe fn read(event: *const clap_event_header) -> Option<ToldParameter> {
    // SAFETY: the caller answers for the event, whose type says what it is.
    unsafe {
        if (*event).space_id != CLAP_CORE_EVENT_SPACE_ID {
            return None;
        }
        let gesture = || (*event.cast::<clap_event_param_gesture>()).param_id;
        match (*event).type_ {
            CLAP_EVENT_PARAM_GESTURE_BEGIN => Some(ToldParameter::Begin(gesture())),
            CLAP_EVENT_PARAM_GESTURE_END => Some(ToldParameter::End(gesture())),
            CLAP_EVENT_PARAM_VALUE => {
                let event = &*event.cast::<clap_event_param_value>();
                Some(ToldParameter::Value(event.param_id, event.value))
            }
            _ => None,
        }
    }
}

/// Tells the host at the first frame of its block.
///
/// # Safety
///
/// The list is the host's, within a block or a flush.
///
/// # Realtime safety
///
/// Real-time safe, as far as the host's list is.
pub(super) unsafe fn write(told: ToldParameter, events: *const clap_output_events) {
    // SAFETY: the caller answers for the list, which copies what it is given.
    unsafe {
        let Some(try_push) = (*events).try_push else { return };
        // A list that is full takes no more, and there is nobody to tell.
        let gesture = |type_, param_id| {
            let event =
                clap_event_param_gesture { header: header::<clap_event_param_gesture>(type_), param_id };
            let _ = try_push(events, (&raw const event).cast());
        };
        match told {
            ToldParameter::Begin(id) => gesture(CLAP_EVENT_PARAM_GESTURE_BEGIN, id),
            ToldParameter::End(id) => gesture(CLAP_EVENT_PARAM_GESTURE_END, id),
            ToldParameter::Value(param_id, value) => {
                let event = clap_event_param_value {
                    header: header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE),
                    param_id,
                    cookie: ptr::null_mut(),
                    note_id: -1,
                    port_index: -1,
                    channel: -1,
                    key: -1,
                    value,
                };
                let _ = try_push(events, (&raw const event).cast());
            }
        }
    }
}

fn header<T>(type_: u16) -> clap_event_header {
    clap_event_header {
        size: mem::size_of::<T>() as u32,
        time: 0,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_,
        flags: CLAP_EVENT_IS_LIVE,
    }
}
