//! A plugin to talk to, and hosts that misbehave.

use std::sync::{Arc, Mutex};

use wavecraft_ipc::{
    HostError, HostKind, InMemoryParameterHost, IpcHandler, MeterInfo, MeterKind, NormalizedValue, Note,
    NoteInput, ParameterHost, ParameterInfo, ParameterKind, PluginInfo, SignalInfo, SignalKind,
};

pub fn value(value: f32) -> NormalizedValue {
    NormalizedValue::new(value).expect("tests use values in range")
}

pub fn info() -> PluginInfo {
    let before =
        SignalInfo { min_hz: Some(20.0), ..SignalInfo::new("before", "Before", SignalKind::Spectrum, 1) };
    PluginInfo::new("Sample", "Wavecraft", "1.2.3", HostKind::DevServer)
        .with_meters(meters())
        .with_signals(vec![before])
}

/// One meter with everything, one without.
pub fn meters() -> Vec<MeterInfo> {
    let mut reduction = MeterInfo::new("gr", "Reduction", MeterKind::GainReduction, 1);
    reduction.unit = Some("dB".to_owned());
    (reduction.min, reduction.max) = (Some(-24.0), Some(0.0));
    vec![reduction, MeterInfo::new("phase", "Phase", MeterKind::Value, 2)]
}

/// One parameter of each kind.
pub fn parameters() -> Vec<ParameterInfo> {
    let mut gain = ParameterInfo::new("gain", "Gain", ParameterKind::Float, value(0.5));
    (gain.min, gain.max, gain.unit) = (Some(-24.0), Some(24.0), Some("dB".to_owned()));
    "0.0 dB".clone_into(&mut gain.text);
    let mut voices = ParameterInfo::new("voices", "Voices", ParameterKind::Int, value(0.0));
    (voices.min, voices.max, voices.steps) = (Some(1.0), Some(9.0), Some(8));
    let mut bypass = ParameterInfo::new("bypass", "Bypass", ParameterKind::Bool, value(0.0));
    bypass.steps = Some(1);
    let mut slope = ParameterInfo::new("slope", "Slope", ParameterKind::Enum, value(0.0));
    slope.steps = Some(2);
    slope.variants = Some(["Off", "12 dB/oct", "24 dB/oct"].map(str::to_owned).to_vec());
    slope.group = Some("Filter".to_owned());
    // The id needs escapes on the wire.
    let quoted = ParameterInfo::new("a \"b\" \\ \u{e9}", "Quoted", ParameterKind::Float, value(0.25));
    vec![gain, voices, bypass, slope, quoted]
}

pub fn host() -> Arc<InMemoryParameterHost> {
    Arc::new(InMemoryParameterHost::new(info(), parameters()).expect("the ids differ"))
}

/// A page of a fresh sample plugin.
pub fn page() -> IpcHandler {
    IpcHandler::new(host())
}

/// The answer to one message, empty if there is none.
pub fn answer(message: &str) -> String {
    page().handle(message).take_text().unwrap_or_default()
}

/// Every value, in order.
pub fn values(host: &dyn ParameterHost) -> Vec<NormalizedValue> {
    host.all_parameters().iter().map(|parameter| parameter.value).collect()
}

/// What a host does when it is to do something.
#[derive(Clone, Copy)]
pub enum Conduct {
    Obey,
    Fail,
    Panic,
}

/// A host that writes down what it is asked to do, and does it, or does not.
pub struct RecordingHost {
    conduct: Conduct,
    inner: Arc<InMemoryParameterHost>,
    calls: Mutex<Vec<String>>,
}

impl RecordingHost {
    pub fn new(conduct: Conduct) -> Arc<Self> {
        Arc::new(Self { conduct, inner: host(), calls: Mutex::default() })
    }

    /// What it was asked to do since it was last asked for this.
    pub fn take_calls(&self) -> Vec<String> {
        std::mem::take(&mut self.calls.lock().expect("nothing panics while it is held"))
    }

    fn act(&self, call: String) -> Result<(), HostError> {
        self.calls.lock().expect("nothing panics while it is held").push(call);
        match self.conduct {
            Conduct::Obey => Ok(()),
            Conduct::Fail => Err(HostError::failed("the bridge is closed")),
            Conduct::Panic => panic!("index out of bounds"),
        }
    }
}

impl ParameterHost for RecordingHost {
    fn info(&self) -> PluginInfo {
        self.inner.info().with_midi_input(true)
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        self.inner.all_parameters()
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        self.inner.get_parameter(id)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        self.act(format!("set {id} {}", value.get()))?;
        self.inner.set_parameter(id, value)
    }

    fn begin_gesture(&self, id: &str) -> Result<(), HostError> {
        self.inner.begin_gesture(id)?;
        self.act(format!("begin {id}"))
    }

    fn end_gesture(&self, id: &str) -> Result<(), HostError> {
        self.inner.end_gesture(id)?;
        self.act(format!("end {id}"))
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        self.act(format!("format {id} {}", value.get()))?;
        self.inner.format_parameter(id, value)
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        self.act(format!("parse {id} {text}"))?;
        self.inner.parse_parameter(id, text)
    }

    fn note_input(&self) -> Option<&dyn NoteInput> {
        Some(self)
    }

    fn request_resize(&self, width: u32, height: u32) -> bool {
        self.act(format!("resize {width} {height}")).is_ok()
    }

    fn open_host_menu(&self, id: &str, x: f64, y: f64) -> Result<bool, HostError> {
        self.get_parameter(id)?;
        self.act(format!("menu of {id} at {x} {y}")).map(|()| true)
    }
}

impl NoteInput for RecordingHost {
    fn note_on(&self, note: Note, velocity: NormalizedValue) -> Result<(), HostError> {
        self.act(format!("on {} of {} at {}", note.number.get(), note.channel.get(), velocity.get()))
    }

    fn note_off(&self, note: Note, velocity: NormalizedValue) -> Result<(), HostError> {
        self.act(format!("off {} of {} at {}", note.number.get(), note.channel.get(), velocity.get()))
    }
}
