//! A processor table after it was checked: every function is there.
#![allow(unsafe_code, reason = "reads tables that the library hands out")]

use crate::capability::{Capability, TableProblem};
use crate::vtable::{
    CloseMeters, CloseSignals, CloseState, Create, DEV_PROCESSOR_V1_VERSION, DEV_PROCESSOR_V2_VERSION,
    Describe, DevProcessorVTable, DevProcessorVTableV2, DropInstance, FormatParameter, HasPanicked,
    LatencySamples, ListenToSignal, LoadState, OpenMeters, OpenSignals, OpenState, ParseParameter, Prepare,
    Process, ProcessBlockFunction, ReadMeters, ReadSignal, ReadState, Reset, SaveState, SetParameters,
    SetSampleRate, TakePanic,
};

/// What both versions have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProcessorFunctions {
    pub(crate) create: Create,
    pub(crate) process: Process,
    pub(crate) set_sample_rate: SetSampleRate,
    pub(crate) reset: Reset,
    pub(crate) drop: DropInstance,
    pub(crate) live: Option<LiveFunctions>,
}

/// What version 2 adds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LiveFunctions {
    pub(crate) prepare: Prepare,
    pub(crate) set_parameters: SetParameters,
    pub(crate) latency_samples: LatencySamples,
    pub(crate) format_parameter: FormatParameter,
    pub(crate) parse_parameter: ParseParameter,
    pub(crate) save_state: SaveState,
    pub(crate) load_state: LoadState,
    pub(crate) has_panicked: HasPanicked,
    pub(crate) take_panic: TakePanic,
    pub(crate) state: StateFunctions,
    pub(crate) describe: Describe,
    pub(crate) meters: MeterFunctions,
    pub(crate) process_block: ProcessBlockFunction,
    pub(crate) signals: SignalFunctions,
}

/// Readers of the state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StateFunctions {
    pub(crate) open: OpenState,
    pub(crate) read: ReadState,
    pub(crate) close: CloseState,
}

/// Readers of the meters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeterFunctions {
    pub(crate) open: OpenMeters,
    pub(crate) read: ReadMeters,
    pub(crate) close: CloseMeters,
}

/// Readers of the signals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignalFunctions {
    pub(crate) open: OpenSignals,
    pub(crate) listen: ListenToSignal,
    pub(crate) read: ReadSignal,
    pub(crate) close: CloseSignals,
}

/// The function in a table's field of this name, unless it is null.
macro_rules! function {
    ($table:ident.$name:ident) => {
        $table.$name.ok_or(TableProblem::NullFunction(stringify!($name)))?
    };
}

impl ProcessorFunctions {
    /// The best that can be made of the tables that the library has, and what that is worth.
    pub(crate) fn choose(
        version_2: Result<Self, TableProblem>,
        version_1: impl FnOnce() -> Result<Self, TableProblem>,
    ) -> (Option<Self>, Capability) {
        let version_2 = match version_2 {
            Ok(functions) => return (Some(functions), Capability::Live),
            Err(problem) => problem,
        };
        match version_1() {
            Ok(functions) => (Some(functions), Capability::DefaultsOnly { version_2 }),
            Err(version_1) => (None, Capability::NoProcessor { version_2, version_1 }),
        }
    }

    /// Checks a table of version 1.
    pub(crate) fn from_v1(table: &DevProcessorVTable) -> Result<Self, TableProblem> {
        if table.version != DEV_PROCESSOR_V1_VERSION {
            return Err(TableProblem::wrong_v1(table.version));
        }
        Ok(Self {
            create: function!(table.create),
            process: function!(table.process),
            set_sample_rate: function!(table.set_sample_rate),
            reset: function!(table.reset),
            drop: function!(table.drop),
            live: None,
        })
    }

    /// Checks a table of version 2, wherever the library says that it is.
    ///
    /// # Safety
    ///
    /// `table` must be what the library's function for version 2 returned, and the library still be loaded.
    pub(crate) unsafe fn from_v2(table: *const DevProcessorVTableV2) -> Result<Self, TableProblem> {
        if table.is_null() {
            return Err(TableProblem::Null);
        }
        if !table.is_aligned() {
            return Err(TableProblem::Misaligned);
        }
        // SAFETY: not null and aligned, so by the contract there is a table, of which every version begins
        // with these.
        let (size, version) = unsafe { ((*table).size, (*table).version) };
        if version < DEV_PROCESSOR_V2_VERSION {
            return Err(TableProblem::wrong_v2(version));
        }
        if size < DevProcessorVTableV2::SIZE {
            return Err(TableProblem::too_small(size));
        }
        // SAFETY: the table is at least as large as the type, and its version says that it begins like it.
        let table = unsafe { *table };
        Ok(Self {
            create: function!(table.create),
            process: function!(table.process),
            set_sample_rate: function!(table.set_sample_rate),
            reset: function!(table.reset),
            drop: function!(table.drop),
            live: Some(LiveFunctions {
                prepare: function!(table.prepare),
                set_parameters: function!(table.set_parameters),
                latency_samples: function!(table.latency_samples),
                format_parameter: function!(table.format_parameter),
                parse_parameter: function!(table.parse_parameter),
                save_state: function!(table.save_state),
                load_state: function!(table.load_state),
                has_panicked: function!(table.has_panicked),
                take_panic: function!(table.take_panic),
                state: StateFunctions {
                    open: function!(table.open_state),
                    read: function!(table.read_state),
                    close: function!(table.close_state),
                },
                describe: function!(table.describe),
                meters: MeterFunctions {
                    open: function!(table.open_meters),
                    read: function!(table.read_meters),
                    close: function!(table.close_meters),
                },
                process_block: function!(table.process_block),
                signals: SignalFunctions {
                    open: function!(table.open_signals),
                    listen: function!(table.listen_to_signal),
                    read: function!(table.read_signal),
                    close: function!(table.close_signals),
                },
            }),
        })
    }
}
