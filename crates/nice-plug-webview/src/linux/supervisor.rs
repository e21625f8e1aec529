//! The thread that keeps the page alive: it starts the helper, carries messages, ticks, and starts anew what has died.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nice_plug_core::editor::dpi::NativeSize;
use parking_lot::Mutex;
use x11rb::connection::Connection;
use x11rb::errors::ConnectionError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{FocusOutEvent, NotifyDetail, NotifyMode};

use super::helper::{End, Helper, HelperError};
use super::keys;
use super::messages::{FromHelper, HostKey, ToHelper};
use super::notice;
use super::page;
use super::surface::{Placement, Surface};
use super::waker::{Waker, poll, readable};
use super::wire::{ViewNumber, WireError};
use super::x11::X11;
use crate::config::Config;
use crate::session::Session;

/// The view of this editor. It has a helper of its own, which has no other.
const VIEW: ViewNumber = ViewNumber(0);
/// 60 times a second.
const TICK: Duration = Duration::from_nanos(1_000_000_000 / 60);
/// So many deaths within [`DEATHS_PERIOD`] are enough.
const MOST_DEATHS: usize = 3;
const DEATHS_PERIOD: Duration = Duration::from_mins(1);

/// What the host's threads and the supervisor share.
pub struct Shared {
    pub surface: Surface,
    pub x11: Arc<X11>,
    pub waker: Waker,
    /// Whether a text field of the page has the keyboard.
    pub has_text_focus: AtomicBool,
    /// What is still to be done; none when the supervisor has ended.
    orders: Mutex<Option<VecDeque<Order>>>,
}

/// What the supervisor is to do.
pub enum Order {
    /// The window has been opened.
    Open(Arc<Session>),
    /// The host has a key for the page.
    HostKey(HostKey),
    /// The editor is gone.
    Quit,
}

impl Shared {
    /// Nothing ordered yet.
    pub fn new(surface: Surface, x11: Arc<X11>, waker: Waker) -> Self {
        let orders = Mutex::new(Some(VecDeque::new()));
        Self { surface, x11, waker, has_text_focus: AtomicBool::new(false), orders }
    }

    /// Orders something, from any thread and without waiting. Says whether there is still somebody to do it.
    pub fn order(&self, order: Order) -> bool {
        let is_taken = self.orders.lock().as_mut().map(|orders| orders.push_back(order)).is_some();
        self.waker.wake();
        is_taken
    }

    /// Whether the supervisor has ended: it was told to, or the X server is gone.
    pub fn has_ended(&self) -> bool {
        self.orders.lock().is_none()
    }
}

/// What the thread itself has.
pub struct Supervisor {
    config: Arc<Config>,
    shared: Arc<Shared>,
    session: Option<Arc<Session>>,
    helper: Option<Helper>,
    /// Where the helper believes its window to be.
    shown: Option<Placement>,
    deaths: VecDeque<Instant>,
    keeps_host_libraries: bool,
    /// What the window says instead of the page.
    notice: Option<String>,
    next_tick: Instant,
}

impl Supervisor {
    /// Nothing started yet.
    pub fn new(config: Arc<Config>, shared: Arc<Shared>) -> Self {
        Self {
            config,
            shared,
            session: None,
            helper: None,
            shown: None,
            deaths: VecDeque::new(),
            keeps_host_libraries: false,
            notice: None,
            next_tick: Instant::now(),
        }
    }

    /// Works until it is told to quit, or has lost the X server.
    pub fn run(mut self) {
        while self.follow_orders() {
            self.notice_close();
            if let Err(error) = self.follow_server() {
                tracing::error!("the X server is gone: {error}");
                return;
            }
            self.replace_windowless();
            self.hear_helper();
            self.place_page();
            self.tick();
            self.carry_texts();
            self.wait();
        }
    }

    fn follow_orders(&mut self) -> bool {
        loop {
            let order = self.shared.orders.lock().as_mut().and_then(VecDeque::pop_front);
            match order {
                None => return true,
                Some(Order::Quit) => return false,
                Some(Order::Open(session)) => self.open(&session),
                Some(Order::HostKey(key)) => self.tell_helper(&ToHelper::HostKey(key)),
            }
        }
    }

    fn open(&mut self, session: &Arc<Session>) {
        self.replace_windowless();
        self.session = Some(Arc::clone(session));
        self.next_tick = Instant::now();
        if self.notice.take().is_some() {
            self.deaths.clear();
        }
        let is_fresh_page = !self.helper.as_ref().is_some_and(|helper| helper.has_document);
        if self.helper.is_none() {
            self.start_helper();
        }
        session.start_handler(is_fresh_page);
    }

    /// The window may have been closed from the other side.
    fn notice_close(&mut self) {
        if self.session.as_ref().is_some_and(|session| session.has_ended()) {
            self.session = None;
            self.forget_focus();
        }
    }

    fn start_helper(&mut self) {
        self.shown = None;
        let mut helper = match Helper::start(self.config.helper_program.as_deref(), self.keeps_host_libraries)
        {
            Ok(helper) => helper,
            Err(error) => return self.say(notice::cannot_start(&error)),
        };
        let loading = helper.send(VIEW, &ToHelper::Load(page::describe(&self.config)));
        if let Err(error @ HelperError::Wire(WireError::TooLong { .. })) = loading {
            helper.end();
            return self.say(notice::cannot_start(&error));
        }
        // A connection that has failed is found when it is read.
        self.helper = Some(helper);
    }

    fn tell_helper(&mut self, message: &ToHelper) {
        tracing::trace!(?message, "to the page's process");
        let Some(Err(error)) = self.helper.as_mut().map(|helper| helper.send(VIEW, message)) else { return };
        match error {
            HelperError::Wire(WireError::TooLong { .. }) => tracing::error!("not sent to the page: {error}"),
            HelperError::ReadsNothing => {
                tracing::debug!("{error}");
                self.bury_helper(true);
            }
            // A connection that has failed is found when it is read.
            HelperError::Wire(_) | HelperError::Start(_) => {
                tracing::debug!("the page's process takes no message: {error}");
            }
        }
    }

    fn hear_helper(&mut self) {
        let Some(helper) = self.helper.as_mut() else { return };
        helper.read_errors();
        let written = helper.write();
        match helper.receive() {
            Ok(messages) => {
                for (view, message) in messages {
                    self.hear(view, message);
                }
                if written.is_err() {
                    self.bury_helper(true);
                }
            }
            Err(error) => {
                tracing::debug!("the page's process has hung up: {error}");
                self.bury_helper(true);
            }
        }
    }

    fn hear(&mut self, view: ViewNumber, message: FromHelper) {
        tracing::trace!(?view, ?message, "from the page's process");
        if view != VIEW {
            return tracing::warn!(
                "the page's process says something of a window that is not there: {view:?}"
            );
        }
        match message {
            FromHelper::Window { id } => self.check(self.shared.surface.adopt(id)),
            FromHelper::DocumentStarted => {
                if let Some(helper) = &mut self.helper {
                    helper.has_document = true;
                }
                self.shared.has_text_focus.store(false, Ordering::Relaxed);
                self.check(self.shared.surface.return_keyboard());
                if let Some(session) = &self.session {
                    session.with_handler("a document has started", |handler| handler.on_document_started());
                }
            }
            FromHelper::Text(text) => {
                if let Some(session) = &self.session {
                    session.with_handler("answering the page", |handler| handler.on_message(&text));
                }
            }
            FromHelper::TextFocus(has_focus) => {
                let has_focus = has_focus && self.session.is_some();
                self.shared.has_text_focus.store(has_focus, Ordering::Relaxed);
                let surface = &self.shared.surface;
                self.check(if has_focus { surface.take_keyboard() } else { surface.return_keyboard() });
            }
            FromHelper::UnusedKey(key) => {
                if let Some(parent) = self.shared.surface.parent() {
                    self.check(keys::forward(&self.shared.x11, parent, key));
                }
            }
            FromHelper::Warning(text) => tracing::warn!("the page's process: {text}"),
        }
    }

    /// Ends a helper whose window was destroyed by the host, which is no fault of its own.
    fn replace_windowless(&mut self) {
        if self.shared.surface.take_loss() {
            self.bury_helper(false);
        }
    }

    /// Clears up after a helper, and starts the next one if somebody wants to see the page.
    fn bury_helper(&mut self, counts: bool) {
        let Some(helper) = self.helper.take() else { return };
        let end = helper.end();
        self.shown = None;
        self.shared.surface.forget_page();
        self.shared.has_text_focus.store(false, Ordering::Relaxed);
        if !counts {
            return;
        }
        tracing::warn!("the page's process has ended: {end:?}");
        if let End::LibraryMissing(library) = &end {
            // Some systems find their libraries only by the variables that some hosts need to be without.
            if !std::mem::replace(&mut self.keeps_host_libraries, true) {
                return self.start_anew();
            }
            return self.say(notice::library_missing(library));
        }
        let now = Instant::now();
        self.deaths.retain(|&death| now.duration_since(death) < DEATHS_PERIOD);
        self.deaths.push_back(now);
        if self.deaths.len() >= MOST_DEATHS {
            self.say(notice::gave_up(self.deaths.len(), &end));
        } else {
            self.start_anew();
        }
    }

    fn start_anew(&mut self) {
        if let Some(session) = self.session.clone() {
            self.start_helper();
            session.start_handler(true);
        }
    }

    /// Puts the helper's idea of its window right.
    fn place_page(&mut self) {
        let wanted = self.session.as_ref().and_then(|_| self.shared.surface.placement());
        if wanted == self.shown || self.helper.is_none() {
            return;
        }
        let moved = self.shown.map(|shown| shown.number) != wanted.map(|wanted| wanted.number);
        if moved && self.shown.is_some() {
            self.tell_helper(&ToHelper::Hide);
        }
        match wanted {
            Some(Placement { geometry, .. }) if moved => self.tell_helper(&ToHelper::Show(geometry)),
            Some(Placement { geometry, .. }) => self.tell_helper(&ToHelper::Resize(geometry)),
            None => {}
        }
        self.shown = wanted;
    }

    /// Acts on what the X server says.
    ///
    /// # Errors
    ///
    /// The connection is lost, and with it every window.
    fn follow_server(&mut self) -> Result<(), ConnectionError> {
        while let Some(event) = self.shared.x11.connection.poll_for_event()? {
            let surface = &self.shared.surface;
            match event {
                Event::Expose(event) if event.count == 0 && Some(event.window) == surface.container() => {
                    self.draw_notice();
                }
                Event::ConfigureNotify(event) => {
                    let (width, height) = (u32::from(event.width), u32::from(event.height));
                    if surface.resized(event.window, width, height) {
                        self.config.state.set_native_size(NativeSize::new(width, height));
                    }
                }
                Event::ClientMessage(event)
                    if Some(event.window) == surface.container()
                        && event.data.as_data32()[0] == self.shared.x11.atoms.WM_DELETE_WINDOW =>
                {
                    if let Some(session) = &self.session {
                        session.end();
                    }
                }
                Event::FocusOut(event) if is_loss(&event) => self.forget_focus(),
                Event::DestroyNotify(event) => surface.destroyed(event.window),
                // Windows come and go at the host's pleasure.
                Event::Error(error) => tracing::debug!("the X server refuses: {error:?}"),
                _ => {}
            }
        }
        Ok(())
    }

    /// Tells the page that no text field has the keyboard any more, if one had.
    fn forget_focus(&mut self) {
        if self.shared.has_text_focus.swap(false, Ordering::Relaxed) {
            self.tell_helper(&ToHelper::ReleaseFocus);
        }
    }

    fn say(&mut self, notice: String) {
        tracing::error!("{notice}");
        self.notice = Some(notice);
        self.draw_notice();
    }

    fn draw_notice(&self) {
        if let (Some(notice), Some(window)) = (&self.notice, self.shared.surface.container()) {
            self.check(notice::draw(&self.shared.x11, window, self.config.background, notice));
        }
    }

    fn is_ticking(&self) -> bool {
        self.session.is_some() && self.helper.as_ref().is_some_and(|helper| helper.has_document)
    }

    fn tick(&mut self) {
        let now = Instant::now();
        if !self.is_ticking() || now < self.next_tick {
            return;
        }
        // Ticks that were missed stay missed.
        self.next_tick = (self.next_tick + TICK).max(now);
        if let Some(session) = &self.session {
            session.with_handler("ticking", |handler| handler.on_tick());
        }
    }

    fn carry_texts(&mut self) {
        let texts = self.session.as_ref().map(|session| session.outbox().take()).unwrap_or_default();
        for text in texts {
            self.tell_helper(&ToHelper::Text(text));
        }
    }

    /// Waits until there is something to do.
    fn wait(&self) {
        // Another thread's request may have brought events along, which make nothing readable; that thread wakes us.
        let mut watched =
            vec![readable(self.shared.waker.descriptor()), readable(self.shared.x11.descriptor())];
        if let Some(helper) = &self.helper {
            let mut socket = readable(helper.socket());
            if helper.has_backlog() {
                socket.events |= libc::POLLOUT;
            }
            watched.push(socket);
            watched.extend(helper.errors().map(readable));
        }
        let timeout_ms = if self.is_ticking() {
            let left = self.next_tick.saturating_duration_since(Instant::now());
            left.as_micros().div_ceil(1000) as libc::c_int
        } else {
            -1
        };
        poll(&mut watched, timeout_ms);
        self.shared.waker.clear();
    }

    /// Requests about windows fail when the host destroys them meanwhile, which the server reports anyway.
    #[expect(clippy::unused_self, reason = "reads as what it is: the supervisor's attitude")]
    fn check<E: std::fmt::Display>(&self, result: Result<(), E>) {
        if let Err(error) = result {
            tracing::debug!("{error}");
        }
    }
}

impl Drop for Supervisor {
    /// However the thread ends, nobody waits for it and nothing of it stays behind.
    fn drop(&mut self) {
        if let Some(helper) = self.helper.take() {
            helper.end();
        }
        self.shared.has_text_focus.store(false, Ordering::Relaxed);
        let left = self.shared.orders.lock().take().unwrap_or_default();
        let unopened = left.into_iter().filter_map(|order| match order {
            Order::Open(session) => Some(session),
            Order::HostKey(_) | Order::Quit => None,
        });
        for session in self.session.take().into_iter().chain(unopened) {
            session.end();
        }
    }
}

/// Whether the keyboard has gone from the page's window, rather than to a menu for a moment or to where the pointer is.
fn is_loss(event: &FocusOutEvent) -> bool {
    let is_lasting = matches!(event.mode, NotifyMode::NORMAL | NotifyMode::WHILE_GRABBED);
    is_lasting && matches!(event.detail, NotifyDetail::ANCESTOR | NotifyDetail::NONLINEAR)
}
