//! The plugin, through its library.

use std::path::Path;
use std::sync::Arc;

use tracing::{info, warn};
use wavecraft_ffi::{FfiProcessor, PanicWatch, PluginLibrary, PluginParamLoader};
use wavecraft_ipc::{AudioDiagnosticCode, NormalizedValue, ParameterInfo};

use crate::audio::{BlockProcessor, Preparation, ProcessorError, ProcessorSource};
use crate::host::ParameterText;

/// What the user can do about a library that does not do all that it could.
const REBUILD_HINT: &str = "build the plugin with this version of Wavecraft's crates";

/// What a plugin's library gives the server.
///
/// Whatever is missing is reported as the state of the audio, and never ends the server: the next build may bring it.
pub struct LoadedPlugin {
    /// The plugin's parameters; none if the library cannot tell.
    pub parameters: Vec<ParameterInfo>,
    /// What makes its processors, or says why there are none.
    pub processors: Box<dyn ProcessorSource>,
    /// What converts its texts, if it can.
    pub text: Option<Box<dyn ParameterText>>,
}

impl LoadedPlugin {
    /// Loads the library at `path`. Not for the audio thread.
    pub fn load(path: &Path) -> Self {
        let library = match PluginLibrary::load(path) {
            Ok(library) => library,
            Err(error) => {
                warn!("the plugin's library was not loaded: {error}");
                return Self::unavailable(AudioDiagnosticCode::LoaderUnavailable, error.to_string());
            }
        };
        info!(library = %path.display(), "the plugin's library is loaded: {}", library.capability());
        let parameters = match PluginParamLoader::load(&library) {
            Ok(parameters) => parameters,
            Err(error) => {
                warn!("the plugin's parameters were not read: {error}");
                return Self::unavailable(AudioDiagnosticCode::LoaderUnavailable, error.to_string());
            }
        };
        let text = library.capability().is_live().then(|| FfiProcessor::create(&library).ok()).flatten();
        Self {
            parameters,
            text: text.map(|processor| Box::new(PluginText(processor)) as _),
            processors: Box::new(PluginProcessors { library, watch: None }),
        }
    }

    /// A plugin that is not there, for this reason.
    pub fn unavailable(code: AudioDiagnosticCode, message: impl Into<String>) -> Self {
        let hint = Some("correct the plugin, and build it again".to_owned());
        let error = ProcessorError { code, message: message.into(), hint };
        Self { parameters: Vec::new(), processors: Box::new(Unavailable(error)), text: None }
    }
}

/// Makes processors from a library.
struct PluginProcessors {
    library: Arc<PluginLibrary>,
    /// Tells of panics in the newest processor.
    watch: Option<PanicWatch>,
}

impl ProcessorSource for PluginProcessors {
    fn check(&self) -> Result<(), ProcessorError> {
        if self.library.capability().can_process() { Ok(()) } else { Err(self.vtable_missing()) }
    }

    fn create(&mut self, preparation: Preparation) -> Result<Box<dyn BlockProcessor>, ProcessorError> {
        self.check()?;
        let Preparation { sample_rate_hz, max_block_frames, channels } = preparation;
        let created = FfiProcessor::create(&self.library).and_then(|mut processor| {
            processor.prepare(sample_rate_hz, max_block_frames, channels).map(|()| processor)
        });
        let processor = created.map_err(|error| ProcessorError {
            code: AudioDiagnosticCode::ProcessorCreateFailed,
            message: format!("the plugin makes no processor: {error}"),
            hint: Some("look at what its activation does, and at its log".to_owned()),
        })?;
        self.watch = Some(processor.panic_watch());
        Ok(Box::new(PluginProcessor(processor)))
    }

    fn limitation(&self) -> Option<ProcessorError> {
        (!self.library.capability().is_live()).then(|| self.vtable_missing())
    }

    fn failure(&self) -> Option<ProcessorError> {
        let message = self.watch.as_ref()?.message()?;
        Some(ProcessorError {
            code: AudioDiagnosticCode::Unknown,
            message: format!("the plugin has panicked, and its input passes through: {message}"),
            hint: Some("correct the panic; the server goes on until then".to_owned()),
        })
    }
}

impl PluginProcessors {
    fn vtable_missing(&self) -> ProcessorError {
        ProcessorError {
            code: AudioDiagnosticCode::VtableMissing,
            message: self.library.capability().to_string(),
            hint: Some(REBUILD_HINT.to_owned()),
        }
    }
}

/// An instance that sounds.
struct PluginProcessor(FfiProcessor);

impl BlockProcessor for PluginProcessor {
    fn set_parameters(&mut self, normalized: &[f32]) {
        // What is refused leaves the values as they were; a panic is reported by the watch.
        let _ = self.0.set_parameters(normalized);
    }

    fn process(&mut self, channels: &mut [&mut [f32]]) {
        // The blocks have the form that was prepared; a panic leaves them as they came, and is reported by the watch.
        let _ = self.0.process(channels);
    }
}

/// An instance that never sounds.
struct PluginText(FfiProcessor);

impl ParameterText for PluginText {
    fn format(&mut self, index: usize, value: NormalizedValue) -> Option<String> {
        self.0.format_parameter(index, value.get())
    }

    fn parse(&mut self, index: usize, text: &str) -> Option<NormalizedValue> {
        self.0.parse_parameter(index, text).map(NormalizedValue::clamped)
    }
}

/// Says why there are no processors.
struct Unavailable(ProcessorError);

impl ProcessorSource for Unavailable {
    fn check(&self) -> Result<(), ProcessorError> {
        Err(self.0.clone())
    }

    fn create(&mut self, _preparation: Preparation) -> Result<Box<dyn BlockProcessor>, ProcessorError> {
        Err(self.0.clone())
    }
}
