//! The signal chain.

/// Off or a steepness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Slope { Off, Db12, Db24, Db48 }
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Character { Soft, Tape, Tube, Hard }
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Oversampling { Off, X2, X4, X8 }

/// What the chain is to do.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct ChainSettings {
    pub bypass: bool,
    pub input_gain_db: f32,
    pub low_cut_hz: f32,
    pub low_cut_slope: Slope,
    pub high_cut_hz: f32,
    pub high_cut_slope: Slope,
    pub drive_db: f32,
    pub character: Character,
    pub oversampling: Oversampling,
    pub mix: f32,
    pub output_gain_db: f32,
}
