//! What the program says on standard error: a line for each event, in the style of command line tools.

use std::fmt;
use std::io;

use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// The decoders of sound files, which tell of every oddity that they pass over.
const DECODERS: &str = "symphonia";

/// The JACK library, which calls it an error when no server runs.
const JACK: &str = "jack";

/// The way to the sound server, which calls the server's end an error; that is told in other words.
const SOUND_SERVER: &str = "pulseaudio";

/// The library of windows, which tells of every oddity of a display.
const WINDOWS: &str = "winit";

/// Starts logging: warnings and errors, with `verbosity` 1 information, 2 details, 3 everything.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let if_verbose = |from: u8| if verbosity >= from { level } else { LevelFilter::OFF };
    let targets = Targets::new()
        .with_default(level)
        .with_target(DECODERS, if_verbose(2))
        .with_target(JACK, if_verbose(2))
        .with_target(SOUND_SERVER, if_verbose(2))
        .with_target(WINDOWS, if_verbose(2));
    let lines =
        tracing_subscriber::fmt::layer().with_writer(io::stderr).event_format(Line).with_filter(targets);
    let started = tracing_subscriber::registry().with(lines).try_init();
    debug_assert!(started.is_ok(), "the program starts logging once");
}

/// "warning: what happened".
struct Line;

impl<S, F> FormatEvent<S, F> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, F>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let label = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        write!(writer, "{label}: ")?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
