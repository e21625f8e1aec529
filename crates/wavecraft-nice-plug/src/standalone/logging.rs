//! What the program says on standard error: a line for each event, in the style of command line tools.

use std::fmt::{self, Debug};
use std::io;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// The part of nice-plug whose errors are reported in other words here: that its signal handler is not needed, and that
/// the plugin has ended the sound, which is how it is stopped.
const REPORTED_OTHERWISE: &str = "nice_plug::wrapper::standalone::wrapper";

/// The part of nice-plug that reports errors of a device, often the same one a hundred times.
const DEVICE: &str = "nice_plug::wrapper::standalone::backend";

/// The JACK library, which calls it an error when no server runs.
const JACK: &str = "jack";

static DEVICE_ERROR: Mutex<Option<String>> = Mutex::new(None);

/// The audio device's last error, if there was one. The device may have gone on after it.
pub(super) fn device_error() -> Option<String> {
    DEVICE_ERROR.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Starts logging: warnings and errors, with `verbosity` 1 information, 2 details, 3 everything.
pub(super) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let if_verbose = |from: u8| if verbosity >= from { level } else { LevelFilter::OFF };
    let targets = Targets::new()
        .with_default(level)
        .with_target(REPORTED_OTHERWISE, LevelFilter::OFF)
        .with_target(DEVICE, if_verbose(1))
        .with_target(JACK, if_verbose(2));
    let lines =
        tracing_subscriber::fmt::layer().with_writer(io::stderr).event_format(Line).with_filter(targets);
    let device_errors = DeviceErrors.with_filter(Targets::new().with_target(DEVICE, LevelFilter::ERROR));
    let started = tracing_subscriber::registry().with(device_errors).with(lines).try_init();
    debug_assert!(started.is_ok(), "the program starts logging once");
}

/// Keeps the last error of the audio device, which nice-plug tells nobody but the log.
struct DeviceErrors;

impl<S: Subscriber> Layer<S> for DeviceErrors {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        *DEVICE_ERROR.lock().unwrap_or_else(PoisonError::into_inner) = Some(message.0);
    }
}

/// The message of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
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
