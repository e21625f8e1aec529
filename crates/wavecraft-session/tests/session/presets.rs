//! Presets.

use proptest::prelude::*;
use wavecraft_ipc::{HostError, PresetBank, PresetDescription};
use wavecraft_session::SessionEvent;

use crate::studio::{Studio, value};

fn named(name: &str) -> PresetDescription {
    PresetDescription { name: name.to_owned(), ..PresetDescription::default() }
}

fn names(studio: &Studio) -> Vec<String> {
    studio.control().presets().into_iter().map(|preset| preset.name).collect()
}

#[test]
fn presets_are_listed_by_name_and_broken_ones_with_their_reason() {
    let presets = Studio::without_presets().control().presets();
    let names: Vec<&str> = presets.iter().map(|preset| preset.name.as_str()).collect();
    assert_eq!(names, ["broken", "Clean", "Odd", "Too hot", "Warm Vocal"]);
    assert!(presets[0].problem.as_ref().is_some_and(|problem| problem.contains("line 1")), "{presets:?}");
    assert_eq!(presets[4].tags.as_deref(), Some(["voice".to_owned()].as_slice()));
}

#[test]
fn loading_sets_what_it_says_and_the_rest_to_its_default_as_one_step() {
    let studio = Studio::without_presets();
    studio.set("mix", 0.5);
    studio.set("quality", 1.0);
    studio.set("bypass", 1.0);
    studio.daw.take_heard();
    studio.take_events();
    assert_eq!(studio.control().load_preset("factory/warm").unwrap(), Vec::<String>::new());
    assert_eq!((studio.get("drive"), studio.get("mix")), (1.0 / 3.0, 1.0));
    assert_eq!((studio.get("mode"), studio.get("muted")), (0.5, 1.0));
    assert_eq!((studio.get("quality"), studio.get("bypass")), (1.0, 1.0), "they are no part of presets");
    assert_eq!(studio.daw.take_heard().len(), 4 * 3, "a gesture for each that differs");
    let events = studio.take_events();
    assert_eq!(events.iter().filter(|event| **event == SessionEvent::ParametersChanged).count(), 1);
    assert_eq!(studio.undo_label().as_deref(), Some("Preset Warm Vocal"));

    let current = studio.control().current_preset();
    assert_eq!(current.preset.unwrap().name, "Warm Vocal");
    assert!(!current.modified);
    studio.control().undo().unwrap();
    assert_eq!((studio.get("drive"), studio.get("mix")), (0.0, 0.5));
    assert_eq!(studio.control().current_preset().preset, None);
    studio.control().redo().unwrap();
    assert_eq!(studio.control().current_preset().preset.unwrap().name, "Warm Vocal");
}

#[test]
fn what_a_preset_says_in_vain_is_reported() {
    let studio = Studio::without_presets();
    let ignored = studio.control().load_preset("factory/odd").unwrap();
    assert_eq!(
        ignored,
        [
            "the parameter `bypass` is no part of presets",
            "no parameter has the id `flanger`",
            "the parameter `quality` is no part of presets"
        ]
    );
    assert_eq!(studio.page_text("drive"), "6.00 dB");
}

#[test]
fn presets_that_cannot_be_loaded_change_nothing_and_say_why() {
    let studio = Studio::without_presets();
    let refused = |id: &str| studio.control().load_preset(id).unwrap_err().to_string();
    assert_eq!(
        refused("factory/hot"),
        "the preset Too hot is not loaded: `100 dB` is not a value of the parameter `drive`"
    );
    assert!(refused("factory/broken").starts_with("the preset `broken` is broken: it is no preset: "));
    for id in ["factory/gone", "user/gone", "gone", ""] {
        assert_eq!(studio.control().load_preset(id), Err(HostError::no_such_preset(id)));
    }
    assert!(studio.daw.take_heard().is_empty() && studio.undo_label().is_none());
}

#[test]
fn pages_hear_when_a_preset_is_modified_and_when_it_is_not_any_more() {
    let studio = Studio::without_presets();
    studio.control().load_preset("factory/warm").unwrap();
    studio.take_events();
    studio.drag("mix", &[0.5, 0.25]);
    assert_eq!(studio.take_events(), [SessionEvent::HistoryChanged, SessionEvent::PresetChanged]);
    assert!(studio.control().current_preset().modified);
    studio.drag("mix", &[0.75]);
    assert_eq!(studio.take_events(), [SessionEvent::HistoryChanged]);
    studio.control().undo().unwrap();
    studio.control().undo().unwrap();
    assert!(studio.take_events().contains(&SessionEvent::PresetChanged));
    assert!(!studio.control().current_preset().modified);
    studio.set("bypass", 1.0);
    assert!(!studio.control().current_preset().modified, "no part of presets");
}

#[test]
fn saving_asks_before_it_replaces_and_keeps_what_was_said_before() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::new(folder.path());
    studio.set("drive", 0.25);
    let about = PresetDescription {
        author: Some("Ann".to_owned()),
        tags: vec!["bass".to_owned()],
        description: Some("Loud.\nVery \"loud\".".to_owned()),
        ..named("Mine")
    };
    let id = studio.control().save_preset(&about, false).unwrap();
    assert_eq!(id, "user/Mine");
    studio.set("drive", 0.5);
    let exists = studio.control().save_preset(&named(" Mine "), false);
    assert_eq!(exists, Err(HostError::PresetExists { name: "Mine".to_owned() }));
    assert!(studio.control().current_preset().modified);
    assert_eq!(studio.control().save_preset(&named("Mine"), true).unwrap(), id);
    assert!(!studio.control().current_preset().modified);
    let listed = studio.control().presets().into_iter().find(|preset| preset.id == id).unwrap();
    assert_eq!((listed.bank, listed.author, listed.tags), (PresetBank::User, about.author, Some(about.tags)));
    assert_eq!(listed.description, about.description);
    studio.set("drive", 0.0);
    studio.control().load_preset(&id).unwrap();
    assert_eq!(studio.get("drive").to_bits(), 0.5_f32.to_bits());
}

#[test]
fn presets_are_renamed_and_deleted_but_not_those_of_the_factory() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::new(folder.path());
    let control = studio.control();
    let one = control.save_preset(&named("One"), false).unwrap();
    control.save_preset(&named("Two"), false).unwrap();
    assert_eq!(control.rename_preset(&one, "Two"), Err(HostError::PresetExists { name: "Two".to_owned() }));
    let three = control.rename_preset(&one, "Three").unwrap();
    assert_eq!(control.rename_preset(&three, "three").unwrap(), three, "one name to some systems");
    assert!(names(&studio).contains(&"three".to_owned()) && !names(&studio).contains(&"One".to_owned()));
    assert_eq!(control.delete_preset(&one), Err(HostError::no_such_preset(&*one)));
    control.delete_preset(&three).unwrap();
    assert!(!names(&studio).contains(&"three".to_owned()));
    for refused in
        [control.delete_preset("factory/warm"), control.rename_preset("factory/warm", "X").map(drop)]
    {
        assert!(matches!(refused, Err(HostError::PresetRefused { .. })), "{refused:?}");
    }
    for wrong in ["", "  ", "two\nlines"] {
        let refused = control.save_preset(&named(wrong), false);
        assert!(matches!(refused, Err(HostError::PresetRefused { .. })), "{wrong:?}: {refused:?}");
    }
}

#[test]
fn presets_go_out_and_in_as_files_of_their_plugin() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::new(folder.path());
    studio.set("drive", 0.123_456_7);
    let id = studio.control().save_preset(&named("AC/DC"), false).unwrap();
    let file = studio.control().export_preset(&id).unwrap();
    assert_eq!(file.file_name, "AC_DC.toml");
    assert!(
        file.text.contains("drive = { text = \"4.44 dB\", normalized = 0.12345670163631439 }"),
        "{}",
        file.text
    );

    let elsewhere = tempfile::tempdir().unwrap();
    let other = Studio::new(elsewhere.path());
    let imported = other.control().import_preset(&file.text, false).unwrap();
    other.control().load_preset(&imported).unwrap();
    assert_eq!(other.get("drive").to_bits(), 0.123_456_7_f32.to_bits());
    let again = other.control().import_preset(&file.text, false);
    assert_eq!(again, Err(HostError::PresetExists { name: "AC/DC".to_owned() }));
    let foreign = other.control().import_preset(&file.text.replace("Sample", "Another"), true);
    assert_eq!(foreign, Err(HostError::preset_refused("it is a preset of Another, not of Sample")));
    assert!(matches!(
        other.control().import_preset("no preset", false),
        Err(HostError::PresetRefused { .. })
    ));
    let factory = studio.control().export_preset("factory/warm").unwrap();
    assert_eq!(factory.file_name, "warm.toml");
}

#[test]
fn presets_are_written_as_files_that_take_nobody_s_place() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::new(folder.path());
    let downloads = folder.path().join("downloads");
    let id = studio.control().save_preset(&named("Mine"), false).unwrap();
    let refused = studio.control().write_preset(&id).unwrap_err().to_string();
    assert!(refused.contains(&format!("{}: ", downloads.display())), "{refused}");

    std::fs::create_dir(&downloads).unwrap();
    let paths = [(); 2].map(|()| studio.control().write_preset(&id).unwrap());
    let expected = ["Mine.toml", "Mine 2.toml"].map(|name| downloads.join(name).display().to_string());
    assert_eq!(paths, expected);
    let text = studio.control().export_preset(&id).unwrap().text;
    assert!(paths.iter().all(|path| std::fs::read_to_string(path).unwrap() == text));
    assert_eq!(std::fs::read_dir(&downloads).unwrap().count(), 2, "nothing unfinished is left");
    assert_eq!(studio.control().write_preset("user/gone"), Err(HostError::no_such_preset("user/gone")));
}

#[test]
fn favourites_are_the_same_in_all_instances_and_go_with_a_preset_s_name() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (Studio::new(folder.path()), Studio::new(folder.path()));
    let favourites = |studio: &Studio| -> Vec<String> {
        let presets = studio.control().presets().into_iter();
        presets.filter(|preset| preset.favourite).map(|preset| preset.name).collect()
    };
    let mine = one.control().save_preset(&named("Mine"), false).unwrap();
    assert_eq!(favourites(&other), Vec::<String>::new());
    other.take_events();
    one.control().set_favourite(&mine, true).unwrap();
    one.control().set_favourite("factory/warm", true).unwrap();
    assert!(other.take_events().contains(&SessionEvent::PresetsChanged));
    assert_eq!(favourites(&other), ["Warm Vocal", "Mine"]);

    let renamed = other.control().rename_preset(&mine, "Ours").unwrap();
    assert_eq!(favourites(&one), ["Warm Vocal", "Ours"]);
    assert!(!one.control().export_preset(&renamed).unwrap().text.contains("favourite"));
    one.control().delete_preset(&renamed).unwrap();
    one.control().save_preset(&named("Ours"), false).unwrap();
    assert_eq!(favourites(&one), ["Warm Vocal"], "another preset of the name is not liked for it");
    one.control().set_favourite("factory/warm", false).unwrap();
    assert_eq!(favourites(&other), Vec::<String>::new());
    let gone = one.control().set_favourite("factory/gone", true);
    assert_eq!(gone, Err(HostError::no_such_preset("factory/gone")));
}

#[test]
fn a_list_of_favourites_that_is_none_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::new(folder.path());
    let path = folder.path().join("favourites.json");
    std::fs::write(&path, "half a li").unwrap();
    assert!(studio.control().presets().iter().all(|preset| !preset.favourite));
    let refused = studio.control().set_favourite("factory/warm", true).unwrap_err().to_string();
    assert!(refused.contains("favourites.json"), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "half a li");
}

#[test]
fn a_text_that_somebody_has_changed_counts_for_more_than_the_exact_value_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::new(folder.path());
    studio.set("drive", 0.123_456_7);
    let id = studio.control().save_preset(&named("Mine"), false).unwrap();
    let path = folder.path().join("Mine.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("4.44 dB", "27 dB")).unwrap();
    studio.control().load_preset(&id).unwrap();
    assert_eq!(studio.page_text("drive"), "27.00 dB");
}

#[test]
fn a_preset_of_one_instance_is_seen_by_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (Studio::new(folder.path()), Studio::new(folder.path()));
    other.control().presets();
    one.control().save_preset(&named("Mine"), false).unwrap();
    assert!(other.take_events().contains(&SessionEvent::PresetsChanged));
    assert!(names(&other).contains(&"Mine".to_owned()));
}

impl Studio {
    fn page_text(&self, id: &str) -> String {
        use wavecraft_ipc::ParameterHost;
        let parameters = self.page.all_parameters();
        parameters.into_iter().find(|parameter| parameter.id == id).unwrap().text
    }
}

proptest! {
    #[test]
    fn any_values_come_back_from_a_preset_of_any_name_to_the_bit(
        name in "[^\\p{C}]{1,40}",
        values in proptest::collection::vec(0.0_f32..=1.0, 4),
    ) {
        prop_assume!(!name.trim().is_empty());
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Studio::new(folder.path()), Studio::new(folder.path()));
        let ids = ["drive", "mix", "mode", "muted"];
        for (id, to) in ids.iter().zip(&values) {
            one.daw.automate(id, value(*to));
        }
        let id = one.control().save_preset(&named(&name), false).unwrap();
        prop_assert_eq!(other.control().load_preset(&id).unwrap(), Vec::<String>::new());
        for id in ids {
            prop_assert_eq!(one.get(id).to_bits(), other.get(id).to_bits());
        }
        prop_assert_eq!(other.control().current_preset().preset.unwrap().name, name.trim());
    }
}

#[test]
fn presets_and_slots_of_earlier_versions_may_have_the_old_ids() {
    let studio = Studio::with_renamed_parameters();
    assert_eq!(studio.control().load_preset("factory/old").unwrap(), Vec::<String>::new());
    assert_eq!((studio.get("drive"), studio.get("mix")), (0.5, 0.5));
    let saved =
        r#"{"version": 1, "selected": "a", "b": {"values": {"gain": 0.25, "mix": 0.75, "blend": 0.1}}}"#;
    studio.session.restore(serde_json::from_str(saved).unwrap());
    studio.control().select_slot(wavecraft_ipc::SlotName::B).unwrap();
    assert_eq!((studio.get("drive"), studio.get("mix")), (0.25, 0.75));
}
