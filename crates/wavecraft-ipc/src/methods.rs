//! The methods that a page may call, one file for each.
//!
//! A method is an empty type that ties its name to its parameters, its result and what it does; see [`Method`]. To add
//! one: its file here, its line in the list below, and `cargo xtask codegen` for the page's types. What it needs of a
//! host is a function of [`ParameterHost`](crate::ParameterHost), with a default where a host need not care.

mod begin_gesture;
mod copy_slot;
mod delete_preset;
mod end_gesture;
mod export_preset;
mod forget_controller;
mod format_parameter;
mod get_all_parameters;
mod get_audio_status;
mod get_controllers;
mod get_history;
mod get_info;
mod get_meter_frame;
mod get_parameter;
mod get_preset;
mod get_slots;
mod import_preset;
mod learn_controller;
mod list_presets;
mod load_preset;
mod note_off;
mod note_on;
mod open_host_menu;
mod parse_parameter;
mod ping;
mod redo;
mod rename_preset;
mod request_resize;
mod save_preset;
mod select_slot;
mod set_favourite;
mod set_parameter;
mod stop_learning;
mod subscribe_signal;
mod undo;
mod unsubscribe_signal;
mod write_preset;

use crate::error::{ErrorCode, RpcError, excerpt};
use crate::method::{self, Method, MethodContext};
use crate::request::Request;

pub(crate) use note_off::RELEASE_VELOCITY;

/// Makes the list of methods, and all that goes through it.
macro_rules! methods {
    ($($file:ident::$method:ident),* $(,)?) => {
        $(pub use $file::*;)*

        /// The name of every method.
        pub const METHOD_NAMES: &[&str] = &[$($method::NAME),*];

        /// Calls the method that is asked for, and appends its result to `text` if the request wants an answer.
        pub(crate) fn dispatch(
            request: &Request<'_>,
            context: &mut MethodContext<'_>,
            text: &mut String,
        ) -> Result<(), RpcError> {
            match &*request.method {
                $($method::NAME => method::call::<$method>(request, context, text),)*
                unknown => Err(not_found(unknown)),
            }
        }

        /// Shows every method to `visitor`.
        #[cfg(any(test, feature = "typescript"))]
        pub(crate) fn visit(visitor: &mut impl method::MethodVisitor) {
            $(visitor.method::<$method>();)*
        }
    };
}

methods![
    ping::Ping,
    get_info::GetInfo,
    get_parameter::GetParameter,
    set_parameter::SetParameter,
    begin_gesture::BeginGesture,
    end_gesture::EndGesture,
    get_all_parameters::GetAllParameters,
    format_parameter::FormatParameter,
    parse_parameter::ParseParameter,
    get_meter_frame::GetMeterFrame,
    get_audio_status::GetAudioStatus,
    subscribe_signal::SubscribeSignal,
    unsubscribe_signal::UnsubscribeSignal,
    request_resize::RequestResize,
    open_host_menu::OpenHostMenu,
    note_on::NoteOn,
    note_off::NoteOff,
    undo::Undo,
    redo::Redo,
    get_history::GetHistory,
    get_slots::GetSlots,
    select_slot::SelectSlot,
    copy_slot::CopySlot,
    list_presets::ListPresets,
    get_preset::GetPreset,
    load_preset::LoadPreset,
    save_preset::SavePreset,
    rename_preset::RenamePreset,
    delete_preset::DeletePreset,
    import_preset::ImportPreset,
    export_preset::ExportPreset,
    write_preset::WritePreset,
    set_favourite::SetFavourite,
    learn_controller::LearnController,
    stop_learning::StopLearning,
    forget_controller::ForgetController,
    get_controllers::GetControllers,
];

fn not_found(method: &str) -> RpcError {
    let methods = METHOD_NAMES.join(", ");
    RpcError::new(ErrorCode::MethodNotFound, format!("no method `{}`; there are {methods}", excerpt(method)))
}
