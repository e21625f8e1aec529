//! A test harness for programs that bring their own `main`, with the command line of Rust's own.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// The options that are followed by a value of theirs.
const WITH_VALUE: [&str; 5] = ["--color", "--format", "--logfile", "--skip", "--test-threads"];

/// Runs the tests that the command line asks for, one at a time: each is a name and a function that panics if it fails.
pub fn run(tests: &[(&'static str, fn())]) -> ExitCode {
    let (filters, options) = split(std::env::args().skip(1));
    let program = std::env::args().next().unwrap_or_default();
    let mut arguments = Arguments::from_iter(std::iter::once(program).chain(options));
    arguments.test_threads = arguments.test_threads.or(Some(1));
    let is_asked_for = |name: &str| {
        let matches =
            |filter: &String| if arguments.exact { name == filter } else { name.contains(filter.as_str()) };
        filters.is_empty() || filters.iter().any(matches)
    };
    let asked_for = tests.iter().copied().filter(|(name, _)| is_asked_for(name));
    let trials = asked_for.map(|(name, test)| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// The filters among the arguments, of which Rust's harness takes any number, and the rest.
fn split(arguments: impl Iterator<Item = String>) -> (Vec<String>, Vec<String>) {
    let (mut filters, mut options) = (Vec::new(), Vec::<String>::new());
    for argument in arguments {
        let is_value = options.last().is_some_and(|option| WITH_VALUE.contains(&option.as_str()));
        if is_value || argument.starts_with('-') {
            options.push(argument);
        } else {
            filters.push(argument);
        }
    }
    (filters, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_filters_are_told_from_options_and_their_values() {
        let arguments = ["one", "--test-threads", "2", "two", "--exact"].map(str::to_owned);
        let (filters, options) = split(arguments.into_iter());
        assert_eq!(filters, ["one", "two"]);
        assert_eq!(options, ["--test-threads", "2", "--exact"]);
    }
}
