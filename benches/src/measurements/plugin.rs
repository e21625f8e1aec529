//! The plugin as a host drives it, parameters, meters and all, beside the least that a nice-plug plugin can do.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use nice_plug::prelude::*;
use wavecraft::Wavecraft;
use wavecraft_nice_plug::driver::{Activation, HeadlessPlugin};

use crate::analysis::noise;
use crate::cases::{Format, TURN_FRAMES};
use crate::row::Row;
use crate::timing::{Timing, compare};

/// The yardstick: a gain, smoothed from sample to sample.
struct BareGain(Arc<BareGainParams>);

#[derive(Params)]
struct BareGainParams {
    #[id = "gain"]
    gain: FloatParam,
}

impl Default for BareGain {
    fn default() -> Self {
        let range = FloatRange::Linear { min: 0.0, max: 2.0 };
        let gain = FloatParam::new("Gain", 1.0, range).with_smoother(SmoothingStyle::Linear(20.0));
        Self(Arc::new(BareGainParams { gain }))
    }
}

impl Plugin for BareGain {
    const NAME: &'static str = "Bare gain";
    const VENDOR: &'static str = "Wavecraft";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: Some(new_nonzero_u32(2)),
        main_output_channels: Some(new_nonzero_u32(2)),
        ..AudioIOLayout::const_default()
    }];
    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.0.clone()
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        _context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        for frame in buffer.iter_samples() {
            let gain = self.0.gain.smoothed.next();
            for sample in frame {
                *sample *= gain;
            }
        }
        ProcessStatus::Normal
    }
}

/// A plugin that is being driven.
struct Driven<P: Plugin> {
    plugin: HeadlessPlugin<P>,
    input: Vec<f32>,
    left: Vec<f32>,
    right: Vec<f32>,
}

impl<P: Plugin> Driven<P> {
    fn new(values: &[(&str, &str)]) -> Result<Self> {
        let mut plugin = HeadlessPlugin::<P>::new();
        for (id, text) in values {
            let index = plugin.parameters().index_of(id).with_context(|| format!("no parameter `{id}`"))?;
            let value = plugin.parameters().parse(index, text);
            let value = value.with_context(|| format!("`{text}` is no value of `{id}`"))?;
            plugin.set_parameter(index, value)?;
        }
        let block_frames = Format::USUAL.block_frames;
        plugin.activate(Activation {
            sample_rate_hz: Format::USUAL.rate_hz,
            max_block_frames: block_frames,
            channels: 2,
            side_chain_channels: 0,
            process_mode: ProcessMode::Realtime,
        })?;
        let (left, right) = (vec![0.0; block_frames], vec![0.0; block_frames]);
        Ok(Self { plugin, input: noise(0.5, TURN_FRAMES), left, right })
    }

    fn turn(&mut self) {
        for input in self.input.chunks_exact(self.left.len()) {
            self.left.copy_from_slice(input);
            self.right.copy_from_slice(input);
            let outcome = self.plugin.process(&mut [&mut self.left, &mut self.right]);
            assert!(outcome.is_ok(), "the plugin is active, and the block fits");
        }
    }
}

/// The plugin's cost for each frame, beside the bare gain's.
pub fn measure() -> Result<Vec<Row>> {
    let mut bare = Driven::<BareGain>::new(&[])?;
    let mut neutral = Driven::<Wavecraft>::new(&[])?;
    let mut driven = Driven::<Wavecraft>::new(&[("drive", "12 dB")])?;
    let turns: [&mut dyn FnMut(); 3] = [&mut || bare.turn(), &mut || neutral.turn(), &mut || driven.turn()];
    let [bare, neutral, driven] =
        compare(Duration::from_secs(1), turns).map(|timing| timing.per_frame(TURN_FRAMES));
    let row =
        |what: &str, timing: Timing| Row::timed(what, timing).in_times_of("bare nice-plug gain", bare.median);
    Ok(vec![row("plugin, neutral", neutral), row("plugin, drive Soft 4x", driven)])
}
