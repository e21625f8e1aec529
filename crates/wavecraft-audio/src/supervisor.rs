//! The audio supervisor: opens, watches, opens again, and lets another source of processors take over.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use tracing::debug;

use crate::counters::StreamCounters;
use crate::crossfade::Remaining;
use crate::devices::Devices;
use crate::options::AudioOptions;
use crate::problem::{AudioProblem, OpenFailure};
use crate::processor::ProcessorSource;
use crate::processor_instance::{ProcessorInstance, try_out};
use crate::replacement::{Command, ReplaceError, Replacement};
use crate::session::{Opener, Session};
use crate::status::{EngineListener, EngineState, EngineStatus};

/// How often the supervisor looks at what runs.
const WATCH_INTERVAL: Duration = Duration::from_millis(100);

/// How often it looks whether an instance has come back.
const RETURN_INTERVAL: Duration = Duration::from_millis(5);

/// How often the supervisor tries again to open what could not be opened.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Opens, watches, and opens again.
pub(crate) struct AudioSupervisor {
    options: AudioOptions,
    processors: Box<dyn ProcessorSource>,
    listener: Box<dyn EngineListener>,
    commands: mpsc::Receiver<Command>,
    /// What the listener was told last.
    status: EngineStatus,
    /// Replacements whose turn has not come.
    replacements: VecDeque<Replacement>,
    /// The ways to the devices that were found last.
    devices: Option<Devices>,
    /// Counted by sessions that have ended.
    underruns: u64,
    overruns: u64,
}

/// Why the supervisor no longer watches a session.
enum End {
    /// The engine stops.
    Stopped,
    /// A device is gone.
    Lost,
    /// The output device that was missing is there.
    OutputFound,
    /// What has come in is no longer wanted.
    Withdrawn,
}

impl AudioSupervisor {
    pub fn new(
        options: AudioOptions,
        processors: Box<dyn ProcessorSource>,
        listener: Box<dyn EngineListener>,
        commands: mpsc::Receiver<Command>,
    ) -> Self {
        Self {
            options,
            processors,
            listener,
            commands,
            status: EngineStatus::default(),
            replacements: VecDeque::new(),
            devices: None,
            underruns: 0,
            overruns: 0,
        }
    }

    /// Keeps the audio running until it is told to stop, or nobody is left to tell it.
    pub fn run(mut self) {
        self.listener.status_changed(&self.status);
        loop {
            match self.open() {
                Ok(mut session) => {
                    let end = self.watch(&mut session);
                    self.listener.meters_changed(None);
                    self.underruns += session.counters.underruns();
                    self.overruns += session.counters.overruns();
                    if let Some(recorded) = session.end() {
                        self.listener.recorded(&recorded);
                    }
                    match end {
                        End::Stopped => return,
                        End::Lost => {
                            debug!("an audio device is gone; the audio is opened again");
                            self.listener.device_lost();
                        }
                        End::OutputFound => debug!("the output device is there"),
                        End::Withdrawn => debug!("a replacement came too late; the audio is opened again"),
                    }
                }
                Err(failure) => {
                    let patience = failure.may_pass.then_some(RETRY_INTERVAL);
                    self.report_failure(failure);
                    let replacement = match self.replacements.pop_front() {
                        Some(replacement) => Some(replacement),
                        None => match self.next_command(patience) {
                            Some(Command::Stop) => return,
                            Some(Command::Replace(replacement)) => Some(replacement),
                            None => None,
                        },
                    };
                    if let Some(replacement) = replacement {
                        self.replace_unheard(replacement);
                    }
                }
            }
        }
    }

    fn open(&mut self) -> Result<Session, OpenFailure> {
        self.processors.check().map_err(OpenFailure::processor)?;
        let Self { options, devices, processors, .. } = self;
        let found = Devices::open(options, devices.take())?;
        let devices = devices.insert(found);
        Opener { options, devices, processors: processors.as_mut() }.open()
    }

    /// Tells of a session, and watches over it.
    fn watch(&mut self, session: &mut Session) -> End {
        self.listener.meters_changed(Some(session.meters.clone()));
        self.publish_session(session);

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
                Some(Command::Replace(replacement)) => self.replacements.push_back(replacement),
                None => {}
            }
            if coming.is_none()
                && let Some(mut replacement) = self.replacements.pop_front()
            {
                replacement.inherit(self.processors.as_mut());
                coming = self.send(replacement, session);
            }
            if let Some(returned) = session.instances.returned() {
                // The instance goes before what made it.
                drop(returned.instance);
                if let Some(replacement) = coming.take()
                    && !self.settle(replacement, returned.remaining)
                {
                    return End::Withdrawn;
                }
                self.publish_session(session);
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
            self.update(session);
        }
    }

    /// Tells of a session that has just begun, or just got other processors.
    fn publish_session(&mut self, session: &Session) {
        let (state, problem) = session.state(self.processors.limitation());
        self.publish(EngineStatus {
            state,
            problem,
            route: session.route.clone(),
            sample_rate_hz: Some(session.sample_rate_hz),
            block_frames: Some(session.block_frames),
            underruns: self.underruns + session.counters.underruns(),
            overruns: self.overruns + session.counters.overruns(),
        });
    }

    /// Tells the listener, if anything has changed.
    fn publish(&mut self, status: EngineStatus) {
        if status != self.status {
            self.listener.status_changed(&status);
            self.status = status;
        }
    }

    /// Tells what has changed in a session.
    fn update(&mut self, session: &mut Session) {
        let counters = &session.counters;
        let mut status = self.status.clone();
        status.underruns = self.underruns + counters.underruns();
        status.overruns = self.overruns + counters.overruns();
        // What the device really does shows only now.
        let clock = if session.has_input_clock { counters.input() } else { counters.output() };
        session.block_frames = session.block_frames.max(clock.block_frames());
        status.block_frames = Some(session.block_frames);
        if status.state != EngineState::Degraded
            && let Some(failure) = self.processors.failure()
        {
            (status.state, status.problem) = (EngineState::Degraded, Some(failure));
        }
        self.publish(status);
    }

    /// Sends an instance of another source to the audio thread. Returns the replacement while it is under way.
    fn send(&self, mut replacement: Replacement, session: &mut Session) -> Option<Replacement> {
        if replacement.is_withdrawn() {
            return None;
        }
        let processors = replacement.processors.as_mut();
        let (rate_hz, max_block_frames) = (session.sample_rate_hz as f32, session.max_block_frames);
        let channels = self.options.max_channels;
        let created = processors
            .check()
            .and_then(|()| ProcessorInstance::create(processors, channels, rate_hz, max_block_frames));
        let busy = |_| AudioProblem::other("the audio does not take another processor just now");
        match created.and_then(|instance| session.instances.send(Box::new(instance)).map_err(busy)) {
            Ok(()) => Some(replacement),
            Err(problem) => {
                replacement.refuse(ReplaceError::Refused(problem));
                None
            }
        }
    }

    /// Ends a replacement by what remains. Returns false if what remains is no longer wanted.
    fn settle(&mut self, replacement: Replacement, remaining: Remaining) -> bool {
        match remaining {
            Remaining::New => self.adopt(replacement),
            Remaining::Old => {
                let failure = replacement.processors.failure();
                let failure = failure.unwrap_or_else(|| AudioProblem::other("it has failed at once"));
                replacement.refuse(ReplaceError::Failed(failure));
                true
            }
        }
    }

    /// Takes what nobody hears yet, if it can be made ready at all; it is heard when the audio is opened next.
    fn replace_unheard(&mut self, mut replacement: Replacement) {
        replacement.inherit(self.processors.as_mut());
        match try_out(replacement.processors.as_mut()) {
            Ok(()) => drop(self.adopt(replacement)),
            Err(problem) => replacement.refuse(ReplaceError::Refused(problem)),
        }
    }

    /// Makes a replacement's processors the ones to play. Returns false if they are no longer wanted.
    fn adopt(&mut self, replacement: Replacement) -> bool {
        replacement.accept(|processors| self.processors = processors)
    }

    /// Now and then, looks whether the output device is there and starts: what runs is not given up for less.
    fn finds_output(&mut self, looked: &mut Instant) -> bool {
        if looked.elapsed() < RETRY_INTERVAL {
            return false;
        }
        *looked = Instant::now();
        let Self { options, devices, processors, .. } = self;
        // The sound server itself may have come back.
        let Ok(found) = Devices::open(options, devices.take()) else { return false };
        let devices = devices.insert(found);
        Opener { options, devices, processors: processors.as_mut() }.output_starts()
    }

    fn report_failure(&mut self, failure: OpenFailure) {
        self.publish(EngineStatus {
            state: EngineState::Failed,
            problem: Some(failure.problem),
            underruns: self.underruns,
            overruns: self.overruns,
            ..EngineStatus::default()
        });
    }

    /// What the supervisor is told next; `None` if the patience ends first. Without a limit it waits for as long as it
    /// takes.
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
