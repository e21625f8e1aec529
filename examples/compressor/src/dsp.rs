//! The sound: a feed-forward compressor whose detector works in decibels, behind the static curve.
//!
//! ```text
//! key ── high-pass ── peak of 10 ms ── curve ── attack, release ── gain
//!                                                                   │
//! input ── look-ahead ──────────────────────────────────────────────×── output
//! ```
//!
//! That order is the one which D. Giannoulis, M. Massberg and J. D. Reiss recommend in "Digital Dynamic Range Compressor
//! Design", Journal of the Audio Engineering Society 60 (6), 2012, from which the curve and the envelope are. Channels share
//! one gain, so that nothing moves between left and right.
//!
//! Realtime safety: memory is taken in [`Compressor::new`] alone.

mod curve;
mod delay;
mod envelope;
mod fade;
mod high_pass;
mod peak_hold;

pub use curve::Curve;
pub use envelope::coefficient;

use delay::{DelayLine, LookAhead};
use envelope::Envelope;
use fade::{Fade, blend};
use high_pass::HighPass;
use peak_hold::PeakHold;

use crate::params::LONGEST_LOOK_AHEAD_MS;

/// For how long the detector keeps a peak, in milliseconds: half a turn of 50 Hz, so that the gain does not follow each wave.
/// It is as long as the longest look-ahead, so that a peak is kept until it has left.
const HOLD_MS: f32 = LONGEST_LOOK_AHEAD_MS;

/// Samples beyond this, which is 180 dB above full scale, count as silence, as those do that are no number.
const LOUDEST: f32 = 1e9;

/// What is set, for one frame.
pub struct Controls {
    pub curve: Curve,
    /// The [`coefficient`] of the attack.
    pub attack: f64,
    /// That of the release.
    pub release: f64,
    /// Whether the detector hears no low sounds.
    pub high_pass: bool,
    /// Where they end for it.
    pub corner_hz: f32,
    /// Whether the output is what the detector hears.
    pub listen: bool,
    /// Whether the [`Curve`] says how much louder it becomes again.
    pub auto_make_up: bool,
    pub make_up_db: f32,
    /// How much of the output is compressed, from 0 to 1.
    pub mix: f32,
}

/// What has been measured at one frame.
pub struct Measured {
    /// The peak that the detector holds, linear.
    pub level: f32,
    /// The gain without make-up, in dB.
    pub reduction_db: f32,
}

#[derive(Default)]
pub struct Compressor {
    channels: Vec<Channel>,
    hold: PeakHold,
    envelope: Envelope,
    look_ahead: LookAhead,
    high_pass: Fade,
    listen: Fade,
    auto_make_up: Fade,
}

/// What each channel has of its own.
#[derive(Clone)]
struct Channel {
    input: DelayLine,
    /// What the detector hears, late as the input is: for those who listen to it.
    key: DelayLine,
    high_pass: HighPass,
}

impl Compressor {
    pub fn new(sample_rate_hz: f32, channels: usize) -> Self {
        let frames = |ms: f32| (ms / 1_000.0 * sample_rate_hz).round() as usize;
        let line = DelayLine::new(frames(LONGEST_LOOK_AHEAD_MS));
        let channel = Channel { input: line.clone(), key: line, high_pass: HighPass::new(sample_rate_hz) };
        Self {
            channels: vec![channel; channels],
            hold: PeakHold::new(frames(HOLD_MS) + 1),
            envelope: Envelope::default(),
            look_ahead: LookAhead::new(sample_rate_hz),
            high_pass: Fade::new(sample_rate_hz),
            listen: Fade::new(sample_rate_hz),
            auto_make_up: Fade::new(sample_rate_hz),
        }
    }

    /// Forgets all sound. Switches stand where the next frame has them.
    pub fn reset(&mut self, look_ahead_frames: usize) {
        for channel in &mut self.channels {
            channel.input.reset();
            channel.key.reset();
            channel.high_pass.reset();
        }
        self.hold.reset();
        self.envelope = Envelope::default();
        self.look_ahead.reset(look_ahead_frames);
        for switch in [&mut self.high_pass, &mut self.listen, &mut self.auto_make_up] {
            switch.reset();
        }
    }

    /// Moves to another look-ahead, as soon as it has come to the last one.
    pub fn set_look_ahead(&mut self, frames: usize) {
        self.look_ahead.set(frames);
    }

    /// By how many frames the output is late.
    pub fn look_ahead_frames(&self) -> usize {
        self.look_ahead.frames()
    }

    /// Processes a frame in place. The detector hears a side chain at a frame of its own, or else the input.
    pub fn process(
        &mut self,
        frame: &mut [f32],
        side_chain: Option<(&[&[f32]], usize)>,
        controls: &Controls,
    ) -> Measured {
        let high_pass = self.high_pass.next(controls.high_pass);
        let listen = self.listen.next(controls.listen);
        let auto_make_up = self.auto_make_up.next(controls.auto_make_up);
        self.look_ahead.advance();

        let mut peak = 0.0_f32;
        for (index, (channel, sample)) in self.channels.iter_mut().zip(&*frame).enumerate() {
            let input = audible(*sample);
            let key = match side_chain {
                Some((channels, frame)) => audible(channels[index.min(channels.len() - 1)][frame]),
                None => input,
            };
            let key = blend(key, channel.high_pass.next(key, controls.corner_hz), high_pass);
            channel.input.write(input);
            channel.key.write(key);
            peak = peak.max(key.abs());
        }

        let level = self.hold.next(peak);
        let target_db = controls.curve.reduction_db(20.0 * level.log10());
        let reduction_db = self.envelope.next(target_db, controls.attack, controls.release);
        let make_up_db = controls.make_up_db + auto_make_up * controls.curve.auto_make_up_db();
        let wet_gain = 10.0_f32.powf((reduction_db + make_up_db) / 20.0);
        // The dry sound is as late as the compressed one, which is why the two may be mixed as gains.
        let gain = 1.0 + controls.mix * (wet_gain - 1.0);

        for (channel, sample) in self.channels.iter().zip(frame) {
            let output = gain * channel.input.read(&self.look_ahead);
            *sample = blend(output, channel.key.read(&self.look_ahead), listen);
        }
        Measured { level, reduction_db }
    }
}

/// The sample, or silence in place of one that would stay in filters for ever.
fn audible(sample: f32) -> f32 {
    if sample.abs() < LOUDEST { sample } else { 0.0 }
}
