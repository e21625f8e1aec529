//! Sound files of all kinds, a block at a time, as 32-bit floats.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ALAC, CODEC_ID_MP3, CODEC_ID_PCM_U8, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use super::chunks::{self, ChunkError, RiffChunk};
use super::wave_source::{WaveFormat, WaveSource};
use super::{SampleFormat, SoundFileError};

/// Where ALAC's description says how many bits a sample has, in bytes.
const ALAC_BITS_OFFSET: usize = 5;

/// Reads a sound file from beginning to end: WAV and its 64-bit kin, AIFF, FLAC, MP3, Ogg Vorbis, ALAC.
///
/// Not for the audio thread.
pub struct SoundFileReader {
    path: PathBuf,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    channels: usize,
    sample_rate_hz: u32,
    promised_frames: Option<u64>,
    sample_format: Option<SampleFormat>,
    chunks: Vec<RiffChunk>,
    /// What was decoded last, interleaved, and how much of it was taken.
    decoded: Vec<f32>,
    taken_samples: usize,
    frames_read: u64,
}

/// What is known of a file before it is decoded.
struct Source {
    media: Box<dyn MediaSource>,
    wave: Option<(WaveFormat, Option<u64>)>,
    chunks: Vec<RiffChunk>,
}

impl SoundFileReader {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`SoundFileError`] when it cannot be read, or is no sound file of a known kind.
    pub fn open(path: &Path) -> Result<Self, SoundFileError> {
        let malformed =
            |reason: &str| SoundFileError::Malformed { path: path.to_owned(), reason: reason.to_owned() };
        let Source { media, wave, chunks } = open_source(path)?;
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(media, MediaSourceStreamOptions::default());
        let format = symphonia::default::get_probe()
            .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| failure(path, error))?;
        let track =
            format.default_track(TrackType::Audio).ok_or_else(|| malformed("there is no sound in it"))?;
        let Some(CodecParameters::Audio(codec)) = &track.codec_params else {
            return Err(malformed("its samples are compressed or of an unknown kind"));
        };
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(codec, &AudioDecoderOptions::default())
            .map_err(|_| malformed("its samples are compressed or of an unknown kind"))?;
        let sample_rate_hz = codec.sample_rate.unwrap_or(0);
        if sample_rate_hz == 0 {
            return Err(malformed("its sample rate is 0 Hz"));
        }
        let channels = match (&wave, &codec.channels) {
            (Some((format, _)), _) => format.channels.into(),
            (None, Some(channels)) => channels.count(),
            (None, None) => 0,
        };
        if channels == 0 {
            return Err(malformed("it has no channels"));
        }
        let promised_frames = match wave {
            Some((format, promised_bytes)) => promised_bytes.and_then(|bytes| format.frames(bytes)),
            // Of these, the length is an estimate.
            None if matches!(codec.codec, CODEC_ID_MP3 | CODEC_ID_VORBIS) => None,
            None => track.num_frames,
        };
        let (track_id, sample_format) = (track.id, sample_format(codec));
        Ok(Self {
            path: path.to_owned(),
            format,
            decoder,
            track_id,
            channels,
            sample_rate_hz,
            promised_frames,
            sample_format,
            chunks,
            decoded: Vec::new(),
            taken_samples: 0,
            frames_read: 0,
        })
    }

    /// How many channels it has.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Frames a second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// How many frames it says that it has; `None` if it does not say.
    pub fn promised_frames(&self) -> Option<u64> {
        self.promised_frames
    }

    /// In what format its samples can be written again without loss, 64-bit floats aside; `None` for 8-bit samples, which
    /// are not written.
    pub fn sample_format(&self) -> Option<SampleFormat> {
        self.sample_format
    }

    /// What it says about its sound, for whoever writes it again: the chunks `bext`, `cue ` and `LIST` of a WAV file.
    pub fn chunks(&self) -> &[RiffChunk] {
        &self.chunks
    }

    /// Reads the next frames into `channels`, which are of equal lengths. Beyond the file's own channels, its last is given
    /// again. Returns how many frames there were: fewer than asked for only at the end.
    ///
    /// # Errors
    ///
    /// [`SoundFileError`] when the system reports a failure. What cannot be decoded is left out.
    pub fn read(&mut self, channels: &mut [Vec<f32>]) -> Result<usize, SoundFileError> {
        let wanted = channels.first().map_or(0, Vec::len);
        let mut done = 0;
        while done < wanted {
            let decoded = &self.decoded[self.taken_samples..];
            let frames = (decoded.len() / self.channels).min(wanted - done);
            if frames == 0 {
                if self.decode_next()? {
                    continue;
                }
                break;
            }
            for (index, channel) in channels.iter_mut().enumerate() {
                let samples = decoded.iter().skip(index.min(self.channels - 1)).step_by(self.channels);
                for (to, from) in channel[done..done + frames].iter_mut().zip(samples) {
                    *to = *from;
                }
            }
            self.taken_samples += frames * self.channels;
            done += frames;
        }
        self.frames_read += done as u64;
        Ok(done)
    }

    /// Says, at its end, whether it had all that it promised.
    ///
    /// # Errors
    ///
    /// [`SoundFileError::EndsEarly`].
    pub fn check_complete(&self) -> Result<(), SoundFileError> {
        match self.promised_frames {
            Some(expected) if self.frames_read < expected => {
                Err(SoundFileError::EndsEarly { path: self.path.clone(), expected, found: self.frames_read })
            }
            _ => Ok(()),
        }
    }

    /// Decodes the next packet. False at the end.
    fn decode_next(&mut self) -> Result<bool, SoundFileError> {
        (self.taken_samples, self.decoded) = (0, std::mem::take(&mut self.decoded));
        self.decoded.clear();
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Err(Error::IoError(source)) if is_failure(&source) => {
                    return Err(SoundFileError::Unreadable { path: self.path.clone(), source });
                }
                // What came before a damage is kept. Where other streams follow, the first is played.
                Ok(None) | Err(_) => return Ok(false),
            };
            if packet.track_id != self.track_id {
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(block) if block.num_planes() == self.channels => {
                    block.copy_to_vec_interleaved(&mut self.decoded);
                    return Ok(true);
                }
                // Players go on as well.
                Ok(_) | Err(Error::DecodeError(_) | Error::IoError(_)) => {}
                Err(_) => return Ok(false),
            }
        }
    }
}

fn open_source(path: &Path) -> Result<Source, SoundFileError> {
    let unreadable = |source| SoundFileError::Unreadable { path: path.to_owned(), source };
    let malformed =
        |reason: &str| SoundFileError::Malformed { path: path.to_owned(), reason: reason.to_owned() };
    let mut file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.len() == 0 {
        return Err(malformed("it is empty"));
    }
    let found = chunks::read_chunks(&mut file).map_err(|error| match error {
        ChunkError::Io(source) => unreadable(source),
        ChunkError::Malformed(reason) => malformed(reason),
    })?;
    let Some(mut found) = found else {
        io::Seek::rewind(&mut file).map_err(unreadable)?;
        return Ok(Source { media: Box::new(file), wave: None, chunks: Vec::new() });
    };
    let format = WaveFormat::parse(&found.format).ok_or_else(|| malformed("its format chunk is damaged"))?;
    // Those of the samples that are there, where the file does not say how many there should be.
    let promised_bytes = Some(found.promised_bytes.unwrap_or(found.data_bytes));
    let chunks = std::mem::take(&mut found.carried);
    let media = Box::new(WaveSource::new(file, &format, found));
    Ok(Source { media, wave: Some((format, promised_bytes)), chunks })
}

/// The format that holds what is decoded.
fn sample_format(codec: &AudioCodecParameters) -> Option<SampleFormat> {
    // ALAC keeps its own in the description that its decoder gets.
    let bits_of_alac = || match &codec.extra_data {
        Some(data) if codec.codec == CODEC_ID_ALAC => data.get(ALAC_BITS_OFFSET).copied().map(u32::from),
        _ => None,
    };
    match codec.bits_per_sample.or_else(bits_of_alac) {
        _ if codec.codec == CODEC_ID_PCM_U8 => None,
        Some(9..=16) => Some(SampleFormat::I16),
        Some(17..=24) => Some(SampleFormat::I24),
        Some(25..=32) if codec.sample_format.is_none_or(is_whole_number) => Some(SampleFormat::I32),
        Some(0..=8) => None,
        _ => Some(SampleFormat::F32),
    }
}

fn is_whole_number(format: symphonia::core::audio::sample::SampleFormat) -> bool {
    use symphonia::core::audio::sample::SampleFormat;

    !matches!(format, SampleFormat::F32 | SampleFormat::F64)
}

fn failure(path: &Path, error: Error) -> SoundFileError {
    match error {
        Error::IoError(source) if is_failure(&source) => {
            SoundFileError::Unreadable { path: path.to_owned(), source }
        }
        error => SoundFileError::Malformed { path: path.to_owned(), reason: error.to_string() },
    }
}

/// Whether the system reported a failure, rather than the decoder the end of the file.
fn is_failure(error: &io::Error) -> bool {
    error.raw_os_error().is_some()
}
