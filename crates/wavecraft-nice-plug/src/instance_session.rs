//! The session of an instance, and what stands between the instance's parameters and whoever sets them for its user: the page
//! in its window, and a host that loads a preset.

use std::sync::{Arc, OnceLock};

use nice_plug::prelude::Params;
use wavecraft_session::Session;

use crate::page::{DirtyParameters, HostMenu};
use crate::parameters::{ParameterTable, PendingValues};

/// One for each instance, which outlives its windows. Any thread but the audio thread.
pub struct InstanceSession {
    params: Arc<dyn Params>,
    session: Arc<Session>,
    pending: Arc<PendingValues>,
    host_menu: Arc<HostMenu>,
    descriptions: Vec<(&'static str, &'static str)>,
    described: OnceLock<Described>,
}

/// What is made of the parameters when it is asked for.
struct Described {
    table: Arc<ParameterTable>,
    dirty: Arc<DirtyParameters>,
}

impl InstanceSession {
    /// Of the instance that has these parameters. What is pending is kept in `pending`.
    pub fn new(params: Arc<dyn Params>, session: Arc<Session>, pending: Arc<PendingValues>) -> Self {
        let (host_menu, descriptions, described) = (Arc::default(), Vec::new(), OnceLock::new());
        Self { params, session, pending, host_menu, descriptions, described }
    }

    /// The same with what the parameters do to the sound, as [`Measured::descriptions`](crate::measured::Measured) has it.
    #[must_use]
    pub fn with_descriptions(self, descriptions: Vec<(&'static str, &'static str)>) -> Self {
        Self { descriptions, ..self }
    }

    /// The history, the slots and the presets.
    pub fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// The values that were set and that the host has not handed on.
    pub fn pending(&self) -> &Arc<PendingValues> {
        &self.pending
    }

    /// The menu that the host has for each parameter.
    pub fn host_menu(&self) -> &Arc<HostMenu> {
        &self.host_menu
    }

    /// The parameters. To be asked for once before the instance processes, as [`ParameterTable::new`] wants it.
    pub fn table(&self) -> &Arc<ParameterTable> {
        &self.described().table
    }

    /// What the page does not know of the parameters.
    pub fn dirty(&self) -> &Arc<DirtyParameters> {
        &self.described().dirty
    }

    fn described(&self) -> &Described {
        self.described.get_or_init(|| {
            let table = ParameterTable::new(Arc::clone(&self.params));
            let table = Arc::new(table.with_descriptions(self.descriptions.iter().copied()));
            let dirty = Arc::new(DirtyParameters::new(table.len()));
            Described { table, dirty }
        })
    }
}
