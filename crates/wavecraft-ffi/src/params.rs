//! The parameters' descriptions, out of the library.
#![allow(unsafe_code, reason = "reads and frees a text of the library's")]

use std::collections::HashSet;
use std::ffi::CStr;
use std::sync::Arc;

use wavecraft_ipc::ParameterInfo;

use crate::error::ParamLoadError;
use crate::library::PluginLibrary;
use crate::vtable::{FREE_STRING_SYMBOL, GET_PARAMS_JSON_SYMBOL};

/// Reads what a library says of its parameters.
#[derive(Debug)]
pub struct PluginParamLoader;

impl PluginParamLoader {
    /// The parameters of the plugin, in the order in which its processors take their values. Not for the
    /// audio thread.
    ///
    /// # Errors
    ///
    /// Any [`ParamLoadError`].
    pub fn load(library: &Arc<PluginLibrary>) -> Result<Vec<ParameterInfo>, ParamLoadError> {
        let path = || library.path().to_owned();
        let symbols = library.symbols();
        let missing = |symbol| ParamLoadError::Missing { path: path(), symbol };
        let get = symbols.get_params_json.ok_or_else(|| missing(GET_PARAMS_JSON_SYMBOL))?;
        let free = symbols.free_string.ok_or_else(|| missing(FREE_STRING_SYMBOL))?;

        // SAFETY: the library is loaded, and the contract allows the call at any time on any thread.
        let text = unsafe { get() };
        if text.is_null() {
            return Err(ParamLoadError::Null { path: path(), panic: library.take_stray_panic() });
        }
        // SAFETY: not null, so by the contract it is a text that ends with a NUL, ours until it is freed
        // below.
        let bytes = unsafe { CStr::from_ptr(text) }.to_bytes().to_vec();
        // SAFETY: the text came from this library, is not used any more, and is freed once.
        unsafe { free(text) };

        let text = String::from_utf8(bytes).map_err(|error| ParamLoadError::NotUtf8 {
            path: path(),
            valid_up_to: error.utf8_error().valid_up_to(),
        })?;
        let parameters: Vec<ParameterInfo> = serde_json::from_str(&text)
            .map_err(|source| ParamLoadError::Malformed { path: path(), source })?;
        let mut ids = HashSet::new();
        if let Some(double) = parameters.iter().find(|parameter| !ids.insert(&parameter.id)) {
            return Err(ParamLoadError::DuplicateId { path: path(), id: double.id.clone() });
        }
        Ok(parameters)
    }
}
