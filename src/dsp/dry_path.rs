//! The dry signal, delayed by as much as the processors delay the wet one.
//!
//! It passes a delay for each processor that may be late, in the same order. So both stay in step while latencies change,
//! even those of several processors at a time.
//!
//! Realtime safety: the delays are allocated by [`DryPath::new`].

use super::chunk::Chunk;
use super::delay_line::DelayLine;
use super::processor::{Latency, ProcessorList};

/// The delays beside a list of processors.
#[derive(Clone, Debug)]
pub struct DryPath {
    /// One for each processor that may be late.
    delays: Vec<DelayLine>,
    dry: Chunk,
    scratch: Chunk,
}

impl DryPath {
    /// Silence, beside processors of the type `List`.
    pub fn new<List: ProcessorList>() -> Self {
        Self {
            delays: List::max_latencies_frames().into_iter().map(DelayLine::new).collect(),
            dry: Chunk::silent(0, 0),
            scratch: Chunk::silent(0, 0),
        }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.delays.iter_mut().for_each(DelayLine::reset);
    }

    /// Appends the chunk that the processors are about to process.
    pub fn write(&mut self, input: &Chunk) {
        if let Some(delay) = self.delays.first_mut() {
            self.dry.resize(input.channels(), input.frames());
            delay.write(input);
        } else {
            self.dry.copy_from(input);
        }
    }

    /// Delays the chunk written last as `processors` have delayed it. Unless the result is needed, only what later chunks
    /// depend on is done.
    pub fn follow(&mut self, processors: &impl ProcessorList, is_needed: bool) {
        let last = self.delays.len().saturating_sub(1);
        let mut delays = self.delays.iter_mut().enumerate();
        processors.for_each_latency(|latency| {
            let Some((index, delay)) = delays.next() else { return };
            if index > 0 {
                delay.write(&self.dry);
            }
            if index < last || is_needed {
                read(delay, latency, &mut self.dry, &mut self.scratch);
            }
        });
    }

    /// What [`follow`](Self::follow) has made, when it was needed.
    pub fn chunk(&self) -> &Chunk {
        &self.dry
    }
}

fn read(delay: &DelayLine, latency: Latency<'_>, chunk: &mut Chunk, scratch: &mut Chunk) {
    match latency {
        Latency::Constant { frames } => delay.read(frames, chunk),
        Latency::Crossfade { from_frames, to_frames, amounts } => {
            delay.read(from_frames, chunk);
            scratch.resize(chunk.channels(), chunk.frames());
            delay.read(to_frames, scratch);
            chunk.blend(scratch, amounts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::drive::Drive;
    use crate::dsp::processor::Processor;
    use crate::dsp::{ChainSettings, Oversampling};

    /// Runs a signal through two drive stages in a row, which at 0 dB are delays that crossfade to other delays, and checks
    /// that the dry signal is the same, sample for sample.
    #[test]
    fn stays_in_step_with_several_processors_that_change_their_latencies() {
        type List = (Drive, Drive);
        let mut settings = ChainSettings::default();
        let mut processors = List::new(48_000.0);
        processors.reset(&settings);
        let mut dry_path = DryPath::new::<List>();
        let mut frame = 0.0_f32;
        let mut are_heard = 0;
        for index in 0..200 {
            if index % 40 == 20 {
                settings.oversampling = Oversampling::ALL[(index / 40) % 4];
            }
            let mut chunk = Chunk::silent(1, 64 - index % 3);
            for sample in chunk.channel_mut(0) {
                frame += 1.0;
                *sample = (frame * 0.37).sin();
            }
            // The first stage switches some chunks before the second one does.
            processors.0.set(&settings);
            if index % 40 > 22 {
                processors.1.set(&settings);
            }
            dry_path.write(&chunk);
            processors.process(&mut chunk);
            let is_needed = index % 5 > 0;
            dry_path.follow(&processors, is_needed);
            if is_needed {
                assert_eq!(dry_path.chunk().channel(0), chunk.channel(0), "chunk {index}");
                are_heard += usize::from(chunk.channel(0)[0].abs() > 0.1);
            }
        }
        assert!(are_heard > 100);
    }

    #[test]
    fn is_the_input_beside_processors_that_are_never_late() {
        type List = (crate::dsp::gain::InputGain,);
        let mut processors = List::new(48_000.0);
        let mut dry_path = DryPath::new::<List>();
        let mut chunk = Chunk::silent(1, 3);
        chunk.channel_mut(0).copy_from_slice(&[0.1, 0.2, 0.3]);
        dry_path.write(&chunk);
        processors.process(&mut chunk);
        dry_path.follow(&processors, true);
        assert_eq!(dry_path.chunk().channel(0), [0.1, 0.2, 0.3]);
    }
}
