//! The library loads, but the plugin in it cannot start: its constructor fails.

use wavecraft_ffi::{FfiProcessor, PluginLibrary, ProcessorError};

use crate::libraries::{build, path_definition};

#[test]
fn an_instance_that_is_null_is_an_error() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let built = build("half.c", &["NO_CREATE", &path_definition("LOG", log.path())]);
    let library = PluginLibrary::load(&built.path).unwrap();
    let error = FfiProcessor::create(&library).unwrap_err();
    assert_eq!(error, ProcessorError::NotCreated { path: built.path.clone(), panic: None });
    assert!(error.to_string().ends_with("makes no processor: it returned null"), "{error}");
    assert_eq!(std::fs::read_to_string(log.path()).unwrap(), "create\n", "null is never dropped");
}

#[test]
fn a_library_that_can_tell_why_is_asked() {
    let built = build("live.c", &["NO_CREATE"]);
    let error = FfiProcessor::create(&PluginLibrary::load(&built.path).unwrap()).unwrap_err();
    assert!(error.to_string().ends_with("makes no processor: it panicked: out of instances"), "{error}");
}
