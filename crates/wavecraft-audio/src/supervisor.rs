//! The audio supervisor: opens, watches, opens again, and lets another source of processors take over.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use tracing::{debug, warn};

use crate::crossfade::Remaining;
use crate::devices::{Devices, MidiPorts};
use crate::midi_ring::MidiInputs;
use crate::options::{AudioOptions, MidiInput};
use crate::problem::{AudioProblem, OpenFailure};
use crate::processor::ProcessorSource;
use crate::processor_instance::{InstanceSettings, ProcessorInstance, try_out};
use crate::replacement::{Command, ReplaceError, Replacement};
use crate::session::{Opener, Session};
use crate::side_chain::SideChainInput;
use crate::status::{EngineListener, EngineState, EngineStatus};
use crate::stream_watch::{StreamWatch, WATCH_INTERVAL};

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
    midi: MidiInputs,
    /// The system's MIDI ports, while they are heard.
    midi_ports: Option<MidiPorts>,
    /// Who plays notes, for people.
    notes: Option<String>,
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
    /// What the side chain should hear is there.
    SideChainFound,
    /// What has come in is no longer wanted.
    Withdrawn,
}

impl AudioSupervisor {
    pub fn new(
        options: AudioOptions,
        processors: Box<dyn ProcessorSource>,
        listener: Box<dyn EngineListener>,
        commands: mpsc::Receiver<Command>,
        midi: MidiInputs,
    ) -> Self {
        Self {
            options,
            processors,
            listener,
            commands,
            midi,
            midi_ports: None,
            notes: None,
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
                        End::SideChainFound => debug!("the side chain is there; the audio is opened again"),
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
        let Self { options, devices, processors, midi, .. } = self;
        let found = Devices::open(options, devices.take())?;
        let devices = devices.insert(found);
        Opener { options, devices, processors: processors.as_mut(), midi }.open()
    }

    /// Tells of a session, and watches over it.
    fn watch(&mut self, session: &mut Session) -> End {
        self.listener.meters_changed(Some(session.meters.clone()));
        let mut followed = Instant::now();
        self.follow_midi_ports(session);
        session.follow_midi_destinations(&self.options);
        self.publish_session(session);

        let counters = Arc::clone(&session.counters);
        let opened = Instant::now();
        let mut input_watch = session.has_input_clock.then(|| StreamWatch::new(opened));
        let mut output_watch = session.has_output_clock.then(|| StreamWatch::new(opened));
        let mut looked = opened;
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
            let end = if lost { Some(End::Lost) } else { self.finds_what_was_missing(session, &mut looked) };
            if let Some(end) = end {
                if let Some(replacement) = coming.take() {
                    self.settle(replacement, Remaining::New);
                }
                return end;
            }
            if session.side_chain_is_lost() {
                self.publish_session(session);
            }
            if followed.elapsed() >= RETRY_INTERVAL {
                followed = Instant::now();
                self.follow_midi_ports(session);
                session.follow_midi_destinations(&self.options);
            }
            self.update(session);
        }
    }

    /// Hears the MIDI ports that have come, as far as they are wanted: the audio's own where it has some, otherwise the
    /// system's.
    fn follow_midi_ports(&mut self, session: &mut Session) {
        let takes_notes = self.processors.takes_notes();
        let hears_ports = takes_notes || self.options.hears_controllers;
        let wanted = match &self.options.midi {
            MidiInput::AllPorts if hears_ports => Some(None),
            MidiInput::Port(name) if hears_ports => Some(Some(name.clone())),
            _ => None,
        };
        let own = session.follow_midi_ports();
        match (wanted, &own, &self.midi_ports) {
            (Some(name), None, None) => {
                let started = MidiPorts::start(name, self.options.client_name.clone(), self.midi.clone());
                self.midi_ports = started.inspect_err(|error| warn!("no MIDI port is heard: {error}")).ok();
            }
            (Some(_), None, Some(_)) => {}
            _ => self.midi_ports = None,
        }
        self.notes = match &self.options.midi {
            _ if !takes_notes => None,
            MidiInput::File(path) => Some(format!("{}, again and again", path.display())),
            MidiInput::None => Some("no MIDI port, as asked".to_owned()),
            MidiInput::AllPorts | MidiInput::Port(_) => {
                own.or_else(|| self.midi_ports.as_ref().map(MidiPorts::description))
            }
        };
    }

    /// Tells of a session that has just begun, or just got other processors.
    fn publish_session(&mut self, session: &Session) {
        let (state, problem) = session.state(self.processors.limitation());
        self.publish(EngineStatus {
            state,
            problem,
            route: session.route.clone(),
            notes: self.notes.clone(),
            sample_rate_hz: Some(session.sample_rate_hz),
            block_frames: Some(session.block_frames),
            underruns: self.underruns + session.counters.underruns(),
            overruns: self.overruns + session.counters.overruns(),
            lost_midi_events: self.midi.lost_events(),
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
        status.lost_midi_events = self.midi.lost_events();
        status.notes.clone_from(&self.notes);
        status.route.played_notes.clone_from(&session.route.played_notes);
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
        let settings = InstanceSettings {
            max_channels: self.options.max_channels,
            has_side_chain: self.options.side_chain != SideChainInput::None,
            sample_rate_hz: session.sample_rate_hz as f32,
            max_block_frames: session.max_block_frames,
        };
        let created = processors.check().and_then(|()| ProcessorInstance::create(processors, settings));
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

    /// Now and then, looks whether the output device or the side chain that was missing is there, and starts: what runs is
    /// not given up for less.
    fn finds_what_was_missing(&mut self, session: &Session, looked: &mut Instant) -> Option<End> {
        let is_all_there = !session.lacks_output && !session.lacks_side_chain();
        if is_all_there || looked.elapsed() < RETRY_INTERVAL {
            return None;
        }
        *looked = Instant::now();
        let Self { options, devices, processors, midi, .. } = self;
        // The sound server itself may have come back.
        let found = Devices::open(options, devices.take()).ok()?;
        let devices = devices.insert(found);
        let opener = Opener { options, devices, processors: processors.as_mut(), midi };
        if session.lacks_output && opener.output_starts() {
            return Some(End::OutputFound);
        }
        (session.lacks_side_chain() && opener.side_chain_is_there()).then_some(End::SideChainFound)
    }

    fn report_failure(&mut self, failure: OpenFailure) {
        self.publish(EngineStatus {
            state: EngineState::Failed,
            problem: Some(failure.problem),
            underruns: self.underruns,
            overruns: self.overruns,
            lost_midi_events: self.midi.lost_events(),
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
