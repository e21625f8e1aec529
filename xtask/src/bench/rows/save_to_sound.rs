//! From saving a source to the first changed sample out of JACK, beside building the same change by hand.

use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::bench::Bench;
use crate::bench::program::Records;
use crate::bench::row::{Quantity, Row};
use wavecraft_xtask::bundle::Profile;
use wavecraft_xtask::{dev, process};

const TARGET_S: f64 = 1.0;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut command = process::cargo(&bench.project.root);
    // The program itself only waits.
    command.args(["bench", "--quiet", "--profile", "dev", "--package", "wavecraft-tests"]);
    command.args(["--bench", "save_to_sound"]);
    command.env("WAVECRAFT_DEV_SERVER", dev::build_server(&bench.project, Profile::Release)?);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.context("cargo did not start")?;
    if !output.status.success() {
        bail!("the program that edits and listens ended with {}", output.status);
    }
    let records = Records::parse(&String::from_utf8_lossy(&output.stdout))?;
    let (sound, build) =
        (records.get("from saving to new sound")?, records.get("building the same by hand")?);
    let unchanged = records.get("cargo without a change")?;
    let (lost, bare) = (records.get("frames lost")?, records.get("frames lost through a bare client")?);
    let (own, calm) = (records.get("frames lost without a stall")?, records.get("time without a stall")?);
    let seconds = sound.value / 1e9;
    let compiler = Quantity::new(100.0 * (build.value - unchanged.value) / sound.value, "%");
    let one_frame = Quantity::new(1.0, "frames");
    Ok(vec![
        Row::of("save a DSP file to new sound", sound)
            .beside(
                "building the same by hand",
                build.into(),
                Quantity::new(sound.value / build.value, "times"),
            )
            .with_measured_below(&Quantity::new(TARGET_S, "s"), seconds),
        Row::new("of which the compiler and linker", compiler).beside(
            "cargo without a change",
            unchanged.into(),
            Quantity::new(100.0 * unchanged.value / sound.value, "% of it"),
        ),
        Row::of("frames lost meanwhile, in all", lost)
            .beside_alone("through a bare JACK client", bare.into()),
        Row::of("of these, without a stall of the machine before", own)
            .beside_alone("of the time that is without", calm.into())
            .with_measured_below(&one_frame, own.value),
    ])
}
