//! Sound files of all kinds, a block at a time, as 32-bit floats.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use symphonia::core::audio::Channels;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ALAC, CODEC_ID_MP3, CODEC_ID_PCM_U8, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::well_known::FORMAT_ID_CAF;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;

use super::aiff_header::{AiffHeader, read_aiff_header};
use super::chunks::{self, ChunkError, RiffChunk, WaveChunks};
use super::mended_file::MendedFile;
use super::wave_source::{WaveFormat, plain_file};
use super::{SampleFormat, SoundFileError, SoundFileWarning};

/// The sample rates at which files are read, in Hz.
pub const SAMPLE_RATES_HZ: RangeInclusive<u32> = 1_000..=768_000;

/// What is read of WAV files.
const WAVE_FORMATS: &str =
    "8, 16, 24 and 32-bit integers, 32 and 64-bit floating point, A-law and mu-law, in up to 26 channels";

/// What is wrong with a file that no reader takes.
const UNKNOWN_KIND: &str = "it is none of WAV, AIFF, FLAC, MP3, Ogg Vorbis and ALAC";

/// How long the first version of ID3 is, in bytes.
const TAG_BYTES: u64 = 128;

/// Where ALAC's description says how many bits a sample has, in bytes.
const ALAC_BITS_OFFSET: usize = 5;

/// How much of ALAC's description comes before that in files that wrap it up as `QuickTime` does, in bytes.
const ALAC_WRAPPING: std::ops::Range<usize> = 4..8;
const ALAC_WRAPPING_BYTES: usize = 24;

/// Reads a sound file from beginning to end: WAV and its 64-bit kin, AIFF, FLAC, MP3, Ogg Vorbis, ALAC.
///
/// Not for the audio thread.
pub struct SoundFileReader {
    path: PathBuf,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    /// How many channels there are in the file.
    file_channels: usize,
    /// Which of them are given, counted from 0.
    selected: Vec<usize>,
    sample_rate_hz: u32,
    length: Length,
    sample_format: Option<SampleFormat>,
    chunks: Vec<RiffChunk>,
    /// What was decoded last, interleaved, and how much of it was taken.
    decoded: Vec<f32>,
    taken_samples: usize,
    frames_read: u64,
    damaged_packets: u64,
}

/// What is known of a file's length before it is decoded.
#[derive(Clone, Copy, Default)]
struct Length {
    /// How many frames its header says that it has.
    stated_frames: Option<u64>,
    /// How many frames are there, as far as that can be told.
    frames: Option<u64>,
    /// How many bytes beyond them may be sound and are not read.
    unread_bytes: u64,
}

/// What is known of a file before it is decoded.
struct Source {
    file: File,
    wave: Option<(WaveFormat, WaveChunks)>,
    aiff: Option<AiffHeader>,
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
        let Source { file, wave, aiff } = open_source(path)?;
        let mut length = Length::default();
        let mut chunks = Vec::new();
        let mut wave_channels = None;
        let format = if let Some((format, mut found)) = wave {
            length.stated_frames = found.stated_bytes.map(|bytes| format.frames(bytes));
            length.frames = Some(format.frames(found.data_bytes));
            length.unread_bytes = found.unread_bytes;
            chunks = std::mem::take(&mut found.carried);
            wave_channels = Some(format.channels.into());
            probe(path, Box::new(plain_file(file, &format, &found)))?
        } else if let Some(header) = aiff {
            length.stated_frames = Some(header.stated_frames);
            length.frames = Some(header.frames);
            probe(path, Box::new(MendedFile::new(header.bytes, file, header.samples)))?
        } else {
            probe_damaged(path, file)?
        };
        let track =
            format.default_track(TrackType::Audio).ok_or_else(|| malformed("there is no sound in it"))?;
        let Some(CodecParameters::Audio(codec)) = &track.codec_params else {
            return Err(malformed("its samples are compressed or of an unknown kind"));
        };
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(codec, &AudioDecoderOptions::default())
            .map_err(|_| malformed("its samples are compressed or of an unknown kind"))?;
        let sample_rate_hz = codec.sample_rate.unwrap_or(0);
        if !SAMPLE_RATES_HZ.contains(&sample_rate_hz) {
            let found = format!("a sample rate of {sample_rate_hz} Hz");
            return Err(SoundFileError::Unsupported {
                path: path.to_owned(),
                found,
                supported: "1 to 768 kHz",
            });
        }
        let file_channels = wave_channels.or(codec.channels.as_ref().map(Channels::count)).unwrap_or(0);
        if file_channels == 0 {
            return Err(malformed("it has no channels"));
        }
        // Of MP3 and Vorbis the length is an estimate, and of ALAC in CAF that of all packets, of which the last is not full.
        let is_padded = codec.codec == CODEC_ID_ALAC && format.format_info().format == FORMAT_ID_CAF;
        let is_estimate = is_padded || matches!(codec.codec, CODEC_ID_MP3 | CODEC_ID_VORBIS);
        if length.frames.is_none() && !is_estimate {
            length = Length { stated_frames: track.num_frames, frames: track.num_frames, unread_bytes: 0 };
        }
        let (track_id, sample_format) = (track.id, sample_format(codec));
        Ok(Self {
            path: path.to_owned(),
            format,
            decoder,
            track_id,
            file_channels,
            selected: (0..file_channels).collect(),
            sample_rate_hz,
            length,
            sample_format,
            chunks,
            decoded: Vec::new(),
            taken_samples: 0,
            frames_read: 0,
            damaged_packets: 0,
        })
    }

    /// Gives these channels alone, counted from 1, in this order.
    ///
    /// # Errors
    ///
    /// [`SoundFileError::NoSuchChannel`].
    pub fn select_channels(&mut self, channels: &[usize]) -> Result<(), SoundFileError> {
        let (path, count) = (&self.path, self.file_channels);
        let index = |channel: &usize| {
            let no_such =
                || SoundFileError::NoSuchChannel { path: path.clone(), channel: *channel, channels: count };
            channel.checked_sub(1).filter(|index| *index < count).ok_or_else(no_such)
        };
        self.selected = channels.iter().map(index).collect::<Result<_, _>>()?;
        Ok(())
    }

    /// How many channels it gives.
    pub fn channels(&self) -> usize {
        self.selected.len()
    }

    /// Frames a second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// How many frames there are, as far as that can be told before they are decoded; `None` if it cannot. There may be fewer.
    pub fn frames(&self) -> Option<u64> {
        self.length.frames
    }

    /// In what format its samples can be written again without loss, 64-bit floats aside; `None` for 8-bit samples, which
    /// are not written.
    pub fn sample_format(&self) -> Option<SampleFormat> {
        self.sample_format
    }

    /// What it says about its sound, for whoever writes it again: marks, names, what a broadcaster writes and the like, of a
    /// WAV file.
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
            let frames = (decoded.len() / self.file_channels).min(wanted - done);
            if frames == 0 {
                if self.decode_next()? {
                    continue;
                }
                break;
            }
            for (index, channel) in channels.iter_mut().enumerate() {
                let source = self.selected.get(index).or(self.selected.last()).copied().unwrap_or_default();
                let samples = decoded.iter().skip(source).step_by(self.file_channels);
                for (to, from) in channel[done..done + frames].iter_mut().zip(samples) {
                    *to = *from;
                }
            }
            self.taken_samples += frames * self.file_channels;
            done += frames;
        }
        self.frames_read += done as u64;
        Ok(done)
    }

    /// What is odd about the file, as far as it was read.
    ///
    /// # Errors
    ///
    /// [`SoundFileError::NothingThere`] when there is nothing of what it promises.
    pub fn warnings(&self) -> Result<Vec<SoundFileWarning>, SoundFileError> {
        let (path, found) = (|| self.path.clone(), self.frames_read);
        let mut warnings = Vec::new();
        match self.length.stated_frames {
            Some(promised) if found == 0 && promised > 0 => {
                return Err(SoundFileError::NothingThere { path: path(), promised });
            }
            Some(promised) if found < promised => {
                warnings.push(SoundFileWarning::EndsEarly { path: path(), promised, found });
            }
            Some(promised) if found > promised => {
                warnings.push(SoundFileWarning::Unfinished { path: path(), promised, found });
            }
            _ => {}
        }
        if self.length.unread_bytes > 0 {
            warnings.push(SoundFileWarning::GoesOn { path: path(), found, bytes: self.length.unread_bytes });
        }
        if self.damaged_packets > 0 {
            warnings.push(SoundFileWarning::Damaged { path: path(), packets: self.damaged_packets });
        }
        Ok(warnings)
    }

    /// Whether something that may be sound was not read so far, and would be lost with the file.
    pub fn has_left_something_out(&self) -> bool {
        self.length.unread_bytes > 0 || self.damaged_packets > 0 || self.selected.len() < self.file_channels
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
                Ok(block) if block.num_planes() == self.file_channels => {
                    block.copy_to_vec_interleaved(&mut self.decoded);
                    return Ok(true);
                }
                // Players go on as well.
                Ok(_) | Err(Error::DecodeError(_) | Error::IoError(_)) => self.damaged_packets += 1,
                Err(_) => return Ok(false),
            }
        }
    }
}

fn open_source(path: &Path) -> Result<Source, SoundFileError> {
    let unreadable = |source| SoundFileError::Unreadable { path: path.to_owned(), source };
    let malformed =
        |reason: &str| SoundFileError::Malformed { path: path.to_owned(), reason: reason.to_owned() };
    // Asked before it is opened, since opening a pipe waits for somebody to write into it.
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(SoundFileError::Folder { path: path.to_owned() });
    }
    if !metadata.is_file() {
        return Err(SoundFileError::NotAFile { path: path.to_owned() });
    }
    let mut file = File::open(path).map_err(unreadable)?;
    if metadata.len() == 0 {
        return Err(malformed("it is empty"));
    }
    let failed = |error| match error {
        ChunkError::Io(source) => unreadable(source),
        ChunkError::Malformed(reason) => malformed(reason),
    };
    let found = chunks::read_chunks(&mut file).map_err(failed)?;
    let Some(found) = found else {
        let aiff = read_aiff_header(&mut file).map_err(failed)?;
        return Ok(Source { file, wave: None, aiff });
    };
    let format = WaveFormat::parse(&found.format).ok_or_else(|| malformed("its format chunk is damaged"))?;
    if let Some(found) = format.unsupported() {
        return Err(SoundFileError::Unsupported { path: path.to_owned(), found, supported: WAVE_FORMATS });
    }
    Ok(Source { file, wave: Some((format, found)), aiff: None })
}

/// Finds out what kind of file it is.
fn probe(path: &Path, media: Box<dyn MediaSource>) -> Result<Box<dyn FormatReader>, SoundFileError> {
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(media, MediaSourceStreamOptions::default());
    symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|error| failure(path, error))
}

/// The same, of a file whose end may be missing or damaged. Most readers look there first, unless they believe that they
/// cannot: then they take what comes, as players do.
fn probe_damaged(path: &Path, mut file: File) -> Result<Box<dyn FormatReader>, SoundFileError> {
    let unreadable = |source| SoundFileError::Unreadable { path: path.to_owned(), source };
    let end = end_without_tag(&mut file).map_err(unreadable)?;
    let again = file.try_clone().map_err(unreadable)?;
    let whole = |file| Box::new(MendedFile::new(Vec::new(), file, 0..end));
    let error = match probe(path, whole(file)) {
        Ok(format) => return Ok(format),
        Err(error) => error,
    };
    probe(path, Box::new(ReadOnlySource::new(whole(again)))).map_err(|_| error)
}

/// Where a file ends, or the words on its title and artist begin that many programs put after it (ID3, version 1). A reader
/// of FLAC loses the last frames to them.
fn end_without_tag(file: &mut File) -> io::Result<u64> {
    let end = file.seek(SeekFrom::End(0))?;
    let Some(tag_start) = end.checked_sub(TAG_BYTES) else { return Ok(end) };
    let mut mark = [0; 3];
    file.seek(SeekFrom::Start(tag_start))?;
    file.read_exact(&mut mark)?;
    Ok(if &mark == b"TAG" { tag_start } else { end })
}

/// The format that holds what is decoded.
fn sample_format(codec: &AudioCodecParameters) -> Option<SampleFormat> {
    // ALAC keeps its own in the description that its decoder gets.
    let bits_of_alac = || match &codec.extra_data {
        Some(data) if codec.codec == CODEC_ID_ALAC => {
            let is_wrapped = data.get(ALAC_WRAPPING) == Some(b"frma");
            let offset = ALAC_BITS_OFFSET + if is_wrapped { ALAC_WRAPPING_BYTES } else { 0 };
            data.get(offset).copied().map(u32::from)
        }
        _ => None,
    };
    match codec.bits_per_sample.filter(|bits| *bits > 0).or_else(bits_of_alac) {
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
        Error::Unsupported(feature) if feature.starts_with("core (probe)") => {
            SoundFileError::Malformed { path: path.to_owned(), reason: UNKNOWN_KIND.to_owned() }
        }
        error => SoundFileError::Malformed { path: path.to_owned(), reason: error.to_string() },
    }
}

/// Whether the system reported a failure, rather than the decoder the end of the file.
fn is_failure(error: &io::Error) -> bool {
    error.raw_os_error().is_some()
}
