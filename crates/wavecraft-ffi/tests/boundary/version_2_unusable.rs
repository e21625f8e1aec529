//! The library was built against another version of the contract, or its table was filled in by hand, with a
//! gap.

use wavecraft_ffi::vtable::DevProcessorVTableV2;
use wavecraft_ffi::{Capability, FfiProcessor, PluginLibrary, ProcessorError, TableProblem};

use crate::libraries::build;

fn problem(definitions: &[&str]) -> TableProblem {
    let built = build("live.c", definitions);
    let library = PluginLibrary::load(&built.path).expect("it loads, whatever its table is worth");
    let error = FfiProcessor::create(&library).expect_err("there is no version 1 to fall back to");
    let Capability::NoProcessor { version_2, version_1: TableProblem::Missing } = *library.capability()
    else {
        panic!("{:?}", library.capability());
    };
    assert!(matches!(error, ProcessorError::NoProcessor { .. }));
    assert!(error.to_string().contains(&format!("version 2 {version_2}")), "{error}");
    version_2
}

#[test]
fn a_table_that_is_too_small_is_not_read() {
    let needed = DevProcessorVTableV2::SIZE;
    for found in [0, 8, needed - 1] {
        assert_eq!(problem(&[&format!("SIZE={found}")]), TableProblem::TooSmall { found, needed });
    }
}

#[test]
fn a_table_of_an_impossible_version_is_not_read() {
    for found in [0, 1] {
        assert_eq!(
            problem(&[&format!("VERSION={found}")]),
            TableProblem::WrongVersion { found, expected: 2 }
        );
    }
}

#[test]
fn a_table_that_is_not_there_is_not_read() {
    assert_eq!(problem(&["NO_TABLE"]), TableProblem::Null);
    assert_eq!(problem(&["ODD"]), TableProblem::Misaligned);
}

#[test]
fn a_table_with_a_gap_is_not_used() {
    assert_eq!(problem(&["NO_PARSE"]), TableProblem::NullFunction("parse_parameter"));
}
