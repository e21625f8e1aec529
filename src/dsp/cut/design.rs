//! Coefficients of the cuts: Butterworth responses that follow the analogue ones all the way up, not only where the
//! bilinear transform is honest.
//!
//! Each second-order section gets the poles of its analogue model by impulse invariance and zeros that fit the
//! magnitude (Vicanek, "Matched Second Order Digital Filters", 2016, sections 2 to 4). His low-pass fits at DC, the
//! corner and the Nyquist frequency; here the two fitting frequencies are fixed fractions of the sample rate, and one
//! first-order filter for the whole cascade takes up what the sections' numerators cannot follow. Fractions, zero and
//! pole were found by minimising the largest error up to 0.4 of the sample rate, for corners from 1 to 20 kHz at
//! 44.1 kHz: 0.001 dB at 12 dB/oct, 0.008 dB at 24 and 0.034 dB at 48. A test measures them.
//!
//! Realtime safety: arithmetic alone. A section costs an exponential, a sine, a cosine and a few roots; what depends on
//! the slope alone is computed once, by [`CascadeDesign::new`].

use std::f64::consts::PI;

/// The steepest cut has this many second-order sections.
pub const MAX_SECTIONS: usize = 4;

/// A corner is moved down to this fraction of the sample rate where it lies above; a fit is impossible near Nyquist.
const HIGHEST_CORNER: f64 = 0.475;

/// Which side is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What lies below the corner goes.
    Low,
    /// What lies above the corner goes.
    High,
}

/// One section as a state variable filter: Zavalishin's ("The Art of VA Filter Design", chapter 4.4), written as what becomes
/// of its two integrators' states `s1` and `s2` and the input `x`, with `d = x - s2`:
///
/// ```text
/// s1' = keep s1 + cross d
/// s2' = s2 + cross s1 + gain d
/// y   = mix[0] x + mix[1] s1 + mix[2] s2
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SectionCoefficients {
    /// 2 / (1 + g (g + k)) - 1
    pub keep: f64,
    /// 2 g / (1 + g (g + k))
    pub cross: f64,
    /// 2 g^2 / (1 + g (g + k))
    pub gain: f64,
    /// Weights of the input and of the states in the output.
    pub mix: [f64; 3],
}

/// How the high cut of a given order is fitted.
struct Fit {
    /// The two fitting frequencies besides DC, as fractions of the sample rate.
    fractions: [f64; 2],
    /// Zero and pole of the cascade's correction.
    zero: f64,
    pole: f64,
}

/// The fit for 1, 2 and 4 sections.
fn fit(sections: usize) -> &'static Fit {
    const FITS: [Fit; 3] = [
        Fit { fractions: [0.301_240, 0.396_364], zero: 0.005_272, pole: -0.446_848 },
        Fit { fractions: [0.211_509, 0.393_803], zero: -0.045_837, pole: -0.549_210 },
        Fit { fractions: [0.266_309, 0.384_294], zero: -0.735_927, pole: -0.253_012 },
    ];
    &FITS[sections.ilog2() as usize]
}

/// A first-order filter with unity gain at DC: `b0 + b1 z^-1` over `1 - pole z^-1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correction {
    /// The numerator's first coefficient.
    pub b0: f64,
    /// The numerator's second coefficient.
    pub b1: f64,
    /// Where the pole lies on the real axis.
    pub pole: f64,
}

impl Correction {
    /// What the cascade of `sections` sections needs; `None` for the low cut, whose sections are exact.
    pub fn for_cascade(side: Side, sections: usize) -> Option<Self> {
        (side == Side::High).then(|| {
            let Fit { zero, pole, .. } = *fit(sections);
            let b0 = (1.0 - pole) / (1.0 - zero);
            Self { b0, b1: -zero * b0, pole }
        })
    }

    /// |H|^2 at a fraction of the sample rate.
    fn power(&self, fraction: f64) -> f64 {
        let cosine = (2.0 * PI * fraction).cos();
        (self.b0 * self.b0 + self.b1 * self.b1 + 2.0 * self.b0 * self.b1 * cosine)
            / (1.0 + self.pole * self.pole - 2.0 * self.pole * cosine)
    }
}

/// The quality factor of section `index` in a Butterworth filter of `sections` sections.
///
/// The poles lie on a circle at equal angles: Q = 1 / (2 cos((2 i + 1) pi / (2 n))), n = 2 `sections`.
pub fn butterworth_q(index: usize, sections: usize) -> f64 {
    0.5 / ((2 * index + 1) as f64 * PI / (4 * sections) as f64).cos()
}

/// One of the two frequencies besides DC at which the high cut is fitted, with what does not depend on the corner.
#[derive(Clone, Copy, Debug, Default)]
struct FittingPoint {
    /// Of the sample rate.
    fraction: f64,
    basis: [f64; 3],
    /// A section's share of what the correction takes up here, as a factor of its power.
    correction: f64,
}

/// A cut of one slope: all that its coefficients depend on but the corner.
#[derive(Clone, Copy, Debug)]
pub struct CascadeDesign {
    side: Side,
    sections: usize,
    quality: [f64; MAX_SECTIONS],
    fitting_points: [FittingPoint; 2],
    correction: Option<Correction>,
}

impl CascadeDesign {
    /// A cut of 1, 2 or 4 sections.
    pub fn new(side: Side, sections: usize) -> Self {
        let correction = Correction::for_cascade(side, sections);
        let fitting_points = correction.map_or_else(Default::default, |correction| {
            fit(sections).fractions.map(|fraction| FittingPoint {
                fraction,
                basis: basis(fraction),
                correction: correction.power(fraction).powf(-1.0 / sections as f64),
            })
        });
        let quality =
            std::array::from_fn(|index| if index < sections { butterworth_q(index, sections) } else { 0.0 });
        Self { side, sections, quality, fitting_points, correction }
    }

    /// What comes after the sections, if anything.
    pub fn correction(&self) -> Option<Correction> {
        self.correction
    }

    /// The sections' coefficients for a corner.
    pub fn coefficients(&self, corner_hz: f64, sample_rate_hz: f64) -> [SectionCoefficients; MAX_SECTIONS] {
        let corner = (corner_hz / sample_rate_hz).min(HIGHEST_CORNER);
        let basis_at_corner = basis(corner);
        let mut coefficients = [SectionCoefficients::default(); MAX_SECTIONS];
        for (coefficients, quality) in coefficients.iter_mut().zip(self.quality).take(self.sections) {
            let denominator = Denominator::matching(corner, quality);
            *coefficients = match self.side {
                Side::Low => denominator.low_cut(basis_at_corner),
                Side::High => denominator.high_cut(corner, &self.fitting_points),
            };
        }
        coefficients
    }
}

/// The squared magnitudes of z-domain polynomials are linear in these three functions of frequency (Vicanek, eq. 26).
fn basis(fraction: f64) -> [f64; 3] {
    let sine = (PI * fraction).sin();
    let p1 = sine * sine;
    let p0 = 1.0 - p1;
    [p0, p1, 4.0 * p0 * p1]
}

/// A pole pair: 1 + a1 z^-1 + a2 z^-2, with the two sums that would cancel for low corners kept apart.
struct Denominator {
    q: f64,
    a2: f64,
    /// 1 + a1 + a2
    at_dc: f64,
    /// 1 - a1 + a2
    at_nyquist: f64,
}

impl Denominator {
    /// Impulse invariance: an analogue pole at s becomes one at e^s. Butterworth sections have complex poles, Q > 1/2.
    fn matching(corner: f64, q: f64) -> Self {
        let omega = 2.0 * PI * corner;
        let damping = 0.5 / q;
        let angle = (1.0 - damping * damping).max(0.0).sqrt() * omega;
        // (1 - r)^2 + 4 r sin^2(angle / 2) is 1 - 2 r cos(angle) + r^2 without its cancellation.
        let one_minus_radius = -(-damping * omega).exp_m1();
        let radius = 1.0 - one_minus_radius;
        let (half_sine, half_cosine) = (0.5 * angle).sin_cos();
        Self {
            q,
            a2: radius * radius,
            at_dc: one_minus_radius * one_minus_radius + 4.0 * radius * half_sine * half_sine,
            at_nyquist: one_minus_radius * one_minus_radius + 4.0 * radius * half_cosine * half_cosine,
        }
    }

    fn power(&self, [p0, p1, p2]: [f64; 3]) -> f64 {
        self.at_dc * self.at_dc * p0 + self.at_nyquist * self.at_nyquist * p1 - 4.0 * self.a2 * p2
    }

    /// Two zeros at DC and the analogue gain, Q, at the corner (Vicanek, section 4).
    fn low_cut(&self, [p0, p1, p2]: [f64; 3]) -> SectionCoefficients {
        let gain = self.q * self.power([p0, p1, p2]).sqrt() / (4.0 * p1);
        // b = gain (1, -2, 1)
        self.state_variable(0.0, 4.0 * gain, 0.0)
    }

    /// Unity gain at DC and the analogue magnitude at the two fitting frequencies.
    fn high_cut(&self, corner: f64, fitting_points: &[FittingPoint; 2]) -> SectionCoefficients {
        // At each fitting frequency: B1 p1 + B2 p2 = |H|^2 |A|^2 - B0 p0, two equations for B1 and B2.
        let dc_power = self.at_dc * self.at_dc;
        let equations = fitting_points.map(|point| {
            let [p0, p1, p2] = point.basis;
            let ratio = (point.fraction / corner) * (point.fraction / corner);
            let detuning = 1.0 - ratio;
            let analogue = 1.0 / (detuning * detuning + ratio / (self.q * self.q));
            let wanted = analogue * point.correction * self.power(point.basis);
            [p1, p2, wanted - dc_power * p0]
        });
        let [[a, b, e], [c, d, f]] = equations;
        let determinant = a * d - b * c;
        let nyquist_power = ((e * d - b * f) / determinant).max(0.0);
        let slack = (a * f - e * c) / determinant;
        // The polynomial with these squared magnitudes and its zeros inside the unit circle (Vicanek, eq. 29 to 31).
        let nyquist = nyquist_power.sqrt();
        let sum = 0.5 * (self.at_dc + nyquist);
        let b0 = 0.5 * (sum + (sum * sum + slack).max(0.0).sqrt());
        let b2 = -slack / (4.0 * b0);
        self.state_variable(self.at_dc, nyquist, b0 - b2)
    }

    /// The state variable filter with this denominator and the numerator given by b0 + b1 + b2, b0 - b1 + b2 and
    /// b0 - b2: both transfer functions written in (1 - z^-1) / (1 + z^-1) and compared power by power.
    fn state_variable(&self, at_dc: f64, at_nyquist: f64, difference: f64) -> SectionCoefficients {
        let g = (self.at_dc / self.at_nyquist).sqrt();
        let gk = 2.0 * (1.0 - self.a2) / self.at_nyquist;
        let input = at_nyquist / self.at_nyquist;
        let band_pass = (2.0 * difference / self.at_nyquist - input * gk) / g;
        let low_pass = at_dc / self.at_dc - input;
        // Band-pass and low-pass are a1 s1 + a2 d and s2 + a2 s1 + a3 d.
        let a1 = 1.0 / (1.0 + g * g + gk);
        let (a2, a3) = (g * a1, g * g * a1);
        let difference_weight = band_pass * a2 + low_pass * a3;
        SectionCoefficients {
            keep: 2.0 * a1 - 1.0,
            cross: 2.0 * a2,
            gain: 2.0 * a3,
            mix: [input + difference_weight, band_pass * a1 + low_pass * a2, low_pass - difference_weight],
        }
    }
}
