//! The strip's samples, bit for bit: a change of the code that is meant to leave the sound alone leaves these hashes alone.
//!
//! Arithmetic and square roots round alike on every machine that multiplies and adds in one instruction, as those with AVX2 do.
//! Sines, exponentials and powers are the C library's, whose last digit differs between systems: the hashes are those of Linux
//! on x86-64 with AVX2. Elsewhere the sound is the same but for what rounding makes of it.

use std::fmt::Write;

use assert_no_alloc::assert_no_alloc;
use fearless_simd::Level;

use super::RATE_HZ;
use super::analysis::{difference, noise, sine};
use crate::dsp::vector_instructions::tests::with_the_least;
use crate::dsp::{Chain, ChainSettings, Character, Oversampling, Slope};

const FRAMES: usize = 24_000;
/// Hosts' blocks come in any size.
const BLOCKS_FRAMES: [usize; 9] = [64, 17, 512, 1, 113, 255, 3, 128, 333];

/// By character, then by oversampling.
const HASHES: [[u64; 4]; 4] = [
    [0x5122_f921_8e4e_701b, 0x788e_ed48_4e98_6d7b, 0x91b7_7b53_a767_a975, 0x8975_7e0a_0257_e02d],
    [0xeb12_59f9_ffbc_4b78, 0x57ab_525c_71e1_ec8b, 0x8934_3111_b351_9b8f, 0x13e1_08f0_c9b6_5f1f],
    [0x695c_f44a_ee0c_eb0c, 0x74d8_e63e_2184_8416, 0x13d9_9eeb_ba47_269d, 0xfd71_6d0c_2da0_3d94],
    [0xff24_2e15_3119_0f99, 0xbd55_ee6a_613c_fe0c, 0x44b0_aab2_6b8b_542c, 0x965e_dbd6_5809_85ae],
];

/// FNV-1a with 64 bits (Fowler, Noll and Vo), over the samples' bits.
fn hash(samples: &[f32]) -> u64 {
    let bytes = samples.iter().flat_map(|sample| sample.to_bits().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Noise and two sines, louder on the left.
fn signal() -> [Vec<f32>; 2] {
    let noise = noise(0.3, 2 * FRAMES);
    let tones = [sine(110.0, -9.0, RATE_HZ, FRAMES), sine(3_517.0, -14.0, RATE_HZ, FRAMES)];
    std::array::from_fn(|side| {
        let noise = &noise[side * FRAMES..][..FRAMES];
        let level = if side == 0 { 1.0 } else { 0.6 };
        (0..FRAMES).map(|frame| level * (noise[frame] + tones[0][frame] + tones[1][frame])).collect()
    })
}

/// What is set, and from which frame on: every control moves, and some switches change while others still crossfade.
fn changes(character: Character, oversampling: Oversampling) -> Vec<(usize, ChainSettings)> {
    let next = |index: usize| (index + 1) % 4;
    let mut settings = ChainSettings { character, oversampling, drive_db: 12.0, ..Default::default() };
    let mut changes = vec![(0, settings)];
    let mut change = |frame, change: &dyn Fn(&mut ChainSettings)| {
        change(&mut settings);
        changes.push((frame, settings));
    };
    change(1_501, &|it| (it.low_cut_hz, it.low_cut_slope) = (90.0, Slope::Db12));
    change(2_003, &|it| (it.high_cut_hz, it.high_cut_slope) = (9_000.0, Slope::Db24));
    change(4_007, &|it| it.input_gain_db = 4.5);
    change(4_450, &|it| it.mix = 0.6);
    change(5_231, &|it| (it.low_cut_hz, it.low_cut_slope) = (250.0, Slope::Db48));
    change(6_007, &|it| (it.drive_db, it.high_cut_hz) = (27.3, 4_321.0));
    change(7_499, &|it| it.high_cut_slope = Slope::Db48);
    change(9_011, &|it| it.drive_db = 0.0);
    change(9_500, &|it| (it.low_cut_slope, it.drive_db) = (Slope::Db24, 8.0));
    change(11_003, &|it| it.character = Character::ALL[next(character as usize)]);
    change(11_204, &|it| it.oversampling = Oversampling::ALL[next(oversampling as usize)]);
    change(14_009, &|it| (it.mix, it.output_gain_db) = (0.25, -7.5));
    change(15_013, &|it| it.bypass = true);
    change(16_501, &|it| (it.bypass, it.character, it.oversampling) = (false, character, oversampling));
    change(18_007, &|it| (it.mix, it.low_cut_slope) = (1.0, Slope::Off));
    change(19_001, &|it| it.input_gain_db = -3.0);
    change(20_011, &|it| it.high_cut_slope = Slope::Db12);
    changes
}

/// The strip's output for [`signal`] under [`changes`], left and then right.
fn output(character: Character, oversampling: Oversampling) -> Vec<f32> {
    let changes = changes(character, oversampling);
    let mut chain = Chain::new(RATE_HZ, changes[0].1);
    let [mut left, mut right] = signal();
    let mut blocks = BLOCKS_FRAMES.into_iter().cycle();
    let mut frame = 0;
    for (index, (_, settings)) in changes.iter().enumerate() {
        let end = changes.get(index + 1).map_or(FRAMES, |(frame, _)| *frame);
        assert_no_alloc(|| chain.set(*settings));
        while frame < end {
            let block_end = end.min(frame + blocks.next().unwrap());
            assert_no_alloc(|| {
                chain.process(&mut [&mut left[frame..block_end], &mut right[frame..block_end]]);
            });
            frame = block_end;
        }
    }
    left.extend(right);
    left
}

#[test]
fn samples_stay_what_they_are() {
    if Level::new().as_avx2().is_none() {
        eprintln!("left out: this processor has no AVX2, and rounds otherwise");
        return;
    }
    let hashes = Character::ALL
        .map(|character| Oversampling::ALL.map(|oversampling| hash(&output(character, oversampling))));
    let mut text = String::new();
    for row in hashes {
        writeln!(text, "    [{}],", row.map(|hash| format!("{hash:#018x}")).join(", ")).unwrap();
    }
    assert_eq!(hashes, HASHES, "they are now:\n{text}");
}

#[test]
fn processors_with_fewer_instructions_make_the_same_sound() {
    for character in Character::ALL {
        for oversampling in Oversampling::ALL {
            let with_the_best = output(character, oversampling);
            let with_the_least = with_the_least(|| output(character, oversampling));
            let difference_db = difference(&with_the_best, &with_the_least);
            println!("{character:?} {oversampling:?}: {difference_db} dB");
            assert!(difference_db < -130.0, "{character:?} {oversampling:?}: {difference_db} dB");
        }
    }
}

#[test]
fn the_hash_is_that_of_its_authors() {
    // Their test vector: "foobar", here with the two bytes more that make two samples.
    let samples = [u32::from_le_bytes(*b"foob"), u32::from_le_bytes(*b"ar\0\0")].map(f32::from_bits);
    let two_zeros = |hash: u64| (0..2).fold(hash, |hash, _| hash.wrapping_mul(0x0000_0100_0000_01b3));
    assert_eq!(hash(&samples), two_zeros(0x8594_4171_f739_67e8));
}
