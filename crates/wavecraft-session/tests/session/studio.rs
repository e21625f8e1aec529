//! A plugin with a session, and a host around it that writes down what it is told.

use std::path::Path;
use std::sync::{Arc, Mutex};

use wavecraft_ipc::{
    HostError, HostKind, InMemoryParameterHost, NormalizedValue, ParameterHost, ParameterInfo, ParameterKind,
    PluginInfo, RecallScope, SessionControl,
};
use wavecraft_session::{
    FactoryBank, PluginIdentity, PresetLibrary, Session, SessionEvent, SessionHost, Subscription,
};

/// The plugin's factory presets.
pub const FACTORY: FactoryBank = FactoryBank::Embedded(&[
    (
        "warm",
        "name = \"Warm Vocal\"\ntags = [\"voice\"]\n[values]\ndrive = \"12 dB\"\nmode = \"Tape\"\nmuted = true\n",
    ),
    ("clean", "name = \"Clean\"\n"),
    ("odd", "name = \"Odd\"\n[values]\ndrive = 6\nquality = \"8\"\nbypass = true\nflanger = 1.5\n"),
    ("hot", "name = \"Too hot\"\n[values]\ndrive = \"100 dB\"\n"),
    ("broken", "name = "),
]);

pub fn value(value: f32) -> NormalizedValue {
    NormalizedValue::new(value).expect("tests use values in range")
}

pub fn parameters() -> Vec<ParameterInfo> {
    let mut drive = ParameterInfo::new("drive", "Drive", ParameterKind::Float, NormalizedValue::ZERO);
    (drive.min, drive.max, drive.unit) = (Some(0.0), Some(36.0), Some("dB".to_owned()));
    let mut mix = ParameterInfo::new("mix", "Mix", ParameterKind::Float, NormalizedValue::ONE);
    (mix.min, mix.max, mix.unit) = (Some(0.0), Some(100.0), Some("%".to_owned()));
    let mut mode = ParameterInfo::new("mode", "Mode", ParameterKind::Enum, NormalizedValue::ZERO);
    (mode.steps, mode.variants) = (Some(2), Some(["Soft", "Tape", "Hard"].map(str::to_owned).to_vec()));
    let mut muted = ParameterInfo::new("muted", "Muted", ParameterKind::Bool, NormalizedValue::ZERO);
    muted.steps = Some(1);
    let mut quality = ParameterInfo::new("quality", "Quality", ParameterKind::Int, NormalizedValue::ZERO);
    (quality.min, quality.max, quality.steps) = (Some(1.0), Some(8.0), Some(7));
    quality.recalled_by = RecallScope::Slots;
    let mut bypass = ParameterInfo::new("bypass", "Bypass", ParameterKind::Bool, NormalizedValue::ZERO);
    (bypass.steps, bypass.recalled_by) = (Some(1), RecallScope::Nothing);
    vec![drive, mix, mode, muted, quality, bypass]
}

/// The plugin's parameters in a host that hears of gestures, and may ask for the plugin's state whenever it hears.
pub struct Daw {
    memory: InMemoryParameterHost,
    heard: Mutex<Vec<String>>,
    session: Mutex<Option<Arc<Session>>>,
}

impl Daw {
    fn hear(&self, what: String) {
        if let Some(session) = &*self.session.lock().unwrap() {
            let _ = session.saved();
        }
        self.heard.lock().unwrap().push(what);
    }

    /// Moves a parameter as the host's automation does.
    pub fn automate(&self, id: &str, to: NormalizedValue) {
        self.memory.set_parameter(id, to).unwrap();
    }

    pub fn take_heard(&self) -> Vec<String> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }
}

impl ParameterHost for Daw {
    fn info(&self) -> PluginInfo {
        self.memory.info()
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        self.memory.all_parameters()
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        self.memory.get_parameter(id)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        let taken = self.memory.set_parameter(id, value)?;
        self.hear(format!("set {id} {}", taken.get()));
        Ok(taken)
    }

    fn begin_gesture(&self, id: &str) -> Result<(), HostError> {
        self.memory.begin_gesture(id)?;
        self.hear(format!("begin {id}"));
        Ok(())
    }

    fn end_gesture(&self, id: &str) -> Result<(), HostError> {
        self.memory.end_gesture(id)?;
        self.hear(format!("end {id}"));
        Ok(())
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        self.memory.format_parameter(id, value)
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        self.memory.parse_parameter(id, text)
    }
}

/// An instance in a DAW, its page, and what the page is told.
pub struct Studio {
    pub daw: Arc<Daw>,
    pub session: Arc<Session>,
    pub page: SessionHost<Daw>,
    events: Arc<Mutex<Vec<SessionEvent>>>,
    _subscription: Subscription,
}

impl Studio {
    /// An instance whose user has the presets of this folder.
    pub fn new(presets: &Path) -> Self {
        let plugin = PluginIdentity { vendor: "Nobody".to_owned(), name: "Sample".to_owned() };
        let library = PresetLibrary::with_user_folder(plugin, FACTORY, presets.to_owned())
            .with_export_folder(presets.join("downloads"));
        let session = Arc::new(Session::new(library));
        let info = PluginInfo::new("Sample", "Nobody", "1.2.3", HostKind::Plugin);
        let daw = Arc::new(Daw {
            memory: InMemoryParameterHost::new(info, parameters()).unwrap(),
            heard: Mutex::default(),
            session: Mutex::new(Some(Arc::clone(&session))),
        });
        let events = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&events);
        let subscription = session.subscribe(move |event| told.lock().unwrap().push(event));
        let page = SessionHost::new(Arc::clone(&daw), Arc::clone(&session));
        Self { daw, session, page, events, _subscription: subscription }
    }

    /// An instance of a version in which two parameters have other ids than before.
    pub fn with_renamed_parameters() -> Self {
        let studio = Self::without_presets();
        let library = PresetLibrary::with_user_folder(
            PluginIdentity { vendor: "Nobody".to_owned(), name: "Sample".to_owned() },
            FactoryBank::Embedded(&[("old", "name = \"Old\"\n[values]\ngain = 18\nblend = 50\n")]),
            "/no/such/folder".into(),
        );
        let session = Session::new(library).with_renamed(&[("gain", "drive"), ("blend", "mix")]);
        let session = Arc::new(session);
        let page = SessionHost::new(Arc::clone(&studio.daw), Arc::clone(&session));
        Self { session, page, ..studio }
    }

    /// An instance whose user has no presets, and saves none.
    pub fn without_presets() -> Self {
        Self::new(Path::new("/no/such/folder"))
    }

    pub fn control(&self) -> &dyn SessionControl {
        self.page.session().unwrap()
    }

    pub fn get(&self, id: &str) -> f32 {
        self.page.get_parameter(id).unwrap().get()
    }

    pub fn set(&self, id: &str, to: f32) {
        self.page.set_parameter(id, value(to)).unwrap();
    }

    /// Drags a control over these values.
    pub fn drag(&self, id: &str, over: &[f32]) {
        self.page.begin_gesture(id).unwrap();
        for to in over {
            self.set(id, *to);
        }
        self.page.end_gesture(id).unwrap();
    }

    pub fn undo_label(&self) -> Option<String> {
        self.control().history().undo_label
    }

    pub fn take_events(&self) -> Vec<SessionEvent> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}
