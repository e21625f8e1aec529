//! Bypass, for plugins that have none of their own: the input, as late as the plugin would be.
//!
//! Realtime safety: [`Bypass::new`] allocates; nothing else allocates, locks or waits.

/// How long a switch takes, in seconds.
const FADE_SECONDS: f32 = 0.02;

/// What a plugin may become later by while it is active, in frames. Beyond that the input comes too early.
const SPARE_LATENCY_FRAMES: usize = 16_384;

/// Delays the input, and fades between it and the plugin's output.
///
/// The weights of the fade add up to one: what a plugin leaves as it is stays as loud as it is. At either end the output is
/// exactly the one or the other, whatever the plugin puts out.
#[derive(Debug, Default)]
pub(crate) struct Bypass {
    /// The input of the recent past, for each channel.
    lines: Vec<Box<[f32]>>,
    /// Where the next frame goes in the lines.
    position: usize,
    /// How much of the input is heard, from 0 to 1.
    weight: f32,
    /// By how much that changes in a frame.
    step: f32,
}

impl Bypass {
    /// For this many channels, blocks of at most `max_block_frames`, and a plugin that is late by `latency_frames` for now.
    pub(crate) fn new(
        channels: usize,
        sample_rate_hz: f32,
        max_block_frames: usize,
        latency_frames: usize,
    ) -> Self {
        let frames = latency_frames + SPARE_LATENCY_FRAMES + max_block_frames;
        Self {
            lines: vec![vec![0.0; frames].into_boxed_slice(); channels],
            position: 0,
            weight: 0.0,
            step: 1.0 / (FADE_SECONDS * sample_rate_hz).max(1.0),
        }
    }

    /// Forgets the input, and stands where the switch is.
    pub(crate) fn reset(&mut self, is_engaged: bool) {
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
        self.weight = f32::from(u8::from(is_engaged));
    }

    /// Keeps a block's input. To be called before the plugin processes it.
    pub(crate) fn keep_input(&mut self, channels: &[&mut [f32]]) {
        for (line, channel) in self.lines.iter_mut().zip(channels) {
            let kept = channel.len().min(line.len());
            let samples = &channel[channel.len() - kept..];
            let until_end = (line.len() - self.position).min(kept);
            line[self.position..self.position + until_end].copy_from_slice(&samples[..until_end]);
            line[..kept - until_end].copy_from_slice(&samples[until_end..]);
        }
        let frames = channels.first().map_or(0, |channel| channel.len());
        if let Some(line) = self.lines.first() {
            self.position = (self.position + frames) % line.len();
        }
    }

    /// Puts the input of the same block in the output's place, as far as the switch has come.
    pub(crate) fn mix(&mut self, channels: &mut [&mut [f32]], is_engaged: bool, latency_frames: usize) {
        let target = f32::from(u8::from(is_engaged));
        if !is_engaged && self.weight <= 0.0 {
            return;
        }
        let mut weight = self.weight;
        for (line, channel) in self.lines.iter().zip(channels) {
            let frames = channel.len();
            let delay = (frames + latency_frames).min(line.len());
            let start = self.position + line.len() - delay;
            weight = self.weight;
            for (index, sample) in channel.iter_mut().enumerate() {
                weight = towards(target, weight, self.step);
                let input = line[(start + index) % line.len()];
                *sample = if weight >= 1.0 {
                    input
                } else if weight > 0.0 {
                    *sample + (input - *sample) * weight
                } else {
                    *sample
                };
            }
        }
        self.weight = weight;
    }
}

/// One step further.
fn towards(target: f32, weight: f32, step: f32) -> f32 {
    if weight < target { (weight + step).min(target) } else { (weight - step).max(target) }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "what is heard is the input or the output, bit for bit")]
mod tests {
    use super::*;

    const RATE_HZ: f32 = 48_000.0;

    /// Runs a plugin that turns the polarity, late by `latency`, on the numbers from 1, in blocks of `block` frames.
    fn run(
        bypass: &mut Bypass,
        first: usize,
        frames: usize,
        block: usize,
        latency: usize,
        is_engaged: bool,
    ) -> Vec<f32> {
        let mut output = Vec::new();
        for start in (first..first + frames).step_by(block) {
            let mut samples: Vec<f32> = (start..start + block).map(|frame| frame as f32).collect();
            bypass.keep_input(&[&mut samples]);
            for sample in &mut samples {
                *sample = -(*sample - latency as f32);
            }
            bypass.mix(&mut [&mut samples], is_engaged, latency);
            output.extend(samples);
        }
        output
    }

    #[test]
    fn engaged_it_is_the_input_as_late_as_the_plugin_whatever_the_blocks() {
        for block in [1, 7, 64, 500] {
            let mut bypass = Bypass::new(1, RATE_HZ, 500, 100);
            bypass.reset(true);
            let output = run(&mut bypass, 1, 35_000, block, 100, true);
            let expected =
                (1..=output.len()).map(|frame| if frame > 100 { (frame - 100) as f32 } else { 0.0 });
            assert!(output.iter().copied().eq(expected), "blocks of {block}");
        }
    }

    #[test]
    fn disengaged_it_leaves_the_output_as_it_is() {
        let mut bypass = Bypass::new(1, RATE_HZ, 64, 0);
        bypass.reset(false);
        let output = run(&mut bypass, 1, 640, 64, 0, false);
        assert!(output.iter().enumerate().all(|(index, sample)| *sample == -((index + 1) as f32)));
    }

    #[test]
    fn a_switch_fades_without_a_step() {
        let mut bypass = Bypass::new(1, RATE_HZ, 64, 0);
        bypass.reset(false);
        let mut gains = Vec::new();
        for is_engaged in [true, false] {
            for (index, sample) in run(&mut bypass, 1, 1_920, 64, 0, is_engaged).iter().enumerate() {
                gains.push(sample / (index + 1) as f32);
            }
        }
        assert!(gains.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= 2.0 / (0.02 * RATE_HZ) + 1e-4));
        assert_eq!((gains[0] < -0.9, gains[1_900], gains[3_839]), (true, 1.0, -1.0));
    }

    #[test]
    fn an_output_that_is_no_number_is_not_heard_when_bypassed() {
        let mut bypass = Bypass::new(1, RATE_HZ, 4, 0);
        bypass.reset(true);
        let mut samples = [1.0, 2.0, 3.0, 4.0];
        bypass.keep_input(&[&mut samples]);
        samples.fill(f32::NAN);
        bypass.mix(&mut [&mut samples], true, 0);
        assert_eq!(samples, [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn a_block_longer_than_announced_does_not_panic() {
        let mut bypass = Bypass::new(1, RATE_HZ, 4, 0);
        bypass.reset(true);
        let mut samples = vec![1.0; 100_000];
        bypass.keep_input(&[&mut samples]);
        bypass.mix(&mut [&mut samples], true, 0);
        assert_eq!(samples.last(), Some(&1.0));
    }
}
