//! Playing live: the audio is started, announced and watched, with the plugin's window where there is one.

use std::panic;
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use nice_plug::prelude::Plugin;
use wavecraft_audio::{
    AudioEngine, AudioOutput, AudioProblem, EngineListener, EngineState, EngineStatus, Recorded, list_devices,
};
use wavecraft_nice_plug::controllers::ProgramControllers;
#[cfg(feature = "editor")]
use wavecraft_nice_plug::driver::HeadlessPlugin;
use wavecraft_nice_plug::parameters::ParameterTable;
use wavecraft_session::{Controller, Controllers, PluginIdentity};

use crate::cli::LiveOptions;
use crate::live_plugin::LivePlugin;
use crate::{headless_controllers, print, settings, signals};

/// The exit code of a program that panicked, as Rust's own.
const EXIT_PANICKED: i32 = 101;

/// How often it is looked whether the program is to stop.
const LOOK_INTERVAL: Duration = Duration::from_millis(10);

/// Hands on the audio's state.
struct Listener(mpsc::Sender<EngineStatus>);

impl EngineListener for Listener {
    fn status_changed(&mut self, status: &EngineStatus) {
        // At the program's end nobody listens any more.
        let _ = self.0.send(status.clone());
    }

    fn device_lost(&mut self) {
        if !signals::stop_requested() {
            tracing::warn!("the audio device has stopped; trying again");
        }
    }

    fn recorded(&mut self, recorded: &Recorded) {
        let (path, seconds) = (recorded.path.display(), recorded.duration.as_secs_f64());
        print(&format!("  Written {path}, {seconds:.1} s of sound\n"));
    }
}

/// The audio as the program watches it.
pub(crate) struct Watch<P: Plugin> {
    plugin: LivePlugin<P>,
    statuses: mpsc::Receiver<EngineStatus>,
    /// What was said last of what is not as asked.
    problem: Option<AudioProblem>,
}

/// Plays until asked to stop.
pub(crate) fn run<P: Plugin>(options: &LiveOptions) -> ExitCode {
    let client_name = P::NAME.to_lowercase().replace(' ', "_");
    if options.list_devices {
        return print(&list_devices(&client_name));
    }
    let values = match settings::resolve_all(&ParameterTable::of_plugin::<P>(), &options.assignments) {
        Ok(values) => values,
        Err(error) => return failure(&error.to_string()),
    };
    end_on_any_panic();
    let plugin = LivePlugin::<P>::new(&values);
    let obstacle = window_obstacle();
    // It is made before any audio thread has the plugin.
    #[cfg(feature = "editor")]
    let editor = if options.headless || obstacle.is_some() {
        None
    } else {
        plugin.with_idle(HeadlessPlugin::editor).flatten()
    };
    let (listener, statuses) = mpsc::channel();
    let audio = options.audio(client_name);
    let engine = AudioEngine::start(audio, Box::new(plugin.clone()), Box::new(Listener(listener)));
    let engine = match engine {
        Ok(engine) => engine,
        Err(error) => return failure(&format!("the audio's thread did not start: {error}")),
    };
    let controllers = controllers::<P>(&engine);
    let mut watch = Watch { plugin, statuses, problem: None };
    let status = match watch.first_status() {
        Ok(Some(status)) => status,
        Ok(None) => return ExitCode::SUCCESS,
        Err(problem) => return failure(&one_line(&problem)),
    };
    if let Some(problem) = &status.problem
        && lacks_output(options, &status)
    {
        return failure(&one_line(problem));
    }
    print(&announcement::<P>(&status, options, obstacle.filter(|_| !options.headless)));
    watch.tell_of_problem(status.problem);
    #[cfg(feature = "editor")]
    let code = match editor {
        Some(editor) => {
            controllers.provide();
            crate::window::run(editor, &mut watch)
        }
        None => watch.until_the_end(&controllers),
    };
    #[cfg(not(feature = "editor"))]
    let code = watch.until_the_end(&controllers);
    engine.stop();
    code
}

impl<P: Plugin> Watch<P> {
    /// Waits for the audio to run. `None` if the program is asked to stop meanwhile.
    fn first_status(&mut self) -> Result<Option<EngineStatus>, AudioProblem> {
        loop {
            match self.statuses.recv_timeout(LOOK_INTERVAL) {
                Ok(status) if status.state == EngineState::Failed => {
                    return Err(status.problem.unwrap_or_else(|| AudioProblem::other("there is no audio")));
                }
                Ok(status) if status.state != EngineState::Opening => return Ok(Some(status)),
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
            if signals::stop_requested() {
                return Ok(None);
            }
        }
    }

    /// Watches until the program is to end, and returns its exit code.
    fn until_the_end(&mut self, controllers: &ProgramControllers) -> ExitCode {
        loop {
            if let Some(code) = self.look() {
                return code;
            }
            headless_controllers::turn(controllers, &self.plugin);
            thread::sleep(LOOK_INTERVAL);
        }
    }

    /// Tells of what has happened. Returns the exit code if the program is to end.
    pub(crate) fn look(&mut self) -> Option<ExitCode> {
        if let Some(error) = self.plugin.failure() {
            return Some(failure(error));
        }
        if signals::stop_requested() {
            return Some(ExitCode::SUCCESS);
        }
        while let Ok(status) = self.statuses.try_recv() {
            // What the plugin has reported ends the program in its own words.
            if self.plugin.failure().is_none() {
                self.tell_of_problem(status.problem);
            }
        }
        None
    }

    /// The plugin that plays.
    #[cfg(feature = "editor")]
    pub(crate) fn plugin(&self) -> &LivePlugin<P> {
        &self.plugin
    }

    fn tell_of_problem(&mut self, problem: Option<AudioProblem>) {
        if let Some(problem) = problem.as_ref().filter(|_| problem != self.problem) {
            tracing::warn!("{}", one_line(problem));
        }
        self.problem = problem;
    }
}

/// The MIDI controllers that the plugin's user has taught to move parameters.
fn controllers<P: Plugin>(engine: &AudioEngine) -> ProgramControllers {
    let plugin = PluginIdentity { vendor: P::VENDOR.to_owned(), name: P::NAME.to_owned() };
    let values = engine.midi_inputs().controllers();
    ProgramControllers::new(Controllers::of_plugin(&plugin), move || {
        let moved = values.take().into_iter();
        moved.map(|(channel, number, value)| (Controller { channel, number }, value)).collect()
    })
}

fn failure(message: &str) -> ExitCode {
    tracing::error!("{message}");
    ExitCode::FAILURE
}

fn one_line(problem: &AudioProblem) -> String {
    match &problem.hint {
        Some(hint) => format!("{}; {hint}", problem.message),
        None => problem.message.clone(),
    }
}

/// Whether an output was asked for and is not there.
fn lacks_output(options: &LiveOptions, status: &EngineStatus) -> bool {
    let wants_device = matches!(options.output, AudioOutput::DefaultDevice | AudioOutput::Device(_));
    wants_device && !options.is_silent() && status.state == EngineState::InputOnly
}

/// Why the plugin's window cannot be shown, if so. Without it the plugin plays all the same.
fn window_obstacle() -> Option<&'static str> {
    if cfg!(not(feature = "editor")) {
        return None;
    }
    let has_display = std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
    (cfg!(target_os = "linux") && !has_display).then_some("there is no display, since DISPLAY is not set")
}

fn announcement<P: Plugin>(
    status: &EngineStatus,
    options: &LiveOptions,
    window_obstacle: Option<&str>,
) -> String {
    let (rate_hz, block_frames) =
        (status.sample_rate_hz.unwrap_or_default(), status.block_frames.unwrap_or_default());
    let block_ms = f64::from(block_frames) * 1_000.0 / f64::from(rate_hz.max(1));
    let backend = match status.route.backend {
        _ if options.is_silent() => "none: the plugin runs, but nobody hears it",
        Some(backend) => backend,
        None => "none",
    };
    let input = match &status.route.input {
        _ if options.has_no_input() && !options.is_silent() => {
            "not connected, so that nothing howls; connect one with --input-device NAME"
        }
        Some(input) => input,
        None => "none",
    };
    let output = status.route.output.as_deref().unwrap_or("none");
    let line = |name: &str, text: &str| format!("  {name}   {text}\n");
    let side_chain = status.route.side_chain.as_ref();
    let side_chain = side_chain.map(|text| format!("  Side chain  {text}\n")).unwrap_or_default();
    let notes = status.notes.as_ref().map(|text| line("Notes", text)).unwrap_or_default();
    let played = status.route.played_notes.as_ref();
    let played = played.map(|text| line("Plays", &format!("notes to {text}"))).unwrap_or_default();
    let window = window_obstacle.map(|reason| format!("  Window  none: {reason}\n")).unwrap_or_default();
    format!(
        "{} {}\n  Audio   {backend}\n  Output  {output}\n  Input   {input}\n{side_chain}{notes}{played}  Rate    {rate_hz} Hz, {block_frames} frames \
         a block ({block_ms:.1} ms)\n{window}  Ctrl-C stops it.\n",
        P::NAME,
        P::VERSION,
    )
}

/// Ends the program at a panic in whichever thread: a sound that has died must not leave a program that hangs.
fn end_on_any_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        report(info);
        tracing::error!("This is a mistake in the program, which ends here");
        signals::exit_now(EXIT_PANICKED);
    }));
}
