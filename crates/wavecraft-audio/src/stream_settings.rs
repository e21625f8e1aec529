//! What a device and its user agree on.

/// What a device is asked for. What it cannot do is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StreamWish {
    /// Frames a second, if it matters.
    pub rate_hz: Option<u32>,
    /// Frames in a block, if it matters.
    pub block_frames: Option<u32>,
    /// The channels that it should at least have.
    pub least_channels: usize,
}

/// How a device will run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamSettings {
    /// Frames a second.
    pub rate_hz: u32,
    /// The device's channels.
    pub channels: u16,
    /// Frames in a block, as far as can be said before it runs.
    pub block_frames: u32,
    /// Whether the device is asked for that block size, or left to its own.
    pub is_block_fixed: bool,
    /// The samples' format.
    #[cfg(feature = "devices")]
    pub format: cpal::SampleFormat,
}

impl StreamSettings {
    /// What a timer runs at.
    pub fn without_device(rate_hz: u32, block_frames: u32) -> Self {
        Self {
            rate_hz: rate_hz.clamp(1_000, 768_000),
            channels: 2,
            block_frames: block_frames.clamp(1, 65_536),
            is_block_fixed: true,
            #[cfg(feature = "devices")]
            format: cpal::SampleFormat::F32,
        }
    }

    /// The device with what was agreed, for people.
    pub fn description(&self, name: &str) -> String {
        match self.channels {
            1 => format!("{name} (mono)"),
            2 => name.to_owned(),
            channels => format!("{name} (2 of {channels} channels)"),
        }
    }
}
