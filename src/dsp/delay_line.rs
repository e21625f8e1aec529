//! A delay of whole frames, to keep the dry and the bypassed signal in step with the processed one.
//!
//! Realtime safety: the memory is allocated once, by [`DelayLine::new`].

use super::chunk::{CHUNK_FRAMES, Chunk, MAX_CHANNELS};

/// The recent past of a signal.
#[derive(Clone, Debug)]
pub struct DelayLine {
    history: [Vec<f32>; MAX_CHANNELS],
    /// Where the next frame goes.
    position: usize,
}

impl DelayLine {
    /// Silence, with room for delays up to `max_delay_frames`.
    pub fn new(max_delay_frames: usize) -> Self {
        let length = (max_delay_frames + CHUNK_FRAMES).next_power_of_two();
        Self { history: std::array::from_fn(|_| vec![0.0; length]), position: 0 }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.history.iter_mut().for_each(|history| history.fill(0.0));
    }

    /// Appends the chunk.
    pub fn write(&mut self, chunk: &Chunk) {
        let length = self.history[0].len();
        let until_wrap = chunk.frames().min(length - self.position);
        for (index, history) in self.history[..chunk.channels()].iter_mut().enumerate() {
            let (first, second) = chunk.channel(index).split_at(until_wrap);
            history[self.position..self.position + first.len()].copy_from_slice(first);
            history[..second.len()].copy_from_slice(second);
        }
        self.position = (self.position + chunk.frames()) % length;
    }

    /// Fills `chunk` with what was written `delay_frames` before the chunk written last.
    pub fn read(&self, delay_frames: usize, chunk: &mut Chunk) {
        let length = self.history[0].len();
        let start = (self.position + 2 * length - chunk.frames() - delay_frames) % length;
        for (index, channel) in chunk.iter_mut().enumerate() {
            let history = &self.history[index];
            let until_wrap = channel.len().min(length - start);
            let (first, second) = channel.split_at_mut(until_wrap);
            first.copy_from_slice(&history[start..start + first.len()]);
            second.copy_from_slice(&history[..second.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_every_frame_after_exactly_the_delay() {
        for delay_frames in [0, 1, 63, 64, 115] {
            let mut delay = DelayLine::new(115);
            let (mut written, mut read) = (0_u16, 0_u16);
            for frames in [1, 64, 17, 3, 64, 64, 2, 50].into_iter().cycle().take(100) {
                let mut chunk = Chunk::silent(2, frames);
                for sample in chunk.channel_mut(0) {
                    written += 1;
                    *sample = f32::from(written);
                }
                delay.write(&chunk);
                delay.read(delay_frames, &mut chunk);
                for sample in chunk.channel(0) {
                    read += 1;
                    let expected = f32::from(read) - delay_frames as f32;
                    assert!((sample - expected.max(0.0)).abs() < f32::EPSILON, "{delay_frames} at {read}");
                }
            }
        }
    }
}
