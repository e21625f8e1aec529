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
//! All sections are computed side by side, in the lanes of vectors, and so are the functions that they take: see `series`.
//!
//! Realtime safety: arithmetic alone. What depends on the slope alone is computed once, by [`CascadeDesign::new`].

mod series;

use std::f64::consts::PI;

use fearless_simd::{Simd, SimdBase, SimdFloat, SimdFrom, dispatch, f64x4};

use crate::dsp::vector_instructions::level;
use series::{cosine, one_minus_exponential, sine};

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

/// A number for each section.
pub type PerSection = [f64; MAX_SECTIONS];

/// Each section as a state variable filter: Zavalishin's ("The Art of VA Filter Design", chapter 4.4), written as what becomes
/// of its two integrators' states `s1` and `s2` and the input `x`, with `d = x - s2`:
///
/// ```text
/// s1' = keep s1 + cross d
/// s2' = s2 + cross s1 + gain d
/// y   = mix[0] x + mix[1] s1 + mix[2] s2
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(32))]
pub struct SectionCoefficients {
    /// 2 / (1 + g (g + k)) - 1
    pub keep: PerSection,
    /// 2 g / (1 + g (g + k))
    pub cross: PerSection,
    /// 2 g^2 / (1 + g (g + k))
    pub gain: PerSection,
    /// Weights of the input and of the states in the output.
    pub mix: [PerSection; 3],
}

impl SectionCoefficients {
    /// Those of sections that pass what they get.
    pub const PASS: Self = Self {
        keep: [0.0; MAX_SECTIONS],
        cross: [0.0; MAX_SECTIONS],
        gain: [0.0; MAX_SECTIONS],
        mix: [[1.0; MAX_SECTIONS], [0.0; MAX_SECTIONS], [0.0; MAX_SECTIONS]],
    };

    /// Lets the sections from `first` on pass what they get.
    fn pass_from(&mut self, first: usize) {
        let Self { keep, cross, gain, mix: [input, mix_1, mix_2] } = self;
        input[first..].fill(1.0);
        for numbers in [keep, cross, gain, mix_1, mix_2] {
            numbers[first..].fill(0.0);
        }
    }
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
    /// That of the low cut, whose sections are exact: it passes what it gets.
    const PASS: Self = Self { b0: 1.0, b1: 0.0, pole: 0.0 };

    /// What the cascade of `sections` sections needs.
    pub fn for_cascade(side: Side, sections: usize) -> Self {
        match side {
            Side::Low => Self::PASS,
            Side::High => {
                let Fit { zero, pole, .. } = *fit(sections);
                let b0 = (1.0 - pole) / (1.0 - zero);
                Self { b0, b1: -zero * b0, pole }
            }
        }
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
#[derive(Clone, Copy, Debug)]
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
    quality: PerSection,
    /// 1 / Q^2
    bandwidth_squared: PerSection,
    /// The poles of the analogue model, for a corner of one: real part, turned round, and imaginary part.
    damping: PerSection,
    angle: PerSection,
    fitting_points: [FittingPoint; 2],
    /// One over the determinant of the two equations of the fit.
    fit_scale: f64,
    correction: Correction,
}

impl CascadeDesign {
    /// A cut of 1, 2 or 4 sections.
    pub fn new(side: Side, sections: usize) -> Self {
        let correction = Correction::for_cascade(side, sections);
        let fitting_points = fit(sections).fractions.map(|fraction| FittingPoint {
            fraction,
            basis: basis((PI * fraction).sin()),
            correction: correction.power(fraction).powf(-1.0 / sections as f64),
        });
        let [[_, a, b], [_, c, d]] = fitting_points.map(|point| point.basis);
        // Those beyond the slope's own are computed with the others, and left out.
        let quality: PerSection =
            std::array::from_fn(|index| butterworth_q(index.min(sections - 1), sections));
        let damping = quality.map(|quality| 0.5 / quality);
        Self {
            side,
            sections,
            quality,
            bandwidth_squared: quality.map(|quality| 1.0 / (quality * quality)),
            damping,
            // Butterworth sections have complex poles, Q > 1/2.
            angle: damping.map(|damping| (1.0 - damping * damping).max(0.0).sqrt()),
            fitting_points,
            fit_scale: 1.0 / (a * d - b * c),
            correction,
        }
    }

    /// What comes after the sections.
    pub fn correction(&self) -> &Correction {
        &self.correction
    }

    /// Fills in the sections' coefficients for a corner. Sections beyond the slope's own pass what they get.
    pub fn coefficients(&self, corner_hz: f64, sample_rate_hz: f64, coefficients: &mut SectionCoefficients) {
        let corner = (corner_hz / sample_rate_hz).min(HIGHEST_CORNER);
        dispatch!(level(), simd => match self.side {
            Side::Low => *coefficients = low_cut(simd, self, corner),
            Side::High => *coefficients = high_cut(simd, self, corner),
        });
        coefficients.pass_from(self.sections);
    }
}

/// The squared magnitudes of z-domain polynomials are linear in these three functions of frequency (Vicanek, eq. 26): from
/// the sine of half the angle.
#[inline(always)]
fn basis(half_sine: f64) -> [f64; 3] {
    let p1 = half_sine * half_sine;
    let p0 = 1.0 - p1;
    [p0, p1, 4.0 * p0 * p1]
}

/// The pole pairs: 1 + a1 z^-1 + a2 z^-2, with the two sums that would cancel for low corners kept apart.
struct Denominators<S: Simd> {
    a2: f64x4<S>,
    /// 1 + a1 + a2
    at_dc: f64x4<S>,
    /// 1 - a1 + a2
    at_nyquist: f64x4<S>,
}

impl<S: Simd> Denominators<S> {
    /// Impulse invariance: an analogue pole at s becomes one at e^s.
    #[inline(always)]
    fn matching(simd: S, design: &CascadeDesign, corner: f64) -> Self {
        let omega = 2.0 * PI * corner;
        let one_minus_radius = one_minus_exponential(f64x4::simd_from(simd, design.damping) * omega);
        let half_angle = f64x4::simd_from(simd, design.angle) * (0.5 * omega);
        let (half_sine, half_cosine) = (sine(half_angle), cosine(half_angle));
        let radius = 1.0 - one_minus_radius;
        // (1 - r)^2 + 4 r sin^2(angle / 2) is 1 - 2 r cos(angle) + r^2 without its cancellation.
        let (constant, slope) = (one_minus_radius * one_minus_radius, radius * 4.0);
        Self {
            a2: radius * radius,
            at_dc: slope.mul_add(half_sine * half_sine, constant),
            at_nyquist: slope.mul_add(half_cosine * half_cosine, constant),
        }
    }

    #[inline(always)]
    fn power(&self, [p0, p1, p2]: [f64; 3]) -> f64x4<S> {
        let at_dc = self.at_dc * self.at_dc;
        let at_nyquist = self.at_nyquist * self.at_nyquist;
        at_dc.mul_add(p0, at_nyquist.mul_add(p1, self.a2 * (-4.0 * p2)))
    }

    /// The state variable filter with these denominators and the numerators given by what they are at DC, as a share of the
    /// denominators, b0 - b1 + b2, and b0 - b2: both transfer functions written in (1 - z^-1) / (1 + z^-1) and compared
    /// power by power.
    #[inline(always)]
    fn state_variable(
        &self,
        dc_gain: f64,
        at_nyquist: f64x4<S>,
        difference: f64x4<S>,
    ) -> SectionCoefficients {
        let scale = 1.0 / self.at_nyquist;
        let g = (self.at_dc * scale).sqrt();
        let gk = (1.0 - self.a2) * 2.0 * scale;
        let input = at_nyquist * scale;
        let band_pass = (difference * 2.0 * scale - input * gk) / g;
        let low_pass = dc_gain - input;
        // Band-pass and low-pass are a1 s1 + a2 d and s2 + a2 s1 + a3 d.
        let a1 = 1.0 / (g.mul_add(g, gk) + 1.0);
        let a2 = g * a1;
        let a3 = g * a2;
        let difference_weight = band_pass.mul_add(a2, low_pass * a3);
        SectionCoefficients {
            keep: (a1 * 2.0 - 1.0).into(),
            cross: (a2 * 2.0).into(),
            gain: (a3 * 2.0).into(),
            mix: [
                (input + difference_weight).into(),
                band_pass.mul_add(a1, low_pass * a2).into(),
                (low_pass - difference_weight).into(),
            ],
        }
    }
}

/// Two zeros at DC and the analogue gain, Q, at the corner (Vicanek, section 4).
#[inline(always)]
fn low_cut<S: Simd>(simd: S, design: &CascadeDesign, corner: f64) -> SectionCoefficients {
    let denominators = Denominators::matching(simd, design, corner);
    let basis = basis(sine(f64x4::splat(simd, PI * corner))[0]);
    // b = g (1, -2, 1) with 4 g at the Nyquist frequency.
    let power = denominators.power(basis);
    let at_nyquist = f64x4::simd_from(simd, design.quality) * power.sqrt() * (1.0 / basis[1]);
    denominators.state_variable(0.0, at_nyquist, f64x4::splat(simd, 0.0))
}

/// Unity gain at DC and the analogue magnitude at the two fitting frequencies.
#[inline(always)]
fn high_cut<S: Simd>(simd: S, design: &CascadeDesign, corner: f64) -> SectionCoefficients {
    let denominators = Denominators::matching(simd, design, corner);
    let [first, second] = &design.fitting_points;
    let scale = 1.0 / corner;
    let (e, f) = (
        fitting_equation(simd, design, &denominators, first, scale),
        fitting_equation(simd, design, &denominators, second, scale),
    );
    let ([_, a, b], [_, c, d]) = (first.basis, second.basis);
    let nyquist = ((e * d - f * b) * design.fit_scale).max(0.0).sqrt();
    let slack = (f * a - e * c) * design.fit_scale;
    // The polynomial with these squared magnitudes and its zeros inside the unit circle (Vicanek, eq. 29 to 31).
    let sum = (denominators.at_dc + nyquist) * 0.5;
    let b0 = (sum + sum.mul_add(sum, slack).max(0.0).sqrt()) * 0.5;
    let difference = b0 + slack / (b0 * 4.0);
    denominators.state_variable(1.0, nyquist, difference)
}

/// At each fitting frequency: B1 p1 + B2 p2 = |H|^2 |A|^2 - B0 p0, two equations for B1 and B2. The right side of one, from one
/// over the corner.
#[inline(always)]
fn fitting_equation<S: Simd>(
    simd: S,
    design: &CascadeDesign,
    denominators: &Denominators<S>,
    point: &FittingPoint,
    scale: f64,
) -> f64x4<S> {
    let ratio = (point.fraction * scale) * (point.fraction * scale);
    let detuning = 1.0 - ratio;
    let inverse = f64x4::simd_from(simd, design.bandwidth_squared) * ratio + detuning * detuning;
    denominators.power(point.basis) * point.correction / inverse
        - denominators.at_dc * denominators.at_dc * point.basis[0]
}
