//! What leaves the writer arrives at the reader, whole and in time, and the audio thread never pays for it.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_metering::meter::{gain_reduction, level, value};
use wavecraft_metering::{
    ChannelLevel, LevelFrame, MeterReader, MeterWriter, RING_FRAMES, meters, meters_with_own,
};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

fn pass(writer: &mut MeterWriter, samples: &mut [f32]) {
    let mut right = samples.to_vec();
    assert_no_alloc(|| writer.process_metered(&mut [samples, &mut right], |_| {}));
}

/// Drains after every block, as a fast reader does.
fn frames_of_a_second(block_frames: usize) -> usize {
    let (mut writer, reader) = meters(48_000.0);
    let mut block = vec![0.1; block_frames];
    let mut count = 0;
    for _ in 0..48_000 / block_frames {
        // A long block holds several frames; drain merges them, so the timestamps tell how many there were.
        let before = reader.dropped_frames();
        pass(&mut writer, &mut block);
        assert_eq!(reader.dropped_frames(), before);
        if let Some(frame) = reader.drain() {
            count = (frame.timestamp_us * 60 / 1_000_000) as usize;
        }
    }
    count
}

#[test]
fn about_sixty_frames_a_second_at_any_block_size() {
    for block_frames in [1, 17, 64, 512, 4_096] {
        let count = frames_of_a_second(block_frames);
        assert!((54..=60).contains(&count), "{count} with blocks of {block_frames}");
    }
}

#[test]
fn a_single_peak_survives_any_block_size_and_a_slow_reader() {
    for block_frames in [1, 17, 64, 512, 4_096] {
        let (mut writer, reader) = meters(48_000.0);
        let mut signal = vec![0.0; 48_000 / 2];
        signal[10_007] = -0.9;
        for block in signal.chunks_mut(block_frames) {
            pass(&mut writer, block);
        }
        let frame = reader.drain().unwrap();
        assert!(
            frame.output.iter().all(|level| level.peak.to_bits() == 0.9_f32.to_bits()),
            "blocks of {block_frames}"
        );
    }
}

#[test]
fn input_and_output_are_measured_on_their_own_sides() {
    let (mut writer, reader) = meters(48_000.0);
    let mut mono = vec![0.5; 800];
    assert_no_alloc(|| {
        writer.process_metered(&mut [&mut mono], |channels| channels[0].fill(0.25));
    });
    let level = |value| [ChannelLevel { peak: value, rms: value }; 2];
    let expected = LevelFrame { timestamp_us: 16_666, input: level(0.5), output: level(0.25) };
    assert_eq!(reader.drain(), Some(expected), "mono stands on both sides");
}

#[test]
fn of_surround_the_first_two_channels_are_measured() {
    let (mut writer, reader) = meters(48_000.0);
    let mut channels: Vec<Vec<f32>> =
        (1..=8_u8).map(|channel| vec![f32::from(channel) / 16.0; 2_000]).collect();
    let mut block: Vec<&mut [f32]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
    let mut pieces = Vec::new();
    writer.process_metered(&mut block, |piece| {
        pieces.push((piece.len(), piece[7].len()));
        for channel in piece {
            channel.fill(1.0);
        }
    });
    assert_eq!(pieces, [(8, 800), (8, 800), (8, 400)]);
    assert!(channels.iter().flatten().all(|sample| (sample - 1.0).abs() < 1e-9));
    let frame = reader.drain().expect("two frames");
    let peaks = frame.input.map(|level| level.peak);
    assert!((peaks[0] - 0.0625).abs() < 1e-6 && (peaks[1] - 0.125).abs() < 1e-6, "{peaks:?}");
}

#[test]
fn a_full_ring_drops_the_newest_and_counts() {
    let (mut writer, reader) = meters(48_000.0);
    let mut block = vec![0.1; 800];
    for _ in 0..RING_FRAMES + 10 {
        pass(&mut writer, &mut block);
    }
    assert_eq!(reader.dropped_frames(), 10);
    let newest_kept = reader.drain().unwrap().timestamp_us;
    assert_eq!(newest_kept, RING_FRAMES as u64 * 1_000_000 / 60);
    pass(&mut writer, &mut block);
    assert!(reader.drain().is_some_and(|frame| frame.timestamp_us > newest_kept), "it goes on");
    assert_eq!(reader.drain(), None);
}

#[test]
fn a_new_reader_takes_over_where_an_old_one_left() {
    let (mut writer, reader) = meters(48_000.0);
    for _ in 0..10 {
        let editor: MeterReader = reader.clone();
        editor.discard();
        pass(&mut writer, &mut [0.3; 800]);
        assert!(editor.drain().is_some());
    }
}

#[test]
fn time_goes_on_through_a_change_of_sample_rate() {
    let (mut writer, reader) = meters(48_000.0);
    pass(&mut writer, &mut vec![0.0; 48_000]);
    reader.discard();
    writer.set_sample_rate(96_000.0);
    pass(&mut writer, &mut vec![0.0; 96_000]);
    assert_eq!(reader.drain().unwrap().timestamp_us, 2_000_000);
}

#[test]
fn a_plugins_own_extremes_survive_any_block_size_and_a_slow_reader() {
    for block_frames in [1, 17, 64, 512, 4_096] {
        let (reduction, after, phase) =
            (gain_reduction("Reduction", -24.0), level("After").stereo(), value("Phase", 0.0..=1.0, ""));
        let own = [("gr", reduction.clone()), ("after", after.clone()), ("phase", phase.clone())];
        let (mut writer, reader) = meters_with_own(48_000.0, own);
        assert_eq!(reader.own_meters()[1].id, "after");
        let (mut left, mut right) = (vec![0.0; 24_000], vec![0.0; 24_000]);
        let mut frame = 0;
        for (left, right) in left.chunks_mut(block_frames).zip(right.chunks_mut(block_frames)) {
            assert_no_alloc(|| {
                writer.process_metered(&mut [left, right], |channels| {
                    for _ in 0..channels[0].len() {
                        // Deepest and loudest for one frame each, far from the end.
                        reduction.write(if frame == 10_007 { -18.5 } else { -2.0 });
                        after.write_channel(1, if frame == 3_001 { 0.9 } else { 0.1 });
                        frame += 1;
                    }
                    phase.write(frame as f32 / 24_000.0);
                });
            });
        }
        let mut values = vec![f32::NAN; 7];
        assert!(reader.drain_with_values(&mut values).is_some());
        assert_eq!(values, [-18.5, 0.0, 0.9, 1.0], "blocks of {block_frames}");
        assert_eq!(reader.drain_with_values(&mut values), None);
        assert_eq!(values.len(), 4, "what was there stays when nothing is new");
    }
}

#[test]
fn a_full_ring_drops_values_and_levels_together() {
    let reduction = gain_reduction("Reduction", -24.0);
    let (mut writer, reader) = meters_with_own(48_000.0, [("gr", reduction.clone())]);
    let mut block = vec![0.1; 800];
    for frame in 0..RING_FRAMES + 10 {
        reduction.write(-(frame as f32) / 10.0);
        pass(&mut writer, &mut block);
    }
    assert_eq!(reader.dropped_frames(), 10);
    let mut values = Vec::new();
    assert!(reader.drain_with_values(&mut values).is_some());
    assert_eq!(values, [-(RING_FRAMES as f32 - 1.0) / 10.0]);
    reduction.write(-1.5);
    pass(&mut writer, &mut block);
    assert!(reader.drain_with_values(&mut values).is_some());
    assert_eq!(values, [-1.5], "values and levels still belong together");
}

#[test]
fn a_meter_knows_whether_somebody_reads() {
    let meter = value("Loudness", -60.0..=0.0, "LUFS");
    let (mut writer, reader) = meters_with_own(48_000.0, [("loudness", meter.clone())]);
    assert!(!meter.is_read());
    let mut frames = |reads: bool| {
        for _ in 0..2 * RING_FRAMES {
            pass(&mut writer, &mut [0.1; 800]);
            if reads {
                reader.drain();
            }
        }
        meter.is_read()
    };
    assert!(frames(true));
    assert!(!frames(false), "the ring has filled up");
    assert!(frames(true), "a page has been opened");
}
