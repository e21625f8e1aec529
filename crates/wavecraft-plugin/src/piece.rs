//! A piece of a host's block, which is cut where the meters make a frame: the part of its side chain, and where the song is.
//!
//! Realtime safety: nothing here allocates, locks or waits.

use nice_plug::prelude::Transport;
use wavecraft_nice_plug::driver::MAX_CHANNELS;

use crate::Block;
use crate::events::BlockEvents;

/// What of a host's block belongs to the piece that is processed.
pub(crate) struct Piece<'a, 'b> {
    /// The side chain of the whole block.
    side_chain: Option<&'a [&'b mut [f32]]>,
    /// The song at the block's first frame.
    block_transport: Transport,
    start: usize,
    end: usize,
}

impl<'a, 'b> Piece<'a, 'b> {
    pub(crate) fn new(side_chain: Option<&'a [&'b mut [f32]]>, transport: &Transport) -> Self {
        Self { side_chain, block_transport: later(transport, 0), start: 0, end: 0 }
    }

    /// Goes on to the next piece, of `frames` frames.
    pub(crate) fn begin(&mut self, frames: usize) {
        self.start = self.end;
        self.end += frames;
    }

    /// The frame after the piece, counted from the host's block.
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// Calls `process` with the piece as a block.
    pub(crate) fn with<'c>(
        &self,
        channels: &mut [&'c mut [f32]],
        events: &mut dyn BlockEvents,
        process: impl FnOnce(&mut Block<'_, 'c>),
    ) {
        let transport = later(&self.block_transport, self.start);
        let mut slices = [&[][..]; MAX_CHANNELS];
        let side_chain = self.side_chain.map(|side_chain| {
            for (slice, channel) in slices.iter_mut().zip(side_chain) {
                *slice = &channel[self.start..self.end];
            }
            &slices[..side_chain.len().min(MAX_CHANNELS)]
        });
        process(&mut Block::new(channels, side_chain, &transport, events));
    }
}

/// Where the song is so many frames later, as far as that can be told.
fn later(transport: &Transport, frames: usize) -> Transport {
    let mut later = Transport::new(transport.sample_rate);
    later.playing = transport.playing;
    later.recording = transport.recording;
    later.preroll_active = transport.preroll_active;
    later.tempo = transport.tempo;
    later.time_sig_numerator = transport.time_sig_numerator;
    later.time_sig_denominator = transport.time_sig_denominator;
    later.pos_samples = transport.pos_samples;
    later.pos_seconds = transport.pos_seconds;
    later.pos_beats = transport.pos_beats;
    later.bar_start_pos_beats = transport.bar_start_pos_beats;
    later.bar_number = transport.bar_number;
    later.loop_range_samples = transport.loop_range_samples;
    later.loop_range_seconds = transport.loop_range_seconds;
    later.loop_range_beats = transport.loop_range_beats;
    if frames == 0 || !transport.playing {
        return later;
    }
    let seconds = frames as f64 / f64::from(transport.sample_rate);
    later.pos_samples = transport.pos_samples.map(|samples| samples.saturating_add_unsigned(frames as u64));
    later.pos_seconds = transport.pos_seconds.map(|position| position + seconds);
    // Without a tempo the beats stand still.
    let beats = transport.tempo.map_or(0.0, |tempo_bpm| seconds / 60.0 * tempo_bpm);
    later.pos_beats = transport.pos_beats.map(|position| position + beats);
    let signature = transport.time_sig_numerator.zip(transport.time_sig_denominator);
    if let (Some(position), Some(bar_start), Some((numerator, denominator))) =
        (later.pos_beats, transport.bar_start_pos_beats, signature)
        && numerator > 0
        && denominator > 0
    {
        let bar_beats = f64::from(numerator) * 4.0 / f64::from(denominator);
        let bars = ((position - bar_start) / bar_beats).floor();
        later.bar_start_pos_beats = Some(bar_start + bars * bar_beats);
        later.bar_number = transport.bar_number.map(|number| number.saturating_add(bars as i32));
    }
    later
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::PieceEvents;
    use crate::events::tests::ListHost;

    fn transport() -> Transport {
        let mut transport = Transport::new(48_000.0);
        transport.playing = true;
        transport.tempo = Some(120.0);
        transport.time_sig_numerator = Some(4);
        transport.time_sig_denominator = Some(4);
        transport.pos_samples = Some(95_990);
        transport.pos_seconds = Some(95_990.0 / 48_000.0);
        transport.pos_beats = Some(95_990.0 / 24_000.0);
        transport.bar_start_pos_beats = Some(0.0);
        transport.bar_number = Some(0);
        transport
    }

    #[test]
    fn each_piece_has_its_part_of_the_side_chain_and_its_place_in_the_song() {
        let mut key: Vec<f32> = (0..30_u8).map(f32::from).collect();
        let side_chain = [key.as_mut_slice()];
        let mut piece = Piece::new(Some(&side_chain), &transport());
        let mut heard = Vec::new();
        for frames in [8, 2, 20] {
            let mut samples = vec![0.0; frames];
            let mut host = ListHost::default();
            let mut events = PieceEvents::new(&mut host);
            piece.begin(frames);
            piece.with(&mut [&mut samples], &mut events, |block| {
                let transport = block.transport();
                let key = block.side_chain().unwrap()[0];
                heard.push((
                    key[0],
                    key.len(),
                    transport.pos_samples.unwrap(),
                    transport.bar_number.unwrap(),
                ));
            });
        }
        assert_eq!(heard, [(0.0, 8, 95_990, 0), (8.0, 2, 95_998, 0), (10.0, 20, 96_000, 1)]);
    }

    #[test]
    fn a_song_that_stands_stays_where_it_is() {
        let mut transport = transport();
        transport.playing = false;
        let later = later(&transport, 1_000);
        assert_eq!((later.pos_samples, later.bar_number), (Some(95_990), Some(0)));
    }

    #[test]
    fn what_the_host_does_not_tell_stays_unknown() {
        let mut transport = Transport::new(48_000.0);
        transport.playing = true;
        let later = later(&transport, 1_000);
        assert_eq!((later.pos_samples, later.pos_beats, later.bar_start_pos_beats), (None, None, None));
    }
}
