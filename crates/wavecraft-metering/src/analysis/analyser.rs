//! Who has subscribed to what, and what they get.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wavecraft_ipc::notifications::{SignalUpdated, notification};
use wavecraft_ipc::{SignalInfo, SignalRequest, SignalUpdate};

use super::source::{SignalRead, SignalSource};
use super::spectrum::AXIS_HZ;
use super::view::{Stretch, View};
use super::waveform::DURATION_MS;
use crate::{SignalDescription, SignalKind};

/// The shortest time between two analyses. A window's timer comes 60 times a second, and every second time counts.
const SHORTEST_PAUSE: Duration = Duration::from_millis(30);

/// When nothing was written for so long, nothing sounds: the host has stopped processing.
const STALE: Duration = Duration::from_millis(250);

/// The sample rate until a signal tells its own, in Hz.
const INITIAL_SAMPLE_RATE_HZ: f32 = 48_000.0;

/// Analyses signals for the pages that have subscribed to them. Nothing is read, and the audio thread copies nothing, of those
/// that nobody has subscribed to.
///
/// Cloning is cheap, and clones are the same analyser. For any thread but the audio thread.
#[derive(Clone)]
pub struct SignalAnalyser {
    /// A plain mutex: held for some transforms of 8,192 frames at most, which take less than a millisecond.
    state: Arc<Mutex<State>>,
}

struct State {
    source: Option<Box<dyn SignalSource>>,
    descriptions: Vec<SignalDescription>,
    /// Those that are subscribed to, whether there is such a signal now or not.
    analyses: Vec<Analysis>,
    begun: Instant,
    analysed: Option<Instant>,
}

/// A signal that somebody has subscribed to.
struct Analysis {
    id: String,
    views: Vec<SharedView>,
    /// Where it is now, if there is such a signal.
    heard: Option<Heard>,
}

/// A view, and what of it was made last.
struct SharedView {
    resolution: u32,
    subscribers: usize,
    view: Option<View>,
    /// Counts up with each text.
    number: u64,
    text: Arc<str>,
}

/// A signal as it is heard.
struct Heard {
    index: usize,
    stretch: Stretch,
    sample_rate_hz: f32,
    left: Vec<f32>,
    right: Vec<f32>,
    end_frame: u64,
    /// When it last went on.
    moved: Instant,
    /// When its views last changed.
    shown: Instant,
}

impl SignalAnalyser {
    /// Nothing to see yet.
    pub fn new() -> Self {
        let state = State {
            source: None,
            descriptions: Vec::new(),
            analyses: Vec::new(),
            begun: Instant::now(),
            analysed: None,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Goes on with these signals, which are read there: after a reload with others. Subscriptions stay, and those to a signal
    /// that is not there get nothing until it is.
    pub fn connect(&self, descriptions: Vec<SignalDescription>, source: Option<Box<dyn SignalSource>>) {
        self.state().connect(descriptions, source);
    }

    /// What pages are told of the signals.
    pub fn infos(&self) -> Vec<SignalInfo> {
        self.state().descriptions.iter().map(info).collect()
    }

    /// Analyses a signal from now on, until what is returned is dropped.
    pub fn subscribe(&self, SignalRequest { id, resolution }: SignalRequest) -> SignalSubscription {
        self.state().subscribe(&id, resolution);
        SignalSubscription { analyser: self.clone(), id, resolution, taken: 0 }
    }

    /// Analyses what is subscribed to, unless that was done less than a thirtieth of a second ago. Whether there is anything new.
    pub fn analyse(&self, now: Instant) -> bool {
        self.state().analyse(now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SignalAnalyser {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SignalAnalyser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SignalAnalyser").finish_non_exhaustive()
    }
}

/// What pages are told of a signal, with the axis that it is drawn on.
fn info(signal: &SignalDescription) -> SignalInfo {
    let info = SignalInfo::from(signal);
    match signal.kind {
        SignalKind::Spectrum => SignalInfo { min_hz: Some(AXIS_HZ.0), max_hz: Some(AXIS_HZ.1), ..info },
        SignalKind::Waveform => SignalInfo { duration_ms: Some(DURATION_MS), ..info },
    }
}

/// One page's share in an analysis. Dropping it unsubscribes.
#[derive(Debug)]
pub struct SignalSubscription {
    analyser: SignalAnalyser,
    id: String,
    resolution: u32,
    /// The number of the text that was taken last.
    taken: u64,
}

impl SignalSubscription {
    /// Brings what a page has to what it asks for: what it had already goes on. Not for the audio thread.
    pub fn renew(subscriptions: &mut Vec<Self>, analyser: &SignalAnalyser, requests: Vec<SignalRequest>) {
        let mut earlier = std::mem::take(subscriptions);
        for request in requests {
            let is_same = |held: &Self| held.id == request.id && held.resolution == request.resolution;
            subscriptions.push(match earlier.iter().position(is_same) {
                Some(position) => earlier.swap_remove(position),
                None => analyser.subscribe(request),
            });
        }
    }

    /// The newest notification for the page; `None` if there is none since the last call.
    pub fn take_newest(&mut self) -> Option<Arc<str>> {
        let state = self.analyser.state();
        let view = state.view(&self.id, self.resolution)?;
        if view.number == self.taken {
            return None;
        }
        self.taken = view.number;
        Some(Arc::clone(&view.text))
    }
}

impl Drop for SignalSubscription {
    fn drop(&mut self) {
        self.analyser.state().unsubscribe(&self.id, self.resolution);
    }
}

impl State {
    fn view(&self, id: &str, resolution: u32) -> Option<&SharedView> {
        let analysis = self.analyses.iter().find(|analysis| analysis.id == id)?;
        analysis.views.iter().find(|view| view.resolution == resolution)
    }

    fn connect(&mut self, descriptions: Vec<SignalDescription>, source: Option<Box<dyn SignalSource>>) {
        self.descriptions = descriptions;
        self.source = source;
        for index in 0..self.analyses.len() {
            self.attach(index);
        }
    }

    /// Begins to listen for an analysis, if there is such a signal.
    fn attach(&mut self, analysis: usize) {
        let Self { source, descriptions, analyses, .. } = self;
        let analysis = &mut analyses[analysis];
        analysis.heard = None;
        let position = descriptions.iter().position(|signal| signal.id == analysis.id);
        let signal = position.map(|index| &descriptions[index]);
        for view in &mut analysis.views {
            view.view = signal.map(|signal| View::new(signal, view.resolution));
        }
        if let (Some(index), Some(source)) = (position, source) {
            source.set_listening(index, true);
            analysis.heard = Some(Heard::new(index, &descriptions[index]));
        }
    }

    fn subscribe(&mut self, id: &str, resolution: u32) {
        let known = self.analyses.iter().position(|analysis| analysis.id == id);
        let index = known.unwrap_or(self.analyses.len());
        if known.is_none() {
            self.analyses.push(Analysis { id: id.to_owned(), views: Vec::new(), heard: None });
            self.attach(index);
        }
        let signal = self.descriptions.iter().find(|signal| signal.id == id);
        let views = &mut self.analyses[index].views;
        match views.iter_mut().find(|view| view.resolution == resolution) {
            Some(view) => view.subscribers += 1,
            None => views.push(SharedView {
                resolution,
                subscribers: 1,
                view: signal.map(|signal| View::new(signal, resolution)),
                number: 0,
                text: Arc::from(""),
            }),
        }
    }

    fn unsubscribe(&mut self, id: &str, resolution: u32) {
        let Some(index) = self.analyses.iter().position(|analysis| analysis.id == id) else { return };
        let analysis = &mut self.analyses[index];
        for view in analysis.views.iter_mut().filter(|view| view.resolution == resolution) {
            view.subscribers -= 1;
        }
        analysis.views.retain(|view| view.subscribers > 0);
        if analysis.views.is_empty() {
            let analysis = self.analyses.swap_remove(index);
            if let (Some(heard), Some(source)) = (analysis.heard, &mut self.source) {
                source.set_listening(heard.index, false);
            }
        }
    }

    fn analyse(&mut self, now: Instant) -> bool {
        let is_early =
            self.analysed.is_some_and(|analysed| now.saturating_duration_since(analysed) < SHORTEST_PAUSE);
        if self.analyses.is_empty() || is_early {
            return false;
        }
        self.analysed = Some(now);
        let Some(source) = &mut self.source else { return false };
        let timestamp_us = u64::try_from(now.saturating_duration_since(self.begun).as_micros());
        let timestamp_us = timestamp_us.unwrap_or(u64::MAX);
        let mut has_news = false;
        for Analysis { id, views, heard } in &mut self.analyses {
            let Some(heard) = heard else { continue };
            let Some(signal) = self.descriptions.get(heard.index) else { continue };
            let sound = heard.listen(signal, &mut **source, now);
            if matches!(sound, Sound::Same) {
                continue;
            }
            // Long blocks come more seldom than this is called.
            let elapsed_s = now.saturating_duration_since(heard.shown).as_secs_f32();
            heard.shown = now;
            for SharedView { view, number, text, .. } in views {
                let Some(view) = view else { continue };
                let has_changed = if matches!(sound, Sound::New) {
                    // The first is told whatever it is.
                    view.take(&heard.stretch, &heard.left, &heard.right, elapsed_s) || *number == 0
                } else {
                    view.fall(elapsed_s)
                };
                if has_changed {
                    let values = Cow::Borrowed(view.values());
                    let update = SignalUpdate { id: id.as_str().into(), timestamp_us, values };
                    *text = notification::<SignalUpdated>(&update).into();
                    *number += 1;
                    has_news = true;
                }
            }
        }
        has_news
    }
}

/// What there is to hear.
#[derive(Clone, Copy)]
enum Sound {
    /// The signal has gone on.
    New,
    /// It will surely go on.
    Same,
    /// It has not gone on for long.
    None,
}

impl Heard {
    fn new(index: usize, signal: &SignalDescription) -> Self {
        let mut heard = Self {
            index,
            stretch: Stretch::new(signal, INITIAL_SAMPLE_RATE_HZ),
            sample_rate_hz: INITIAL_SAMPLE_RATE_HZ,
            left: Vec::new(),
            right: Vec::new(),
            end_frame: 0,
            moved: Instant::now(),
            shown: Instant::now(),
        };
        heard.make_room();
        heard
    }

    fn make_room(&mut self) {
        self.left = vec![0.0; self.stretch.frames()];
        self.right = self.left.clone();
    }

    fn listen(&mut self, signal: &SignalDescription, source: &mut dyn SignalSource, now: Instant) -> Sound {
        let Some(SignalRead { position, has_frames }) =
            source.read(self.index, &mut self.left, &mut self.right)
        else {
            return self.without_news(now);
        };
        if position.sample_rate_hz.to_bits() != self.sample_rate_hz.to_bits() {
            self.sample_rate_hz = position.sample_rate_hz;
            self.stretch = Stretch::new(signal, position.sample_rate_hz);
            self.make_room();
            return self.without_news(now);
        }
        if !has_frames || position.end_frame == self.end_frame {
            return self.without_news(now);
        }
        self.end_frame = position.end_frame;
        self.moved = now;
        self.stretch.take(&self.left, &self.right);
        Sound::New
    }

    fn without_news(&self, now: Instant) -> Sound {
        if now.saturating_duration_since(self.moved) < STALE { Sound::Same } else { Sound::None }
    }
}

#[cfg(test)]
mod tests;
