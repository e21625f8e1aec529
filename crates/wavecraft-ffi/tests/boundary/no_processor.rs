//! The author forgot the macro, or has a first version of a table from elsewhere: there is a library, but no
//! processor.

use wavecraft_ffi::{Capability, FfiProcessor, LoadError, PluginLibrary, TableProblem};

use crate::libraries::{build, path_definition};

#[test]
fn a_library_of_something_else_is_no_plugin() {
    let built = build("stranger.c", &[]);
    let error = PluginLibrary::load(&built.path).unwrap_err();
    assert!(matches!(error, LoadError::NotAPlugin { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains("library.so") && message.contains("export_dev_processor!"), "{message}");
}

#[test]
fn parameters_without_a_processor_are_better_than_nothing() {
    let built = build("parameters.c", &[]);
    let library = PluginLibrary::load(&built.path).unwrap();
    let missing = TableProblem::Missing;
    assert_eq!(*library.capability(), Capability::NoProcessor { version_2: missing, version_1: missing });
    assert!(!library.capability().can_process());
    let error = FfiProcessor::create(&library).unwrap_err();
    assert!(
        error.to_string().ends_with(
            "no audio, because the library's processor table is missing; build it with export_dev_processor!"
        ),
        "{error}"
    );
}

#[test]
fn a_table_of_version_1_that_says_otherwise_is_not_called() {
    let log = tempfile::NamedTempFile::new().unwrap();
    for found in [0, 2, u32::MAX] {
        let version = format!("VERSION={found}u");
        let built = build("half.c", &[&version, &path_definition("LOG", log.path())]);
        let library = PluginLibrary::load(&built.path).unwrap();
        let version_1 = TableProblem::WrongVersion { found, expected: 1 };
        assert_eq!(
            *library.capability(),
            Capability::NoProcessor { version_2: TableProblem::Missing, version_1 }
        );
        let message = FfiProcessor::create(&library).unwrap_err().to_string();
        assert!(
            message.contains(&format!("version 1 says that it is version {found} instead of 1")),
            "{message}"
        );
    }
    assert_eq!(std::fs::read_to_string(log.path()).unwrap(), "", "none of its functions was called");
}

#[test]
fn a_table_of_version_1_with_a_gap_is_not_used() {
    let built = build("half.c", &["NO_RESET"]);
    let library = PluginLibrary::load(&built.path).unwrap();
    let Capability::NoProcessor { version_1, .. } = *library.capability() else { panic!("{library:?}") };
    assert_eq!(version_1, TableProblem::NullFunction("reset"));
}
