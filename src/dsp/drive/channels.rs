//! What the drive stage takes for its two channels: left and right, or mid and side.
//!
//! Realtime safety: arithmetic alone.

use crate::dsp::chunk::Chunk;

/// What the drive stage takes for its two channels. A mono signal sounds the same with all of them.
///
/// Mid is half of the sum of left and right, side half of the difference: what is in the middle arrives at the curve at
/// the level that it has on the left and on the right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DriveChannels {
    /// Left and right.
    #[default]
    LeftRight,
    /// Mid and side, each by itself.
    MidSide,
    /// Mid alone; side is only delayed.
    Mid,
    /// Side alone; mid is only delayed.
    Side,
}

impl DriveChannels {
    /// Every setting.
    pub const ALL: [Self; 4] = [Self::LeftRight, Self::MidSide, Self::Mid, Self::Side];
}

/// Makes mid and side of left and right, in place. The chunk must have two channels.
pub fn encode(chunk: &mut Chunk) {
    combine(chunk, |left, right| [0.5 * (left + right), 0.5 * (left - right)]);
}

/// Makes left and right of mid and side, in place. The chunk must have two channels.
pub fn decode(chunk: &mut Chunk) {
    combine(chunk, |mid, side| [mid + side, mid - side]);
}

fn combine(chunk: &mut Chunk, map: impl Fn(f32, f32) -> [f32; 2]) {
    let [first, second] = chunk.sides_mut();
    for (first, second) in first.iter_mut().zip(second) {
        [*first, *second] = map(*first, *second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_gives_back_what_was_encoded() {
        let mut chunk = Chunk::silent(2, 3);
        chunk.channel_mut(0).copy_from_slice(&[0.5, 0.25, -0.75]);
        chunk.channel_mut(1).copy_from_slice(&[0.5, -0.25, 0.25]);
        encode(&mut chunk);
        assert_eq!(chunk.channel(0), [0.5, 0.0, -0.25]);
        assert_eq!(chunk.channel(1), [0.0, 0.25, -0.5]);
        decode(&mut chunk);
        assert_eq!(chunk.channel(0), [0.5, 0.25, -0.75]);
        assert_eq!(chunk.channel(1), [0.5, -0.25, 0.25]);
    }
}
