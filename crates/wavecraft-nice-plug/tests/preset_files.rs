//! Presets as files: the plugin's own text, and what VST3 hosts keep.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::path::{Path, PathBuf};

use nice_plug::prelude::Plugin;
use wavecraft_nice_plug::presets::vst_preset::VstPreset;
use wavecraft_nice_plug::presets::{PluginPresets, PresetError};
use wavecraft_session::{FactoryBank, PluginIdentity, PresetLibrary};
use wavecraft_test_plugins::DelayedGain;

type Gain = DelayedGain<true>;

const CLASS_ID: [u8; 16] = *b"TestGain00000001";

const LOUD: &str = "name = 'Loud'\n[values]\nvolume = '12 dB'\npolarity = 'inverted'\ndelay = 64\n";

struct Folder {
    folder: tempfile::TempDir,
    presets: PluginPresets,
}

impl Folder {
    /// A plugin whose parameter `gain` was once called `volume`.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plugin = PluginIdentity { vendor: Gain::VENDOR.to_owned(), name: Gain::NAME.to_owned() };
        let user = folder.path().join("user");
        let factory = FactoryBank::Embedded(&[("loud", LOUD)]);
        let presets = PluginPresets {
            library: PresetLibrary::with_user_folder(plugin, factory, user),
            renamed: &[("volume", "gain")],
            vst3_class_id: Some(CLASS_ID),
        };
        Self { folder, presets }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn convert(&self, from: &str, to: &str) -> Result<(), PresetError> {
        let from = if from.contains('.') { self.path(from).display().to_string() } else { from.to_owned() };
        let read = self.presets.find::<Gain>(&from)?;
        self.presets.write::<Gain>(&read, &self.path(to), false)
    }

    fn refused(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        self.presets.find::<Gain>(self.path(name).to_str().unwrap()).unwrap_err().to_string()
    }
}

/// A file of a VST3 host with this state.
fn with_state(state: &str) -> Vec<u8> {
    VstPreset { class_id: CLASS_ID, component: state.as_bytes().to_vec() }.write(Gain::NAME, "Any")
}

#[test]
fn a_preset_comes_back_from_a_vst3_file_to_the_bit_and_with_the_ids_of_now() {
    let folder = Folder::new();
    folder.convert("LOUD", "Loud.vstpreset").unwrap();
    folder.convert("Loud.vstpreset", "again.toml").unwrap();
    let values = |name: &Path| folder.presets.read::<Gain>(name).unwrap().resolved.values;
    let expected = folder.presets.find::<Gain>("factory/loud").unwrap().resolved.values;
    assert!(expected["gain"].get() > 0.5 && !expected.contains_key("volume"), "{expected:?}");
    for name in ["Loud.vstpreset", "again.toml"] {
        assert_eq!(values(&folder.path(name)), expected, "{name}");
    }
    let text = std::fs::read_to_string(folder.path("again.toml")).unwrap();
    assert!(text.starts_with("name = \"Loud\"\n") && text.contains(Gain::NAME), "{text}");
    let file = VstPreset::read(&std::fs::read(folder.path("Loud.vstpreset")).unwrap()).unwrap();
    let state = String::from_utf8(file.component).unwrap();
    assert!(state.contains("\"fields\":{}"), "nothing but parameters: {state}");
}

#[test]
fn what_a_state_says_in_vain_is_reported_and_what_does_not_fit_is_refused_in_words() {
    let folder = Folder::new();
    let version = Gain::VERSION;
    let state = |params: &str| {
        with_state(&format!(r#"{{"version":"{version}","params":{{{params}}},"fields":{{}}}}"#))
    };
    std::fs::write(folder.path("odd.vstpreset"), state(r#""flanger":{"f32":1.0},"mute":{"bool":true}"#))
        .unwrap();
    let read = folder.presets.read::<Gain>(&folder.path("odd.vstpreset")).unwrap();
    assert_eq!(read.resolved.ignored, ["no parameter has the id `flanger`"]);
    assert!(read.resolved.values["mute"].get() > 0.5);
    for (bytes, expected) in [
        (state(r#""gain":{"bool":true}"#), "the state's value for \"gain\""),
        (with_state("{"), "the state is damaged or cut short"),
        (b"VST3".to_vec(), "cut short or damaged: the header is to be at bytes 0 to 48, and there are 4"),
        (LOUD.as_bytes().to_vec(), "it is no .vstpreset"),
        (
            VstPreset { class_id: *b"AnotherGain00001", component: Vec::new() }.write("", ""),
            "it is a preset of the plugin with the class id 416E6F74686572",
        ),
    ] {
        let message = folder.refused("wrong.vstpreset", &bytes);
        assert!(message.contains(expected) && message.contains("wrong.vstpreset"), "{message}");
    }
    let message = folder.refused("hot.toml", b"name = 'Hot'\n[values]\ngain = '100 dB'\n");
    assert!(message.contains("hot.toml: `100 dB` is not a value of the parameter `gain`"), "{message}");
    assert!(folder.refused("wrong.txt", b"").contains("ends in .toml or .vstpreset"));
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_asked() {
    let folder = Folder::new();
    std::fs::write(folder.path("Loud.vstpreset"), "mine").unwrap();
    let exists = folder.convert("Loud", "Loud.vstpreset");
    assert!(matches!(exists, Err(PresetError::Exists(_))), "{exists:?}");
    assert_eq!(std::fs::read_to_string(folder.path("Loud.vstpreset")).unwrap(), "mine");
    let read = folder.presets.find::<Gain>("Loud").unwrap();
    folder.presets.write::<Gain>(&read, &folder.path("Loud.vstpreset"), true).unwrap();
    assert!(folder.convert("Loud.vstpreset", "back.toml").is_ok());
    assert!(matches!(folder.convert("Loud", "Loud.fxp"), Err(PresetError::Ending(_))));
    assert!(matches!(folder.convert("Quiet", "Quiet.toml"), Err(PresetError::NotFound(_))));
    let without = PluginPresets { vst3_class_id: None, ..Folder::new().presets };
    let refused = without.write::<Gain>(&read, &folder.path("other.vstpreset"), false);
    assert!(matches!(refused, Err(PresetError::NoVst3(_))), "{refused:?}");
    assert!(!folder.path("other.vstpreset").exists());
}
