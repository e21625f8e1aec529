//! The static curve: which gain a level gets in the long run.

/// A curve with a threshold, above which a change in level is divided by a ratio, and a knee around it.
#[derive(Clone, Copy)]
pub struct Curve {
    pub threshold_db: f32,
    /// 1 or more, up to infinity.
    pub ratio: f32,
    /// How wide the knee is; 0 is a corner.
    pub knee_db: f32,
}

impl Curve {
    /// The gain for a level, 0 dB or less: equation 4 of Giannoulis, Massberg and Reiss (2012), less the level.
    pub fn reduction_db(&self, level_db: f32) -> f32 {
        let slope = 1.0 / self.ratio - 1.0;
        let above_db = level_db - self.threshold_db;
        if 2.0 * above_db.abs() < self.knee_db {
            slope * (above_db + self.knee_db / 2.0).powi(2) / (2.0 * self.knee_db)
        } else {
            slope * above_db.max(0.0)
        }
    }

    /// By how much sound of usual levels becomes quieter: half of what full scale loses, after D. Giannoulis, M. Massberg and
    /// J. D. Reiss, "Parameter Automation in a Dynamic Range Compressor", Journal of the Audio Engineering Society 61 (10),
    /// 2013.
    pub fn auto_make_up_db(&self) -> f32 {
        -self.reduction_db(0.0) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knee_meets_both_lines_without_a_corner() {
        let curve = Curve { threshold_db: -20.0, ratio: 4.0, knee_db: 12.0 };
        for edge_db in [-26.0, -14.0] {
            let slope = |from: f32| (curve.reduction_db(from + 0.01) - curve.reduction_db(from)) / 0.01;
            assert!((slope(edge_db - 0.02) - slope(edge_db + 0.01)).abs() < 5e-3);
        }
        assert_eq!(curve.reduction_db(f32::NEG_INFINITY), 0.0);
    }

    #[test]
    fn an_infinite_ratio_lets_nothing_above_the_threshold() {
        let limiter = Curve { threshold_db: -10.0, ratio: f32::INFINITY, knee_db: 0.0 };
        assert_eq!([-20.0, -10.0, 0.0].map(|level| limiter.reduction_db(level)), [0.0, 0.0, -10.0]);
        assert_eq!(limiter.auto_make_up_db(), 5.0);
    }
}
