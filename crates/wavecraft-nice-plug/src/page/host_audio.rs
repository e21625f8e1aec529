//! How the host runs the plugin's audio, on its way from the activation to the page.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use wavecraft_ipc::{AudioPhase, AudioStatus};

/// The sample rate and the longest block for which a host has activated the plugin.
///
/// The plugin writes it in `activate`, on whichever thread a host calls that; a page reads it on the editor's thread. Both are
/// lock-free and wait for nothing, so writing is real-time safe.
#[derive(Debug, Default)]
pub struct HostAudio {
    /// The sample rate's bits in the upper half, the frames in the lower one; 0 before the first activation.
    format: AtomicU64,
    /// Since when it is so, in milliseconds since 1970 (UTC).
    since_ms: AtomicU64,
}

/// What a host has activated the plugin for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HostAudioFormat {
    /// Frames a second.
    pub sample_rate_hz: f32,
    /// The longest block, in frames.
    pub max_block_frames: u32,
}

impl HostAudio {
    /// The host has activated the plugin for this.
    pub fn set(&self, format: HostAudioFormat) {
        let bits = u64::from(format.sample_rate_hz.to_bits()) << 32 | u64::from(format.max_block_frames);
        if self.format.load(Ordering::Relaxed) != bits {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            self.since_ms.store(now.as_millis() as u64, Ordering::Relaxed);
            self.format.store(bits, Ordering::Release);
        }
    }

    /// What the host has last activated the plugin for; `None` before it has done so.
    pub fn get(&self) -> Option<HostAudioFormat> {
        let bits = self.format.load(Ordering::Acquire);
        let sample_rate_hz = f32::from_bits((bits >> 32) as u32);
        (bits != 0).then_some(HostAudioFormat { sample_rate_hz, max_block_frames: bits as u32 })
    }

    /// The same as the protocol has it.
    pub fn status(&self) -> Option<AudioStatus> {
        let HostAudioFormat { sample_rate_hz, max_block_frames } = self.get()?;
        let since_ms = self.since_ms.load(Ordering::Relaxed);
        let mut status = AudioStatus::new(AudioPhase::RunningFullDuplex, since_ms);
        status.sample_rate = Some(sample_rate_hz);
        status.buffer_size = Some(max_block_frames);
        Some(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_since_when_it_is_so_however_late_it_is_asked_for() {
        let audio = HostAudio::default();
        let format = HostAudioFormat { sample_rate_hz: 48_000.0, max_block_frames: 512 };
        audio.set(format);
        let first = audio.status();
        std::thread::sleep(std::time::Duration::from_millis(5));
        audio.set(format);
        assert_eq!(audio.status(), first);
    }

    #[test]
    fn what_the_host_has_activated_is_known_from_the_first_activation_on() {
        let audio = HostAudio::default();
        assert_eq!(audio.status(), None);
        for (sample_rate_hz, max_block_frames) in [(44_100.0, 512), (768_000.0, 1 << 24), (1_000.0, 1)] {
            let format = HostAudioFormat { sample_rate_hz, max_block_frames };
            audio.set(format);
            assert_eq!(audio.get(), Some(format));
            let status = audio.status().unwrap();
            assert_eq!(status.phase, AudioPhase::RunningFullDuplex);
            assert_eq!(
                (status.sample_rate, status.buffer_size),
                (Some(sample_rate_hz), Some(max_block_frames))
            );
        }
    }
}
