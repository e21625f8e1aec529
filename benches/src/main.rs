//! Every measurement of `cargo xtask bench`, each beside its yardstick in the same run and judged by its target.
//!
//! `measurements` has one file for each, which measures and returns its [`row::Row`]s; `order` is what `cargo xtask bench`
//! asks for, `report` the tables and where they are kept, with the machine that `machine` describes.

// Where the tests of nice-plug-webview have it, of which the editor's yardstick is a part.
#[cfg(all(feature = "hosts", target_os = "linux"))]
use wavecraft_tests::display;

/// Signals to feed, and what is read off the results: the very ones of the DSP's own tests.
#[path = "../../src/dsp/tests/analysis.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod analysis;
mod cases;
mod machine;
mod measurements;
mod order;
mod parameters;
mod report;
mod row;
mod table;
mod timing;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use machine::Machine;
use measurements::instructions;
use order::Order;
use report::Report;
use row::Row;

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [order] => measure(&serde_json::from_str(order).context("this is no order")?),
        [task, repetition] if task == instructions::TASK => {
            instructions::repeat(&serde_json::from_str(repetition)?);
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("`cargo xtask bench` starts this program, with an order"),
    }
}

/// Measures, prints the tables and writes them.
#[allow(clippy::print_stdout, reason = "it is the program's result")]
fn measure(order: &Order) -> Result<ExitCode> {
    let started = Instant::now();
    let mut report = Report::new(Machine::describe());
    for (measurement, reason) in &order.impossible {
        report.fail(*measurement, reason);
    }
    for &measurement in &order.measurements {
        eprintln!("{:>12} {}", "Measuring", measurement.description());
        match caught(|| measurements::measure(measurement, order)) {
            Ok(rows) => report.add(measurement, rows),
            // The others can still be measured; the report says that this one is missing.
            Err(error) => {
                eprintln!("{:>12} {}: {error:#}", "Failed", measurement.name());
                report.fail(measurement, &format!("{error:#}"));
            }
        }
    }
    report.finish(started.elapsed());
    print!("{}", report.to_terminal());
    if let Some(folder) = &order.report {
        report.write(folder)?;
        eprintln!("{:>12} bench/latest.json and bench/README.md", "Wrote");
    }
    Ok(if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a measurement returns, or why it panicked: hosts and sound servers are driven by the tests' code, which panics where
/// something is missing.
fn caught(measure: impl FnOnce() -> Result<Vec<Row>>) -> Result<Vec<Row>> {
    catch_unwind(AssertUnwindSafe(measure)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        bail!("{}", said.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_that_panics_fails_with_its_words() {
        let said = |measure: fn() -> Result<Vec<Row>>| caught(measure).unwrap_err().to_string();
        assert_eq!(said(|| panic!("JACK no longer calls")), "JACK no longer calls");
        assert_eq!(said(|| panic!("no {} comes", "answer")), "no answer comes");
        assert!(caught(|| Ok(Vec::new())).unwrap().is_empty());
    }
}
