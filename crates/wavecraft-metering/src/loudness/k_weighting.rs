//! The filter of BS.1770-4: the head lifts the treble, and the lowest bass is hardly heard.
//!
//! The recommendation has coefficients for 48 kHz alone. The analogue filter that they come from through the bilinear
//! transform was found by B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145 (2018);
//! its figures stand here, and make the filter for any rate.

/// How many channels there are; mono has silence in the second.
const CHANNELS: usize = 2;

const SHELF_HZ: f64 = 1_681.974_450_955_533;
const SHELF_DB: f64 = 3.999_843_853_973_347;
const SHELF_Q: f64 = 0.707_175_236_955_419_6;
/// The gain of the shelf's middle, as a power of its whole gain.
const SHELF_MIDDLE: f64 = 0.499_666_774_154_541_6;
const HIGH_PASS_HZ: f64 = 38.135_470_876_024_44;
const HIGH_PASS_Q: f64 = 0.500_327_037_323_877_3;

/// Where a corner lies above this fraction of the sample rate, it is there: the bilinear transform has no place for anything
/// from half of the rate on. So it is below 3.8 kHz.
const HIGHEST_CORNER: f64 = 0.45;

/// Below this, -300 dBFS, what the filters hold counts as silence and is cleared.
const SILENCE: f64 = 1e-15;

/// A second-order filter on all channels: `y = b0 x + s1`, `s1' = c1 x - a1 s1 + s2`, `s2' = c2 x - a2 s1`. From one
/// frame to the next there is but one product and one sum to wait for.
#[derive(Clone, Copy, Debug)]
struct SecondOrder {
    b0: f64,
    c1: f64,
    c2: f64,
    a1: f64,
    a2: f64,
    s1: [f64; CHANNELS],
    s2: [f64; CHANNELS],
}

impl SecondOrder {
    /// The filter `b0 + b1 z^-1 + b2 z^-2` over `1 + a1 z^-1 + a2 z^-2`.
    fn new([b0, b1, b2]: [f64; 3], [a1, a2]: [f64; 2]) -> Self {
        let silence = [0.0; CHANNELS];
        Self { b0, c1: b1 - a1 * b0, c2: b2 - a2 * b0, a1, a2, s1: silence, s2: silence }
    }

    #[inline(always)]
    fn process(&mut self, input: [f64; CHANNELS]) -> [f64; CHANNELS] {
        let mut output = [0.0; CHANNELS];
        for channel in 0..CHANNELS {
            let (x, s1) = (input[channel], self.s1[channel]);
            output[channel] = self.b0 * x + s1;
            self.s1[channel] = (self.c1 * x + self.s2[channel]) - self.a1 * s1;
            self.s2[channel] = self.c2 * x - self.a2 * s1;
        }
        output
    }

    fn reset(&mut self) {
        self.s1 = [0.0; CHANNELS];
        self.s2 = [0.0; CHANNELS];
    }

    /// Clears what is silent or no number.
    fn settle(&mut self) {
        let held = self.s1.iter().chain(&self.s2);
        let is_sound =
            held.clone().all(|state| state.is_finite()) && held.clone().any(|state| state.abs() >= SILENCE);
        if !is_sound {
            self.reset();
        }
    }
}

/// Both filters in a row.
#[derive(Clone, Copy, Debug)]
pub struct KWeighting {
    shelf: SecondOrder,
    high_pass: SecondOrder,
}

impl KWeighting {
    /// For a sample rate, with a silent past.
    pub fn new(sample_rate_hz: f64) -> Self {
        let tangent =
            |corner_hz: f64| (std::f64::consts::PI * (corner_hz / sample_rate_hz).min(HIGHEST_CORNER)).tan();
        let k = tangent(SHELF_HZ);
        let high = 10.0_f64.powf(SHELF_DB / 20.0);
        let middle = high.powf(SHELF_MIDDLE);
        let (damping, square) = (k / SHELF_Q, k * k);
        let scale = 1.0 / (1.0 + damping + square);
        let shelf = SecondOrder::new(
            [high + middle * damping + square, 2.0 * (square - high), high - middle * damping + square]
                .map(|b| b * scale),
            [2.0 * (square - 1.0) * scale, (1.0 - damping + square) * scale],
        );
        let k = tangent(HIGH_PASS_HZ);
        let (damping, square) = (k / HIGH_PASS_Q, k * k);
        let scale = 1.0 / (1.0 + damping + square);
        // The recommendation has no scale here.
        let high_pass = SecondOrder::new(
            [1.0, -2.0, 1.0],
            [2.0 * (square - 1.0) * scale, (1.0 - damping + square) * scale],
        );
        Self { shelf, high_pass }
    }

    /// Forgets the past sound.
    pub fn reset(&mut self) {
        self.shelf.reset();
        self.high_pass.reset();
    }

    /// Clears what is silent or no number, now and then.
    pub fn settle(&mut self) {
        self.shelf.settle();
        self.high_pass.settle();
    }

    /// The sum of the squares of some frames after the filters, over one channel or two of equal lengths.
    pub fn square_sum(&mut self, left: &[f32], right: Option<&[f32]>) -> f64 {
        let mut filter = *self;
        let mut sums = [0.0; CHANNELS];
        let mut add = |input: [f64; CHANNELS]| {
            let output = filter.high_pass.process(filter.shelf.process(input));
            for (sum, output) in sums.iter_mut().zip(output) {
                *sum += output * output;
            }
        };
        match right {
            Some(right) => {
                for (left, right) in left.iter().zip(right) {
                    add([f64::from(*left), f64::from(*right)]);
                }
            }
            None => left.iter().for_each(|left| add([f64::from(*left), 0.0])),
        }
        *self = filter;
        sums.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_48_khz_the_coefficients_are_those_of_the_recommendation() {
        let KWeighting { shelf, high_pass } = KWeighting::new(48_000.0);
        let numerator = |filter: &SecondOrder| {
            [filter.b0, filter.c1 + filter.a1 * filter.b0, filter.c2 + filter.a2 * filter.b0]
        };
        let pairs = [
            (numerator(&shelf)[0], 1.535_124_859_586_97),
            (numerator(&shelf)[1], -2.691_696_189_406_38),
            (numerator(&shelf)[2], 1.198_392_810_852_85),
            (shelf.a1, -1.690_659_293_182_41),
            (shelf.a2, 0.732_480_774_215_85),
            (numerator(&high_pass)[0], 1.0),
            (numerator(&high_pass)[1], -2.0),
            (numerator(&high_pass)[2], 1.0),
            (high_pass.a1, -1.990_047_454_833_98),
            (high_pass.a2, 0.990_072_250_366_21),
        ];
        for (value, expected) in pairs {
            assert!((value - expected).abs() < 1e-12, "{value} is not {expected}");
        }
    }
}
