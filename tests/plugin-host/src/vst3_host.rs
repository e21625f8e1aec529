//! A VST3 host, as small as one can be that plays an effect and keeps its state.
#![allow(unsafe_code, reason = "loading a plugin's library runs its code")]

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::path::Path;
use std::ptr;

use anyhow::{Context, Result, bail, ensure};
use libloading::Library;
use vst3::Steinberg::IBStream_::IStreamSeekMode_::{kIBSeekCur, kIBSeekEnd, kIBSeekSet};
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::MediaTypes_::kAudio;
use vst3::Steinberg::Vst::ProcessModes_::kRealtime;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IComponent,
    IComponentTrait, ProcessData, ProcessSetup,
};
use vst3::Steinberg::{
    IBStream, IBStreamTrait, IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, PClassInfo, int32, int64,
    kInvalidArgument, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComWrapper, Interface};

/// The sample rate at which this host plays, in Hz.
const RATE_HZ: f64 = 48_000.0;

/// What factories call the classes that are plugins.
const PLUGIN_CATEGORY: &str = "Audio Module Class";

/// A loaded plugin.
pub struct Vst3Host {
    // In the order in which they must go.
    processor: ComPtr<IAudioProcessor>,
    component: ComPtr<IComponent>,
    _library: Library,
}

impl Vst3Host {
    /// Loads the library in a bundle and makes an instance of its first plugin.
    pub fn load(bundle: &Path) -> Result<Self> {
        let name = bundle.file_stem().context("a bundle has a name")?;
        let (folder, extension) = if cfg!(windows) { ("x86_64-win", "vst3") } else { ("x86_64-linux", "so") };
        let path = bundle.join("Contents").join(folder).join(name).with_extension(extension);
        // SAFETY: the plugin is one that this project has built, the functions are those of VST3's interface, and the
        // library is kept as long as anything that came from it.
        unsafe {
            let library = Library::new(&path).with_context(|| format!("{} does not load", path.display()))?;
            enter(&library)?;
            let get_factory: libloading::Symbol<unsafe extern "system" fn() -> *mut IPluginFactory> =
                library.get(b"GetPluginFactory\0")?;
            let factory = ComPtr::from_raw(get_factory()).context("the library has no factory")?;
            let component = instance(&factory)?;
            check(component.initialize(ptr::null_mut()), "initialize")?;
            let processor = component.cast::<IAudioProcessor>().context("the plugin processes nothing")?;
            drop(factory);
            Ok(Self { processor, component, _library: library })
        }
    }

    /// Loads a state.
    pub fn load_state(&self, bytes: &[u8]) -> Result<()> {
        let stream = ComWrapper::new(Stream { bytes: RefCell::new(bytes.to_vec()), position: Cell::new(0) });
        let stream = stream.to_com_ptr::<IBStream>().context("a stream is a stream")?;
        // SAFETY: the stream lives throughout the call.
        check(unsafe { self.component.setState(stream.as_ptr()) }, "load its state")
    }

    /// The state, as it would stand in the project's file.
    pub fn save(&self) -> Result<Vec<u8>> {
        let wrapper = ComWrapper::new(Stream::default());
        let stream = wrapper.to_com_ptr::<IBStream>().context("a stream is a stream")?;
        // SAFETY: the stream lives throughout the call.
        check(unsafe { self.component.getState(stream.as_ptr()) }, "save its state")?;
        Ok(wrapper.bytes.take())
    }

    /// Plays one channel to both of the plugin's at 48 kHz, from activation to deactivation, and returns the left one.
    pub fn process(&self, input: &[f32], block_frames: usize) -> Result<Vec<f32>> {
        let mut setup = ProcessSetup {
            processMode: kRealtime as int32,
            symbolicSampleSize: kSample32 as int32,
            maxSamplesPerBlock: block_frames as int32,
            sampleRate: RATE_HZ,
        };
        // SAFETY: the calls come in VST3's order, and what they point to lives throughout each.
        unsafe {
            check(self.processor.setupProcessing(&raw mut setup), "be set up")?;
            for direction in [kInput, kOutput] {
                check(self.component.activateBus(kAudio as _, direction as _, 0, 1), "activate a bus")?;
            }
            check(self.component.setActive(1), "be activated")?;
            // What a plugin without need of it answers does not matter.
            self.processor.setProcessing(1);
        }
        let mut output = Vec::with_capacity(input.len());
        for block in input.chunks(block_frames) {
            let mut from = [block.to_vec(), block.to_vec()];
            let mut to = [vec![0.0_f32; block.len()], vec![0.0_f32; block.len()]];
            self.process_block(&mut from, &mut to)?;
            output.extend_from_slice(&to[0]);
        }
        // SAFETY: as above.
        unsafe {
            self.processor.setProcessing(0);
            check(self.component.setActive(0), "be deactivated")?;
        }
        Ok(output)
    }

    fn process_block(&self, from: &mut [Vec<f32>; 2], to: &mut [Vec<f32>; 2]) -> Result<()> {
        let frames = from[0].len();
        let mut from = from.each_mut().map(Vec::as_mut_ptr);
        let mut to = to.each_mut().map(Vec::as_mut_ptr);
        let bus = |channels: &mut [*mut f32; 2]| AudioBusBuffers {
            numChannels: 2,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
        };
        let (mut input, mut output) = (bus(&mut from), bus(&mut to));
        let mut data = ProcessData {
            processMode: kRealtime as int32,
            symbolicSampleSize: kSample32 as int32,
            numSamples: frames as int32,
            numInputs: 1,
            numOutputs: 1,
            inputs: &raw mut input,
            outputs: &raw mut output,
            inputParameterChanges: ptr::null_mut(),
            outputParameterChanges: ptr::null_mut(),
            inputEvents: ptr::null_mut(),
            outputEvents: ptr::null_mut(),
            processContext: ptr::null_mut(),
        };
        // SAFETY: the buffers have as many channels and frames as is said, and live throughout the call.
        check(unsafe { self.processor.process(&raw mut data) }, "process")
    }
}

impl Drop for Vst3Host {
    fn drop(&mut self) {
        // SAFETY: the plugin is there and not active.
        unsafe { self.component.terminate() };
    }
}

/// Calls what the library wants called first; on Linux it must be there.
unsafe fn enter(library: &Library) -> Result<()> {
    // SAFETY: these are the functions of VST3's interface. dlopen's own handle is not to be had; no plugin of ours uses it.
    unsafe {
        if cfg!(windows) {
            if let Ok(enter) = library.get::<unsafe extern "system" fn() -> bool>(b"InitDll\0") {
                ensure!(enter(), "the library does not start");
            }
        } else {
            let enter: libloading::Symbol<unsafe extern "system" fn(*mut c_void) -> bool> =
                library.get(b"ModuleEntry\0")?;
            ensure!(enter(ptr::null_mut()), "the library does not start");
        }
    }
    Ok(())
}

/// An instance of a factory's first plugin.
unsafe fn instance(factory: &ComPtr<IPluginFactory>) -> Result<ComPtr<IComponent>> {
    // SAFETY: the factory is there, and what it is to write to as well.
    unsafe {
        for index in 0..factory.countClasses() {
            let mut class: PClassInfo = std::mem::zeroed();
            check(factory.getClassInfo(index, &raw mut class), "describe itself")?;
            let category = class.category.iter().map(|unit| *unit as u8 as char);
            if category.take_while(|unit| *unit != '\0').collect::<String>() != PLUGIN_CATEGORY {
                continue;
            }
            let mut object = ptr::null_mut();
            let interface = IComponent::IID;
            check(
                factory.createInstance(class.cid.as_ptr(), interface.as_ptr().cast(), &raw mut object),
                "be made",
            )?;
            return ComPtr::from_raw(object.cast()).context("the factory makes nothing");
        }
    }
    bail!("the library has no plugin")
}

fn check(result: tresult, what: &str) -> Result<()> {
    ensure!(result == kResultOk, "the plugin fails to {what}: {result:#x}");
    Ok(())
}

/// A state on its way.
#[derive(Default)]
struct Stream {
    bytes: RefCell<Vec<u8>>,
    position: Cell<usize>,
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, count: int32, read: *mut int32) -> tresult {
        let bytes = self.bytes.borrow();
        let rest = &bytes[self.position.get().min(bytes.len())..];
        let taken = rest.len().min(count.max(0) as usize);
        // SAFETY: the caller's buffer has room for `count` bytes.
        unsafe {
            ptr::copy_nonoverlapping(rest.as_ptr(), buffer.cast(), taken);
            if let Some(read) = read.as_mut() {
                *read = taken as int32;
            }
        }
        self.position.set(self.position.get() + taken);
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, count: int32, written: *mut int32) -> tresult {
        // SAFETY: the caller's buffer has `count` bytes.
        let added = unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), count.max(0) as usize) };
        let mut bytes = self.bytes.borrow_mut();
        let start = self.position.get();
        let end = start + added.len();
        let length = bytes.len().max(end);
        bytes.resize(length, 0);
        bytes[start..end].copy_from_slice(added);
        self.position.set(end);
        // SAFETY: null, or a place to write to.
        if let Some(written) = unsafe { written.as_mut() } {
            *written = count;
        }
        kResultOk
    }

    unsafe fn seek(&self, position: int64, mode: int32, result: *mut int64) -> tresult {
        // The constants are signed on one system and unsigned on the other.
        let base = match i64::from(mode) {
            mode if mode == i64::from(kIBSeekSet) => 0,
            mode if mode == i64::from(kIBSeekCur) => self.position.get() as int64,
            mode if mode == i64::from(kIBSeekEnd) => self.bytes.borrow().len() as int64,
            _ => return kInvalidArgument,
        };
        self.position.set((base + position).max(0) as usize);
        // SAFETY: as for `tell`.
        unsafe { self.tell(result) }
    }

    unsafe fn tell(&self, position: *mut int64) -> tresult {
        // SAFETY: null, or a place to write to.
        if let Some(position) = unsafe { position.as_mut() } {
            *position = self.position.get() as int64;
        }
        kResultOk
    }
}
