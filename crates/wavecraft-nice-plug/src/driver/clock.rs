//! The song's position, as the driver counts it.
//!
//! Guarantees: nothing here allocates or blocks.

use nice_plug::prelude::Transport;
use wavecraft_ffi::TransportInfo;

/// A song that goes on from where it was last said to be. It does not drift: each position is computed from there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    sample_rate_hz: f64,
    /// Where the song was last said to be, and how many frames ago.
    said: TransportInfo,
    elapsed_frames: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { sample_rate_hz: 48_000.0, said: TransportInfo::default(), elapsed_frames: 0 }
    }
}

impl Clock {
    /// Counts frames of this sample rate, from the song's beginning.
    pub(super) fn start(&mut self, sample_rate_hz: f32) {
        self.sample_rate_hz = f64::from(sample_rate_hz);
        self.rewind();
    }

    /// Goes back to the song's beginning, with tempo and time signature as they are.
    pub(super) fn rewind(&mut self) {
        let TransportInfo {
            tempo_bpm, time_signature_numerator, time_signature_denominator, playing, ..
        } = self.said;
        self.say(TransportInfo {
            tempo_bpm,
            time_signature_numerator,
            time_signature_denominator,
            playing,
            ..TransportInfo::default()
        });
    }

    /// Goes on from here.
    pub(super) fn say(&mut self, transport: TransportInfo) {
        (self.said, self.elapsed_frames) = (transport, 0);
    }

    pub(super) fn now(&self) -> TransportInfo {
        self.said.after(self.elapsed_frames, self.sample_rate_hz)
    }

    pub(super) fn advance(&mut self, frames: usize) {
        self.elapsed_frames += frames as u64;
    }

    /// What the plugin is told.
    pub(super) fn transport(&self) -> Transport {
        let now = self.now();
        let mut transport = Transport::new(self.sample_rate_hz as f32);
        transport.playing = now.is_playing();
        transport.tempo = Some(now.tempo_bpm);
        transport.time_sig_numerator = i32::try_from(now.time_signature_numerator).ok();
        transport.time_sig_denominator = i32::try_from(now.time_signature_denominator).ok();
        transport.pos_samples = Some(now.position_samples);
        transport.pos_seconds = Some(now.position_samples as f64 / self.sample_rate_hz);
        transport.pos_beats = Some(now.position_beats);
        transport.bar_start_pos_beats = Some(now.bar_start_beats);
        transport.bar_number = Some(now.bar_number);
        transport
    }
}
