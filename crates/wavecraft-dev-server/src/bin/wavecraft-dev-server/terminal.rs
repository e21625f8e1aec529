//! What the user sees: one calm block at the start, and a line when something changes.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::timeout;
use wavecraft_audio::{AudioRoute, Recorded};
use wavecraft_dev_server::{AudioStatusChannel, ReloadReport};
use wavecraft_ipc::{AudioDiagnosticCode, AudioPhase, AudioStatus};

/// How long the block waits for the audio. Devices that take longer get a line of their own.
const AUDIO_WAIT: Duration = Duration::from_secs(3);

/// What the block tells beside the audio.
pub struct Announcement {
    /// The plugin's name.
    pub plugin: String,
    /// How many parameters it has.
    pub parameter_count: usize,
    /// Its library.
    pub library: Option<PathBuf>,
    /// Host and port of this server.
    pub server: String,
    /// Where to open the page.
    pub page: PageAddress,
    /// The audio's state.
    pub audio_status: AudioStatusChannel,
}

/// What the user learns of the page.
pub enum PageAddress {
    /// There is none.
    None,
    /// Its own server has been started, and does not answer yet.
    Starting,
    /// It can be opened here.
    Url(String),
}

/// Shows the block as soon as the audio is decided, then each change, for ever.
pub async fn keep_informed(announcement: Announcement) {
    let audio_status = &announcement.audio_status;
    let mut changes = audio_status.subscribe();
    let decided = changes.wait_for(|status| status.phase != AudioPhase::Initializing);
    let _ = timeout(AUDIO_WAIT, decided).await;
    let mut shown = audio_status.status();
    say(&block(&announcement, &shown, &audio_status.route(), audio_status.notes().as_deref()));
    while changes.changed().await.is_ok() {
        let status = changes.borrow_and_update().clone();
        if (status.phase, &status.diagnostic) != (shown.phase, &shown.diagnostic) {
            say(&audio_lines(&status, &audio_status.route(), audio_status.notes().as_deref()));
            shown = status;
        }
    }
}

fn block(
    announcement: &Announcement,
    status: &AudioStatus,
    route: &AudioRoute,
    notes: Option<&str>,
) -> String {
    let Announcement { plugin, parameter_count, library, server, page, .. } = announcement;
    let library = library.as_ref().map(|path| format!(" ({})", path.display())).unwrap_or_default();
    let mut text = format!("\n  Plugin  {plugin}, {parameter_count} parameters{library}\n");
    text += &audio_lines(status, route, notes);
    text += &match page {
        PageAddress::Url(url) => page_line(url),
        PageAddress::Starting => page_line("its own server is starting"),
        PageAddress::None => page_line(&format!("none; pages connect to ws://{server}")),
    };
    text += "\n  Ctrl-C stops it.\n";
    text
}

/// Shows where a page that was long in starting can be opened.
pub fn tell_of_page(url: &str) {
    say(&page_line(url));
}

/// Shows which sound file was written.
pub fn tell_of_recording(recorded: &Recorded) {
    let (path, seconds) = (recorded.path.display(), recorded.duration.as_secs_f64());
    say(&format!("  Written {path}, {seconds:.1} s of sound\n"));
}

fn page_line(text: &str) -> String {
    format!("  Page    {text}\n")
}

fn audio_lines(status: &AudioStatus, route: &AudioRoute, notes: Option<&str>) -> String {
    let mut text = format!("  Audio   {}{}\n", phase(status), via(route));
    // Writing to a string does not fail.
    if let Some(input) = &route.input {
        let _ = writeln!(text, "  Input   {input}");
    }
    if let Some(output) = &route.output {
        let _ = writeln!(text, "  Output  {output}");
    }
    if let Some(side_chain) = &route.side_chain {
        let _ = writeln!(text, "  Side chain  {side_chain}");
    }
    if let Some(notes) = notes {
        let _ = writeln!(text, "  Notes   {notes}");
    }
    if let Some(played) = &route.played_notes {
        let _ = writeln!(text, "  Plays   notes to {played}");
    }
    if let (Some(rate_hz), Some(frames)) = (status.sample_rate, status.buffer_size) {
        let block_ms = frames as f32 * 1_000.0 / rate_hz;
        let _ = writeln!(text, "  Rate    {rate_hz} Hz, {frames} frames a block ({block_ms:.1} ms)");
    }
    if route.may_feed_back {
        text += "  Careful: a microphone near loudspeakers howls; turn them down, or wear headphones\n";
    }
    if let Some(diagnostic) = &status.diagnostic {
        let _ = writeln!(text, "  Problem {}", diagnostic.message);
        if let Some(hint) = &diagnostic.hint {
            let _ = writeln!(text, "  Hint    {hint}");
        }
    }
    text
}

fn phase(status: &AudioStatus) -> &'static str {
    let lacks_output = status
        .diagnostic
        .as_ref()
        .is_some_and(|diagnostic| diagnostic.code == AudioDiagnosticCode::NoOutputDevice);
    match status.phase {
        AudioPhase::Disabled => "off, as asked",
        AudioPhase::Initializing => "being opened",
        AudioPhase::RunningFullDuplex => "runs: input, plugin, output",
        AudioPhase::RunningInputOnly if lacks_output => "input only: meters, but nothing to hear",
        AudioPhase::RunningInputOnly => "runs without output: meters, but nothing to hear",
        AudioPhase::Degraded => "runs, but not as asked",
        AudioPhase::Failed => "none; meters stay empty",
    }
}

fn via(route: &AudioRoute) -> String {
    route.backend.map(|backend| format!(", {backend}")).unwrap_or_default()
}

/// Shows what becomes of a save.
pub fn tell_of_reload(report: ReloadReport) {
    let line = match report {
        ReloadReport::CompilerOutput(words) => return complain(&words),
        ReloadReport::Building => "  Building …\n".to_owned(),
        ReloadReport::Waiting(reason) => format!("  The build {reason}\n"),
        ReloadReport::Reloaded(duration) => format!("  Reloaded in {:.1} s\n", duration.as_secs_f64()),
        ReloadReport::StateRefused(reason) => {
            format!("  The new build begins with a state of its own, parameters aside: {reason}\n")
        }
        ReloadReport::Unchanged => "  Nothing has changed\n".to_owned(),
        ReloadReport::BuildFailed => "  Build failed; the sound goes on as it was\n".to_owned(),
        ReloadReport::NotLoaded(reason) => {
            format!("  Not reloaded; the sound goes on as it was\n  Problem {reason}\n")
        }
    };
    say(&line);
}

/// Writes to standard error. That nobody reads it is no failure.
fn complain(text: &str) {
    let mut output = std::io::stderr().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

/// Writes to standard output. That nobody reads it is no failure.
fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement() -> Announcement {
        Announcement {
            plugin: "Strip".to_owned(),
            parameter_count: 3,
            library: Some("target/debug/libstrip.so".into()),
            server: "127.0.0.1:9000".to_owned(),
            page: PageAddress::None,
            audio_status: AudioStatusChannel::new(AudioPhase::Disabled),
        }
    }

    #[test]
    fn the_block_tells_what_runs_and_where_to_open_it() {
        let mut status = AudioStatus::new(AudioPhase::RunningFullDuplex, 0);
        (status.sample_rate, status.buffer_size) = (Some(48_000.0), Some(480));
        let route = AudioRoute {
            backend: Some("ALSA"),
            input: Some("Microphone".to_owned()),
            output: Some("Loudspeakers".to_owned()),
            side_chain: Some("test signal: noise".to_owned()),
            played_notes: Some("Drums".to_owned()),
            may_feed_back: true,
        };
        let text = block(&announcement(), &status, &route, Some("Keystation"));
        for part in [
            "Strip, 3 parameters",
            "ALSA",
            "Microphone",
            "Loudspeakers",
            "48000 Hz, 480 frames",
            "10.0 ms",
            "howls",
            "Side chain  test signal: noise",
            "Notes   Keystation\n",
            "Plays   notes to Drums\n",
            "ws://127.0.0.1:9000",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(text.lines().all(|line| line.len() <= 100), "{text}");
    }

    #[test]
    fn a_page_has_no_address_before_it_can_be_opened() {
        let status = AudioStatus::new(AudioPhase::Disabled, 0);
        let mut announcement = announcement();
        announcement.page = PageAddress::Starting;
        let text = block(&announcement, &status, &AudioRoute::default(), None);
        assert!(text.contains("Page    its own server is starting") && !text.contains("http://"), "{text}");
        announcement.page = PageAddress::Url("http://127.0.0.1:5173/".to_owned());
        let text = block(&announcement, &status, &AudioRoute::default(), None);
        assert!(text.contains("Page    http://127.0.0.1:5173/\n"), "{text}");
    }

    #[test]
    fn a_problem_comes_with_its_hint() {
        let mut status = AudioStatus::new(AudioPhase::Failed, 0);
        status.diagnostic = Some(wavecraft_ipc::AudioDiagnostic {
            code: AudioDiagnosticCode::NoInputDevice,
            message: "there is no input device".to_owned(),
            hint: Some("connect one".to_owned()),
        });
        let text = block(&announcement(), &status, &AudioRoute::default(), None);
        assert!(text.contains("Problem there is no input device\n  Hint    connect one"), "{text}");
    }
}
