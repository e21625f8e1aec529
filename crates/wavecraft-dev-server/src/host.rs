//! What stands behind the protocol in development.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use tokio::sync::watch;
use wavecraft_audio::{MidiConnection, MidiEvent, MidiInputs};
use wavecraft_ipc::{
    AudioStatus, ControllerControl, HostError, InMemoryParameterHost, MeterFrame, NormalizedValue, Note,
    NoteInput, ParameterHost, ParameterInfo, ParameterSetError, PluginInfo,
};
use wavecraft_metering::analysis::SignalAnalyser;
use wavecraft_session::Controllers;

use crate::meters::{MeterTap, OwnMeters};
use crate::parameter_bridge::AtomicParameterBridge;
use crate::signals::OwnSignals;

/// Converts parameters between values and texts as the plugin does.
///
/// It is called from the server's tasks, one at a time, and never from the audio thread.
pub trait ParameterText: Send {
    /// The text, with its unit, of the parameter at `index` at a normalized value; `None` if the plugin has none.
    fn format(&mut self, index: usize, value: NormalizedValue) -> Option<String>;

    /// The normalized value that `text` means for the parameter at `index`; `None` if it means none.
    fn parse(&mut self, index: usize, text: &str) -> Option<NormalizedValue>;
}

/// The pages' view of the plugin: parameters, meters and the audio's state.
///
/// A value that a page sets is written twice: into memory, where queries are answered from, and into the
/// [`AtomicParameterBridge`], from which the audio thread takes it at its next block. Both always end with the same.
///
/// Usable from any thread but the audio thread.
pub struct DevServerHost {
    memory: InMemoryParameterHost,
    /// A plain lock: held to copy the pointer, and to change it when the plugin is reloaded.
    build: RwLock<Arc<Build>>,
    meters: MeterTap,
    signals: SignalAnalyser,
    audio_status: watch::Receiver<AudioStatus>,
    /// The way of pages' notes into the audio; none before it was started.
    notes: OnceLock<PageNotes>,
    /// The MIDI controllers that move parameters; none before the audio was started.
    controllers: OnceLock<Arc<Controllers>>,
}

/// What plays the notes of all pages.
struct PageNotes(Mutex<MidiConnection>);

/// What belongs to one build of the plugin, and changes at once.
struct Build {
    /// The ids in the plugin's order.
    ids: Vec<String>,
    bridge: Arc<AtomicParameterBridge>,
    /// An instance of the plugin that is there for its texts alone. The mutex is held for one conversion at a time.
    text: Option<Mutex<Box<dyn ParameterText>>>,
    takes_notes: bool,
}

/// Another build of the plugin, whose turn has not come yet.
pub struct PendingBuild {
    parameters: Vec<ParameterInfo>,
    meters: OwnMeters,
    signals: OwnSignals,
    build: Build,
}

impl PendingBuild {
    /// The values for the audio thread. They are those of now, and become the final ones when the host switches.
    pub fn bridge(&self) -> Arc<AtomicParameterBridge> {
        Arc::clone(&self.build.bridge)
    }
}

impl Build {
    /// What belongs to these parameters, at the values that they have in `memory`.
    fn new(memory: &InMemoryParameterHost, text: Option<Box<dyn ParameterText>>, takes_notes: bool) -> Self {
        // As the host has them: stepped parameters may have moved to the nearest step.
        let parameters = memory.all_parameters();
        let bridge = AtomicParameterBridge::new(parameters.iter().map(|parameter| parameter.value));
        let ids = parameters.into_iter().map(|parameter| parameter.id).collect();
        Self { ids, bridge: Arc::new(bridge), text: text.map(Mutex::new), takes_notes }
    }
}

impl DevServerHost {
    /// A host of these parameters, at the values that they bring, and of the own meters that `meters` is connected to. Without
    /// `text`, texts are made from units and ranges. Whether the plugin takes notes is what `info` says.
    ///
    /// # Errors
    ///
    /// [`ParameterSetError`] when an id is empty or used twice.
    pub fn new(
        info: PluginInfo,
        parameters: Vec<ParameterInfo>,
        text: Option<Box<dyn ParameterText>>,
        meters: MeterTap,
        audio_status: watch::Receiver<AudioStatus>,
    ) -> Result<Self, ParameterSetError> {
        let takes_notes = info.midi_input;
        let memory = InMemoryParameterHost::new(info, parameters)?;
        let build = RwLock::new(Arc::new(Build::new(&memory, text, takes_notes)));
        let signals = SignalAnalyser::new();
        Ok(Self {
            memory,
            build,
            meters,
            signals,
            audio_status,
            notes: OnceLock::new(),
            controllers: OnceLock::new(),
        })
    }

    /// The same with the signals that `analyser` is connected to.
    #[must_use]
    pub fn with_signals(self, analyser: SignalAnalyser) -> Self {
        Self { signals: analyser, ..self }
    }

    /// Lets pages play notes there from now on, as far as the plugin takes any. To be called once.
    pub fn play_notes_into(&self, inputs: &MidiInputs) {
        // A second way is none: pages hold notes by the first.
        let _ = self.notes.set(PageNotes(Mutex::new(inputs.connect())));
    }

    /// Lets pages teach MIDI controllers from now on. To be called once.
    pub fn learn_by(&self, controllers: Arc<Controllers>) {
        // A second one would not be followed.
        let _ = self.controllers.set(controllers);
    }

    /// Makes another build ready to take over: parameters that stayed have the values of now, new ones those that they
    /// bring. The host itself does not change yet.
    ///
    /// # Errors
    ///
    /// [`ParameterSetError`] when an id is empty or used twice.
    pub fn pending_build(
        &self,
        parameters: Vec<ParameterInfo>,
        meters: OwnMeters,
        signals: OwnSignals,
        text: Option<Box<dyn ParameterText>>,
        takes_notes: bool,
    ) -> Result<PendingBuild, ParameterSetError> {
        let trial = InMemoryParameterHost::new(self.memory.info(), parameters.clone())?;
        for parameter in self.memory.all_parameters() {
            // What is gone is forgotten.
            let _ = trial.set_parameter(&parameter.id, parameter.value);
        }
        Ok(PendingBuild { parameters, meters, signals, build: Build::new(&trial, text, takes_notes) })
    }

    /// Switches to another build, at once for all: parameters, texts and the audio thread's values; then the meters and signals. What was set since
    /// the pending build was made counts. Tell the pages with
    /// [`ParametersChanged`](wavecraft_ipc::notifications::ParametersChanged).
    ///
    /// # Panics
    ///
    /// Never: the ids were checked when the pending build was made.
    pub fn switch_to(&self, pending: PendingBuild) {
        let PendingBuild { parameters, meters, signals, build } = pending;
        let build = Arc::new(build);
        let takes_notes = build.takes_notes;
        let switched = self.memory.replace_parameters_and(parameters, |values| {
            for (index, value) in values.iter().enumerate() {
                build.bridge.store(index, *value);
            }
            *self.build.write().unwrap_or_else(PoisonError::into_inner) = build;
        });
        switched.expect("the ids were checked when the pending build was made");
        self.meters.connect_own(meters);
        self.signals.connect(signals.descriptions(), Some(Box::new(signals)));
        if let Some(notes) = self.notes.get().filter(|_| !takes_notes) {
            // What pages hold is no longer ended by them, and a later build must not begin with it.
            notes.connection().release_all();
        }
    }

    /// The build whose turn it is.
    fn build(&self) -> Arc<Build> {
        Arc::clone(&self.build.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The values for the audio thread, until the host switches to another build.
    pub fn bridge(&self) -> Arc<AtomicParameterBridge> {
        Arc::clone(&self.build().bridge)
    }

    /// What the plugin makes of it; `None` without a plugin to ask.
    fn ask<T>(&self, id: &str, question: impl FnOnce(&mut dyn ParameterText, usize) -> T) -> Option<T> {
        let build = self.build();
        let text = build.text.as_ref()?;
        let index = build.ids.iter().position(|known| known == id)?;
        Some(question(&mut **text.lock().unwrap_or_else(PoisonError::into_inner), index))
    }
}

impl ParameterHost for DevServerHost {
    fn info(&self) -> PluginInfo {
        let takes_notes = self.note_input().is_some();
        let info = self.memory.info().with_meters(self.meters.own_meters());
        let info = info.with_signals(self.signals.infos()).with_midi_input(takes_notes);
        info.with_controllers(self.controllers.get().is_some())
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        let mut parameters = self.memory.all_parameters();
        for parameter in &mut parameters {
            let value = parameter.value;
            if let Some(text) = self.ask(&parameter.id, |text, index| text.format(index, value)).flatten() {
                parameter.text = text;
            }
        }
        parameters
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        self.memory.get_parameter(id)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        self.memory.set_parameter_and(id, value, |index, value| self.build().bridge.store(index, value))
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        match self.ask(id, |text, index| text.format(index, value)).flatten() {
            Some(text) => Ok(text),
            None => self.memory.format_parameter(id, value),
        }
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        let parsed = self.ask(id, |plugin, index| plugin.parse(index, text));
        match (parsed, self.memory.parse_parameter(id, text)) {
            (Some(Some(value)), _) => Ok(value),
            // The plugin does not say why it refuses; its parameter's ends tell whether the text lies beyond them.
            (Some(None), Ok(_)) => Err(HostError::not_a_value(id, text)),
            (_, from_memory) => from_memory,
        }
    }

    fn meter_frame(&self) -> Option<MeterFrame> {
        self.meters.latest()
    }

    fn audio_status(&self) -> Option<AudioStatus> {
        Some(self.audio_status.borrow().clone())
    }

    fn note_input(&self) -> Option<&dyn NoteInput> {
        let notes = self.notes.get().filter(|_| self.build().takes_notes)?;
        Some(notes)
    }

    fn controllers(&self) -> Option<&dyn ControllerControl> {
        self.controllers.get().map(|controllers| &**controllers as &dyn ControllerControl)
    }
}

impl PageNotes {
    fn connection(&self) -> MutexGuard<'_, MidiConnection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NoteInput for PageNotes {
    fn note_on(&self, note: Note, velocity: NormalizedValue) -> Result<(), HostError> {
        let event =
            MidiEvent::note_on(0, note.channel.get(), note.number.get(), midi_velocity(velocity).max(1));
        if self.connection().play(event) {
            Ok(())
        } else {
            Err(HostError::failed("too many notes wait to be played"))
        }
    }

    fn note_off(&self, note: Note, velocity: NormalizedValue) -> Result<(), HostError> {
        // One for which there is no room ends all notes, this one among them.
        let event = MidiEvent::note_off(0, note.channel.get(), note.number.get(), midi_velocity(velocity));
        self.connection().play(event);
        Ok(())
    }
}

fn midi_velocity(velocity: NormalizedValue) -> u8 {
    (velocity.get() * 127.0).round() as u8
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "what was stored comes back exactly")]
mod tests {
    use wavecraft_ipc::{AudioPhase, HostKind, MeterInfo, MeterKind, ParameterKind, SignalInfo, SignalKind};

    use super::*;

    struct Percent;

    impl ParameterText for Percent {
        fn format(&mut self, _index: usize, value: NormalizedValue) -> Option<String> {
            Some(format!("{:.0} %", value.get() * 100.0))
        }

        fn parse(&mut self, _index: usize, text: &str) -> Option<NormalizedValue> {
            let percent: f32 = text.trim_end_matches([' ', '%']).parse().ok()?;
            NormalizedValue::new(percent / 100.0).ok()
        }
    }

    fn host(text: Option<Box<dyn ParameterText>>) -> DevServerHost {
        let info = PluginInfo::new("Test", "Test", "1.0.0", HostKind::DevServer);
        let mut switch = ParameterInfo::new("switch", "Switch", ParameterKind::Bool, NormalizedValue::ZERO);
        switch.steps = Some(1);
        let mix = ParameterInfo::new("mix", "Mix", ParameterKind::Float, NormalizedValue::clamped(0.5));
        let (_, status) = watch::channel(AudioStatus::new(AudioPhase::Disabled, 0));
        DevServerHost::new(info, vec![switch, mix], text, MeterTap::default(), status).unwrap()
    }

    #[test]
    fn a_value_reaches_queries_and_audio_alike() {
        let host = host(None);
        let bridge = host.bridge();
        host.set_parameter("mix", NormalizedValue::clamped(0.25)).unwrap();
        host.set_parameter("switch", NormalizedValue::clamped(0.7)).unwrap();
        assert!(host.set_parameter("gone", NormalizedValue::ONE).is_err());
        let mut values = [0.0; 2];
        bridge.load_into(&mut values);
        assert_eq!(values, [1.0, 0.25]);
        assert_eq!(host.get_parameter("switch").unwrap().get().to_bits(), 1.0_f32.to_bits());
    }

    #[test]
    fn another_build_takes_over_the_values_of_what_stayed() {
        let host = host(None);
        let old = host.bridge();
        host.set_parameter("mix", NormalizedValue::clamped(0.25)).unwrap();
        host.begin_gesture("switch").unwrap();
        let new = ParameterInfo::new("new", "New", ParameterKind::Float, NormalizedValue::clamped(0.75));
        let mut mix = ParameterInfo::new("mix", "Mix", ParameterKind::Int, NormalizedValue::ONE);
        mix.steps = Some(10);
        let meter = MeterInfo::new("gr", "Reduction", MeterKind::GainReduction, 1);
        let own = OwnMeters::new(vec![meter.clone()]);
        let signal = SignalInfo::new("after", "After", SignalKind::Spectrum, 1);
        let signals = OwnSignals::new(vec![signal]);
        let pending =
            host.pending_build(vec![new, mix], own, signals, Some(Box::new(Percent)), false).unwrap();
        let mut values = [0.0; 2];
        pending.bridge().load_into(&mut values);
        assert_eq!(values, [0.75, 0.3], "the nearest step");
        // What is set before the switch is not lost, and until then it is the old build's.
        host.set_parameter("mix", NormalizedValue::clamped(0.5)).unwrap();
        old.load_into(&mut values);
        assert_eq!(values[1], 0.5);
        let next = pending.bridge();
        assert!(host.info().meters.is_empty() && host.info().signals.is_empty());
        host.switch_to(pending);
        assert_eq!(host.info().meters, [meter]);
        assert_eq!((&*host.info().signals[0].id, host.info().signals[0].max_hz), ("after", Some(20_000.0)));
        next.load_into(&mut values);
        assert_eq!(values, [0.75, 0.5]);
        host.set_parameter("new", NormalizedValue::ONE).unwrap();
        next.load_into(&mut values);
        assert_eq!(values, [1.0, 0.5]);
        let texts: Vec<String> = host.all_parameters().into_iter().map(|parameter| parameter.text).collect();
        assert_eq!(texts, ["100 %", "50 %"]);
        assert!(matches!(host.end_gesture("switch"), Err(HostError::NoSuchParameter { .. })));
    }

    #[test]
    fn a_build_with_an_id_twice_does_not_take_over() {
        let host = host(None);
        let double = ParameterInfo::new("mix", "Mix", ParameterKind::Float, NormalizedValue::ONE);
        let (meters, signals) = (OwnMeters::default(), OwnSignals::default());
        assert!(host.pending_build(vec![double.clone(), double], meters, signals, None, false).is_err());
        assert_eq!(host.all_parameters().len(), 2);
    }

    #[test]
    fn texts_are_the_plugin_s_own() {
        let host = host(Some(Box::new(Percent)));
        assert_eq!(host.all_parameters()[1].text, "50 %");
        assert_eq!(host.format_parameter("mix", NormalizedValue::ONE).unwrap(), "100 %");
        assert_eq!(host.parse_parameter("mix", "25 %").unwrap(), NormalizedValue::clamped(0.25));
        assert!(matches!(host.parse_parameter("mix", "loud"), Err(HostError::NotAValue { .. })));
        let beyond = HostError::beyond_range("mix", "120", NormalizedValue::ONE);
        assert_eq!(host.parse_parameter("mix", "120"), Err(beyond));
        assert!(matches!(host.parse_parameter("mix", "0.5 dB"), Err(HostError::NotAValue { .. })));
        assert!(matches!(host.parse_parameter("gone", "1"), Err(HostError::NoSuchParameter { .. })));
    }
}
