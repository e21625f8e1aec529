//! The strip's factory presets: none is louder or softer than what comes in, none clips, no two are the same, and going from
//! any to any is smooth.

use ebur128::{EbuR128, Mode};
use wavecraft_tests::factory_presets::{self, FactoryPreset, PlayingStrip, RATE_HZ};
use wavecraft_tests::recording::{self, rms_db};

plugin_test_support::needs!(TestSound);

/// What mixing desks and plugins are made for.
const PROGRAMME_RMS_DB: f64 = -18.0;

/// The recorded voice, four times, at the usual level.
fn programme() -> Vec<f32> {
    let voice = recording::samples();
    let gain = 10.0_f64.powf((PROGRAMME_RMS_DB - rms_db(&voice)) / 20.0) as f32;
    let scaled: Vec<f32> = voice.iter().map(|sample| gain * sample).collect();
    scaled.repeat(4)
}

/// Integrated loudness by ITU-R BS.1770-4, in LUFS.
fn loudness_lufs(samples: &[f32]) -> f64 {
    let mut meter = EbuR128::new(1, RATE_HZ, Mode::I).expect("one channel can be measured");
    meter.add_frames_f32(samples).expect("the samples are of one channel");
    meter.loudness_global().expect("it was made to measure that")
}

fn peak_db(samples: &[f32]) -> f64 {
    let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    20.0 * f64::from(peak).log10()
}

#[test]
fn every_preset_is_as_loud_as_what_comes_in_and_does_not_clip() {
    let programme = programme();
    let before = loudness_lufs(&programme);
    let mut faults = Vec::new();
    for preset in factory_presets::all() {
        let output = PlayingStrip::on(&preset).play(&programme);
        let (change_db, peak_db) = (loudness_lufs(&output) - before, peak_db(&output));
        println!("{}: {change_db:+.2} LU, peak {peak_db:.1} dBFS", preset.name);
        if change_db.abs() > 1.0 || peak_db >= 0.0 {
            faults.push(format!("{}: {change_db:+.2} LU, peak {peak_db:.1} dBFS", preset.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Pink noise of the usual level: what falls by 3 dB per octave, by Voss's sum of generators that change half as often each.
fn pink_noise(frames: usize) -> Vec<f32> {
    const GENERATORS: usize = 14;
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let mut held = [0.0_f32; GENERATORS];
    let pink: Vec<f32> = (1..=frames)
        .map(|frame| {
            held[(frame.trailing_zeros() as usize).min(GENERATORS - 1)] = random();
            held.iter().sum()
        })
        .collect();
    let gain = 10.0_f64.powf((PROGRAMME_RMS_DB - rms_db(&pink)) / 20.0) as f32;
    pink.iter().map(|sample| gain * sample).collect()
}

#[test]
fn with_auto_gain_every_preset_is_as_loud_as_its_bypass_but_for_the_output_gain() {
    /// After which auto gain has settled.
    const SETTLED_FRAMES: usize = 3 * RATE_HZ as usize;
    let voice = programme().repeat(3);
    let mut faults = Vec::new();
    let mut largest = (0.0_f64, String::new());
    for (programme, input) in [("noise", pink_noise(voice.len())), ("voice", voice)] {
        let before = loudness_lufs(&input[SETTLED_FRAMES..]);
        for preset in factory_presets::all() {
            let mut strip = PlayingStrip::on(&preset);
            strip.switch_on("auto_gain");
            let output = strip.play(&input);
            let trim_db = preset.decibels("output_gain");
            let change = loudness_lufs(&output[SETTLED_FRAMES..]) - trim_db - before;
            let words = format!("{}, {programme}: {change:+.2} LU", preset.name);
            println!("{words}");
            if change.abs() > largest.0.abs() {
                largest = (change, words.clone());
            }
            if change.abs() > 0.5 {
                faults.push(words);
            }
        }
    }
    println!("the furthest is {}", largest.1);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_preset_says_what_it_is_for() {
    let presets = factory_presets::all();
    assert!(presets.len() >= 25, "{}", presets.len());
    for FactoryPreset { name, tags, description, .. } in presets {
        assert!(description.ends_with('.'), "{name}: {description}");
        assert!(name == "Default" || !tags.is_empty(), "{name}");
    }
}

#[test]
fn no_two_presets_sound_alike() {
    let programme = programme();
    let outputs: Vec<_> = factory_presets::all()
        .into_iter()
        .map(|preset| (PlayingStrip::on(&preset).play(&programme), preset.name))
        .collect();
    let mut nearest = (0.0, String::new());
    for (index, (one, name)) in outputs.iter().enumerate() {
        for (other, other_name) in &outputs[..index] {
            let difference: Vec<f32> = one.iter().zip(other).map(|(one, other)| one - other).collect();
            let level_db = rms_db(&difference) - PROGRAMME_RMS_DB;
            if level_db < nearest.0 {
                nearest = (level_db, format!("{name} and {other_name}: {level_db:.1} dB"));
            }
        }
    }
    println!("the nearest are {}", nearest.1);
    assert!(nearest.0 > -26.0, "{}", nearest.1);
}

/// How sharply a signal bends at most: the largest second difference.
fn sharpest_bend(samples: &[f32]) -> f32 {
    samples.windows(3).fold(0.0, |sharpest, at| sharpest.max((at[2] - 2.0 * at[1] + at[0]).abs()))
}

/// When the preset changes, in frames: at a crest of the tone, and when every compressor has come to rest.
const CHANGE_FRAME: usize = 9_627;

/// After which the change is over, in frames.
const REST_FRAMES: usize = 9_600;

/// More than this many times what bends most at rest would be a click.
const LARGEST_RATIO: f32 = 1.8;

/// A tone at the programme's level that fades in, in which treble comes from the strip alone.
fn tone() -> Vec<f32> {
    const FADE_FRAMES: f64 = 480.0;
    let sample = |frame: usize| {
        let fade = (frame as f64 / FADE_FRAMES).min(1.0);
        let level = 0.178 * (0.5 - 0.5 * (std::f64::consts::PI * fade).cos());
        (level * (std::f64::consts::TAU * 440.0 * frame as f64 / f64::from(RATE_HZ)).sin()) as f32
    };
    (0..CHANGE_FRAME + 2 * REST_FRAMES).map(sample).collect()
}

/// The sharpest bend that the strip makes of the tone at places on the straight way from one preset to another, from the
/// tone's beginning on: compressors take their time then as they do after a change. Switches have the one value or the other.
fn sharpest_bend_on_the_way(tone: &[f32], from: &FactoryPreset, to: &FactoryPreset) -> f32 {
    const PLACES: usize = 8;
    let bends = (0..=PLACES).flat_map(|place| {
        let part = place as f32 / PLACES as f32;
        [from, to].map(|switches| {
            sharpest_bend(&PlayingStrip::on(&from.between(to, part, switches)).play(&tone[..CHANGE_FRAME]))
        })
    });
    bends.fold(0.0, f32::max)
}

#[test]
fn from_preset_to_preset_the_sound_bends_no_more_than_it_does_at_rest_on_the_way() {
    let tone = tone();
    let presets = factory_presets::all();
    let at_rest: Vec<_> = presets.iter().map(|preset| PlayingStrip::on(preset).play(&tone)).collect();
    let (mut sharpest, mut clicks, mut changes) = ((0.0, String::new()), 0, 0);
    for (number, from) in presets.iter().enumerate() {
        // Every third is enough of a thousand, and each is left and reached ten times.
        for (other, to) in presets.iter().enumerate().filter(|(other, _)| (number + other) % 3 == 0) {
            let mut strip = PlayingStrip::on(from);
            let before = strip.play(&tone[..CHANGE_FRAME]);
            strip.recall(to);
            let after = strip.play(&tone[CHANGE_FRAME..]);
            let ends = sharpest_bend(&before[CHANGE_FRAME / 2..]).max(sharpest_bend(&after[REST_FRAMES..]));
            let change = sharpest_bend(&[&before[CHANGE_FRAME - 2..], &after[..REST_FRAMES]].concat());
            let mut ratio = change / ends;
            if ratio > 1.2 {
                ratio = change / ends.max(sharpest_bend_on_the_way(&tone, from, to));
            }
            if ratio > sharpest.0 {
                sharpest = (ratio, format!("{} to {}: {ratio:.2} times", from.name, to.name));
            }
            // What a cut from the one to the other would be.
            let cut = [&before[CHANGE_FRAME - 2..], &at_rest[other][CHANGE_FRAME..][..REST_FRAMES]].concat();
            clicks += usize::from(sharpest_bend(&cut) / ends > LARGEST_RATIO);
            changes += 1;
        }
    }
    println!("the sharpest of {changes} is {}; {clicks} cuts would click", sharpest.1);
    assert!(sharpest.0 < LARGEST_RATIO, "{}", sharpest.1);
    assert!(clicks > changes / 2, "the measure does not see a click: {clicks} of {changes} cuts");
}
