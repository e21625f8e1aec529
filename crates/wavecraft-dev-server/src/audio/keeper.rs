//! The audio's keeper: opens, watches, opens again, and lets another build of the plugin take over.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use tracing::debug;
use wavecraft_ipc::{AudioPhase, AudioStatus};

use super::counters::StreamCounters;
use super::crossfade::Remaining;
use super::devices::Devices;
use super::options::AudioOptions;
use super::problem::Problem;
use super::replacement::{ReplaceError, Replacement};
use super::session::{Opener, Session};
use super::stage::{ProcessorError, ProcessorSource};
use super::status::{AudioRoute, StatusBoard};
use super::voice::Voice;
use crate::meters::MeterTap;
use crate::parameter_bridge::AtomicParameterBridge;

/// How often the keeper looks at what runs.
const WATCH_INTERVAL: Duration = Duration::from_millis(100);

/// How often it looks whether a voice has come back.
const RETURN_INTERVAL: Duration = Duration::from_millis(5);

/// How often the keeper tries again to open what could not be opened.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// What a plugin is tried with while nothing runs: a rate in Hz, and a largest block in frames.
const TRIAL: (f32, usize) = (48_000.0, 512);

/// What the keeper is told.
pub(super) enum Command {
    /// End everything.
    Stop,
    /// Let another build of the plugin take over.
    Replace(Replacement),
}

/// Opens, watches, and opens again.
pub(super) struct Keeper {
    pub options: AudioOptions,
    pub processors: Box<dyn ProcessorSource>,
    pub bridge: Arc<AtomicParameterBridge>,
    pub meters: MeterTap,
    pub board: StatusBoard,
    pub commands: mpsc::Receiver<Command>,
    /// The ways to the devices that were found last.
    pub devices: Option<Devices>,
    /// Counted by sessions that have ended.
    pub underruns: u64,
    pub overruns: u64,
}

/// Why the keeper no longer watches a session.
enum End {
    /// The server stops.
    Stopped,
    /// A device is gone.
    Lost,
    /// The output device that was missing is there.
    OutputFound,
}

impl Keeper {
    /// Keeps the audio running until it is told to stop, or nobody is left to tell it.
    pub fn run(mut self) {
        self.board.set(AudioStatus::new(AudioPhase::Initializing, 0));
        loop {
            match self.open() {
                Ok(mut session) => {
                    let end = self.keep(&mut session);
                    self.meters.connect(None);
                    self.underruns += session.counters.underruns();
                    self.overruns += session.counters.overruns();
                    drop(session);
                    match end {
                        End::Stopped => return,
                        End::Lost => debug!("an audio device is gone; the audio is opened again"),
                        End::OutputFound => debug!("the output device is there"),
                    }
                }
                Err(problem) => {
                    let patience = problem.may_pass.then_some(RETRY_INTERVAL);
                    self.report_failure(problem);
                    match self.next_command(patience) {
                        Some(Command::Stop) => return,
                        Some(Command::Replace(replacement)) => self.replace_unheard(replacement),
                        None => {}
                    }
                }
            }
        }
    }

    fn open(&mut self) -> Result<Session, Problem> {
        self.processors.check().map_err(Problem::processor)?;
        let Self { options, devices, processors, bridge, .. } = self;
        let found = Devices::open(options, devices.take())?;
        let devices = devices.insert(found);
        Opener { options, devices, processors: processors.as_mut(), bridge }.open()
    }

    /// Tells of a session, and watches over it.
    fn keep(&mut self, session: &mut Session) -> End {
        self.meters.connect(Some(session.meters.clone()));
        self.board.set_route(session.route.clone());
        let mut status = self.status_of(session);
        self.board.set(status.clone());

        let counters = Arc::clone(&session.counters);
        let opened = Instant::now();
        let mut input_watch = session.has_input_clock.then(|| StreamWatch::new(opened));
        let mut output_watch = session.has_output_clock.then(|| StreamWatch::new(opened));
        let mut looked_for_output = opened;
        let mut coming = None;
        loop {
            let patience = if coming.is_some() { RETURN_INTERVAL } else { WATCH_INTERVAL };
            match self.next_command(Some(patience)) {
                Some(Command::Stop) => return End::Stopped,
                Some(Command::Replace(mut replacement)) => {
                    replacement.inherit(self.processors.as_mut());
                    debug_assert!(coming.is_none(), "whoever replaces waits for the answer");
                    coming = Self::send(replacement, session);
                }
                None => {}
            }
            if let Some(leaving) = session.voices.returned() {
                // The voice goes before what made it.
                drop(leaving.voice);
                if let Some(replacement) = coming.take() {
                    self.settle(replacement, leaving.remaining);
                }
                status = self.status_of(session);
                self.board.set(status.clone());
            }
            let now = Instant::now();
            let lost = [(&mut input_watch, counters.input()), (&mut output_watch, counters.output())]
                .into_iter()
                .any(|(watch, counters)| {
                    watch.as_mut().is_some_and(|watch| watch.is_lost(counters, session.silence_limit, now))
                });
            if lost || (session.lacks_output && self.finds_output(&mut looked_for_output)) {
                if let Some(replacement) = coming.take() {
                    self.settle(replacement, Remaining::New);
                }
                return if lost { End::Lost } else { End::OutputFound };
            }
            self.update(&mut status, session);
        }
    }

    /// The state of a session that has just begun, or just got another plugin.
    fn status_of(&self, session: &Session) -> AudioStatus {
        let limitation = self.processors.limitation().map(|error| Problem::processor(error).diagnostic);
        let (phase, diagnostic) = session.state(limitation);
        AudioStatus {
            phase,
            diagnostic,
            sample_rate: Some(session.sample_rate_hz as f32),
            buffer_size: Some(session.block_frames),
            underruns: self.underruns + session.counters.underruns(),
            overruns: self.overruns + session.counters.overruns(),
            updated_at_ms: 0,
        }
    }

    /// Tells what has changed.
    fn update(&self, status: &mut AudioStatus, session: &mut Session) {
        let counters = &session.counters;
        let totals = (self.underruns + counters.underruns(), self.overruns + counters.overruns());
        self.board.set_counts(totals.0, totals.1);
        (status.underruns, status.overruns) = totals;

        // What the device really does shows only now.
        let clock = if session.has_input_clock { counters.input() } else { counters.output() };
        let block_frames = clock.block_frames();
        if block_frames > 0 && session.block_frames < block_frames {
            session.block_frames = block_frames;
            status.buffer_size = Some(block_frames);
            self.board.set(status.clone());
        }
        if status.phase != AudioPhase::Degraded
            && let Some(failure) = self.processors.failure()
        {
            status.phase = AudioPhase::Degraded;
            status.diagnostic = Some(Problem::processor(failure).diagnostic);
            self.board.set(status.clone());
        }
    }

    /// Sends a voice of another build to the audio thread. Returns the replacement while it is under way.
    fn send(mut replacement: Replacement, session: &mut Session) -> Option<Replacement> {
        let Replacement { processors, bridge, .. } = &mut replacement;
        let rate_hz = session.sample_rate_hz as f32;
        let made = processors
            .check()
            .and_then(|()| Voice::make(processors.as_mut(), bridge, rate_hz, session.max_block_frames));
        match made {
            Ok(voice) => {
                if session.voices.send(Box::new(voice)).is_ok() {
                    return Some(replacement);
                }
                let error = ProcessorError::unknown("the audio does not take another build just now");
                replacement.answer(Err(ReplaceError::Refused(error)));
                None
            }
            Err(error) => {
                replacement.answer(Err(ReplaceError::Refused(error)));
                None
            }
        }
    }

    /// Ends a replacement by what remains.
    fn settle(&mut self, replacement: Replacement, remaining: Remaining) {
        match remaining {
            Remaining::New => self.adopt(replacement),
            Remaining::Old => {
                let failure = replacement.processors.failure();
                let failure = failure.unwrap_or_else(|| ProcessorError::unknown("it has failed at once"));
                replacement.answer(Err(ReplaceError::Failed(failure)));
            }
        }
    }

    /// Takes what nobody hears yet, if it can be made ready at all; it is heard when the audio is opened next.
    fn replace_unheard(&mut self, mut replacement: Replacement) {
        replacement.inherit(self.processors.as_mut());
        match try_out(replacement.processors.as_mut(), &replacement.bridge) {
            Ok(()) => self.adopt(replacement),
            Err(error) => replacement.answer(Err(ReplaceError::Refused(error))),
        }
    }

    fn adopt(&mut self, replacement: Replacement) {
        let Replacement { processors, bridge, answer } = replacement;
        (self.processors, self.bridge) = (processors, bridge);
        // Whoever asked may have gone.
        let _ = answer.send(Ok(()));
    }

    /// Now and then, looks whether the output device is there and starts: what runs is not given up for less.
    fn finds_output(&mut self, looked: &mut Instant) -> bool {
        if looked.elapsed() < RETRY_INTERVAL {
            return false;
        }
        *looked = Instant::now();
        let Self { options, devices: Some(devices), processors, bridge, .. } = self else { return false };
        Opener { options, devices, processors: processors.as_mut(), bridge }.output_starts()
    }

    fn report_failure(&self, problem: Problem) {
        let before = self.board.status();
        if before.phase == AudioPhase::Failed && before.diagnostic.as_ref() == Some(&problem.diagnostic) {
            return;
        }
        self.board.set_route(AudioRoute::default());
        let mut status = AudioStatus::new(AudioPhase::Failed, 0);
        status.diagnostic = Some(problem.diagnostic);
        (status.underruns, status.overruns) = (self.underruns, self.overruns);
        self.board.set(status);
    }

    /// What the keeper is told next; `None` if the patience ends first. Without a limit it waits for as long as it takes.
    fn next_command(&self, patience: Option<Duration>) -> Option<Command> {
        let told = match patience {
            Some(patience) => self.commands.recv_timeout(patience),
            None => self.commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match told {
            Ok(command) => Some(command),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Command::Stop),
        }
    }
}

/// Makes a processor that nobody hears, to see whether it can be done. Not for the audio thread.
///
/// # Errors
///
/// [`ProcessorError`], in the words that the user sees.
pub(crate) fn try_out(
    processors: &mut dyn ProcessorSource,
    bridge: &Arc<AtomicParameterBridge>,
) -> Result<(), ProcessorError> {
    processors.check()?;
    let (rate_hz, max_block_frames) = TRIAL;
    Voice::make(processors, bridge, rate_hz, max_block_frames).map(drop)
}

/// Notices when a device no longer calls.
struct StreamWatch {
    callbacks: u64,
    looked: Instant,
    silent_for: Duration,
}

impl StreamWatch {
    fn new(now: Instant) -> Self {
        Self { callbacks: 0, looked: now, silent_for: Duration::ZERO }
    }

    /// Whether the device has not called for this long, or has said that it is gone.
    fn is_lost(&mut self, counters: &StreamCounters, silence_limit: Duration, now: Instant) -> bool {
        // Where nobody looked for a while, the whole process may have been stopped, and the device with it.
        self.silent_for += now.saturating_duration_since(self.looked).min(WATCH_INTERVAL * 2);
        self.looked = now;
        let callbacks = counters.callbacks();
        if callbacks != self.callbacks {
            (self.callbacks, self.silent_for) = (callbacks, Duration::ZERO);
        }
        counters.is_lost() || self.silent_for > silence_limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(1);

    #[test]
    fn a_device_that_no_longer_calls_is_lost_after_the_limit() {
        let (counters, mut now) = (StreamCounters::default(), Instant::now());
        let mut watch = StreamWatch::new(now);
        for _ in 0..100 {
            counters.add_callback(64);
            now += WATCH_INTERVAL;
            assert!(!watch.is_lost(&counters, LIMIT, now));
        }
        let silent_looks = (1..100).find(|_| {
            now += WATCH_INTERVAL;
            watch.is_lost(&counters, LIMIT, now)
        });
        assert_eq!(silent_looks, Some(11));
    }

    #[test]
    fn a_process_that_was_stopped_for_long_does_not_take_its_devices_for_lost() {
        let (counters, now) = (StreamCounters::default(), Instant::now());
        let mut watch = StreamWatch::new(now);
        counters.add_callback(64);
        assert!(!watch.is_lost(&counters, LIMIT, now));
        let later = now + 100 * LIMIT;
        assert!(!watch.is_lost(&counters, LIMIT, later));
        counters.add_callback(64);
        assert!(!watch.is_lost(&counters, LIMIT, later + WATCH_INTERVAL));
    }

    #[test]
    fn a_device_that_says_that_it_is_gone_is_lost_at_once() {
        let (counters, now) = (StreamCounters::default(), Instant::now());
        counters.mark_lost();
        assert!(StreamWatch::new(now).is_lost(&counters, LIMIT, now));
    }
}
