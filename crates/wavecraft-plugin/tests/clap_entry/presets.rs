//! Presets in the host's own lists, and loaded by the host.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::ptr;

use clap_sys::ext::preset_load::{
    CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT, clap_plugin_preset_load,
};
use clap_sys::factory::preset_discovery::*;
use clap_sys::universal_plugin_id::clap_universal_plugin_id;
use clap_sys::version::CLAP_VERSION;

use super::host::{Host, Ports, PresetNews, Told, call, port};
use super::{AHEAD, GAIN, clap_entry};

const PLUGIN: u32 = CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN;
const FILE: u32 = CLAP_PRESET_DISCOVERY_LOCATION_FILE;

impl Host {
    /// Loads a preset; the texts may be missing.
    fn load_preset(&self, kind: u32, location: Option<&CStr>, load_key: Option<&CStr>) -> bool {
        let pointer = |text: Option<&CStr>| text.map_or(ptr::null(), CStr::as_ptr);
        let table = self.table::<clap_plugin_preset_load>(CLAP_EXT_PRESET_LOAD);
        assert_eq!(table, self.table(CLAP_EXT_PRESET_LOAD_COMPAT), "older hosts know it by a draft's name");
        call!(table, from_location, self.plugin, kind, pointer(location), pointer(load_key))
    }

    fn load_factory(&self, load_key: &CStr) -> bool {
        self.load_preset(PLUGIN, None, Some(load_key))
    }

    fn take_error(&self) -> (i32, String) {
        match self.asked.preset_news.take().as_slice() {
            [PresetNews::Error { os_error, message }] => (*os_error, message.clone()),
            news => panic!("{news:?}"),
        }
    }

    fn id(&self, index: u32) -> u32 {
        self.info(index).unwrap().id
    }
}

/// The gesture of a parameter that a preset changes.
fn gesture(host: &Host, index: u32, value: f64) -> [Told; 3] {
    let id = host.id(index);
    [Told::Begin(id), Told::Value(id, value), Told::End(id)]
}

#[test]
fn a_preset_is_a_gesture_for_each_parameter_that_differs_and_the_host_is_told_that_it_is_loaded() {
    let host = Host::of(&clap_entry);
    assert!(host.load_factory(c"factory/loud"));
    assert_eq!(host.value(GAIN), 0.75, "at once");
    let loaded = PresetNews::Loaded { location: None, load_key: Some("factory/loud".to_owned()) };
    assert_eq!(host.asked.preset_news.take(), [loaded]);
    host.flush();
    assert_eq!(host.take_told(), gesture(&host, GAIN, 0.75), "and nothing of what stays");
    host.flush();
    assert!(host.take_told().is_empty());
    assert!(host.load_factory(c"factory/loud"));
    host.flush();
    assert!(host.take_told().is_empty(), "there is nothing left to change");
}

#[test]
fn while_blocks_come_the_gestures_leave_with_the_next_one_and_a_new_latency_asks_for_one_restart() {
    let host = Host::of(&clap_entry);
    host.activate();
    host.pass(None);
    host.take_told();
    assert!(host.load_factory(c"factory/late"));
    host.pass(None);
    assert_eq!(host.take_told(), [gesture(&host, AHEAD, 2.0), gesture(&host, GAIN, 0.75)].concat());
    assert_eq!(host.restarts(), 1);
    host.pass(None);
    assert_eq!((host.take_told(), host.restarts()), (vec![], 0));
    host.deactivate();
}

#[test]
fn a_preset_that_is_loaded_while_it_sounds_makes_no_step() {
    let host = Host::of(&clap_entry);
    host.activate();
    let mut heard = Vec::new();
    for block in 0..40 {
        if block == 10 {
            assert!(host.load_factory(c"factory/loud"));
        }
        let (mut left, mut right) = ([0.125_f32; 64], [0.125_f32; 64]);
        let mut channels = [left.as_mut_ptr(), right.as_mut_ptr()];
        let (mut input, mut output) = (port(&mut channels), port(&mut channels));
        host.process(Ports::new(&mut input, &mut output), 64, None);
        heard.extend(left);
    }
    host.deactivate();
    assert_eq!((heard[0], heard[10 * 64 - 1]), (0.125, 0.125));
    assert!((heard[40 * 64 - 1] / 0.125 - 3.981).abs() < 0.01, "12 dB");
    let largest = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    // From 0.125 to 0.5 within 20 ms, 960 frames, on a line in decibels: steepest at the top, by 0.15 % a frame.
    assert!(largest > 0.0 && largest < 0.001, "{largest}");
}

#[test]
fn a_preset_of_a_file_is_loaded_from_wherever_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Mine.toml");
    std::fs::write(&path, "name = 'Mine'\nplugin = 'Gain'\n[values]\ngain = '-24 dB'\nflanger = 1\n")
        .unwrap();
    let location = CString::new(path.to_str().unwrap()).unwrap();
    let host = Host::of(&clap_entry);
    assert!(host.load_preset(FILE, Some(&location), None), "unknown parameters are left out");
    assert_eq!(host.value(GAIN), 0.0);
    let loaded = PresetNews::Loaded { location: Some(path.to_str().unwrap().to_owned()), load_key: None };
    assert_eq!(host.asked.preset_news.take(), [loaded]);
}

#[test]
fn what_cannot_be_loaded_changes_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        CString::new(path.to_str().unwrap()).unwrap()
    };
    let other = file("other.toml", b"name = 'Mine'\nplugin = 'Flanger'\n");
    let binary = file("binary.toml", &[0xff, 0x00, 0xfe]);
    let missing = CString::new(folder.path().join("gone.toml").to_str().unwrap()).unwrap();
    let invalid = CString::new([0xff_u8]).unwrap();
    let host = Host::of(&clap_entry);
    for (kind, location, key, expected) in [
        (PLUGIN, None, Some(c"factory/hot"), "`100 dB` is not a value of the parameter `gain`"),
        (PLUGIN, None, Some(c"factory/gone"), "factory/gone"),
        (PLUGIN, None, Some(c""), "preset"),
        (PLUGIN, None, None, "key"),
        (PLUGIN, None, Some(invalid.as_c_str()), "UTF-8"),
        (FILE, None, None, "path"),
        (FILE, Some(invalid.as_c_str()), None, "UTF-8"),
        (FILE, Some(other.as_c_str()), None, "it is a preset of Flanger, not of Gain"),
        (FILE, Some(binary.as_c_str()), None, "UTF-8"),
        (FILE, Some(c""), None, ""),
        (7, None, None, "kind 7"),
    ] {
        assert!(!host.load_preset(kind, location, key), "{location:?} {key:?}");
        let (_, message) = host.take_error();
        assert!(message.contains(expected), "{message}");
    }
    assert!(!host.load_preset(FILE, Some(&missing), None));
    assert_ne!(host.take_error().0, 0, "the system's error");
    host.flush();
    assert!(host.take_told().is_empty());
    let table = host.table::<clap_plugin_preset_load>(CLAP_EXT_PRESET_LOAD);
    assert!(!call!(table, from_location, ptr::null(), PLUGIN, ptr::null(), c"factory/loud".as_ptr()));
}

#[test]
fn a_loaded_preset_marks_the_project_as_unsaved_and_a_loaded_project_does_not() {
    let host = Host::of(&clap_entry);
    let empty = host.save();
    assert!(host.load_factory(c"factory/loud"));
    assert_eq!(host.asked.dirty_marks.take(), 1);
    host.idle();
    assert_eq!(host.asked.dirty_marks.take(), 0, "once");
    let saved = host.save();
    assert!(String::from_utf8_lossy(&saved).contains("Loud"));
    for project in [&empty, &saved] {
        assert!(host.load(project));
        host.idle();
    }
    assert_eq!(host.asked.dirty_marks.take(), 0);
    let other = Host::of(&clap_entry);
    assert!(other.load(&saved));
    assert_eq!(other.value(GAIN), 0.75);
    assert_eq!(other.save(), saved);
}

#[test]
fn a_host_that_never_flushes_has_presets_loaded_all_the_same() {
    let host = Host::of(&clap_entry);
    for _ in 0..1_000 {
        assert!(host.load_factory(c"factory/loud") && host.load_factory(c"factory/default"));
    }
    assert_eq!(host.value(GAIN), 0.5);
    host.flush();
    let told = host.take_told();
    assert_eq!(told.len() % 3, 0, "no gesture is cut in two");
    assert_eq!(told[..3], gesture(&host, GAIN, 0.75));
}

/// What a host that lists presets is told, in its words.
type Listing = RefCell<Vec<String>>;

unsafe fn note(listing: *mut std::ffi::c_void, line: String) {
    // SAFETY: the indexer and the receiver were made with a listing.
    unsafe { &*listing.cast::<Listing>() }.borrow_mut().push(line);
}

fn shown(text: *const c_char) -> String {
    if text.is_null() {
        return "-".to_owned();
    }
    // SAFETY: it is a text that ends.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

fn indexer(listing: &Listing) -> clap_preset_discovery_indexer {
    unsafe extern "C" fn filetype(
        indexer: *const clap_preset_discovery_indexer,
        filetype: *const clap_preset_discovery_filetype,
    ) -> bool {
        // SAFETY: the plugin's tables are whole.
        unsafe {
            let extension = shown((*filetype).file_extension);
            note((*indexer).indexer_data, format!("files {extension}: {}", shown((*filetype).name)));
        }
        true
    }
    unsafe extern "C" fn location(
        indexer: *const clap_preset_discovery_indexer,
        location: *const clap_preset_discovery_location,
    ) -> bool {
        // SAFETY: the plugin's tables are whole.
        unsafe {
            let clap_preset_discovery_location { flags, kind, location: path, name } = *location;
            if kind == PLUGIN {
                note((*indexer).indexer_data, format!("plugin {flags} {}: {}", shown(path), shown(name)));
            }
        }
        true
    }
    clap_preset_discovery_indexer {
        clap_version: CLAP_VERSION,
        name: c"Tests".as_ptr(),
        vendor: c"Tests".as_ptr(),
        url: c"".as_ptr(),
        version: c"1".as_ptr(),
        indexer_data: ptr::from_ref(listing).cast_mut().cast(),
        declare_filetype: Some(filetype),
        declare_location: Some(location),
        declare_soundpack: None,
        get_extension: None,
    }
}

fn receiver(listing: &Listing) -> clap_preset_discovery_metadata_receiver {
    type Table = clap_preset_discovery_metadata_receiver;
    unsafe extern "C" fn on_error(table: *const Table, _: i32, message: *const c_char) {
        // SAFETY: the table is the one below.
        unsafe { note((*table).receiver_data, format!("error: {}", shown(message))) }
    }
    unsafe extern "C" fn begin(table: *const Table, name: *const c_char, key: *const c_char) -> bool {
        // SAFETY: as above.
        unsafe { note((*table).receiver_data, format!("preset {} {}", shown(name), shown(key))) }
        true
    }
    unsafe extern "C" fn plugin(table: *const Table, id: *const clap_universal_plugin_id) {
        // SAFETY: as above.
        unsafe { note((*table).receiver_data, format!("for {} {}", shown((*id).abi), shown((*id).id))) }
    }
    unsafe extern "C" fn creator(table: *const Table, name: *const c_char) {
        // SAFETY: as above.
        unsafe { note((*table).receiver_data, format!("by {}", shown(name))) }
    }
    unsafe extern "C" fn description(table: *const Table, text: *const c_char) {
        // SAFETY: as above.
        unsafe { note((*table).receiver_data, shown(text)) }
    }
    unsafe extern "C" fn feature(table: *const Table, name: *const c_char) {
        // SAFETY: as above.
        unsafe { note((*table).receiver_data, format!("#{}", shown(name))) }
    }
    Table {
        receiver_data: ptr::from_ref(listing).cast_mut().cast(),
        on_error: Some(on_error),
        begin_preset: Some(begin),
        add_plugin_id: Some(plugin),
        set_soundpack_id: None,
        set_flags: None,
        add_creator: Some(creator),
        set_description: Some(description),
        set_timestamps: None,
        add_feature: Some(feature),
        add_extra_info: None,
    }
}

fn factory() -> *const clap_preset_discovery_factory {
    let entry = &raw const clap_entry;
    let factory = |id: &CStr| call!(entry, get_factory, id.as_ptr()).cast::<clap_preset_discovery_factory>();
    assert_eq!(factory(CLAP_PRESET_DISCOVERY_FACTORY_ID), factory(CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT));
    assert!(factory(c"clap.preset-discovery-factory/99").is_null());
    assert!(call!(entry, get_factory, ptr::null()).is_null());
    factory(CLAP_PRESET_DISCOVERY_FACTORY_ID)
}

#[test]
fn the_factory_presets_are_in_the_host_s_list_with_all_that_they_say_of_themselves() {
    let factory = factory();
    assert_eq!(call!(factory, count, factory), 1);
    let descriptor = call!(factory, get_descriptor, factory, 0);
    assert!(call!(factory, get_descriptor, factory, 1).is_null());
    let listing = Listing::default();
    let indexer = indexer(&listing);
    // SAFETY: the plugin's table is whole.
    let id = unsafe { (*descriptor).id };
    let provider = call!(factory, create, factory, &raw const indexer, id);
    assert!(call!(provider, init, provider));
    assert_eq!(listing.take(), ["files toml: Gain preset", "plugin 1 -: Gain"]);
    let receiver = receiver(&listing);
    assert!(call!(provider, get_metadata, provider, PLUGIN, ptr::null(), &raw const receiver));
    let expected = [
        "preset Default factory/default",
        "for clap test.gain",
        "preset Late factory/late",
        "for clap test.gain",
        "preset Loud factory/loud",
        "for clap test.gain",
        "by Ann",
        "Up.",
        "#bass",
        "#drums",
        "preset Too hot factory/hot",
        "for clap test.gain",
    ];
    assert_eq!(listing.take(), expected);
    call!(provider, destroy, provider);
}

#[test]
fn a_file_is_described_and_one_that_is_no_preset_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let factory = factory();
    let listing = Listing::default();
    let (indexer, receiver) = (indexer(&listing), receiver(&listing));
    let provider = call!(factory, create, factory, &raw const indexer, c"test.gain.presets".as_ptr());
    let told = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let path = CString::new(path.to_str().unwrap()).unwrap();
        let is_told = call!(provider, get_metadata, provider, FILE, path.as_ptr(), &raw const receiver);
        (is_told, listing.take())
    };
    let (is_told, lines) = told("mine.toml", "name = 'Mine'\nauthor = 'Bob'\n");
    assert_eq!(
        (is_told, lines),
        (true, ["preset Mine -", "for clap test.gain", "by Bob"].map(str::to_owned).into())
    );
    for (text, expected) in
        [("name = ", "it is no preset"), ("name = 'X'\nplugin = 'Y'", "it is a preset of Y, not of Gain")]
    {
        let (is_told, lines) = told("broken.toml", text);
        assert!(!is_told && lines.len() == 1 && lines[0].contains(expected), "{lines:?}");
    }
    call!(provider, destroy, provider);
}

#[test]
fn wrong_calls_of_a_host_that_lists_presets_are_answered() {
    let factory = factory();
    let listing = Listing::default();
    let (indexer, receiver) = (indexer(&listing), receiver(&listing));
    let id = c"test.gain.presets".as_ptr();
    assert!(call!(factory, create, factory, &raw const indexer, c"other".as_ptr()).is_null());
    assert!(call!(factory, create, factory, &raw const indexer, ptr::null()).is_null());
    assert!(call!(factory, create, factory, ptr::null(), id).is_null());
    let provider = call!(factory, create, factory, &raw const indexer, id);
    assert!(!call!(provider, get_metadata, ptr::null(), PLUGIN, ptr::null(), &raw const receiver));
    assert!(!call!(provider, get_metadata, provider, PLUGIN, ptr::null(), ptr::null()));
    assert!(listing.take().is_empty());
    for kind in [FILE, 7] {
        assert!(!call!(provider, get_metadata, provider, kind, ptr::null(), &raw const receiver));
        assert_eq!(listing.take().len(), 1, "an error");
    }
    assert!(!call!(provider, init, ptr::null()));
    assert!(call!(provider, get_extension, provider, c"anything".as_ptr()).is_null());
    call!(provider, destroy, provider);
    call!(provider, destroy, ptr::null());
    // A receiver without any function is told nothing, and does no harm.
    let provider = call!(factory, create, factory, &raw const indexer, id);
    let deaf = clap_preset_discovery_metadata_receiver {
        on_error: None,
        begin_preset: None,
        add_plugin_id: None,
        add_creator: None,
        set_description: None,
        add_feature: None,
        ..receiver
    };
    call!(provider, get_metadata, provider, PLUGIN, ptr::null(), &raw const deaf);
    call!(provider, get_metadata, provider, FILE, c"/no/such/file".as_ptr(), &raw const deaf);
    call!(provider, destroy, provider);
}
