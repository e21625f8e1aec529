//! The development server: a plugin's sound on real audio, and its page's protocol over a WebSocket.
//!
//! - [`WsServer`] serves pages, any number of them, all kept in step.
//! - [`DevServerHost`] is what stands behind the protocol: a value that a page sets is answered from memory and reaches
//!   the audio thread through an [`AtomicParameterBridge`].
//! - A [`SessionHost`](wavecraft_session::SessionHost) around it keeps history, slots and presets, and
//!   [`tell_pages_of_session`] tells pages of them.
//! - The sound is [`wavecraft_audio`]'s. It writes the levels to a [`MeterTap`] and its state to an
//!   [`AudioStatusChannel`].
//! - A [`SignalAnalyser`](wavecraft_metering::analysis::SignalAnalyser) makes the spectra and waveforms that pages ask for, out
//!   of the plugin's [`OwnSignals`].
//! - [`LoadedPlugin`] is the plugin, through its library. The audio engine knows it as a
//!   [`BlockProcessor`](wavecraft_audio::BlockProcessor) alone.
//! - [`Reloader`] watches the plugin's sources, builds them, and lets the new library take over while the sound goes on.
//! - [`PageSource`] is where the page comes from.
//!
//! # Threads
//!
//! | thread | owns | touches |
//! |---|---|---|
//! | the audio engine's | see [`wavecraft_audio`]; the processor is on one of them | reads the bridge before each block |
//! | the reloader's | the build, new libraries | hands processors to the engine; switches the host |
//! | tokio's | connections | writes the bridge; reads meters and status |
//!
//! A processor holds its library, which therefore ends last.
//!
//! # Example
//!
//! A plugin that is part of this program, a test signal, and one page:
//!
//! ```
//! use std::sync::Arc;
//!
//! use tokio::net::TcpListener;
//! use wavecraft_audio::{
//!     AudioEngine, AudioOptions, AudioOutput, AudioProblem, BlockInput, BlockProcessor, PlayedMidi,
//!     Preparation, ProcessorSource,
//! };
//! use wavecraft_dev_server::{
//!     AccessRules, AtomicParameterBridge, AudioStatusChannel, DevServerHost, Feeds, Limits, MeterTap, WsServer,
//!     WsServerOptions,
//! };
//! use wavecraft_metering::analysis::SignalAnalyser;
//! use wavecraft_ipc::{AudioPhase, HostKind, NormalizedValue, ParameterInfo, ParameterKind, PluginInfo};
//!
//! #[derive(Clone)]
//! struct Gain(Arc<AtomicParameterBridge>);
//!
//! impl BlockProcessor for Gain {
//!     fn process(&mut self, channels: &mut [&mut [f32]], _: &BlockInput<'_>, _: &mut PlayedMidi) {
//!         let mut gain = [0.0];
//!         self.0.load_into(&mut gain);
//!         channels.iter_mut().flat_map(|channel| channel.iter_mut()).for_each(|sample| *sample *= gain[0]);
//!     }
//! }
//!
//! impl ProcessorSource for Gain {
//!     fn create(&mut self, _: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
//!         Ok(Box::new(self.clone()))
//!     }
//! }
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let (meters, status) = (MeterTap::default(), AudioStatusChannel::new(AudioPhase::Initializing));
//! let gain = ParameterInfo::new("gain", "Gain", ParameterKind::Float, NormalizedValue::ONE);
//! let info = PluginInfo::new("Gain", "Nobody", "1.0.0", HostKind::DevServer);
//! let host = DevServerHost::new(info, vec![gain], None, meters.clone(), status.subscribe())?;
//! let host = Arc::new(host);
//!
//! let mut options = AudioOptions { input: "sine:1000".parse()?, ..AudioOptions::default() };
//! options.output = AudioOutput::None;
//! let audio = AudioEngine::start(options, Box::new(Gain(host.bridge())), status.listener(meters.clone()))?;
//!
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let server = WsServer::new(
//!     host,
//!     Feeds { meters, signals: SignalAnalyser::new(), audio_status: Some(status.subscribe()) },
//!     WsServerOptions {
//!         access: AccessRules::loopback(listener.local_addr()?.port(), []),
//!         limits: Limits::default(),
//!         page_folder: None,
//!     },
//! );
//! // A page, until the first levels have come.
//! let url = format!("ws://{}/", listener.local_addr()?);
//! let page = async {
//!     use futures_util::StreamExt;
//!
//!     let (mut socket, _) = tokio_tungstenite::connect_async(url).await.expect("the server is there");
//!     while let Some(Ok(message)) = socket.next().await {
//!         if message.to_text().is_ok_and(|text| text.contains("meterUpdate")) {
//!             return;
//!         }
//!     }
//! };
//! server.run(listener, page).await;
//! audio.stop();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod audio_status;
mod controllers;
mod host;
mod meters;
mod page_source;
mod parameter_bridge;
mod plugin;
mod reload;
mod server;
mod session;
mod signals;

pub use audio_status::AudioStatusChannel;
pub use controllers::{FollowedControllers, follow_controllers};
pub use host::{DevServerHost, ParameterText, PendingBuild};
pub use meters::{MeterTap, OwnMeters};
pub use page_source::{
    PageReadiness, PageSettings, PageSource, PageSourceError, ViteProcess, address_for_browsers,
};
pub use parameter_bridge::AtomicParameterBridge;
pub use plugin::{LoadedPlugin, PluginProcessors};
pub use reload::{
    BuildCommand, LibraryCopies, ReloadError, ReloadOptions, ReloadParts, ReloadReport, Reloader,
};
pub use server::{
    AccessRules, Feeds, InvalidOrigin, Limits, NotificationSender, PageOrigin, WsServer, WsServerOptions,
};
pub use session::tell_pages_of_session;
pub use signals::OwnSignals;
