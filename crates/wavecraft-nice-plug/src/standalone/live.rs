//! Playing live: the audio is planned and tried, announced, and handed to nice-plug, under watch.

use std::panic;
use std::process::ExitCode;

use nice_plug::prelude::{Plugin, nice_export_standalone_with_args};

use super::cli::LiveOptions;
use super::devices::{self, AudioPlan, AudioRequest};
use super::supervised::{self, Supervised};
use super::{print, resume, settings, signals};
use crate::driver::layout_index;
use crate::parameters::ParameterTable;

/// The exit code of a program that panicked, as Rust's own.
const EXIT_PANICKED: i32 = 101;

/// Plays until asked to stop.
pub(super) fn run<P: Plugin>(options: &LiveOptions) -> ExitCode {
    if options.list_devices {
        return match devices::list(P::NAME) {
            Ok(list) => print(&list),
            Err(error) => failure(&error),
        };
    }
    let channels = if options.mono { 1 } else { 2 };
    // A plugin that is mono only plays mono without being asked.
    let layout = layout_index::<P>(channels).map(|index| (channels, index));
    let layout =
        if options.mono { layout } else { layout.or_else(|_| layout_index::<P>(1).map(|index| (1, index))) };
    let (channels, layout) = match layout {
        Ok(layout) => layout,
        Err(error) => return failure(&error),
    };
    let values = match settings::resolve_all(&ParameterTable::of_plugin::<P>(), &options.assignments) {
        Ok(values) => values,
        Err(error) => return failure(&error),
    };
    let request = AudioRequest {
        backend: options.backend,
        input_device: options.input_device.clone(),
        output_device: options.output_device.clone(),
        sample_rate_hz: options.sample_rate_hz,
        period_frames: options.period_frames,
        channels,
    };
    let plan = match devices::plan(P::NAME, &request) {
        Ok(plan) => plan,
        // A sound server that is just coming back needs a moment.
        Err(error) if resume::is_resumed() && !signals::stop_requested() => {
            resume::resume_after(&error.to_string())
        }
        Err(error) => return failure(&error),
    };
    if !plan.survives_restart {
        resume::forbid();
    }
    let obstacle = window_obstacle();
    print(&announcement::<P>(&plan, obstacle.filter(|_| !options.headless)));
    supervised::set_headless(options.headless || obstacle.is_some());
    supervised::start_with(values);
    end_on_any_panic();
    supervised::watch();
    let finished = nice_export_standalone_with_args::<Supervised<P>, _>(arguments(&plan, layout));
    // What failed has been reported where it did.
    if finished && !supervised::plugin_failed() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn failure(error: &dyn std::error::Error) -> ExitCode {
    tracing::error!("{error}");
    ExitCode::FAILURE
}

/// The command line that makes nice-plug follow the plan.
fn arguments(plan: &AudioPlan, layout: usize) -> Vec<String> {
    let program = std::iter::once("standalone".to_owned());
    let settings = [
        format!("--sample-rate={}", plan.sample_rate_hz),
        format!("--period-size={}", plan.max_block_frames),
        // It counts from 1.
        format!("--audio-layout={}", layout + 1),
    ];
    program.chain(plan.arguments.iter().cloned()).chain(settings).collect()
}

/// Why the plugin's window cannot be shown, if so. Without it the plugin plays all the same.
fn window_obstacle() -> Option<&'static str> {
    if cfg!(not(feature = "editor")) {
        return None;
    }
    if cfg!(not(target_os = "linux")) {
        return Some("on this system it is shown in DAWs alone");
    }
    let has_display = std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
    (!has_display).then_some("there is no display, since DISPLAY is not set")
}

fn announcement<P: Plugin>(plan: &AudioPlan, window_obstacle: Option<&str>) -> String {
    let period_ms = f64::from(plan.period_frames) * 1_000.0 / f64::from(plan.sample_rate_hz);
    let input = plan.input.as_deref();
    let window = window_obstacle.map(|reason| format!("  Window  none: {reason}\n")).unwrap_or_default();
    format!(
        "{} {}\n  Audio   {}\n  Output  {}\n  Input   {}\n  Rate    {} Hz, {} frames a block ({period_ms:.1} ms)\n\
         {window}  Ctrl-C stops it.\n",
        P::NAME,
        P::VERSION,
        plan.backend,
        plan.output,
        input.unwrap_or("not connected, so that nothing howls; connect one with --input-device NAME"),
        plan.sample_rate_hz,
        plan.period_frames,
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
