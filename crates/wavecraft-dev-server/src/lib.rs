//! The development server: a plugin's sound on real audio, and its page's protocol over a WebSocket.
//!
//! - [`WsServer`] serves pages, any number of them, all kept in step.
//! - [`DevServerHost`] is what stands behind the protocol: a value that a page sets is answered from memory and reaches
//!   the audio thread through an [`AtomicParameterBridge`].
//! - [`AudioServer`] keeps the audio running: devices, files or test signals in, devices or files out. It writes the
//!   levels to a [`MeterTap`] and its state to a [`StatusBoard`].
//! - [`LoadedPlugin`] is the plugin, through its library. The audio knows it as a [`BlockProcessor`] alone, so that
//!   anything else that processes blocks can take its place.
//! - [`Reloader`] watches the plugin's sources, builds them, and lets the new library take over while the sound goes on.
//! - [`PageSource`] is where the page comes from.
//!
//! # Threads
//!
//! | thread | owns | touches |
//! |---|---|---|
//! | the input device's, or the timer's | the processor, buffers, the ring's writing end | reads the bridge; writes meters and counters |
//! | the output device's | the ring's reading end (the processor, where no input device is the clock) | counters |
//! | the audio's keeper | the streams | opens and closes; reads counters; writes the board |
//! | the reloader's | the build, new libraries | hands processors to the keeper; switches the host |
//! | tokio's | connections | writes the bridge; reads meters and board |
//!
//! Whatever reaches a device's thread was allocated before, and whatever leaves it is dropped by the keeper. The streams end before the processor that is in them, and
//! a processor holds its library, which therefore ends last.
//!
//! # When something is missing
//!
//! | | [`AudioPhase`](wavecraft_ipc::AudioPhase) | meters |
//! |---|---|---|
//! | a plugin, an input and an output | `RunningFullDuplex`, or `Degraded` if not all is as asked | yes |
//! | no output | `RunningInputOnly` | yes |
//! | no input device, or no processor | `Failed` | none, never invented |
//!
//! A device that comes back is picked up again.
//!
//! # Example
//!
//! A plugin that is part of this program, a test signal, and one page:
//!
//! ```
//! use std::sync::Arc;
//!
//! use tokio::net::TcpListener;
//! use wavecraft_dev_server::{
//!     AccessRules, AudioOptions, AudioOutput, AudioServer, BlockProcessor, DevServerHost, Feeds, Limits, MeterTap,
//!     Preparation, ProcessorError, ProcessorSource, StatusBoard, WsServer, WsServerOptions,
//! };
//! use wavecraft_ipc::{AudioPhase, HostKind, NormalizedValue, ParameterInfo, ParameterKind, PluginInfo};
//!
//! struct Gain(f32);
//!
//! impl BlockProcessor for Gain {
//!     fn set_parameters(&mut self, normalized: &[f32]) {
//!         self.0 = normalized[0];
//!     }
//!
//!     fn process(&mut self, channels: &mut [&mut [f32]]) {
//!         channels.iter_mut().flat_map(|channel| channel.iter_mut()).for_each(|sample| *sample *= self.0);
//!     }
//! }
//!
//! struct Gains;
//!
//! impl ProcessorSource for Gains {
//!     fn create(
//!         &mut self,
//!         _preparation: Preparation,
//!         parameters: &[f32],
//!     ) -> Result<Box<dyn BlockProcessor>, ProcessorError> {
//!         Ok(Box::new(Gain(parameters[0])))
//!     }
//! }
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let (meters, board) = (MeterTap::default(), StatusBoard::new(AudioPhase::Initializing));
//! let gain = ParameterInfo::new("gain", "Gain", ParameterKind::Float, NormalizedValue::ONE);
//! let info = PluginInfo::new("Gain", "Nobody", "1.0.0", HostKind::DevServer);
//! let host = Arc::new(DevServerHost::new(info, vec![gain], None, meters.clone(), board.subscribe())?);
//!
//! let mut options = AudioOptions { input: "sine:1000".parse()?, ..AudioOptions::default() };
//! options.output = AudioOutput::None;
//! let audio = AudioServer::start(options, Box::new(Gains), host.bridge(), meters.clone(), board.clone())?;
//!
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let server = WsServer::new(
//!     host,
//!     Feeds { meters, audio_status: Some(board.subscribe()) },
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

mod audio;
mod host;
mod meters;
mod page_source;
mod parameter_bridge;
mod plugin;
mod reload;
mod server;

#[cfg(feature = "audio")]
pub use audio::list_devices;
pub use audio::{
    AudioBackend, AudioInput, AudioOptions, AudioOutput, AudioRoute, AudioServer, BlockProcessor,
    Preparation, ProcessorError, ProcessorExchange, ProcessorSource, ReplaceError, StatusBoard, TestSignal,
    UnknownSignal,
};
pub use host::{DevServerHost, ParameterText, Successor};
pub use meters::MeterTap;
pub use page_source::{PageReadiness, PageSource, PageSourceError, ViteProcess};
pub use parameter_bridge::AtomicParameterBridge;
pub use plugin::LoadedPlugin;
pub use reload::{BuildCommand, Copies, ReloadError, ReloadOptions, ReloadParts, ReloadReport, Reloader};
pub use server::{AccessRules, Announcer, Feeds, Limits, WsServer, WsServerOptions};
