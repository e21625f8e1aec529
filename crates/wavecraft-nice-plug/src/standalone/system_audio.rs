//! The system's own audio devices: found by name, asked what they can do, and opened once as a trial.
//!
//! nice-plug picks a device by the first match of its name and a sample format by rules of its own. The same rules are
//! followed here to foresee its choice, and the trial shows that it will work.

use std::fmt::Write;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    BufferSize, Device, Host, HostId, SampleFormat, StreamConfig, SupportedBufferSize,
    SupportedStreamConfigRange,
};

use super::devices::{AudioPlan, AudioRequest, DEFAULT_DEVICE, DeviceError};

#[cfg(all(unix, not(target_os = "macos")))]
const BACKEND: (HostId, &str, &str) = (HostId::Alsa, "ALSA", "alsa");
#[cfg(target_os = "macos")]
const BACKEND: (HostId, &str, &str) = (HostId::CoreAudio, "CoreAudio", "core-audio");
#[cfg(windows)]
const BACKEND: (HostId, &str, &str) = (HostId::Wasapi, "WASAPI", "wasapi");

/// Rates to try after the device's own default, in Hz.
const USUAL_RATES_HZ: [u32; 4] = [48_000, 44_100, 96_000, 88_200];

/// Period sizes to try, in frames, the best first: short enough to play, long enough for any machine.
const USUAL_PERIODS_FRAMES: [u32; 8] = [512, 1_024, 256, 2_048, 128, 4_096, 64, 8_192];

/// The sample formats that nice-plug converts to and from; at any other it panics.
const FORMATS: [SampleFormat; 11] = [
    SampleFormat::I8,
    SampleFormat::I16,
    SampleFormat::I24,
    SampleFormat::I32,
    SampleFormat::I64,
    SampleFormat::U8,
    SampleFormat::U16,
    SampleFormat::U32,
    SampleFormat::U64,
    SampleFormat::F32,
    SampleFormat::F64,
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Input,
    Output,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }

    fn devices(self, host: &Host) -> Vec<Device> {
        match self {
            Self::Input => host.input_devices().map(Iterator::collect),
            Self::Output => host.output_devices().map(Iterator::collect),
        }
        .unwrap_or_default()
    }

    fn default_device(self, host: &Host) -> Option<Device> {
        match self {
            Self::Input => host.default_input_device(),
            Self::Output => host.default_output_device(),
        }
    }
}

/// A device with what it can do in one direction.
struct Candidate {
    direction: Direction,
    device: Device,
    name: String,
    configs: Vec<SupportedStreamConfigRange>,
    default_rate_hz: Option<u32>,
}

/// Plans to play on the system's devices.
pub(super) fn plan(request: &AudioRequest) -> Result<AudioPlan, DeviceError> {
    let (_, label, argument) = BACKEND;
    let host = host()?;
    // All names before any device, so that a wrong one is what is reported.
    let input = match &request.input_device {
        Some(name) => Some(find(&host, Direction::Input, name)?.0),
        None => None,
    };
    let (output, output_name) = match request.output_device.as_deref() {
        None | Some(DEFAULT_DEVICE) => {
            let device = Direction::Output.default_device(&host);
            (device.ok_or(DeviceError::NoDevice { direction: Direction::Output.name() })?, None)
        }
        Some(name) => find(&host, Direction::Output, name).map(|(device, name)| (device, Some(name)))?,
    };
    let output = Candidate::new(Direction::Output, output)?;
    let input = input.map(|device| Candidate::new(Direction::Input, device)).transpose()?;
    let settled = settle(request, &output, input.as_ref())?;

    let mut arguments = vec![format!("--backend={argument}")];
    arguments.extend(output_name.map(|name| format!("--output-device={name}")));
    arguments.extend(input.as_ref().map(|input| format!("--input-device={}", input.name)));
    Ok(AudioPlan {
        backend: label.to_owned(),
        output: output.name,
        input: input.map(|input| input.name),
        sample_rate_hz: settled.rate_hz,
        period_frames: settled.actual_period_frames,
        max_block_frames: settled.period_frames,
        survives_restart: true,
        arguments,
    })
}

/// A list of all devices that can be chosen, for people.
pub(super) fn list() -> Result<String, DeviceError> {
    let host = host()?;
    let mut text = String::new();
    for direction in [Direction::Output, Direction::Input] {
        let default = direction.default_device(&host).map(|device| id_of(&device));
        writeln!(text, "{} devices ({}):", capitalized(direction.name()), BACKEND.1)
            .expect("writing to a string cannot fail");
        let mut names: Vec<String> = Vec::new();
        for device in direction.devices(&host) {
            let (name, id) = (name_of(&device), id_of(&device));
            // Of two with the same name, only the first can be chosen.
            if !names.contains(&name) {
                let mark = if default.as_ref() == Some(&id) { "  <- default" } else { "" };
                writeln!(text, "  {name} [{id}]{mark}").expect("writing to a string cannot fail");
                names.push(name);
            }
        }
        if names.is_empty() {
            text += "  none\n";
        }
    }
    Ok(text)
}

fn host() -> Result<Host, DeviceError> {
    quieten();
    cpal::host_from_id(BACKEND.0).map_err(|error| DeviceError::NoSystemAudio(error.to_string()))
}

/// Keeps ALSA from printing what it finds out on the way to standard error; what matters is returned as well.
#[cfg(all(unix, not(target_os = "macos")))]
fn quieten() {
    if let Err(error) = alsa::Output::local_error_handler() {
        tracing::debug!("ALSA will print its own messages: {error}");
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn quieten() {}

fn name_of(device: &Device) -> String {
    device.description().map_or_else(|_| String::new(), |description| description.name().to_owned())
}

fn id_of(device: &Device) -> String {
    device.id().map_or_else(|_| String::new(), |id| id.id().to_owned())
}

fn capitalized(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// The device of this name or id, and the name by which nice-plug finds it.
fn find(host: &Host, direction: Direction, wanted: &str) -> Result<(Device, String), DeviceError> {
    let unknown = || DeviceError::UnknownDevice { direction: direction.name(), name: wanted.to_owned() };
    let default_id = direction.default_device(host).map(|device| id_of(&device));
    let wanted_id =
        if wanted == DEFAULT_DEVICE { default_id.as_deref().ok_or_else(unknown)? } else { wanted };
    let devices = direction.devices(host);
    let by_name = devices.iter().find(|device| name_of(device).eq_ignore_ascii_case(wanted));
    let device =
        by_name.or_else(|| devices.iter().find(|device| id_of(device) == wanted_id)).ok_or_else(unknown)?;
    let name = name_of(device);
    let first = devices.iter().find(|other| name_of(other) == name);
    if first.map(id_of) != Some(id_of(device)) {
        return Err(DeviceError::AmbiguousDevice { direction: direction.name(), name: wanted.to_owned() });
    }
    Ok((device.clone(), name))
}

/// Settings that all devices can do.
struct Settled {
    rate_hz: u32,
    /// What nice-plug is to ask for, in frames.
    period_frames: u32,
    /// What the output makes of it, in frames.
    actual_period_frames: u32,
}

/// The settings that are asked for, or else the best.
fn settle(
    request: &AudioRequest,
    output: &Candidate,
    input: Option<&Candidate>,
) -> Result<Settled, DeviceError> {
    let rates = match request.sample_rate_hz {
        Some(rate) => vec![rate],
        None => output.default_rate_hz.into_iter().chain(USUAL_RATES_HZ).chain(output.end_rates()).collect(),
    };
    let periods = match request.period_frames {
        Some(period) => vec![period],
        None => USUAL_PERIODS_FRAMES.into_iter().chain(output.end_periods()).collect(),
    };
    let mut reason = None;
    for &rate_hz in &rates {
        for &period_frames in &periods {
            let try_out = |candidate: &Candidate| candidate.try_out(rate_hz, period_frames, request.channels);
            match input.map_or(Ok(0), try_out).and_then(|_| try_out(output)) {
                Ok(actual_period_frames) => {
                    return Ok(Settled { rate_hz, period_frames, actual_period_frames });
                }
                // What the device lacks says more than how the last of many attempts failed.
                Err(error) => drop(reason.get_or_insert(error)),
            }
        }
    }
    Err(reason.unwrap_or_else(|| output.unusable("it offers no sample rate at all".to_owned())))
}

impl Candidate {
    fn new(direction: Direction, device: Device) -> Result<Self, DeviceError> {
        let name = name_of(&device);
        let (configs, default) = match direction {
            Direction::Input => {
                (device.supported_input_configs().map(Iterator::collect), device.default_input_config())
            }
            Direction::Output => {
                (device.supported_output_configs().map(Iterator::collect), device.default_output_config())
            }
        };
        match configs {
            Ok(configs) => Ok(Self {
                direction,
                device,
                name,
                configs,
                default_rate_hz: default.ok().map(|config| config.sample_rate()),
            }),
            Err(error) => Err(DeviceError::Unusable {
                direction: direction.name(),
                name,
                reason: without_end(&error.to_string()),
            }),
        }
    }

    fn unusable(&self, reason: String) -> DeviceError {
        DeviceError::Unusable { direction: self.direction.name(), name: self.name.clone(), reason }
    }

    fn end_rates(&self) -> Vec<u32> {
        self.configs.iter().flat_map(|config| [config.max_sample_rate(), config.min_sample_rate()]).collect()
    }

    fn end_periods(&self) -> Vec<u32> {
        let ends = |config: &SupportedStreamConfigRange| match config.buffer_size() {
            SupportedBufferSize::Range { min, max } => vec![*min, *max],
            SupportedBufferSize::Unknown => Vec::new(),
        };
        self.configs.iter().flat_map(ends).filter(|&frames| (1..=1 << 16).contains(&frames)).collect()
    }

    /// Opens the device as nice-plug will, and closes it. Returns how many frames it then asks for at a time.
    fn try_out(&self, rate_hz: u32, period_frames: u32, channels: usize) -> Result<u32, DeviceError> {
        let Some((device_channels, format)) =
            choice(&self.configs, self.direction, rate_hz, period_frames, channels)
        else {
            return Err(self.unusable(self.lack(rate_hz, period_frames, channels)));
        };
        if !FORMATS.contains(&format) {
            return Err(self.unusable(format!("its sample format, {format}, is not supported")));
        }
        let config = StreamConfig {
            channels: device_channels,
            sample_rate: rate_hz,
            buffer_size: BufferSize::Fixed(period_frames),
        };
        tracing::debug!("Trying {}: {config:?}, {format}", self.name);
        let device = &self.device;
        let opened = match self.direction {
            Direction::Input => device.build_input_stream_raw(config, format, |_, _| {}, |_| {}, None),
            Direction::Output => device.build_output_stream_raw(config, format, |_, _| {}, |_| {}, None),
        };
        let stream = opened.map_err(|error| self.unusable(without_end(&error.to_string())))?;
        Ok(stream.buffer_size().unwrap_or(period_frames))
    }

    /// What the device lacks for these settings, in words.
    fn lack(&self, rate_hz: u32, period_frames: u32, channels: usize) -> String {
        let has_rate = |config: &&SupportedStreamConfigRange| {
            (config.min_sample_rate()..=config.max_sample_rate()).contains(&rate_hz)
        };
        if self.direction == Direction::Input
            && !self.configs.iter().any(|config| config.channels() as usize == channels)
        {
            let hint = if channels == 2 { "; try --mono" } else { "" };
            return format!("it has no input of {channels} channels{hint}");
        }
        if !self.configs.iter().any(|config| has_rate(&config)) {
            let mut rates = self.end_rates();
            rates.sort_unstable();
            rates.dedup();
            let rates: Vec<String> = rates.iter().map(u32::to_string).collect();
            return format!("it does not run at {rate_hz} Hz, but at {}", rates.join(", "));
        }
        let mut periods = self.end_periods();
        periods.sort_unstable();
        match (periods.first(), periods.last()) {
            (Some(min), Some(max)) => {
                format!("it does not run in periods of {period_frames} frames, but of {min} to {max}")
            }
            _ => "it does not say which period sizes it supports".to_owned(),
        }
    }
}

/// The channels and the sample format that nice-plug will open a device with, if any: those of the floating-point
/// configuration that fits best, or else of the first that does.
fn choice(
    configs: &[SupportedStreamConfigRange],
    direction: Direction,
    rate_hz: u32,
    period_frames: u32,
    channels: usize,
) -> Option<(u16, SampleFormat)> {
    let fits = |config: &&SupportedStreamConfigRange| {
        let has_period = match config.buffer_size() {
            SupportedBufferSize::Range { min, max } => (min..=max).contains(&&period_frames),
            SupportedBufferSize::Unknown => false,
        };
        let has_rate = (config.min_sample_rate()..=config.max_sample_rate()).contains(&rate_hz);
        // An input must match; an output may have more channels, or if need be fewer.
        has_period && has_rate && (direction == Direction::Output || config.channels() as usize == channels)
    };
    let distance = |config: &&SupportedStreamConfigRange| {
        let offered = config.channels() as usize;
        (offered < channels, offered.abs_diff(channels))
    };
    let fitting = || configs.iter().filter(fits);
    fitting()
        .filter(|config| config.sample_format() == SampleFormat::F32)
        .min_by_key(distance)
        .or_else(|| fitting().min_by_key(distance))
        .map(|config| (config.channels(), config.sample_format()))
}

/// A reason from elsewhere as part of a sentence of ours.
fn without_end(reason: &str) -> String {
    reason.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(channels: u16, rates: (u32, u32), format: SampleFormat) -> SupportedStreamConfigRange {
        let buffer_size = SupportedBufferSize::Range { min: 64, max: 1_024 };
        SupportedStreamConfigRange::new(channels, rates.0, rates.1, buffer_size, format)
    }

    const ALL_RATES: (u32, u32) = (8_000, 192_000);

    #[test]
    fn floating_point_is_preferred_and_then_the_nearest_channel_count() {
        let configs = [
            config(2, ALL_RATES, SampleFormat::I16),
            config(1, ALL_RATES, SampleFormat::F32),
            config(6, ALL_RATES, SampleFormat::F32),
            config(4, ALL_RATES, SampleFormat::F32),
        ];
        let output = |channels| choice(&configs, Direction::Output, 48_000, 512, channels);
        assert_eq!(output(2), Some((4, SampleFormat::F32)));
        assert_eq!(output(1), Some((1, SampleFormat::F32)));
        assert_eq!(output(8), Some((6, SampleFormat::F32)));
        assert_eq!(choice(&configs[..1], Direction::Output, 48_000, 512, 1), Some((2, SampleFormat::I16)));
    }

    #[test]
    fn inputs_must_have_the_plugins_channels() {
        let configs = [config(1, ALL_RATES, SampleFormat::F32), config(2, ALL_RATES, SampleFormat::I32)];
        assert_eq!(choice(&configs, Direction::Input, 48_000, 512, 2), Some((2, SampleFormat::I32)));
        assert_eq!(choice(&configs[..1], Direction::Input, 48_000, 512, 2), None);
    }

    #[test]
    fn rates_and_periods_must_be_within_range() {
        let configs = [config(2, (44_100, 48_000), SampleFormat::F32)];
        for (rate_hz, period_frames) in [(96_000, 512), (44_000, 512), (48_000, 32), (48_000, 2_048)] {
            assert_eq!(choice(&configs, Direction::Output, rate_hz, period_frames, 2), None);
        }
        assert!(choice(&configs, Direction::Output, 44_100, 1_024, 2).is_some());
    }
}
