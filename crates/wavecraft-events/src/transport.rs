//! Where the song is and how fast it goes.

/// The tempo where nobody says another, in beats per minute: that of hosts with an empty project.
pub const DEFAULT_TEMPO_BPM: f64 = 120.0;

/// Where the song is and how fast it goes, at the first frame of a block. Beats are quarter notes.
///
/// It holds no heap memory, so the audio thread may create, copy and drop it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct TransportInfo {
    /// The tempo, in beats per minute: finite and more than 0.
    pub tempo_bpm: f64,
    /// The position in beats.
    pub position_beats: f64,
    /// Where the current bar began, in beats.
    pub bar_start_beats: f64,
    /// The position in samples; less than 0 before the song's beginning.
    pub position_samples: i64,
    /// The number of the current bar; the first is 0.
    pub bar_number: i32,
    /// How many of its beats a bar has: the upper number of the time signature, at least 1.
    pub time_signature_numerator: u32,
    /// Which note such a beat is: the lower number, at least 1.
    pub time_signature_denominator: u32,
    /// Whether the song plays: 0 if not. It does not move then.
    pub playing: i32,
}

impl Default for TransportInfo {
    /// At the beginning of a song in 4/4 that plays at [`DEFAULT_TEMPO_BPM`].
    fn default() -> Self {
        Self {
            tempo_bpm: DEFAULT_TEMPO_BPM,
            position_beats: 0.0,
            bar_start_beats: 0.0,
            position_samples: 0,
            bar_number: 0,
            time_signature_numerator: 4,
            time_signature_denominator: 4,
            playing: 1,
        }
    }
}

impl TransportInfo {
    /// At the beginning of a song in 4/4 that plays at a tempo.
    pub fn at_tempo(tempo_bpm: f64) -> Self {
        Self { tempo_bpm, ..Self::default() }
    }

    /// Whether the song plays.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn is_playing(&self) -> bool {
        self.playing != 0
    }

    /// Whether all numbers can be what they say.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn is_valid(&self) -> bool {
        self.tempo_bpm.is_finite()
            && self.tempo_bpm > 0.0
            && self.position_beats.is_finite()
            && self.bar_start_beats.is_finite()
            && (1..=i32::MAX as u32).contains(&self.time_signature_numerator)
            && (1..=i32::MAX as u32).contains(&self.time_signature_denominator)
    }

    /// How long a bar is, in beats.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn bar_beats(&self) -> f64 {
        f64::from(self.time_signature_numerator) * 4.0 / f64::from(self.time_signature_denominator)
    }

    /// The same, so many frames later, at this sample rate in Hz. A song that does not play stands still.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    #[must_use]
    pub fn after(&self, frames: u64, sample_rate_hz: f64) -> Self {
        if !self.is_playing() {
            return *self;
        }
        let position_beats = self.position_beats + frames as f64 / sample_rate_hz * self.tempo_bpm / 60.0;
        let bars = ((position_beats - self.bar_start_beats) / self.bar_beats()).floor();
        Self {
            position_beats,
            bar_start_beats: self.bar_start_beats + bars * self.bar_beats(),
            // A number that is too large for its type becomes the largest of it.
            bar_number: self.bar_number.saturating_add(bars as i32),
            position_samples: self.position_samples.saturating_add_unsigned(frames),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_song_goes_on_by_beats_and_bars() {
        let waltz = TransportInfo { time_signature_numerator: 3, ..TransportInfo::at_tempo(90.0) };
        let later = waltz.after(48_000 * 5, 48_000.0);
        assert_eq!((later.position_samples, later.bar_number), (240_000, 2));
        assert!((later.position_beats - 7.5).abs() < 1e-9 && (later.bar_start_beats - 6.0).abs() < 1e-9);
        let eighths = TransportInfo { time_signature_denominator: 8, ..waltz }.after(48_000, 48_000.0);
        assert!((eighths.bar_start_beats - 1.5).abs() < 1e-9 && eighths.bar_number == 1);
        let before = TransportInfo { position_beats: -1.0, position_samples: -100, ..waltz };
        assert_eq!(before.after(0, 48_000.0).bar_number, -1);
        assert_eq!(TransportInfo { playing: 0, ..waltz }.after(1_000, 48_000.0).position_samples, 0);
    }

    #[test]
    fn what_no_song_can_have_is_not_valid() {
        let good = TransportInfo::default();
        assert!(good.is_valid());
        for bad in [
            TransportInfo { tempo_bpm: 0.0, ..good },
            TransportInfo { tempo_bpm: f64::INFINITY, ..good },
            TransportInfo { position_beats: f64::NAN, ..good },
            TransportInfo { bar_start_beats: f64::NAN, ..good },
            TransportInfo { time_signature_numerator: 0, ..good },
            TransportInfo { time_signature_denominator: u32::MAX, ..good },
        ] {
            assert!(!bad.is_valid(), "{bad:?}");
        }
    }
}
