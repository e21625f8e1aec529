//! What goes into the plugin beside the sound that is rendered: notes, a side chain, the song's tempo.

use std::path::PathBuf;

use nice_plug::prelude::{MidiConfig, Plugin};
use wavecraft_audio::{Song, SoundFileWarning};
use wavecraft_nice_plug::driver::{BlockInput, HeadlessPlugin, MidiEvent, TransportInfo};

use super::RenderError;
use super::side_chain::SideChain;

/// What goes into the plugin beside the sound that is rendered. The default is nothing, at 120 beats a minute.
#[derive(Clone, Debug, Default)]
pub struct AccompanimentFiles {
    /// A MIDI file.
    pub midi: Option<PathBuf>,
    /// A sound file for the side chain.
    pub side_chain: Option<PathBuf>,
    /// The tempo, in beats per minute, if not that of the MIDI file, or else 120.
    pub tempo_bpm: Option<f64>,
}

/// The same, opened, and how far it has come.
pub(super) struct Accompaniment {
    song: Option<Song>,
    side_chain: Option<SideChain>,
    /// The frames that have been processed.
    position: u64,
    /// The song's next message and next change.
    next_event: usize,
    next_change: usize,
    /// The messages of a part of a block.
    midi: Vec<MidiEvent>,
}

impl Accompaniment {
    /// Opens the files for a rendering of `P`.
    pub(super) fn open<P: Plugin>(
        files: &AccompanimentFiles,
        channels: usize,
        sample_rate_hz: u32,
        block_frames: usize,
    ) -> Result<Self, RenderError> {
        if files.midi.is_some() && P::MIDI_INPUT == MidiConfig::None {
            return Err(RenderError::TakesNoMidi(P::NAME));
        }
        let song =
            files.midi.as_ref().map(|path| Song::read(path, sample_rate_hz, files.tempo_bpm)).transpose()?;
        let side_chain = files
            .side_chain
            .as_ref()
            .map(|path| SideChain::open::<P>(path, channels, sample_rate_hz, block_frames))
            .transpose()?;
        Ok(Self { song, side_chain, position: 0, next_event: 0, next_change: 0, midi: Vec::new() })
    }

    /// How many channels the side chain has; 0 without one.
    pub(super) fn side_chain_channels(&self) -> usize {
        self.side_chain.as_ref().map_or(0, SideChain::channels)
    }

    /// Where what the side chain's file says and what is in it disagree.
    pub(super) fn warnings(&self) -> Result<Vec<SoundFileWarning>, RenderError> {
        Ok(self.side_chain.as_ref().map(SideChain::warnings).transpose()?.unwrap_or_default())
    }

    /// How long the song is, if there is one.
    pub(super) fn song_frames(&self) -> Option<u64> {
        self.song.as_ref().map(|song| song.frames)
    }

    /// Runs the next block through the plugin: in parts, where the song's tempo or time signature changes.
    pub(super) fn process<P: Plugin>(
        &mut self,
        plugin: &mut HeadlessPlugin<P>,
        block: &mut [Vec<f32>],
    ) -> Result<(), RenderError> {
        if let Some(side_chain) = &mut self.side_chain {
            side_chain.read()?;
        }
        let frames = block.first().map_or(0, Vec::len);
        let mut start = 0;
        while start < frames {
            let transport = self.take_change();
            let end = frames.min(start + self.frames_to_change());
            self.take_events((end - start) as u64);
            let side_chain: Vec<&[f32]> = self
                .side_chain
                .iter()
                .flat_map(SideChain::samples)
                .map(|samples| &samples[start..end])
                .collect();
            let mut part: Vec<&mut [f32]> =
                block.iter_mut().map(|channel| &mut channel[start..end]).collect();
            let input = BlockInput {
                midi: &self.midi,
                side_chain: &side_chain,
                transport: transport.as_ref(),
                ..BlockInput::default()
            };
            plugin.process_block(&mut part, &input)?;
            self.position += (end - start) as u64;
            start = end;
        }
        Ok(())
    }

    /// Where the song is, if it is told anew at this position: the last of all changes here.
    fn take_change(&mut self) -> Option<TransportInfo> {
        let changes = &self.song.as_ref()?.changes;
        let mut taken = None;
        while let Some((_, change)) =
            changes.get(self.next_change).filter(|(frame, _)| *frame <= self.position)
        {
            taken = Some(*change);
            self.next_change += 1;
        }
        taken
    }

    fn frames_to_change(&self) -> usize {
        let changes = self.song.as_ref().map_or(&[][..], |song| &song.changes);
        changes
            .get(self.next_change)
            .map_or(usize::MAX, |(frame, _)| usize::try_from(frame - self.position).unwrap_or(usize::MAX))
    }

    /// Puts the messages of the next frames into `midi`.
    fn take_events(&mut self, frames: u64) {
        self.midi.clear();
        let Some(song) = &self.song else { return };
        let end = self.position + frames;
        while let Some((frame, event)) = song.events.get(self.next_event).filter(|(frame, _)| *frame < end) {
            self.midi.push(MidiEvent { frame: (frame - self.position) as u32, ..*event });
            self.next_event += 1;
        }
    }
}
