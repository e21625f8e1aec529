//! Attack and release.

/// Moves a gain towards where it is wanted: the smooth, branching detector of Giannoulis, Massberg and Reiss (2012),
/// equation 16.
///
/// An attack or release has lasted as long as it is set when 1 - 1/e of the way is done, 63 %, in decibels. A release begins
/// when no louder peak is held any more.
#[derive(Clone, Copy, Default)]
pub struct Envelope {
    reduction_db: f64,
}

/// What remains of the way after one frame: equation 7 there. In double precision, since it comes close to 1.
pub fn coefficient(time_ms: f32, sample_rate_hz: f32) -> f64 {
    (-1_000.0 / (f64::from(time_ms) * f64::from(sample_rate_hz))).exp()
}

impl Envelope {
    /// The next frame's gain, in dB, on its way to the target.
    pub fn next(&mut self, target_db: f32, attack: f64, release: f64) -> f32 {
        let target_db = f64::from(target_db);
        let remains = if target_db < self.reduction_db { attack } else { release };
        self.reduction_db = target_db + remains * (self.reduction_db - target_db);
        self.reduction_db as f32
    }
}
