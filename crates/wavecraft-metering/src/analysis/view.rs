//! What is made of a signal at one resolution.

use super::spectrum::{self, Columns, Transform};
use super::waveform;
use crate::{SignalDescription, SignalKind};

/// The newest frames of a signal, and what all views of it have in common.
pub(super) enum Stretch {
    Spectrum { transform: Transform, lines_db: Vec<Vec<f32>>, line_hz: f32 },
    Waveform { begin: usize, frames: usize },
}

impl Stretch {
    /// For a signal of this kind at a sample rate.
    pub fn new(signal: &SignalDescription, sample_rate_hz: f32) -> Self {
        match signal.kind {
            SignalKind::Spectrum => {
                let transform = Transform::new(spectrum::frames_at(sample_rate_hz));
                let line_hz = sample_rate_hz / transform.frames() as f32;
                Self::Spectrum { lines_db: vec![Vec::new(); signal.channels], transform, line_hz }
            }
            SignalKind::Waveform => {
                let frames = waveform::frames_at(sample_rate_hz);
                Self::Waveform { begin: frames, frames }
            }
        }
    }

    /// How many frames it takes.
    pub fn frames(&self) -> usize {
        match self {
            Self::Spectrum { transform, .. } => transform.frames(),
            Self::Waveform { frames, .. } => 2 * frames,
        }
    }

    /// Takes the newest frames.
    pub fn take(&mut self, left: &[f32], right: &[f32]) {
        match self {
            Self::Spectrum { transform, lines_db, .. } => {
                let is_apart = lines_db.len() > 1;
                for (index, lines_db) in lines_db.iter_mut().enumerate() {
                    let channels: &[&[f32]] =
                        if is_apart { &[if index == 0 { left } else { right }] } else { &[left, right] };
                    lines_db.clear();
                    lines_db.extend_from_slice(transform.lines_db(channels));
                }
            }
            Self::Waveform { begin, .. } => *begin = waveform::beginning(left, right),
        }
    }
}

/// A signal at one resolution: its numbers as pages get them.
pub(super) struct View {
    resolution: u32,
    /// Of a spectrum, for each channel that is shown.
    columns: Vec<Columns>,
    /// What pages get, one channel after the other.
    values: Vec<f32>,
    /// What they got before.
    before: Vec<f32>,
}

impl View {
    /// Of a signal of which nothing was heard yet.
    pub fn new(signal: &SignalDescription, resolution: u32) -> Self {
        let count = resolution as usize;
        let (columns, values) = match signal.kind {
            SignalKind::Spectrum => ((0..signal.channels).map(|_| Columns::new(count)).collect(), Vec::new()),
            SignalKind::Waveform => (Vec::new(), vec![0.0; 2 * count * signal.channels]),
        };
        Self { resolution, columns, values, before: Vec::new() }
    }

    /// What pages get.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Goes on to the newest frames. Whether pages get anything else than before: of silence they do not.
    pub fn take(&mut self, stretch: &Stretch, left: &[f32], right: &[f32], elapsed_s: f32) -> bool {
        self.before.clone_from(&self.values);
        match stretch {
            Stretch::Spectrum { lines_db, line_hz, .. } => {
                for (columns, lines_db) in self.columns.iter_mut().zip(lines_db) {
                    columns.take(lines_db, *line_hz, elapsed_s);
                }
                self.collect();
            }
            Stretch::Waveform { begin, frames } => {
                let (left, right) = (&left[*begin..begin + frames], &right[*begin..begin + frames]);
                let count = 2 * self.resolution as usize;
                let is_apart = self.values.len() > count;
                for (index, values) in self.values.chunks_exact_mut(count).enumerate() {
                    let channels: &[&[f32]] =
                        if is_apart { &[if index == 0 { left } else { right }] } else { &[left, right] };
                    waveform::extremes(channels, values);
                }
                for value in &mut self.values {
                    *value = rounded(*value, 10_000.0);
                }
            }
        }
        self.values != self.before
    }

    /// Goes on without sound. Whether that changes anything.
    pub fn fall(&mut self, elapsed_s: f32) -> bool {
        if self.columns.is_empty() {
            let was_flat = self.values.iter().all(|value| value.abs() < f32::MIN_POSITIVE);
            self.values.fill(0.0);
            return !was_flat;
        }
        let was_at_floor = self.columns.iter().all(Columns::are_at_floor);
        for columns in &mut self.columns {
            columns.fall(elapsed_s);
        }
        self.collect();
        !was_at_floor
    }

    fn collect(&mut self) {
        self.values.clear();
        let levels_db = self.columns.iter().flat_map(Columns::values_db);
        self.values.extend(levels_db.map(|level_db| rounded(*level_db, 10.0)));
    }
}

/// As many digits as one can see: what is sent is text.
fn rounded(value: f32, steps: f32) -> f32 {
    (value * steps).round() / steps
}
