//! Samples as a sound server sends them, and as it wants them: bytes of any number, the lowest of each sample first.
//!
//! Guarantees: arithmetic alone, in memory of the caller's.

/// Bytes in a sample.
pub(crate) const SAMPLE_BYTES: usize = size_of::<f32>();

/// Calls `take` with the samples, at most as many at once as there is room for in `samples`.
pub(crate) fn take_blocks(bytes: &[u8], samples: &mut [f32], mut take: impl FnMut(&[f32])) {
    for piece in bytes.chunks(samples.len() * SAMPLE_BYTES) {
        let block = &mut samples[..piece.len() / SAMPLE_BYTES];
        for (sample, bytes) in block.iter_mut().zip(piece.as_chunks().0) {
            *sample = f32::from_le_bytes(*bytes);
        }
        take(block);
    }
}

/// Calls `fill` for the samples, at most as many at once as there is room for in `samples`.
pub(crate) fn fill_blocks(bytes: &mut [u8], samples: &mut [f32], mut fill: impl FnMut(&mut [f32])) {
    for piece in bytes.chunks_mut(samples.len() * SAMPLE_BYTES) {
        let block = &mut samples[..piece.len() / SAMPLE_BYTES];
        fill(block);
        for (sample, bytes) in block.iter().zip(piece.as_chunks_mut().0) {
            *bytes = sample.to_le_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use assert_no_alloc::assert_no_alloc;

    use super::*;

    #[test]
    fn samples_survive_the_way_to_the_server_and_back_without_allocation() {
        let signal: Vec<f32> = (0..1_000).map(|number| number as f32 * 0.001 - 0.5).collect();
        let (mut bytes, mut heard) = (vec![0; signal.len() * SAMPLE_BYTES], vec![0.0; signal.len()]);
        let mut room = vec![0.0; 64];
        let (mut played_samples, mut heard_samples, mut largest_block) = (0, 0, 0);
        assert_no_alloc(|| {
            fill_blocks(&mut bytes, &mut room, |block| {
                block.copy_from_slice(&signal[played_samples..played_samples + block.len()]);
                played_samples += block.len();
                largest_block = largest_block.max(block.len());
            });
            take_blocks(&bytes, &mut room, |block| {
                heard[heard_samples..heard_samples + block.len()].copy_from_slice(block);
                heard_samples += block.len();
            });
        });
        assert_eq!((played_samples, heard_samples, largest_block), (1_000, 1_000, 64));
        assert_eq!(heard, signal);
    }
}
