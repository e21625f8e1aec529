//! Memory on the audio thread.

use crate::Subject;
use crate::allocations::{sees_libraries, sees_this_program};
use crate::check::{CheckResult, Passed, failed, skipped};
use crate::plugin::{Blocks, Plugin, Take};
use crate::settings::settings;
use crate::signal::noise;

pub const MEANING: &str = "`process` neither takes memory nor gives any back: an allocator may make it wait";

const RATE_HZ: f64 = 48_000.0;
const FRAMES: usize = 9_600;

pub fn run(subject: &Subject) -> CheckResult {
    let is_seen = if subject.bundle.is_some() { sees_libraries() } else { sees_this_program() };
    if !is_seen {
        return skipped("on this system nobody sees what the plugin allocates");
    }
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let input = noise(plugin.layout().input_channels(), FRAMES);
    // Each parameter moves on the way, too: what is new is often allocated at its first use.
    let moves: Vec<_> = parameters
        .iter()
        .filter(|parameter| parameter.is_writable)
        .enumerate()
        .flat_map(|(index, parameter)| {
            let frame = FRAMES / 4 + 64 * index;
            [(frame, parameter.id, parameter.max), (frame + FRAMES / 2, parameter.id, parameter.default)]
        })
        .collect();
    for setting in settings(&parameters) {
        plugin.set(&setting.values);
        for (changes, moving) in [(&[][..], ""), (&moves[..], ", while each parameter moves")] {
            let take = Take { blocks: Blocks(&[64, 480, 1]), changes, ..Take::of(&input, FRAMES) };
            let played = plugin.activated(RATE_HZ, |active| {
                active.play(take)?;
                Ok(active.allocating)
            })?;
            if let Some(block) = played.value {
                return failed(format!(
                    "with {}{moving}, `process` takes memory {} times and gives memory back {} times in the block of {} \
                     frames that begins at frame {}",
                    setting.name, block.counts.allocations, block.counts.frees, block.frames, block.start
                ));
            }
        }
    }
    Ok(Passed::default())
}
