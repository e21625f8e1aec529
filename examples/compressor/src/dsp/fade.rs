//! Switches that do not click.

/// How long a switch takes, in milliseconds: as long as the parameters that move on their own.
const FADE_MS: f32 = 20.0;

/// A switch on its way: 0 is off, 1 is on.
#[derive(Clone, Copy, Default)]
pub struct Fade {
    /// None until the first frame, which does not fade.
    position: Option<f32>,
    step: f32,
}

impl Fade {
    pub fn new(sample_rate_hz: f32) -> Self {
        Self { position: None, step: 1_000.0 / (FADE_MS * sample_rate_hz) }
    }

    pub fn reset(&mut self) {
        self.position = None;
    }

    /// Where it is at the next frame.
    pub fn next(&mut self, is_on: bool) -> f32 {
        let target = f32::from(u8::from(is_on));
        let position = self.position.unwrap_or(target);
        let position = position + (target - position).clamp(-self.step, self.step);
        *self.position.insert(position)
    }
}

/// What is heard on the way from one sound to another, and at both ends exactly the one or the other.
pub fn blend(from: f32, to: f32, share: f32) -> f32 {
    (1.0 - share) * from + share * to
}
