//! The levels in the words of the protocol.

use wavecraft_ipc::MeterUpdate;

use crate::LevelFrame;

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
        }
    }
}
