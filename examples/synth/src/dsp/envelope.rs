//! Attack, decay, sustain, release.
//!
//! Each part is a piece of an exponential curve that is at its end after exactly the time that the user has set: the attack
//! from nothing to the top, the decay from there to the sustain, the release from wherever it begins to nothing.
//!
//! Realtime safety: nothing here allocates or waits.

/// How many time constants of its exponential a part takes: the attack is nearly straight, what falls is not.
const ATTACK_BEND: f64 = 1.5;
const FALL_BEND: f64 = 6.0;
/// How long the held level takes from nothing to the top while the user moves the sustain, in seconds.
const SUSTAIN_MOVE_SECONDS: f32 = 0.05;

/// What the user has set, for one sample rate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape {
    /// By how much the exponential of each part falls in a frame.
    attack: f64,
    decay: f64,
    release: f64,
    sustain: f32,
    sustain_step: f32,
}

impl Shape {
    pub fn new(attack_ms: f32, decay_ms: f32, sustain: f32, release_ms: f32, sample_rate_hz: f32) -> Self {
        let factor = |milliseconds: f32, bend: f64| {
            let frames = f64::from(milliseconds) / 1_000.0 * f64::from(sample_rate_hz);
            (-bend / frames.max(1.0)).exp()
        };
        Self {
            attack: factor(attack_ms, ATTACK_BEND),
            decay: factor(decay_ms, FALL_BEND),
            release: factor(release_ms, FALL_BEND),
            sustain,
            sustain_step: 1.0 / (SUSTAIN_MOVE_SECONDS * sample_rate_hz),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Part {
    #[default]
    Off,
    Attack,
    Decay,
    Sustain,
    Release,
}

/// An envelope of one note.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope {
    part: Part,
    level: f32,
    /// The level at which the part began.
    start: f32,
    /// The exponential of the part, from 1 down.
    curve: f64,
}

impl Envelope {
    /// At the beginning of a note.
    pub fn new() -> Self {
        Self { part: Part::Attack, level: 0.0, start: 0.0, curve: 1.0 }
    }

    /// Lets go.
    pub fn release(&mut self) {
        if !matches!(self.part, Part::Off | Part::Release) {
            self.begin(Part::Release);
        }
    }

    /// Whether it has come to its end, or never began.
    pub fn is_off(&self) -> bool {
        self.part == Part::Off
    }

    /// The level of the last frame, from 0 to 1.
    pub fn level(&self) -> f32 {
        self.level
    }

    /// The level of the next frame.
    pub fn next(&mut self, shape: &Shape) -> f32 {
        let (end, factor, bend, next) = match self.part {
            Part::Off => return 0.0,
            Part::Sustain => {
                let distance = shape.sustain - self.level;
                self.level += distance.clamp(-shape.sustain_step, shape.sustain_step);
                return self.level;
            }
            Part::Attack => (1.0, shape.attack, ATTACK_BEND, Part::Decay),
            Part::Decay => (shape.sustain, shape.decay, FALL_BEND, Part::Sustain),
            Part::Release => (0.0, shape.release, FALL_BEND, Part::Off),
        };
        self.curve *= factor;
        let last = (-bend).exp();
        // Rounding must not cost a frame.
        if self.curve <= last * (1.0 + 1e-9) {
            self.level = end;
            self.begin(next);
        } else {
            let done = (1.0 - self.curve) / (1.0 - last);
            self.level = self.start + (end - self.start) * done as f32;
        }
        self.level
    }

    fn begin(&mut self, part: Part) {
        self.part = part;
        self.start = self.level;
        self.curve = 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f32 = 48_000.0;

    /// After how many frames a condition holds.
    fn frames_until(
        envelope: &mut Envelope,
        shape: &Shape,
        mut is_there: impl FnMut(&Envelope) -> bool,
    ) -> usize {
        let frames = (1..1_000_000).find(|_| {
            envelope.next(shape);
            is_there(envelope)
        });
        frames.expect("it comes to its end")
    }

    #[test]
    fn every_part_takes_its_time_to_a_frame() {
        for [attack_ms, decay_ms, release_ms] in
            [[0.5, 1.0, 1.0], [10.0, 300.0, 50.0], [4_000.0, 7.0, 10_000.0]]
        {
            let shape = Shape::new(attack_ms, decay_ms, 0.25, release_ms, RATE_HZ);
            let mut envelope = Envelope::new();
            let attack = frames_until(&mut envelope, &shape, |envelope| envelope.level() >= 1.0);
            let decay = frames_until(&mut envelope, &shape, |envelope| envelope.level() <= 0.25);
            envelope.release();
            let release = frames_until(&mut envelope, &shape, Envelope::is_off);
            for (frames, milliseconds) in [(attack, attack_ms), (decay, decay_ms), (release, release_ms)] {
                let off_by = frames as f32 - milliseconds * RATE_HZ / 1_000.0;
                assert!(off_by.abs() <= 1.0, "{milliseconds} ms: {frames} frames");
            }
            assert!(envelope.next(&shape) <= 0.0);
        }
    }

    #[test]
    fn no_part_jumps() {
        let shape = Shape::new(5.0, 5.0, 0.5, 5.0, RATE_HZ);
        let mut envelope = Envelope::new();
        let mut last = 0.0_f32;
        for frame in 0..1_000 {
            if frame == 350 {
                envelope.release();
            }
            let level = envelope.next(&shape);
            assert!((level - last).abs() < 0.03, "frame {frame}: from {last} to {level}");
            last = level;
        }
        assert!(envelope.is_off());
    }

    #[test]
    fn a_held_note_follows_the_sustain() {
        let mut envelope = Envelope::new();
        let low = Shape::new(1.0, 1.0, 0.2, 1.0, RATE_HZ);
        let high = Shape::new(1.0, 1.0, 0.9, 1.0, RATE_HZ);
        for _ in 0..200 {
            envelope.next(&low);
        }
        assert!((envelope.level() - 0.2).abs() < 1e-6);
        let frames = frames_until(&mut envelope, &high, |envelope| envelope.level() >= 0.9);
        assert!((1_600..1_800).contains(&frames), "{frames}");
    }
}
