//! A knob in the browser to the DSP: which block of the sound is the first that follows a page's message. It is the next
//! one.

use wavecraft_tests::knob;
use wavecraft_tests::sound_servers::Jack;

use super::sound::{self, BLOCK_FRAMES};
use crate::row::{Quantity, Row};
use crate::timing::Timing;

const TURNS: usize = 400;

pub fn measure() -> Vec<Row> {
    let jack = Jack::start(BLOCK_FRAMES);
    let server = sound::start(&jack);
    let turns = knob::turns(&jack, &server, TURNS);
    assert!(turns.len() > TURNS / 2, "gaps in all but {} of {TURNS} turns", turns.len());
    let heard = Timing::of(turns.iter().map(|turn| turn.until_heard).collect());
    let next = Timing::of(turns.iter().map(|turn| turn.until_next_block).collect());
    let block = Quantity::time(sound::duration(BLOCK_FRAMES as usize));
    let blocks = Quantity::new(heard.median.value / block.value, "blocks");
    let in_time = turns.iter().filter(|turn| turn.blocks_after_answer <= 1).count();
    let followed = Quantity::new(100.0 * in_time as f64 / turns.len() as f64, "%");
    let row = Row::timed("knob: from the page's message to the block that follows it", heard);
    vec![
        row.clone().in_times_of("the wait for the next block of all", next.median),
        row.beside_at("a block of 128 frames", block, blocks).with_ratio_below(1.0),
        Row::new("knob: followed by the next block", followed).with_at_least(100.0),
    ]
}
