//! The thread that keeps the page alive: it opens its view, passes messages on, ticks, and restarts what has crashed.

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

use super::description;
use super::helper::HelperExit;
use super::keys;
use super::messages::{FromHelper, HostKey, ToHelper};
use super::notice;
use super::shared_helper::HelperView;
use super::surface::{Placement, Surface};
use super::waker::{Waker, poll, readable};
use super::x11::{X11, X11Error};
use crate::config::Config;
use crate::session::Session;

/// 60 times a second.
const TICK: Duration = Duration::from_nanos(1_000_000_000 / 60);
/// So many crashes within [`CRASH_PERIOD`] are enough.
const MAX_CRASHES: usize = 3;
const CRASH_PERIOD: Duration = Duration::from_mins(1);

/// What the host's threads have of the supervisor.
pub struct SupervisorHandle {
    pub surface: Surface,
    pub x11: Arc<X11>,
    pub waker: Waker,
    /// Whether a text field of the page has the keyboard.
    pub has_text_focus: AtomicBool,
    /// Those that wait; `None` when the supervisor has ended.
    commands: Mutex<Option<VecDeque<Command>>>,
}

/// What the supervisor is to do.
pub enum Command {
    /// The window has been opened.
    Open(Arc<Session>),
    /// The host has a key for the page.
    HostKey(HostKey),
    /// The editor is gone.
    Quit,
}

impl SupervisorHandle {
    /// No commands yet.
    pub fn new(surface: Surface, x11: Arc<X11>, waker: Waker) -> Self {
        let commands = Mutex::new(Some(VecDeque::new()));
        Self { surface, x11, waker, has_text_focus: AtomicBool::new(false), commands }
    }

    /// Sends a command, from any thread and without waiting. Says whether the supervisor still runs to follow it.
    pub fn send(&self, command: Command) -> bool {
        let is_running = self.commands.lock().as_mut().map(|commands| commands.push_back(command)).is_some();
        self.waker.wake();
        is_running
    }

    /// Whether the supervisor has ended: it was told to, or the X server is gone.
    pub fn has_ended(&self) -> bool {
        self.commands.lock().is_none()
    }
}

/// What runs on the thread.
pub struct Supervisor {
    config: Arc<Config>,
    handle: Arc<SupervisorHandle>,
    session: Option<Arc<Session>>,
    /// The page in the helper.
    view: Option<HelperView>,
    /// Whether a document has begun since the view was opened.
    has_document: bool,
    /// What the helper was told of its window.
    placement: Option<Placement>,
    crashes: VecDeque<Instant>,
    keeps_host_libraries: bool,
    /// What the window says instead of the page.
    notice: Option<String>,
    next_tick: Instant,
}

impl Supervisor {
    /// Nothing started yet.
    pub fn new(config: Arc<Config>, handle: Arc<SupervisorHandle>) -> Self {
        Self {
            config,
            handle,
            session: None,
            view: None,
            has_document: false,
            placement: None,
            crashes: VecDeque::new(),
            keeps_host_libraries: false,
            notice: None,
            next_tick: Instant::now(),
        }
    }

    /// Works until it is told to quit, or has lost the X server.
    pub fn run(mut self) {
        while self.process_commands() {
            self.detach_ended_session();
            if let Err(error) = self.process_x11_events() {
                tracing::error!("the X server is gone: {error}");
                return;
            }
            self.close_view_without_window();
            self.receive_from_helper();
            self.update_placement();
            self.tick();
            self.send_texts();
            self.wait();
        }
    }

    fn process_commands(&mut self) -> bool {
        loop {
            let command = self.handle.commands.lock().as_mut().and_then(VecDeque::pop_front);
            match command {
                None => return true,
                Some(Command::Quit) => return false,
                Some(Command::Open(session)) => self.open(&session),
                Some(Command::HostKey(key)) => self.send_to_helper(&ToHelper::HostKey(key)),
            }
        }
    }

    fn open(&mut self, session: &Arc<Session>) {
        self.close_view_without_window();
        self.session = Some(Arc::clone(session));
        self.next_tick = Instant::now();
        if self.notice.take().is_some() {
            self.crashes.clear();
        }
        let is_fresh_page = !self.has_document;
        if self.view.is_none() {
            self.open_view();
        }
        session.start_handler(is_fresh_page);
    }

    /// Lets go of a session whose window was closed.
    fn detach_ended_session(&mut self) {
        if self.session.as_ref().is_some_and(|session| session.has_ended()) {
            self.session = None;
            self.release_focus();
        }
    }

    fn open_view(&mut self) {
        self.placement = None;
        let waking = Arc::clone(&self.handle);
        let program = self.config.helper_program.as_deref();
        let opened = HelperView::open(program, self.keeps_host_libraries, move || waking.waker.wake());
        let loading = opened.and_then(|view| {
            view.send(&ToHelper::Load(description::describe(&self.config)))?;
            Ok(view)
        });
        match loading {
            Ok(view) => self.view = Some(view),
            Err(error) => self.show_notice(notice::cannot_start(&error)),
        }
    }

    fn send_to_helper(&self, message: &ToHelper) {
        tracing::trace!(?message, "to the helper");
        if let Some(Err(error)) = self.view.as_ref().map(|view| view.send(message)) {
            tracing::error!("not sent to the page: {error}");
        }
    }

    fn receive_from_helper(&mut self) {
        match self.view.as_ref().map(HelperView::receive) {
            None => {}
            Some(Ok(messages)) => messages.into_iter().for_each(|message| self.handle_message(message)),
            Some(Err(exit)) => self.handle_crash(&exit),
        }
    }

    fn handle_message(&mut self, message: FromHelper) {
        tracing::trace!(?message, "from the helper");
        match message {
            FromHelper::Window { id } => log_failure(self.handle.surface.attach_helper_window(id)),
            FromHelper::DocumentStarted => {
                self.has_document = true;
                self.handle.has_text_focus.store(false, Ordering::Relaxed);
                log_failure(self.handle.surface.restore_focus());
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
                self.handle.has_text_focus.store(has_focus, Ordering::Relaxed);
                let surface = &self.handle.surface;
                log_failure(if has_focus { surface.take_focus() } else { surface.restore_focus() });
            }
            FromHelper::UnusedKey(key) => {
                if let Some(parent) = self.handle.surface.parent() {
                    log_failure(keys::forward(&self.handle.x11, parent, key));
                }
            }
            FromHelper::Warning(text) => tracing::warn!("the helper: {text}"),
            FromHelper::NotResponding => tracing::debug!("the helper says of one view what is about all"),
        }
    }

    /// Closes a view whose window was destroyed by the host.
    fn close_view_without_window(&mut self) {
        if self.handle.surface.take_window_loss() {
            self.close_view();
        }
    }

    /// Closes the view, if there is one, and forgets what belongs to it.
    fn close_view(&mut self) {
        self.view = None;
        self.has_document = false;
        self.placement = None;
        self.handle.surface.forget_helper_window();
        self.handle.has_text_focus.store(false, Ordering::Relaxed);
    }

    /// The helper has ended by itself: opens a view in the next one if the window is open.
    fn handle_crash(&mut self, exit: &HelperExit) {
        self.close_view();
        tracing::warn!("the helper has ended: {exit:?}");
        if let HelperExit::LibraryMissing(library) = exit {
            // Some systems find their libraries only by the variables that some hosts need to be without.
            if !std::mem::replace(&mut self.keeps_host_libraries, true) {
                return self.reopen_view();
            }
            return self.show_notice(notice::library_missing(library));
        }
        let now = Instant::now();
        self.crashes.retain(|&crash| now.duration_since(crash) < CRASH_PERIOD);
        self.crashes.push_back(now);
        if self.crashes.len() >= MAX_CRASHES {
            self.show_notice(notice::crashed_repeatedly(self.crashes.len(), exit));
        } else {
            self.reopen_view();
        }
    }

    fn reopen_view(&mut self) {
        if let Some(session) = self.session.clone() {
            self.open_view();
            session.start_handler(true);
        }
    }

    /// Tells the helper what has changed about its window.
    fn update_placement(&mut self) {
        let wanted = self.session.as_ref().and_then(|_| self.handle.surface.placement());
        if wanted == self.placement || self.view.is_none() {
            return;
        }
        let moved = self.placement.map(|placement| placement.number) != wanted.map(|wanted| wanted.number);
        if moved && self.placement.is_some() {
            self.send_to_helper(&ToHelper::Hide);
        }
        match wanted {
            Some(Placement { geometry, .. }) if moved => self.send_to_helper(&ToHelper::Show(geometry)),
            Some(Placement { geometry, .. }) => self.send_to_helper(&ToHelper::Resize(geometry)),
            None => {}
        }
        self.placement = wanted;
    }

    /// Acts on what the X server says.
    ///
    /// # Errors
    ///
    /// The connection is lost, and with it every window.
    fn process_x11_events(&mut self) -> Result<(), ConnectionError> {
        while let Some(event) = self.handle.x11.connection.poll_for_event()? {
            let surface = &self.handle.surface;
            match event {
                Event::Expose(event) if event.count == 0 && Some(event.window) == surface.container() => {
                    self.draw_notice();
                }
                Event::ConfigureNotify(event) => {
                    let (width, height) = (u32::from(event.width), u32::from(event.height));
                    if surface.handle_resized(event.window, width, height) {
                        self.config.state.set_native_size(NativeSize::new(width, height));
                    }
                }
                Event::ClientMessage(event)
                    if Some(event.window) == surface.container()
                        && event.data.as_data32()[0] == self.handle.x11.atoms.WM_DELETE_WINDOW =>
                {
                    if let Some(session) = &self.session {
                        session.end();
                    }
                }
                Event::FocusOut(event) if is_focus_loss(&event) => self.release_focus(),
                Event::VisibilityNotify(event) => surface.handle_visibility(event.window, event.state),
                Event::DestroyNotify(event) => surface.handle_destroyed(event.window),
                // Windows come and go at the host's pleasure.
                Event::Error(error) => tracing::debug!("the X server refuses: {error:?}"),
                _ => {}
            }
        }
        Ok(())
    }

    /// Tells the page that no text field has the keyboard any more, if one had.
    fn release_focus(&mut self) {
        if self.handle.has_text_focus.swap(false, Ordering::Relaxed) {
            self.send_to_helper(&ToHelper::ReleaseFocus);
        }
    }

    fn show_notice(&mut self, notice: String) {
        tracing::error!("{notice}");
        self.notice = Some(notice);
        self.draw_notice();
    }

    fn draw_notice(&self) {
        if let (Some(notice), Some(window)) = (&self.notice, self.handle.surface.container()) {
            log_failure(notice::draw(&self.handle.x11, window, self.config.background, notice));
        }
    }

    fn is_ticking(&self) -> bool {
        self.session.is_some() && self.has_document
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

    fn send_texts(&mut self) {
        let texts = self.session.as_ref().map(|session| session.outbox().take()).unwrap_or_default();
        for text in texts {
            self.send_to_helper(&ToHelper::Text(text));
        }
    }

    /// Waits until there is something to do.
    fn wait(&self) {
        // Another thread's request may have brought events along, which make nothing readable; that thread wakes us, as the
        // helper's does.
        let mut watched = [readable(self.handle.waker.descriptor()), readable(self.handle.x11.descriptor())];
        let timeout = self.is_ticking().then(|| self.next_tick.saturating_duration_since(Instant::now()));
        poll(&mut watched, timeout);
        self.handle.waker.clear();
    }
}

impl Drop for Supervisor {
    /// However the thread ends, nobody goes on waiting for it, and its view is closed.
    fn drop(&mut self) {
        self.view = None;
        self.handle.has_text_focus.store(false, Ordering::Relaxed);
        let left = self.handle.commands.lock().take().unwrap_or_default();
        let unopened = left.into_iter().filter_map(|command| match command {
            Command::Open(session) => Some(session),
            Command::HostKey(_) | Command::Quit => None,
        });
        for session in self.session.take().into_iter().chain(unopened) {
            session.end();
        }
    }
}

/// Requests about windows fail when the host destroys them meanwhile, which the server reports anyway.
fn log_failure(result: Result<(), X11Error>) {
    if let Err(error) = result {
        tracing::debug!("{error}");
    }
}

/// Whether the keyboard has gone from the helper's window, rather than to a menu for a moment or to where the pointer is.
fn is_focus_loss(event: &FocusOutEvent) -> bool {
    let is_lasting = matches!(event.mode, NotifyMode::NORMAL | NotifyMode::WHILE_GRABBED);
    is_lasting && matches!(event.detail, NotifyDetail::ANCESTOR | NotifyDetail::NONLINEAR)
}
