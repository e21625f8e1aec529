//! The connection to the library that started this process.

use std::cell::RefCell;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::thread;

use gtk::glib::{MainContext, Priority};

use crate::lifetime;
use crate::wire::{FromHelper, ToHelper, read_frame};

/// The sending side, for GTK's thread alone: frames must not mix.
#[derive(Clone)]
pub struct Library {
    socket: Rc<UnixStream>,
}

type Listener = Box<dyn Fn(ToHelper)>;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

impl Library {
    /// Uses the socket that is the standard input.
    pub fn connect() -> io::Result<Self> {
        let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        socket.peer_addr()?;
        Ok(Self { socket: Rc::new(socket) })
    }

    /// Sends a message. When the library is gone, so are we.
    pub fn send(&self, message: &FromHelper) {
        if (&*self.socket).write_all(&message.encode()).is_err() {
            lifetime::end_group();
        }
    }

    /// Calls back on GTK's thread, the calling one, with each message that arrives.
    ///
    /// Reading has a thread of its own, so that the end of the connection ends this process even while GTK is busy.
    pub fn listen(&self, receive: impl Fn(&Library, ToHelper) + 'static) {
        let library = self.clone();
        LISTENER.set(Some(Box::new(move |message| receive(&library, message))));

        let mut socket = self.socket.try_clone().unwrap_or_else(|_| lifetime::end_group());
        let context = MainContext::default();
        thread::spawn(move || {
            while let Ok(Some(body)) = read_frame(&mut socket) {
                let Ok(message) = ToHelper::decode(&body) else { break };
                context.invoke_with_priority(Priority::DEFAULT, move || {
                    LISTENER.with_borrow(|listener| {
                        if let Some(listener) = listener {
                            listener(message);
                        }
                    });
                });
            }
            lifetime::end_group();
        });
    }
}
