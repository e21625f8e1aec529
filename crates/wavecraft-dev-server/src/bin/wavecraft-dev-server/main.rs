//! The development server's program: reads the command line, starts the parts, and ends them in order.

mod arguments;
mod logging;
mod stop;
mod terminal;

use std::io::Write;
use std::net::SocketAddr;
use std::pin::pin;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::time::timeout;
use tracing::warn;
use wavecraft_audio::AudioEngine;
use wavecraft_dev_server::{
    AccessRules, AudioStatusChannel, DevServerHost, Feeds, LibraryCopies, Limits, LoadedPlugin, MeterTap,
    PageReadiness, PageSettings, PageSource, ReloadOptions, ReloadParts, Reloader, WsServer, WsServerOptions,
    address_for_browsers, follow_controllers, tell_pages_of_session,
};
use wavecraft_ffi::PluginDescription;
use wavecraft_ipc::assignment::{Assignment, AssignmentError};
use wavecraft_ipc::{AudioPhase, HostKind, ParameterHost, PluginInfo};
use wavecraft_metering::analysis::SignalAnalyser;
use wavecraft_session::{Controllers, PluginIdentity, PresetLibrary, Session, SessionHost};

use arguments::Arguments;
use terminal::PageAddress;

/// Threads for the pages. They have little to do, but one must not wait for another's long answer.
const WORKER_THREADS: usize = 2;

/// How long the user waits for a word when the page's own server starts slowly.
const PAGE_WAIT: Duration = Duration::from_secs(10);

/// How long the runtime waits for tasks that do not end.
const RUNTIME_LIMIT: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let arguments = Arguments::read();
    logging::start(arguments.verbose);
    if arguments.list_devices {
        return print(&wavecraft_audio::list_devices("wavecraft"));
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .thread_name("pages")
        .enable_all()
        .build()
        .context("the server's threads did not start")?;
    let outcome = runtime.block_on(serve(arguments));
    runtime.shutdown_timeout(RUNTIME_LIMIT);
    outcome
}

async fn serve(arguments: &Arguments) -> Result<()> {
    // First of all, so that a stop is heeded at any time from now on.
    let stopped = stop::requested().context("stop signals cannot be heeded")?;
    let listener = listen(arguments).await?;
    let address = listener.local_addr().context("the server has no address")?;

    let mut reload = arguments.reload().and_then(with_library_copies);
    let plugin = match &arguments.library {
        Some(path) => match &mut reload {
            Some((_, copies)) => copies.load(path),
            None => LoadedPlugin::load(path),
        },
        None => LoadedPlugin::unavailable("no library was named"),
    };
    let audio_status = AudioStatusChannel::new(if arguments.no_audio {
        AudioPhase::Disabled
    } else {
        AudioPhase::Initializing
    });
    let recordings = audio_status.clone();
    let meters = MeterTap::default();
    let (is_instrument, takes_notes) = (plugin.is_instrument(), plugin.takes_notes());
    meters.connect_own(plugin.meters);
    let signals = SignalAnalyser::new();
    signals.connect(plugin.signals.descriptions(), Some(Box::new(plugin.signals)));
    let info = plugin_info(arguments, plugin.description).with_midi_input(takes_notes);
    let name = info.name.clone();
    let identity = PluginIdentity { vendor: info.vendor.clone(), name: name.clone() };
    let parameter_count = plugin.parameters.len();
    let host =
        DevServerHost::new(info, plugin.parameters, plugin.text, meters.clone(), audio_status.subscribe())
            .context("the plugin's parameters cannot be used")?
            .with_signals(signals.clone());
    assign(&host, &arguments.assignments)?;
    let host = Arc::new(host);
    let controllers = Controllers::of_plugin(&identity);
    let session = Arc::new(SessionHost::new(Arc::clone(&host), new_session(arguments, identity)));

    let page = open_page(arguments, address);
    let page_ports: Vec<u16> = arguments.page_port.iter().copied().chain(page.port()).collect();
    let access = access_rules(arguments, address, page_ports);
    let options =
        WsServerOptions { access, limits: Limits::default(), page_folder: page.folder().map(Into::into) };
    let feeds = Feeds { meters: meters.clone(), signals, audio_status: Some(audio_status.subscribe()) };
    let server = WsServer::new(session.clone(), feeds, options);
    let _pages_told = tell_pages_of_session(&session, server.notification_sender());

    let mut followed = None;
    let audio = if arguments.no_audio {
        None
    } else {
        let processors = plugin.processors.reading(host.bridge());
        let started =
            AudioEngine::start(arguments.audio(is_instrument), processors, audio_status.listener(meters));
        let engine = started.context("the audio's thread did not start")?;
        let inputs = engine.midi_inputs();
        host.play_notes_into(&inputs);
        host.learn_by(Arc::clone(&controllers));
        let sender = server.notification_sender();
        followed = Some(follow_controllers(&controllers, &inputs, Arc::clone(&session), sender));
        Some(engine)
    };
    let replacer = audio.as_ref().map(AudioEngine::replacer);
    let reloader = reload.and_then(|(options, copies)| {
        let report = Arc::new(terminal::tell_of_reload);
        start_reloader(
            options,
            copies,
            ReloadParts { host, replacer, notifications: server.notification_sender(), report },
        )
    });
    let announcement = terminal::Announcement {
        plugin: name,
        parameter_count,
        library: arguments.library.clone(),
        server: address_for_browsers(address),
        page: PageAddress::None,
        audio_status,
    };
    let opening = PageOpening {
        url: page.url(&address_for_browsers(address)),
        readiness: page.readiness(),
        in_browser: arguments.open,
    };
    let announced = tokio::spawn(announce(announcement, opening));

    server.run(listener, stopped).await;

    announced.abort();
    drop((page, followed));
    // Streams, then the processor; the library goes with the last of those who hold it. A reload that waits for the audio
    // hears of its end, so the audio comes first.
    if let Some(audio) = audio {
        let stopping = tokio::task::spawn_blocking(|| audio.stop());
        stopping.await.context("the audio did not end")?;
    }
    if let Some(recorded) = recordings.recorded() {
        terminal::tell_of_recording(&recorded);
    }
    if let Some(reloader) = reloader {
        let stopping = tokio::task::spawn_blocking(|| reloader.stop());
        stopping.await.context("the reloader did not end")?;
    }
    Ok(())
}

/// Gives parameters the values that were asked for.
fn assign(host: &DevServerHost, assignments: &[Assignment]) -> Result<()> {
    for assignment in assignments {
        let Assignment { id, text } = assignment;
        assignment
            .value(host)
            .and_then(|value| host.set_parameter(id, value).map_err(AssignmentError::Host))
            .with_context(|| format!("--set {id}={text}"))?;
    }
    Ok(())
}

/// Makes room for copies of the library. Without it there is no reload.
fn with_library_copies(options: ReloadOptions) -> Option<(ReloadOptions, LibraryCopies)> {
    match LibraryCopies::create(&options.copies) {
        Ok(copies) => Some((options, copies)),
        Err(error) => {
            warn!("what is saved is not reloaded: {}: {error}", options.copies.display());
            None
        }
    }
}

fn start_reloader(options: ReloadOptions, copies: LibraryCopies, parts: ReloadParts) -> Option<Reloader> {
    let started = Reloader::start(options, copies, parts);
    started.inspect_err(|error| warn!("what is saved is not reloaded: {error}")).ok()
}

async fn listen(arguments: &Arguments) -> Result<TcpListener> {
    let (host, port) = (arguments.host(), arguments.port);
    TcpListener::bind((host, port)).await.with_context(|| {
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        format!("cannot listen on {host}:{port}; is another server running? --port takes another port")
    })
}

/// Who is let in, with a warning for each option that lets in more than this computer's own pages.
fn access_rules(arguments: &Arguments, address: SocketAddr, page_ports: Vec<u16>) -> AccessRules {
    let mut access = AccessRules::loopback(address.port(), page_ports);
    if !address.ip().is_loopback() {
        warn!(
            "--host {}: everyone on the network can turn the knobs, hear of the levels and read the page's sources",
            arguments.host()
        );
        access = access.open_to_network(arguments.host());
    }
    for origin in &arguments.allow_origin {
        warn!(
            "--allow-origin {origin}: every page of {origin} can turn the knobs and hear of the levels, whoever it was that \
             put it there; leave it out when you no longer need it"
        );
    }
    access.allow_origins(arguments.allow_origin.iter().cloned())
}

/// What there is to do when the page can be opened.
struct PageOpening {
    url: Option<String>,
    readiness: PageReadiness,
    in_browser: bool,
}

impl PageOpening {
    /// Waits until the page can be opened, opens it if asked to, and returns its address.
    async fn wait(self) -> Option<String> {
        let url = self.url?;
        if let Err(error) = self.readiness.wait().await {
            warn!("there is no page: {error}");
            return None;
        }
        if self.in_browser {
            open_in_browser(&url);
        }
        Some(url)
    }
}

/// Tells the user what runs once the page can be opened. A page that takes long gets a line of its own.
async fn announce(mut announcement: terminal::Announcement, opening: PageOpening) {
    let mut opening = pin!(opening.wait());
    let opened = timeout(PAGE_WAIT, &mut opening).await;
    let is_late = opened.is_err();
    announcement.page = match opened {
        Ok(Some(url)) => PageAddress::Url(url),
        Ok(None) => PageAddress::None,
        Err(_) => PageAddress::Starting,
    };
    let late_page = async {
        if is_late && let Some(url) = opening.await {
            terminal::tell_of_page(&url);
        }
    };
    tokio::join!(terminal::keep_informed(announcement), late_page);
}

/// The page, if there is one. Without it the server goes on: a browser may have the page from elsewhere.
fn open_page(arguments: &Arguments, server: SocketAddr) -> PageSource {
    if arguments.no_ui {
        return PageSource::None;
    }
    let mut hosts: Vec<String> =
        arguments.allow_origin.iter().map(|origin| origin.host().to_owned()).collect();
    if !server.ip().is_loopback() {
        hosts.push(arguments.host().to_owned());
    }
    let settings =
        PageSettings { built: arguments.release, server, hosts, shows_output: arguments.verbose > 0 };
    PageSource::open(&arguments.ui_dir, &settings).unwrap_or_else(|error| {
        warn!("there is no page: {error}");
        PageSource::None
    })
}

/// What the command line says of the plugin, or else the plugin itself, or else the name of its file.
fn plugin_info(arguments: &Arguments, description: PluginDescription) -> PluginInfo {
    let PluginDescription { name, vendor, version, .. } = description;
    let from_file = || {
        let stem = arguments.library.as_ref().and_then(|path| path.file_stem()).unwrap_or_default();
        stem.to_string_lossy().trim_start_matches("lib").to_owned()
    };
    let own_name = if name.is_empty() { from_file() } else { name };
    PluginInfo::new(
        arguments.plugin_name.clone().unwrap_or(own_name),
        arguments.plugin_vendor.clone().unwrap_or(vendor),
        arguments.plugin_version.clone().unwrap_or(version),
        HostKind::DevServer,
    )
}

/// The session of the plugin, which lasts as long as the server, with the user's presets where the plugin in a DAW has them.
fn new_session(arguments: &Arguments, plugin: PluginIdentity) -> Arc<Session> {
    Arc::new(Session::new(PresetLibrary::new(plugin, arguments.factory_presets())))
}

fn open_in_browser(url: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = command.spawn() {
        warn!(%error, "the browser was not opened; open {url} yourself");
    }
}

/// Writes a command's result. That its reader has gone is no failure.
fn print(text: &str) -> ExitCode {
    let _ = write!(std::io::stdout(), "{text}");
    ExitCode::SUCCESS
}
