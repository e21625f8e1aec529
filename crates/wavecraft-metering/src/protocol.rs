//! The levels and signals in the words of the protocol.

use std::collections::BTreeMap;

use wavecraft_ipc::{MeterInfo, MeterUpdate, SignalInfo};

use crate::{LevelFrame, MeterDescription, MeterKind, SignalDescription, SignalKind};

impl From<MeterKind> for wavecraft_ipc::MeterKind {
    fn from(kind: MeterKind) -> Self {
        match kind {
            MeterKind::Level => Self::Level,
            MeterKind::GainReduction => Self::GainReduction,
            MeterKind::Value => Self::Value,
        }
    }
}

impl From<wavecraft_ipc::MeterKind> for MeterKind {
    fn from(kind: wavecraft_ipc::MeterKind) -> Self {
        match kind {
            wavecraft_ipc::MeterKind::Level => Self::Level,
            wavecraft_ipc::MeterKind::GainReduction => Self::GainReduction,
            wavecraft_ipc::MeterKind::Value => Self::Value,
        }
    }
}

impl From<&MeterDescription> for MeterInfo {
    fn from(meter: &MeterDescription) -> Self {
        let MeterDescription { id, name, kind, channels, unit, min, max } = meter.clone();
        let channels = u32::try_from(channels).unwrap_or(u32::MAX);
        Self { id, name, kind: kind.into(), channels, unit, min, max }
    }
}

impl From<LevelFrame> for MeterUpdate {
    fn from(frame: LevelFrame) -> Self {
        let ([input_left, input_right], [left, right]) = (frame.input, frame.output);
        Self {
            timestamp_us: frame.timestamp_us,
            left_peak: left.peak,
            left_rms: left.rms,
            right_peak: right.peak,
            right_rms: right.rms,
            input_left_peak: input_left.peak,
            input_left_rms: input_left.rms,
            input_right_peak: input_right.peak,
            input_right_rms: input_right.rms,
            values: BTreeMap::new(),
        }
    }
}

impl From<SignalKind> for wavecraft_ipc::SignalKind {
    fn from(kind: SignalKind) -> Self {
        match kind {
            SignalKind::Spectrum => Self::Spectrum,
            SignalKind::Waveform => Self::Waveform,
        }
    }
}

impl From<wavecraft_ipc::SignalKind> for SignalKind {
    fn from(kind: wavecraft_ipc::SignalKind) -> Self {
        match kind {
            wavecraft_ipc::SignalKind::Spectrum => Self::Spectrum,
            wavecraft_ipc::SignalKind::Waveform => Self::Waveform,
        }
    }
}

impl From<&SignalDescription> for SignalInfo {
    /// Without its axis, which whoever analyses it knows.
    fn from(signal: &SignalDescription) -> Self {
        let SignalDescription { id, name, kind, channels } = signal.clone();
        Self::new(id, name, kind.into(), u32::try_from(channels).unwrap_or(u32::MAX))
    }
}

impl From<&SignalInfo> for SignalDescription {
    fn from(signal: &SignalInfo) -> Self {
        let SignalInfo { id, name, kind, channels, .. } = signal.clone();
        // What is shown apart is left and right at most.
        Self { id, name, kind: kind.into(), channels: channels.clamp(1, 2) as usize }
    }
}
