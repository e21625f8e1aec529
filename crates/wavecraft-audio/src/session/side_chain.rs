//! Opening what the side chain hears.

use std::sync::Arc;

use super::{Opener, shown};
use crate::accompaniment::SideChainFeed;
use crate::devices::{StreamSettings, StreamWish};
use crate::problem::{AudioProblem, AudioProblemKind, OpenFailure};
use crate::processor_instance::ProcessorInstance;
use crate::side_chain::SideChainInput;
use crate::side_stream::SideStream;
use crate::signal::{SignalGenerator, Source};
use crate::sound_file::{self, SoundFileReader};

/// A side chain as far as it could be opened.
#[derive(Default)]
pub(super) struct OpenedSideChain {
    /// Its name, if one was asked for.
    pub description: Option<String>,
    pub stream: Option<SideStream>,
    pub problem: Option<AudioProblem>,
}

impl Opener<'_> {
    /// What the side chain hears. What cannot be heard is silence, and a problem.
    pub(super) fn side_chain(
        &self,
        rate_hz: u32,
        block_frames: usize,
        heard: Option<&StreamSettings>,
        instance: &ProcessorInstance,
    ) -> (SideChainFeed, OpenedSideChain) {
        let asked = &self.options.side_chain;
        if *asked != SideChainInput::None && instance.side_chain_channels() == 0 {
            let problem = AudioProblem::new(
                AudioProblemKind::Other,
                "the plugin has no side chain",
                Some("leave out --sidechain"),
            );
            let opened = OpenedSideChain { problem: Some(problem), ..OpenedSideChain::default() };
            return (SideChainFeed::Silence, opened);
        }
        let opened = match asked {
            SideChainInput::None => return (SideChainFeed::Silence, OpenedSideChain::default()),
            SideChainInput::InputChannels(numbers) => input_channels(numbers, heard),
            SideChainInput::File(path) => sound_file::read_recording(path, rate_hz)
                .map(|recording| {
                    let feed = SideChainFeed::Source(Source::Loop(Arc::new(recording), 0));
                    (feed, format!("{}, again and again", shown(path)), None)
                })
                .map_err(|error| OpenFailure::file(&error).problem),
            SideChainInput::Signal(signal) => {
                let generator = SignalGenerator::new(*signal, rate_hz);
                let feed = SideChainFeed::Source(Source::Signal(generator));
                Ok((feed, format!("test signal: {signal}"), None))
            }
            SideChainInput::DefaultDevice => self.side_device(None, rate_hz, block_frames),
            SideChainInput::Device(name) => self.side_device(Some(name), rate_hz, block_frames),
        };
        match opened {
            Ok((feed, description, stream)) => {
                (feed, OpenedSideChain { description: Some(description), stream, problem: None })
            }
            Err(AudioProblem { kind, message, hint }) => {
                let message = format!("the side chain is silent: {message}");
                let problem = Some(AudioProblem { kind, message, hint });
                let description = Some("silent".to_owned());
                (SideChainFeed::Silence, OpenedSideChain { description, stream: None, problem })
            }
        }
    }

    /// A device that the side chain hears alone, at its own clock.
    fn side_device(
        &self,
        name: Option<&str>,
        rate_hz: u32,
        block_frames: usize,
    ) -> Result<(SideChainFeed, String, Option<SideStream>), AudioProblem> {
        let opened = self.devices.input(name).and_then(|endpoint| {
            let wish = StreamWish { rate_hz: Some(rate_hz), ..self.wish() };
            SideStream::start(&endpoint, wish, rate_hz, block_frames)
        });
        let (stream, reader) = opened.map_err(|failure| failure.problem)?;
        let description = stream.description().to_owned();
        Ok((SideChainFeed::Device(Box::new(reader)), description, Some(stream)))
    }

    /// Whether what the side chain should hear is there.
    pub fn side_chain_is_there(&self) -> bool {
        match &self.options.side_chain {
            SideChainInput::File(path) => SoundFileReader::open(path).is_ok(),
            SideChainInput::DefaultDevice => self.devices.input(None).is_ok(),
            SideChainInput::Device(name) => self.devices.input(Some(name)).is_ok(),
            SideChainInput::None | SideChainInput::InputChannels(_) | SideChainInput::Signal(_) => false,
        }
    }
}

/// The channels of the input device that the side chain hears.
fn input_channels(
    numbers: &[usize],
    heard: Option<&StreamSettings>,
) -> Result<(SideChainFeed, String, Option<SideStream>), AudioProblem> {
    let hint = "name the input device with --input, and see --list-devices";
    let failed =
        |message: String| Err(AudioProblem::new(AudioProblemKind::NoInputDevice, message, Some(hint)));
    let Some(heard) = heard else {
        return failed("no input device is heard that could have these channels".to_owned());
    };
    let channels = usize::from(heard.channels);
    if let Some(number) = numbers.iter().find(|number| **number > channels) {
        return failed(format!("the input device has {channels} channels, and no channel {number}"));
    }
    let names: Vec<String> = numbers.iter().map(usize::to_string).collect();
    let plural = if names.len() == 1 { "channel" } else { "channels" };
    let description = format!("{plural} {} of the input", names.join(" and "));
    Ok((SideChainFeed::InputDevice, description, None))
}
