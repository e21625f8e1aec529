//! Which of a device's configurations is taken.

use cpal::{SampleFormat, SupportedBufferSize, SupportedStreamConfigRange};

use super::formats::KNOWN_FORMATS;
use super::{StreamSettings, StreamWish};

/// The channels that are best: what a processor has.
const BEST_CHANNELS: u16 = 2;

/// The block where no other is asked for, in frames: short enough to play, long enough for any machine.
pub(crate) const DEFAULT_BLOCK_FRAMES: u32 = 512;

/// The block to reckon with where a device tells nothing about its own, in frames.
const UNKNOWN_BLOCK_FRAMES: u32 = 1_024;

/// The configuration that comes nearest to what is wanted; `None` if there is none that can be used.
///
/// The rate comes first: another one is taken only where the device lacks it. Then the number of channels, then the
/// format, of which the first of the known ones is best.
pub(crate) fn choose(
    configs: &[SupportedStreamConfigRange],
    default_rate_hz: u32,
    wish: StreamWish,
) -> Option<StreamSettings> {
    let StreamWish { rate_hz, block_frames, least_channels } = wish;
    let best_channels = u16::try_from(least_channels).unwrap_or(u16::MAX).max(BEST_CHANNELS);
    let mut rates_hz = [rate_hz, Some(default_rate_hz)].into_iter().flatten();
    let usable = |config: &&SupportedStreamConfigRange| rank(config.sample_format()).is_some();
    let with_rate = |rate_hz: u32| {
        let candidates = configs.iter().filter(usable).filter(move |config| config.contains_rate(rate_hz));
        candidates.min_by_key(|config| {
            (channel_cost(config.channels(), best_channels), rank(config.sample_format()))
        })
    };
    let (config, rate_hz) =
        rates_hz
            .find_map(|rate_hz| with_rate(rate_hz).map(|config| (config, rate_hz)))
            .or_else(|| configs.iter().find(usable).map(|config| (config, config.max_sample_rate())))?;
    let (block_frames, is_block_fixed) = match (config.buffer_size(), block_frames) {
        (SupportedBufferSize::Range { min, max }, wanted) => {
            (wanted.unwrap_or(DEFAULT_BLOCK_FRAMES).clamp(*min, (*max).max(*min)), true)
        }
        (SupportedBufferSize::Unknown, Some(wanted)) => (wanted, true),
        (SupportedBufferSize::Unknown, None) => (UNKNOWN_BLOCK_FRAMES, false),
    };
    let (channels, format) = (config.channels(), config.sample_format());
    Some(StreamSettings { rate_hz, channels, block_frames, is_block_fixed, format })
}

/// As many as are best, then more than that, then fewer.
fn channel_cost(channels: u16, best: u16) -> (bool, u16) {
    (channels < best, channels.abs_diff(best))
}

fn rank(format: SampleFormat) -> Option<usize> {
    KNOWN_FORMATS.iter().position(|known| *known == format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(channels: u16, rates_hz: (u32, u32), format: SampleFormat) -> SupportedStreamConfigRange {
        let blocks = SupportedBufferSize::Range { min: 64, max: 2_048 };
        SupportedStreamConfigRange::new(channels, rates_hz.0, rates_hz.1, blocks, format)
    }

    fn rate(rate_hz: u32) -> StreamWish {
        StreamWish { rate_hz: Some(rate_hz), ..StreamWish::default() }
    }

    #[test]
    fn a_side_chain_of_further_channels_gets_them_where_there_are_any() {
        let formats = |channels: &[u16]| -> Vec<_> {
            channels.iter().map(|channels| config(*channels, (48_000, 48_000), SampleFormat::F32)).collect()
        };
        let chosen = |channels: &[u16]| {
            let wish = StreamWish { least_channels: 4, ..StreamWish::default() };
            choose(&formats(channels), 48_000, wish).unwrap().channels
        };
        assert_eq!((chosen(&[2, 8, 4]), chosen(&[1, 2]), chosen(&[8, 2])), (4, 2, 8));
    }

    #[test]
    fn the_rate_comes_first_then_channels_then_format() {
        let configs = [
            config(8, (44_100, 48_000), SampleFormat::F32),
            config(2, (44_100, 48_000), SampleFormat::I16),
            config(2, (44_100, 48_000), SampleFormat::I32),
            config(1, (96_000, 96_000), SampleFormat::U8),
        ];
        let chosen = choose(&configs, 48_000, StreamWish::default()).unwrap();
        assert_eq!((chosen.rate_hz, chosen.channels, chosen.format), (48_000, 2, SampleFormat::I32));
        let chosen = choose(&configs, 48_000, rate(96_000)).unwrap();
        assert_eq!((chosen.rate_hz, chosen.channels, chosen.format), (96_000, 1, SampleFormat::U8));
        assert_eq!(choose(&configs, 48_000, rate(22_050)).unwrap().rate_hz, 48_000);
    }

    #[test]
    fn blocks_are_as_wanted_within_what_the_device_can_do() {
        let configs = [config(2, (48_000, 48_000), SampleFormat::F32)];
        let block = |wanted| {
            choose(&configs, 48_000, StreamWish { block_frames: wanted, ..StreamWish::default() })
                .unwrap()
                .block_frames
        };
        assert_eq!(
            (block(None), block(Some(128)), block(Some(1)), block(Some(10_000))),
            (512, 128, 64, 2_048)
        );
        let unknown = SupportedStreamConfigRange::new(
            2,
            48_000,
            48_000,
            SupportedBufferSize::Unknown,
            SampleFormat::F32,
        );
        assert!(!choose(&[unknown], 48_000, StreamWish::default()).unwrap().is_block_fixed);
        assert!(
            choose(&[unknown], 48_000, StreamWish { block_frames: Some(100), ..StreamWish::default() })
                .unwrap()
                .is_block_fixed
        );
    }

    #[test]
    fn formats_without_samples_are_left_out() {
        assert_eq!(
            choose(&[config(2, (48_000, 48_000), SampleFormat::DsdU8)], 48_000, StreamWish::default()),
            None
        );
        assert_eq!(choose(&[], 48_000, StreamWish::default()), None);
    }
}
