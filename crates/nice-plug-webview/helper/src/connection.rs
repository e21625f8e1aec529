//! The connection to the library that started this process.

use std::cell::RefCell;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::thread;

use gtk::glib::{MainContext, Priority};

use crate::lifetime;
use crate::messages::{FromHelper, ToHelper};
use crate::wire::{self, ViewNumber};

/// The connection, for GTK's thread alone: frames must not mix.
pub struct Connection {
    socket: Rc<UnixStream>,
}

/// Tells the library of one view.
#[derive(Clone)]
pub struct ViewSender {
    socket: Rc<UnixStream>,
    view: ViewNumber,
}

type Listener = Box<dyn Fn(ViewNumber, ToHelper)>;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

impl Connection {
    /// Uses the socket that is the standard input.
    pub fn open() -> io::Result<Self> {
        let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        socket.peer_addr()?;
        Ok(Self { socket: Rc::new(socket) })
    }

    /// The way to tell the library of this view.
    pub fn sender(&self, view: ViewNumber) -> ViewSender {
        ViewSender { socket: Rc::clone(&self.socket), view }
    }

    /// Calls back on GTK's thread, the calling one, with each message that arrives.
    ///
    /// Reading has a thread of its own, so that the end of the connection ends this process even while GTK is busy.
    pub fn listen(self, receive: impl Fn(&Connection, ViewNumber, ToHelper) + 'static) {
        let mut socket = self.socket.try_clone().unwrap_or_else(|_| lifetime::end_group());
        LISTENER.set(Some(Box::new(move |view, message| receive(&self, view, message))));

        let context = MainContext::default();
        thread::spawn(move || {
            while let Some((view, message)) = next_message(&mut socket) {
                context.invoke_with_priority(Priority::DEFAULT, move || {
                    LISTENER.with_borrow(|listener| {
                        if let Some(listener) = listener {
                            listener(view, message);
                        }
                    });
                });
            }
            lifetime::end_group();
        });
    }
}

impl ViewSender {
    /// Sends a message. When the library is gone, so are we.
    pub fn send(&self, message: &FromHelper) {
        let frame = wire::encode(self.view, message).or_else(|error| {
            let warning = FromHelper::Warning(format!("the page sends what cannot be passed on: {error}"));
            wire::encode(self.view, &warning)
        });
        let is_sent = frame.is_ok_and(|frame| (&*self.socket).write_all(&frame).is_ok());
        if !is_sent {
            lifetime::end_group();
        }
    }
}

/// Waits for the next message; none when the library is gone, or says what nobody understands.
fn next_message(socket: &mut UnixStream) -> Option<(ViewNumber, ToHelper)> {
    wire::read(socket).unwrap_or_else(|error| {
        eprintln!("the connection to the plugin has failed: {error}");
        None
    })
}
