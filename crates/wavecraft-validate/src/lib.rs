//! What must hold for any CLAP plugin, as checks. There are two doors to them:
//!
//! A project gets them as tests by one line in its `tests/plugin.rs`. They run in the test program itself, on the plugin that
//! is linked into it, one test for each check:
//!
//! ```ignore
//! wavecraft_validate::tests!(my_plugin);
//! ```
//!
//! The program `wavecraft-validate` runs them on any CLAP file, each in a process of its own, so that a crash is no more than
//! that check's failure. `cargo xtask validate` starts it.
//!
//! [`CHECKS`] is the list. A check is a function of a [`Subject`], which says which plugin and what is known beside it; it
//! makes its own instances, so checks may run at the same time. What a check did not try is skipped with the reason.
//!
//! The crate knows no plugin framework: it speaks CLAP, as a host.

pub mod allocations;
mod check;
mod checks;
mod plugin;
mod report;
mod settings;
mod signal;
mod subject;
#[cfg(target_os = "linux")]
mod window;

pub use allocations::CountingAllocator;
pub use check::{CHECKS, Check, CheckResult, NotPassed, Passed};
pub use plugin::HostError;
pub use report::{Outcome, Report, Row};
pub use subject::{Identity, Subject};

#[doc(hidden)]
pub use clack_host::entry::EntryDescriptor;

/// Calls a macro with all checks: each is a module below `checks`, and a test of that name.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_check {
    ($callback:path $(, $argument:expr)*) => {
        $callback! {
            [$($argument),*]
            identity,
            parameter_ids,
            state_round_trip,
            broken_states,
            text_round_trip,
            block_sizes,
            in_place,
            repeatable,
            sample_rates,
            invalid_samples,
            silence,
            notes,
            bypass,
            latency,
            allocations,
            linked_libraries,
            editor,
        }
    };
}

/// Makes a project's tests of the checks: one test for each, of the same name, on the plugin of a crate that exports a
/// CLAP, as `export!` does.
///
/// It belongs into a test program of its own, since it also installs the allocator by which allocations are seen. The
/// parameters' ids are kept in `tests/parameter-ids.txt` beside the package's manifest; a run with the variable
/// `WAVECRAFT_RECORD=1` writes that file.
#[macro_export]
macro_rules! tests {
    ($plugin:ident) => {
        #[global_allocator]
        static ALLOCATOR: $crate::CountingAllocator = $crate::CountingAllocator;

        $crate::__for_each_check!(
            $crate::__tests,
            &$plugin::clap_entry,
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parameter-ids.txt")
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ([$entry:expr, $parameter_ids:expr] $($check:ident,)*) => {
        $(
            #[test]
            fn $check() {
                $crate::assert_holds(stringify!($check), $entry, $parameter_ids);
            }
        )*
    };
}

/// Runs a check on every plugin of an entry that is linked into this program, as the tests of [`tests!`] do.
///
/// # Panics
///
/// If the check fails, with its words.
#[doc(hidden)]
pub fn assert_holds(check: &str, entry: &'static EntryDescriptor, parameter_ids: &str) {
    let check = CHECKS.iter().find(|known| known.name == check).expect("the tests are made of the same list");
    let subjects = match Subject::linked(entry) {
        Ok(subjects) => subjects,
        Err(error) => panic!("{error}"),
    };
    for subject in subjects {
        let subject = subject.with_parameter_ids(parameter_ids);
        match check.run(&subject) {
            Ok(Passed { remark }) => println!("{}: {}", subject.id(), remark.as_deref().unwrap_or("passed")),
            Err(NotPassed::Skipped(reason)) => println!("{}: skipped: {reason}", subject.id()),
            Err(NotPassed::Failed(words)) => {
                // Printed as well: nice-plug hands panics on to its log, where the test harness does not hear of them.
                println!("{} ({}): {words}", check.title(), subject.id());
                println!("the check `{}`: {}", check.name, check.meaning);
                panic!("the check `{}` has failed: {words}", check.name)
            }
        }
    }
}
