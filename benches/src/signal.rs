//! What the measured processors are fed.

use crate::spectrum::rms_db;

/// White noise with a uniform distribution over [-peak, peak], the same at each call.
pub fn noise(peak: f32, frames: usize) -> Vec<f32> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // The upper 24 bits are as many as an f32 holds.
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..frames).map(|_| peak * next()).collect()
}

/// Noise that falls by 3 dB per octave, like music does, at an RMS in dBFS; Kellet's filter of three poles.
pub fn pink_noise(rms_dbfs: f64, frames: usize) -> Vec<f32> {
    let mut poles = [0.0_f64; 3];
    let pink: Vec<f32> = noise(1.0, frames)
        .into_iter()
        .map(|white| {
            let white = f64::from(white);
            poles[0] = 0.997_65 * poles[0] + white * 0.099_046;
            poles[1] = 0.963 * poles[1] + white * 0.296_516_4;
            poles[2] = 0.57 * poles[2] + white * 1.052_691_3;
            (poles.iter().sum::<f64>() + white * 0.1848) as f32
        })
        .collect();
    let gain = 10.0_f64.powf((rms_dbfs - rms_db(&pink)) / 20.0) as f32;
    pink.into_iter().map(|sample| sample * gain).collect()
}
