//! Prints points of the drive stage's curves, and what the stage makes of sines, as JSON, which `cargo xtask codegen` keeps in
//! `ui/src/response/drive-curves.json`. What the page draws is checked against them.

use std::f64::consts::TAU;

use wavecraft::dsp::{Chain, ChainSettings, Character, Oversampling};

const RATE_HZ: f64 = 48_000.0;
/// Far below the tape's emphasis and far above the DC blocker, and whole periods of whole frames.
const SINE_HZ: f64 = 100.0;
const PERIOD: usize = 480;
/// Until the tape's compression stands still.
const SETTLING_PERIODS: usize = 60;
const MEASURED_PERIODS: usize = 4;

const DRIVES_DB: [f32; 3] = [3.0, 14.0, 30.0];
const PEAKS_DB: [f32; 4] = [-36.0, -18.0, -9.0, 0.0];

fn main() {
    print!("{}", curves());
}

/// Some inputs and what each character makes of them; and for each character, drive and peak of a sine what comes out of the
/// stage: gain in dB (RMS), and total harmonic distortion in percent.
fn curves() -> String {
    let inputs: Vec<f32> = (-16..=16_i16).map(|step| f32::from(step) / 4.0).collect();
    let outputs =
        |character: Character| inputs.iter().map(|input| character.curve(*input)).collect::<Vec<_>>();
    let rows = Character::ALL.map(|character| format!("{:?}", outputs(character))).join(",\n    ");
    let sines = |character: Character| {
        let at_drive = |drive_db: f32| {
            let sines = PEAKS_DB.map(|peak_db| {
                let [gain_db, distortion_percent] = sine(character, drive_db, peak_db);
                format!("[{gain_db:.2}, {distortion_percent:.2}]")
            });
            format!("[{}]", sines.join(", "))
        };
        format!("[\n      {}\n    ]", DRIVES_DB.map(at_drive).join(",\n      "))
    };
    let sines = Character::ALL.map(sines).join(",\n    ");
    format!(
        "{{\n  \"inputs\": {inputs:?},\n  \"outputs\": [\n    {rows}\n  ],\n  \"drives_db\": {DRIVES_DB:?},\n  \
         \"peaks_db\": {PEAKS_DB:?},\n  \"sines\": [\n    {sines}\n  ]\n}}\n"
    )
}

/// Plays a sine through the whole strip. Gain in dB and distortion in percent.
fn sine(character: Character, drive_db: f32, peak_db: f32) -> [f64; 2] {
    let settings =
        ChainSettings { drive_db, character, oversampling: Oversampling::X8, ..ChainSettings::default() };
    let mut chain = Chain::new(RATE_HZ as f32, settings);
    let peak = 10_f64.powf(f64::from(peak_db) / 20.0);
    let frames = PERIOD * (SETTLING_PERIODS + MEASURED_PERIODS);
    let phase = |frame: usize| TAU * SINE_HZ * frame as f64 / RATE_HZ;
    let mut samples: Vec<f32> = (0..frames).map(|frame| (peak * phase(frame).sin()) as f32).collect();
    chain.process(&mut [&mut samples]);

    let measured = &samples[PERIOD * SETTLING_PERIODS..];
    let mut sums = [0.0_f64; 3];
    for (frame, sample) in measured.iter().enumerate() {
        let sample = f64::from(*sample);
        let (sine, cosine) = phase(frame).sin_cos();
        sums = [sums[0] + sample * sample, sums[1] + sample * sine, sums[2] + sample * cosine];
    }
    let count = measured.len() as f64;
    let power = sums[0] / count;
    let fundamental_power = 2.0 * (sums[1] * sums[1] + sums[2] * sums[2]) / (count * count);
    let gain_db = 10.0 * (2.0 * power / (peak * peak)).log10();
    [gain_db, 100.0 * (1.0 - fundamental_power / power).max(0.0).sqrt()]
}

#[test]
fn the_page_is_checked_against_these_curves() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/response/drive-curves.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    // Git may have turned the line ends.
    assert_eq!(kept.replace("\r\n", "\n"), curves(), "renew it with: cargo xtask codegen");
}
