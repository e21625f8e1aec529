//! Every sample format that a device may have.
//!
//! Guarantees of the conversions: arithmetic alone.

use cpal::traits::DeviceTrait;
use cpal::{Device, FromSample, I24, Sample, SampleFormat, Stream, StreamConfig, U24};

use crate::callbacks::{DeviceSample, InputCallback, OutputCallback};

/// The formats, the best first: what needs no conversion, then by resolution.
pub(crate) const KNOWN_FORMATS: [SampleFormat; 12] = [
    SampleFormat::F32,
    SampleFormat::F64,
    SampleFormat::I32,
    SampleFormat::I24,
    SampleFormat::I64,
    SampleFormat::U32,
    SampleFormat::U24,
    SampleFormat::U64,
    SampleFormat::I16,
    SampleFormat::U16,
    SampleFormat::I8,
    SampleFormat::U8,
];

/// The largest number below 1: full scale itself is one step too high for whole numbers.
const BELOW_ONE: f32 = 1.0 - f32::EPSILON / 2.0;

/// Whole numbers clip; what is not a number is silence before it comes here.
macro_rules! whole_numbers {
    ($($sample:ty),*) => {$(
        impl DeviceSample for $sample {
            const SILENCE: Self = <$sample as Sample>::EQUILIBRIUM;

            fn to_f32(self) -> f32 {
                f32::from_sample_(self)
            }

            fn from_f32(sample: f32) -> Self {
                Self::from_sample_(sample.clamp(-1.0, BELOW_ONE))
            }
        }
    )*};
}

whole_numbers!(i8, i16, I24, i32, i64, u8, u16, U24, u32, u64);

impl DeviceSample for f64 {
    const SILENCE: Self = 0.0;

    fn to_f32(self) -> f32 {
        self as f32
    }

    fn from_f32(sample: f32) -> Self {
        f64::from(sample)
    }
}

/// Calls a generic function for the type of a format.
macro_rules! for_format {
    ($format:expr, $function:ident($($argument:expr),*)) => {
        match $format {
            SampleFormat::I8 => $function::<i8>($($argument),*),
            SampleFormat::I16 => $function::<i16>($($argument),*),
            SampleFormat::I24 => $function::<I24>($($argument),*),
            SampleFormat::I32 => $function::<i32>($($argument),*),
            SampleFormat::I64 => $function::<i64>($($argument),*),
            SampleFormat::U8 => $function::<u8>($($argument),*),
            SampleFormat::U16 => $function::<u16>($($argument),*),
            SampleFormat::U24 => $function::<U24>($($argument),*),
            SampleFormat::U32 => $function::<u32>($($argument),*),
            SampleFormat::U64 => $function::<u64>($($argument),*),
            SampleFormat::F32 => $function::<f32>($($argument),*),
            SampleFormat::F64 => $function::<f64>($($argument),*),
            // One-bit streams have no samples, and whatever comes in future is not chosen before it is known.
            _ => Err(cpal::ErrorKind::UnsupportedConfig.into()),
        }
    };
}

/// A stream that calls `callback` with what the device hears.
pub(crate) fn start_input(
    device: &Device,
    config: StreamConfig,
    format: SampleFormat,
    callback: InputCallback,
    on_error: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<Stream, cpal::Error> {
    for_format!(format, start_input_as(device, config, callback, on_error))
}

/// A stream that calls `callback` for what the device plays.
pub(crate) fn start_output(
    device: &Device,
    config: StreamConfig,
    format: SampleFormat,
    callback: OutputCallback,
    on_error: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<Stream, cpal::Error> {
    for_format!(format, start_output_as(device, config, callback, on_error))
}

fn start_input_as<T: DeviceSample + cpal::SizedSample>(
    device: &Device,
    config: StreamConfig,
    mut callback: InputCallback,
    on_error: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<Stream, cpal::Error> {
    device.build_input_stream(config, move |data: &[T], _: &_| callback.take(data), on_error, None)
}

fn start_output_as<T: DeviceSample + cpal::SizedSample>(
    device: &Device,
    config: StreamConfig,
    mut callback: OutputCallback,
    on_error: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<Stream, cpal::Error> {
    device.build_output_stream(config, move |data: &mut [T], _: &_| callback.fill(data), on_error, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survives<T: DeviceSample>(tolerance: f32) {
        for sample in [-1.0, -0.5, 0.0, 0.25, 0.5, 0.999] {
            let back = T::from_f32(sample).to_f32();
            assert!((back - sample).abs() <= tolerance, "{}: {sample} {back}", std::any::type_name::<T>());
        }
        for beyond in [1.0, 1.5, -1.5, 1e9] {
            let back = T::from_f32(beyond).to_f32();
            assert!((back - beyond.clamp(-1.0, 1.0)).abs() <= tolerance, "{}", std::any::type_name::<T>());
        }
        assert!(T::SILENCE.to_f32().abs() <= tolerance);
    }

    #[test]
    fn sound_survives_every_whole_number_format() {
        survives::<i8>(0.01);
        survives::<u8>(0.01);
        survives::<i16>(1e-4);
        survives::<u16>(1e-4);
        survives::<I24>(1e-6);
        survives::<U24>(1e-6);
        survives::<i32>(1e-6);
        survives::<u32>(1e-6);
        survives::<i64>(1e-6);
        survives::<u64>(1e-6);
    }

    #[test]
    fn floats_come_through_as_they_are() {
        for sample in [-2.0, 0.1, 3.0] {
            assert_eq!(<f64 as DeviceSample>::from_f32(sample).to_f32().to_bits(), sample.to_bits());
            assert_eq!(<f32 as DeviceSample>::from_f32(sample).to_f32().to_bits(), sample.to_bits());
        }
    }
}
