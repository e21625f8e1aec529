//! What the sound is worth, from the same build as its speed, so that nobody buys the one with the other. The limits are
//! those of the tests in src/dsp/tests.

use wavecraft::dsp::{Chain, ChainSettings, Character, Oversampling, Slope};

use crate::analysis::{noise, pink_noise, rms, sine, spectrum, to_db};
use crate::cases::{SLOPES, factor_name};
use crate::row::{Quantity, Row};

const RATE_HZ: f32 = 48_000.0;

/// What lies lower drowns in the rounding of the output's single precision.
const MEASURABLE_DB: f64 = -100.0;

/// Every figure of the accuracy table; lower is better.
pub fn measure() -> Vec<Row> {
    let mut rows = vec![neutral_error()];
    for character in Character::ALL {
        for oversampling in Oversampling::ALL {
            let row = row(
                format!("aliasing, {character:?} {}", factor_name(oversampling)),
                aliasing(character, oversampling),
            );
            let limit_db = match (character, oversampling) {
                (Character::Soft, Oversampling::X4 | Oversampling::X8) => Some(-95.0),
                (Character::Hard, Oversampling::Off) => Some(-26.0),
                (Character::Hard, Oversampling::X2) => Some(-44.0),
                (Character::Hard, Oversampling::X4) => Some(-73.0),
                (Character::Hard, Oversampling::X8) => Some(-85.0),
                _ => None,
            };
            rows.push(match limit_db {
                Some(limit_db) => row.with_below(limit_db),
                None => row,
            });
        }
    }
    for slope in SLOPES {
        let name = |cut: &str| format!("{cut} cut {} dB/oct, error", 12 * slope.sections());
        rows.push(row(name("low"), low_cut_error(slope)).with_below(0.1));
        rows.push(row(name("high"), high_cut_error(slope)).with_below(0.1));
    }
    rows.push(row("noise floor", noise_floor()).with_below(-140.0));
    for character in Character::ALL {
        let (deviation, step) = loudness(character);
        rows.push(row(format!("loudness, {character:?}, deviation"), deviation).with_below(1.2));
        rows.push(row(format!("loudness, {character:?}, step"), step).with_below(0.5));
    }
    rows
}

fn row(what: impl Into<String>, decibels: f64) -> Row {
    Row::new(what, Quantity::new(decibels, "dB"))
}

fn process(settings: ChainSettings, rate_hz: f32, signal: &[f32]) -> Vec<f32> {
    let mut chain = Chain::new(rate_hz, settings);
    let mut output = signal.to_vec();
    for block in output.chunks_mut(512) {
        chain.process(&mut [block]);
    }
    output
}

/// The largest deviation of the neutral strip from a delay.
fn neutral_error() -> Row {
    let input = noise(1.0, 20_000);
    let settings = ChainSettings::default();
    let latency = settings.latency_frames() as usize;
    let output = process(settings, RATE_HZ, &input);
    let worst = input.iter().zip(&output[latency..]).map(|(input, output)| f64::from((input - output).abs()));
    let worst = to_db(worst.fold(0.0, f64::max));
    // Below everything that can be: bit for bit the same.
    let none = if worst <= -600.0 { " (-600: none)" } else { "" };
    row(format!("neutral, largest deviation from a delay{none}"), worst).with_below(-120.0)
}

/// The strongest component of a driven tone of 5 kHz and -6 dBFS that is none of its harmonics, against the
/// fundamental.
fn aliasing(character: Character, oversampling: Oversampling) -> f64 {
    let settings = ChainSettings { drive_db: 12.0, character, oversampling, ..ChainSettings::default() };
    let output = process(settings, RATE_HZ, &sine(5_000.0, -6.0, RATE_HZ, 96_000)).split_off(48_000);
    // One second: bin k is at k Hz.
    let bins = spectrum(&output);
    let strangers = bins.iter().enumerate().filter(|(hz, _)| hz % 5_000 != 0);
    to_db(strangers.map(|(_, bin)| bin.norm()).fold(0.0, f64::max) / bins[5_000].norm())
}

/// The largest error of a cut against the analogue Butterworth filter, from 20 Hz to 0.4 of the sample rate.
fn cut_error(settings: ChainSettings, theory: impl Fn(f64) -> f64) -> f64 {
    let mut impulse = vec![0.0; 1 << 16];
    impulse[0] = 1.0;
    let frames = impulse.len() as f64;
    let settings = ChainSettings { oversampling: Oversampling::Off, ..settings };
    let response = spectrum(&process(settings, RATE_HZ, &impulse));
    let errors = response.iter().enumerate().filter_map(|(bin, value)| {
        let frequency_hz = bin as f64 * f64::from(RATE_HZ) / frames;
        let expected = theory(frequency_hz);
        let is_measurable =
            (20.0..=0.4 * f64::from(RATE_HZ)).contains(&frequency_hz) && expected > MEASURABLE_DB;
        is_measurable.then(|| (to_db(value.norm()) - expected).abs())
    });
    errors.fold(0.0, f64::max)
}

fn butterworth_db(ratio: f64, slope: Slope) -> f64 {
    -10.0 * (1.0 + ratio.powi(4 * slope.sections() as i32)).log10()
}

fn low_cut_error(slope: Slope) -> f64 {
    let error = |corner_hz: f32| {
        let settings =
            ChainSettings { low_cut_hz: corner_hz, low_cut_slope: slope, ..ChainSettings::default() };
        cut_error(settings, |hz| butterworth_db(f64::from(corner_hz) / hz, slope))
    };
    [20.0, 80.0, 300.0, 1_000.0].into_iter().map(error).fold(0.0, f64::max)
}

fn high_cut_error(slope: Slope) -> f64 {
    let error = |corner_hz: f32| {
        let settings =
            ChainSettings { high_cut_hz: corner_hz, high_cut_slope: slope, ..ChainSettings::default() };
        cut_error(settings, |hz| butterworth_db(hz / f64::from(corner_hz), slope))
    };
    [1_000.0, 3_000.0, 8_000.0, 14_000.0, 20_000.0].into_iter().map(error).fold(0.0, f64::max)
}

/// What both cuts at their steepest add to a tone in the middle of their pass band, apart from the tone, in dBFS.
fn noise_floor() -> f64 {
    let settings = ChainSettings {
        low_cut_hz: 20.0,
        low_cut_slope: Slope::Db48,
        high_cut_hz: 20_000.0,
        high_cut_slope: Slope::Db48,
        ..ChainSettings::default()
    };
    // Four seconds for the lowest corner to settle, then one to look at.
    let output = process(settings, RATE_HZ, &sine(1_000.0, -6.0, RATE_HZ, 5 * 48_000)).split_off(4 * 48_000);
    let bins = spectrum(&output);
    let rest = bins.iter().enumerate().filter(|(hz, _)| *hz != 1_000);
    let power: f64 = rest.map(|(_, bin)| 2.0 * bin.norm_sqr()).sum();
    to_db(power.sqrt() / output.len() as f64)
}

/// How far pink noise of -18 dBFS strays from its loudness over the whole range of drive, and the largest step between
/// two neighbouring settings, half a decibel apart.
fn loudness(character: Character) -> (f64, f64) {
    let programme = pink_noise(-18.0, 96_000);
    let (mut deviation, mut step) = (0.0_f64, 0.0_f64);
    let mut previous = -18.0;
    for half_decibels in 0..=72_u8 {
        let drive_db = f32::from(half_decibels) * 0.5;
        let settings = ChainSettings { drive_db, character, ..ChainSettings::default() };
        let level = rms(&process(settings, RATE_HZ, &programme)[9_600..]);
        deviation = deviation.max((level - -18.0).abs());
        if half_decibels > 0 {
            step = step.max((level - previous).abs());
        }
        previous = level;
    }
    (deviation, step)
}
