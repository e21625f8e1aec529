//! A plugin's author makes a mistake: the plugin panics, in whichever function, while the development server
//! runs it.

#![allow(unsafe_code, reason = "takes the exported functions for a library")]
#![allow(clippy::float_cmp, reason = "samples pass through unchanged, to the bit")]

use std::cell::Cell;
use std::sync::Arc;

use nice_plug::params::persist::PersistentField;
use nice_plug::prelude::*;
use wavecraft_ffi::vtable::PluginSymbols;
use wavecraft_ffi::{
    FfiProcessError, FfiProcessor, FfiStateError, ParamLoadError, PluginLibrary, PluginParamLoader,
    ProcessorError,
};
use wavecraft_nice_plug::export;

/// Where the plugin is to panic next, on this thread.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Place {
    Create,
    Activate,
    Process,
    Reset,
    Set,
    Format,
    Parse,
    Save,
    Load,
    Deactivate,
    Drop,
}

thread_local! {
    static PANIC_IN: Cell<Option<Place>> = const { Cell::new(None) };
}

fn pass(place: Place) {
    if PANIC_IN.get() == Some(place) {
        PANIC_IN.set(None);
        panic!("in {place:?}");
    }
}

#[derive(Params)]
struct PanickingParams {
    #[id = "level"]
    level: FloatParam,
    #[persist = "note"]
    note: Note,
}

/// A persistent field that panics on its way out and in.
struct Note;

impl PersistentField<'_, String> for Note {
    fn set(&self, _: String) {
        pass(Place::Load);
    }

    fn map<F, R>(&self, read: F) -> R
    where
        F: Fn(&String) -> R,
    {
        pass(Place::Save);
        read(&String::new())
    }
}

/// Doubles what it hears, and panics wherever it is told to.
struct PanickingPlugin(Arc<PanickingParams>);

impl Default for PanickingPlugin {
    fn default() -> Self {
        pass(Place::Create);
        let level = FloatParam::new("Level", 0.5, FloatRange::Linear { min: 0.0, max: 1.0 })
            .with_callback(Arc::new(|_| pass(Place::Set)))
            .with_value_to_string(Arc::new(|value| {
                pass(Place::Format);
                value.to_string()
            }))
            .with_string_to_value(Arc::new(|text| {
                pass(Place::Parse);
                text.parse().ok()
            }));
        Self(Arc::new(PanickingParams { level, note: Note }))
    }
}

impl Drop for PanickingPlugin {
    fn drop(&mut self) {
        pass(Place::Drop);
    }
}

impl Plugin for PanickingPlugin {
    const NAME: &'static str = "PanickingPlugin";
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: Some(new_nonzero_u32(1)),
        main_output_channels: Some(new_nonzero_u32(1)),
        ..AudioIOLayout::const_default()
    }];

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.0.clone()
    }

    fn activate(&mut self, _: &AudioIOLayout, _: &BufferConfig, _: &mut impl ActivateContext<Self>) -> bool {
        pass(Place::Activate);
        true
    }

    fn reset(&mut self) {
        pass(Place::Reset);
    }

    fn deactivate(&mut self) {
        pass(Place::Deactivate);
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        _: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let samples = &mut *buffer.as_slice()[0];
        let half = samples.len() / 2;
        samples[..half].iter_mut().for_each(|sample| *sample *= 2.0);
        pass(Place::Process);
        samples[half..].iter_mut().for_each(|sample| *sample *= 2.0);
        ProcessStatus::Normal
    }
}

fn library(symbols: PluginSymbols) -> Arc<PluginLibrary> {
    // SAFETY: what is exported keeps to the contract.
    unsafe { PluginLibrary::linked(PanickingPlugin::NAME, symbols) }
}

fn new_instance() -> FfiProcessor {
    FfiProcessor::create(&library(export::symbols::<PanickingPlugin>())).expect("an instance")
}

/// A prepared instance that is about to panic.
fn about_to_panic(place: Place) -> FfiProcessor {
    let mut processor = new_instance();
    processor.prepare(48_000.0, 10, 1).expect("it is prepared");
    PANIC_IN.set(Some(place));
    processor
}

/// The instance has just panicked at `place`: it says so once, where it was, and passes everything from now
/// on.
fn assert_out_of_order(mut processor: FfiProcessor, place: Place) {
    let message = processor.take_panic().expect("it says so");
    assert!(message.starts_with(&format!("in {place:?} (at ")), "{message}");
    assert!(message.contains("tests/export_panics.rs:"), "{message}");
    assert_eq!((processor.take_panic(), processor.has_panicked()), (None, true));

    let mut samples = [0.25; 25];
    match processor.process(&mut [&mut samples]) {
        Ok(()) | Err(FfiProcessError::NotPrepared) => assert_eq!(samples, [0.25; 25]),
        Err(error) => panic!("{error}"),
    }
    processor.reset();
    assert_eq!(processor.set_parameters(&[0.5]), Err(FfiProcessError::Panicked));
    assert_eq!(processor.prepare(48_000.0, 10, 1), Err(ProcessorError::Panicked));
    assert_eq!((processor.format_parameter(0, 0.5), processor.parse_parameter(0, "1")), (None, None));
    assert_eq!(processor.save_state(), Err(FfiStateError::Panicked));
    assert_eq!(processor.load_state(b"{}"), Err(FfiStateError::Panicked));
    assert_eq!(processor.latency_samples(), 0);
}

#[test]
fn a_panic_in_process_costs_no_sample() {
    let mut processor = about_to_panic(Place::Process);
    let watch = processor.panic_watch();
    let mut samples = [0.25; 25];
    assert_eq!(processor.process(&mut [&mut samples]), Ok(()));
    assert_eq!(samples, [0.25; 25], "the part in which it panicked, and all that follow, are the input");
    assert!(watch.has_panicked());
    assert_out_of_order(processor, Place::Process);

    let mut processor = new_instance();
    processor.prepare(48_000.0, 10, 1).unwrap();
    processor.process(&mut [&mut samples]).unwrap();
    assert_eq!(samples, [0.5; 25], "another instance is none the worse");
}

#[test]
fn a_panic_in_prepare() {
    for place in [Place::Activate, Place::Reset, Place::Deactivate] {
        let mut processor = about_to_panic(place);
        assert_eq!(processor.prepare(96_000.0, 20, 1), Err(ProcessorError::Panicked));
        assert_out_of_order(processor, place);
    }
}

#[test]
fn a_panic_in_reset() {
    let mut processor = about_to_panic(Place::Reset);
    processor.reset();
    assert_out_of_order(processor, Place::Reset);
}

#[test]
fn a_panic_in_set_parameters() {
    let mut processor = about_to_panic(Place::Set);
    assert_eq!(processor.set_parameters(&[0.75]), Err(FfiProcessError::Panicked));
    assert_out_of_order(processor, Place::Set);
}

#[test]
fn a_panic_in_a_text() {
    let mut processor = about_to_panic(Place::Format);
    assert_eq!(processor.format_parameter(0, 0.5), None);
    assert_out_of_order(processor, Place::Format);
    let mut processor = about_to_panic(Place::Parse);
    assert_eq!(processor.parse_parameter(0, "0.5"), None);
    assert_out_of_order(processor, Place::Parse);
}

#[test]
fn a_panic_in_the_state() {
    let mut processor = about_to_panic(Place::Save);
    assert_eq!(processor.save_state(), Err(FfiStateError::Panicked));
    assert_out_of_order(processor, Place::Save);
    let state = new_instance().save_state().unwrap();
    let mut processor = about_to_panic(Place::Load);
    assert_eq!(processor.load_state(&state), Err(FfiStateError::Panicked));
    assert_out_of_order(processor, Place::Load);
}

#[test]
fn a_panic_in_set_sample_rate() {
    PANIC_IN.set(None);
    let first_version = PluginSymbols { dev_processor_v2: None, ..export::symbols::<PanickingPlugin>() };
    let mut processor = FfiProcessor::create(&library(first_version)).unwrap();
    PANIC_IN.set(Some(Place::Activate));
    processor.prepare(48_000.0, 10, 1).unwrap();
    let mut samples = [0.25; 25];
    processor.process(&mut [&mut samples]).unwrap();
    assert_eq!(samples, [0.25; 25], "version 1 cannot say more");
}

#[test]
fn panics_outside_of_an_instance() {
    // One after the other: the words of the last one are kept for all.
    let library = library(export::symbols::<PanickingPlugin>());
    PANIC_IN.set(Some(Place::Create));
    let error = FfiProcessor::create(&library).unwrap_err();
    assert!(error.to_string().contains("it panicked: in Create (at "), "{error}");
    PANIC_IN.set(Some(Place::Create));
    let error = PluginParamLoader::load(&library).unwrap_err();
    assert!(matches!(error, ParamLoadError::Null { panic: Some(_), .. }), "{error:?}");
    for place in [Place::Deactivate, Place::Drop] {
        drop(about_to_panic(place));
        assert_eq!(PANIC_IN.get(), None, "it did panic");
    }
}
