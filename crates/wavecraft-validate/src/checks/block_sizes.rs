//! How the host cuts the sound.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed};
use crate::plugin::{Blocks, Plugin, Take};
use crate::settings::settings;
use crate::signal::{difference, noise};

pub const MEANING: &str =
    "blocks of 1, 2, 7, 64, 480 and 4,096 frames, and of changing length, give the same sound";

const CUTS: [&[usize]; 7] = [&[1], &[2], &[7], &[64], &[480], &[4_096], &[1, 300, 64, 7, 1_024]];

const FRAMES: usize = 9_000;
const RATE_HZ: f64 = 48_000.0;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let input = noise(plugin.layout().input_channels(), FRAMES);
    for setting in settings(&parameters) {
        // Each in an instance of its own, so that nothing is left of the last.
        let play = |take| Plugin::set_up(subject, &setting, RATE_HZ)?.play(RATE_HZ, take);
        let take = Take::of(&input, FRAMES);
        let (reference, _) = play(take)?;
        for cut in CUTS {
            let (output, _) = play(Take { blocks: Blocks(cut), ..take })?;
            if let Some(place) = difference(&reference, &output) {
                let length =
                    if let [length] = cut { length.to_string() } else { "changing length".to_owned() };
                return failed(format!(
                    "with {}, blocks of {length} and of 512 frames differ by {:.2e}, most at {place}",
                    setting.name, place.value
                ));
            }
        }
    }
    Ok(Passed::default())
}
