//! Signals to send through a plugin, and what is looked for in what comes out.

/// A sequence of numbers in [0, 1) that is the same each time.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> f64 {
        // Knuth's MMIX constants.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / f64::from(1_u32 << 24)
    }
}

/// Noise with a peak of -12 dBFS, another in each channel.
pub fn noise(channels: usize, frames: usize) -> Vec<Vec<f32>> {
    let channel = |index: usize| {
        let mut random = Random::new(index as u64 + 1);
        (0..frames).map(|_| (random.next() as f32 - 0.5) * 0.5).collect()
    };
    (0..channels).map(channel).collect()
}

/// Nothing.
pub fn silence(channels: usize, frames: usize) -> Vec<Vec<f32>> {
    vec![vec![0.0; frames]; channels]
}

/// A place in a sound, for people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The channel, from 0.
    pub channel: usize,
    /// The frame.
    pub frame: usize,
    /// The sample there, or by how much two differ.
    pub value: f32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "channel {}, frame {}", self.channel + 1, self.frame)
    }
}

fn samples(sound: &[Vec<f32>]) -> impl Iterator<Item = Place> {
    let of_channel = |(channel, samples): (usize, &Vec<f32>)| {
        let place = move |(frame, &value): (usize, &f32)| Place { channel, frame, value };
        samples.iter().enumerate().map(place).collect::<Vec<_>>()
    };
    sound.iter().enumerate().flat_map(of_channel)
}

/// The earliest sample that is no number.
pub fn first_not_finite(sound: &[Vec<f32>]) -> Option<Place> {
    samples(sound).filter(|place| !place.value.is_finite()).min_by_key(|place| place.frame)
}

/// The earliest sample that is louder than a level.
pub fn first_above(sound: &[Vec<f32>], level: f32) -> Option<Place> {
    samples(sound).filter(|place| place.value.abs() > level).min_by_key(|place| place.frame)
}

/// The largest sample's amount.
pub fn peak(sound: &[Vec<f32>]) -> f32 {
    samples(sound).fold(0.0, |peak, place| peak.max(place.value.abs()))
}

/// The root mean square over all channels.
pub fn rms(sound: &[Vec<f32>]) -> f64 {
    let (count, sum) = samples(sound).fold((0_u32, 0.0), |(count, sum), place| {
        (count + 1, sum + f64::from(place.value) * f64::from(place.value))
    });
    if count == 0 { 0.0 } else { (sum / f64::from(count)).sqrt() }
}

/// Where two sounds differ by more than single precision explains, most of all; no number differs from all.
pub fn difference(one: &[Vec<f32>], other: &[Vec<f32>]) -> Option<Place> {
    let tolerance = 1e-6 * peak(one).max(peak(other)).max(1.0);
    let apart = samples(one).zip(samples(other)).map(|(one, other)| {
        let same = one.value.to_bits() == other.value.to_bits();
        let value = if same { 0.0 } else { (one.value - other.value).abs() };
        Place { value, ..one }
    });
    apart
        .filter(|place| place.value.is_nan() || place.value > tolerance)
        .max_by(|one, other| one.value.total_cmp(&other.value))
}

/// Part of a sound.
pub fn part(sound: &[Vec<f32>], frames: std::ops::Range<usize>) -> Vec<Vec<f32>> {
    sound.iter().map(|channel| channel[frames.clone()].to_vec()).collect()
}

/// Decibels relative to full scale.
pub fn db(level: f64) -> f64 {
    20.0 * level.max(1e-15).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_the_same_each_time_and_another_in_each_channel() {
        let sound = noise(2, 1_000);
        assert_eq!(sound, noise(2, 1_000));
        assert_ne!(sound[0], sound[1]);
        assert!((0.2..0.25).contains(&peak(&sound)), "{}", peak(&sound));
    }

    #[test]
    fn a_difference_is_found_where_it_is_largest() {
        let one = noise(2, 100);
        let mut other = one.clone();
        other[0][3] += 0.1;
        other[1][70] += 0.5;
        let place = difference(&one, &other).unwrap();
        assert_eq!((place.channel, place.frame), (1, 70));
        assert_eq!(difference(&one, &one), None);
    }

    #[test]
    fn what_is_no_number_differs() {
        let one = noise(1, 10);
        let mut other = one.clone();
        other[0][5] = f32::NAN;
        assert_eq!(difference(&one, &other).unwrap().frame, 5);
        assert_eq!(first_not_finite(&other).unwrap().frame, 5);
    }
}
