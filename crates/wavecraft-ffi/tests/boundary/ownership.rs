//! A server reloads: it lets go of the old library while the audio thread still has an instance from it.
#![allow(unsafe_code, reason = "a plugin that is part of the test")]

use std::ffi::c_void;
use std::sync::{Arc, Mutex, Weak};

use wavecraft_ffi::vtable::{DevProcessorVTable, PluginSymbols};
use wavecraft_ffi::{FfiProcessor, PanicWatch, PluginLibrary};

use crate::libraries::build;

#[test]
fn an_instance_keeps_its_library_loaded() {
    let built = build("live.c", &[]);
    let library = PluginLibrary::load(&built.path).unwrap();
    let mut processor = FfiProcessor::create(&library).unwrap();
    let (weak, path) = (Arc::downgrade(&library), built.path.clone());
    drop((library, built));
    assert!(weak.upgrade().is_some() && !path.exists());
    processor.prepare(48_000.0, 64, 1).unwrap();
    let mut samples = [1.0; 64];
    let processor = std::thread::spawn(move || {
        processor.process(&mut [&mut samples]).unwrap();
        assert_eq!(samples, [0.5; 64]);
        processor
    });
    let processor = processor.join().unwrap();
    assert_eq!(processor.library().path(), path);
    drop(processor);
    assert!(weak.upgrade().is_none());
}

#[test]
fn an_instance_ends_before_its_library() {
    static LIBRARY: Mutex<Weak<PluginLibrary>> = Mutex::new(Weak::new());
    static SEEN_BY_DROP: Mutex<Vec<usize>> = Mutex::new(Vec::new());

    extern "C" fn create() -> *mut c_void {
        std::ptr::dangling_mut()
    }
    extern "C" fn process(_: *mut c_void, _: *mut *mut f32, _: u32, _: u32) {}
    extern "C" fn set_sample_rate(_: *mut c_void, _: f32) {}
    extern "C" fn reset(_: *mut c_void) {}
    extern "C" fn drop_instance(_: *mut c_void) {
        SEEN_BY_DROP.lock().unwrap().push(LIBRARY.lock().unwrap().strong_count());
    }
    extern "C" fn table() -> DevProcessorVTable {
        DevProcessorVTable {
            version: 1,
            create: Some(create),
            process: Some(process),
            set_sample_rate: Some(set_sample_rate),
            reset: Some(reset),
            drop: Some(drop_instance),
        }
    }

    let symbols = PluginSymbols { dev_create_processor: Some(table), ..PluginSymbols::default() };
    // SAFETY: the functions keep to the contract.
    let library = unsafe { PluginLibrary::linked("test", symbols) };
    *LIBRARY.lock().unwrap() = Arc::downgrade(&library);
    let processors = [FfiProcessor::create(&library).unwrap(), FfiProcessor::create(&library).unwrap()];
    drop(library);
    drop(processors);
    assert_eq!(*SEEN_BY_DROP.lock().unwrap(), [2, 1], "each still held the library while it ended");
    assert_eq!(LIBRARY.lock().unwrap().strong_count(), 0);
}

#[test]
fn a_library_can_be_loaded_again_and_again_while_threads_that_ran_it_live_on() {
    // What was unmapped before such a thread ends would take the process with it.
    let (sender, receiver) = std::sync::mpsc::channel::<FfiProcessor>();
    let runner = std::thread::spawn(move || {
        for mut processor in receiver {
            let mut samples = [1.0; 64];
            processor.process(&mut [&mut samples]).unwrap();
            assert_eq!(samples, [0.5; 64]);
        }
    });
    let built = build("live.c", &[]);
    for generation in 0..20 {
        let copy = built.folder.path().join(format!("copy-{generation}.so"));
        std::fs::copy(&built.path, &copy).unwrap();
        let mut processor = FfiProcessor::create(&PluginLibrary::load(&copy).unwrap()).unwrap();
        std::fs::remove_file(&copy).unwrap();
        processor.prepare(48_000.0, 64, 1).unwrap();
        sender.send(processor).unwrap();
    }
    drop(sender);
    runner.join().unwrap();
}

#[test]
fn who_may_go_to_another_thread() {
    fn is_send<T: Send>() {}
    fn is_shared<T: Send + Sync>() {}
    is_send::<FfiProcessor>();
    is_shared::<Arc<PluginLibrary>>();
    is_shared::<PanicWatch>();
}
