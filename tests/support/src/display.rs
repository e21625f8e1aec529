//! A private X server, and what a host does with it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, ImageFormat, InputFocus,
    Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::needs::{Need, assert_declared};

/// How long something may take that must happen. Nothing is measured by this.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The host's side of the X server, for one test at a time.
pub struct Display {
    pub connection: RustConnection,
    pub root: Window,
    _turn: MutexGuard<'static, ()>,
}

/// A colour, as it arrives in a picture.
pub type Colour = [u8; 3];

/// Starts the X server for this process, unless it runs already, and waits for the test's turn.
pub fn display() -> Display {
    static TURN: Mutex<()> = Mutex::new(());
    static SERVER: OnceLock<RustConnection> = OnceLock::new();

    assert_declared(Need::WindowTests);
    let turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    start_log();
    // This connection stays open until the process ends; then the server ends as well.
    SERVER.get_or_init(|| {
        start_server();
        x11rb::connect(None).expect("the server that was just started takes connections").0
    });
    let (connection, screen) = x11rb::connect(None).expect("the server takes connections");
    let root = connection.setup().roots[screen].root;
    Display { connection, root, _turn: turn }
}

/// Lets `RUST_LOG` show what the code under test says. The tests of a program share one log: whoever comes first starts it.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
}

#[allow(unsafe_code)]
#[allow(clippy::zombie_processes, reason = "the server ends after this process")]
fn start_server() {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-terminate"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb was found before the first test");
    let mut number = String::new();
    BufReader::new(server.stdout.take().expect("its output goes to a pipe"))
        .read_line(&mut number)
        .expect("Xvfb says on which display it runs");
    // SAFETY: the tests of this process wait for their turn, so no other thread looks at the environment.
    unsafe {
        std::env::set_var("DISPLAY", format!(":{}", number.trim()));
        std::env::remove_var("XAUTHORITY");
        std::env::remove_var("WAYLAND_DISPLAY");
    }
}

impl Display {
    /// A window such as a host makes for an editor, which listens to keys and has the keyboard.
    pub fn host_window(&self, width: u16, height: u16) -> Window {
        self.host_window_at(0, 0, width, height)
    }

    pub fn host_window_at(&self, x: i16, y: i16, width: u16, height: u16) -> Window {
        let window = self.connection.generate_id().unwrap();
        let screen = &self.connection.setup().roots[0];
        let attributes = CreateWindowAux::new()
            .background_pixel(0x00ff_00ff)
            .override_redirect(1)
            .event_mask(EventMask::KEY_PRESS | EventMask::KEY_RELEASE | EventMask::STRUCTURE_NOTIFY);
        self.connection
            .create_window(
                x11rb::COPY_DEPTH_FROM_PARENT,
                window,
                self.root,
                x,
                y,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                screen.root_visual,
                &attributes,
            )
            .unwrap();
        self.connection.map_window(window).unwrap();
        self.connection.sync().unwrap();
        self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME).unwrap();
        self.connection.sync().unwrap();
        window
    }

    /// The window that bears this title.
    pub fn window_with_title(&self, title: &str) -> Window {
        let children = self.connection.query_tree(self.root).unwrap().reply().unwrap().children;
        let has_title = |&window: &Window| {
            let (name, text) = (AtomEnum::WM_NAME, AtomEnum::STRING);
            let property =
                self.connection.get_property(false, window, name, text, 0, 64).unwrap().reply().unwrap();
            property.value == title.as_bytes()
        };
        children.into_iter().find(has_title).expect("the window exists")
    }

    /// Does what a window manager does when its button to close is pressed.
    pub fn ask_to_close(&self, window: Window) {
        let atom =
            |name: &str| self.connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let data = [atom("WM_DELETE_WINDOW"), 0, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
        self.connection.send_event(false, window, EventMask::NO_EVENT, event).unwrap();
        self.connection.sync().unwrap();
    }

    pub fn destroy(&self, window: Window) {
        self.connection.destroy_window(window).unwrap();
        self.connection.sync().unwrap();
    }

    /// What is to be seen at a place of the screen.
    pub fn colour_at(&self, x: i16, y: i16) -> Colour {
        self.picture_at(x, y, 1, 1)[0]
    }

    /// Everything that is to be seen in the screen's upper left corner, row by row.
    pub fn picture(&self, width: u16, height: u16) -> Vec<Colour> {
        self.picture_at(0, 0, width, height)
    }

    /// Everything that is to be seen in an area of the screen, row by row.
    pub fn picture_at(&self, x: i16, y: i16, width: u16, height: u16) -> Vec<Colour> {
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, !0)
            .unwrap()
            .reply()
            .unwrap();
        image.data.chunks_exact(4).map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect()
    }

    /// Waits until a place of the screen has a colour.
    pub fn wait_for_colour(&self, x: i16, y: i16, colour: Colour) {
        wait_until(
            || self.colour_at(x, y) == colour,
            || format!("{colour:?} at {x}, {y}, where there is {:?}", self.colour_at(x, y)),
        );
    }

    pub fn click(&self, x: i16, y: i16) {
        self.click_button(1, x, y);
    }

    /// Clicks with the right button.
    pub fn right_click(&self, x: i16, y: i16) {
        self.click_button(3, x, y);
    }

    fn click_button(&self, button: u8, x: i16, y: i16) {
        self.connection.xtest_fake_input(6, 0, 0, self.root, x, y, 0).unwrap();
        self.connection.xtest_fake_input(4, button, 0, self.root, 0, 0, 0).unwrap();
        self.connection.xtest_fake_input(5, button, 0, self.root, 0, 0, 0).unwrap();
        self.connection.sync().unwrap();
    }

    /// Puts the pointer somewhere. Without a window manager, the keyboard belongs to what is under it.
    pub fn point_at(&self, x: i16, y: i16) {
        self.connection.xtest_fake_input(6, 0, 0, self.root, x, y, 0).unwrap();
        self.connection.sync().unwrap();
    }

    /// Presses and releases the key that has this symbol.
    pub fn press(&self, keysym: u32) {
        let code = self.key_code(keysym);
        self.connection.xtest_fake_input(2, code, 0, self.root, 0, 0, 0).unwrap();
        self.connection.xtest_fake_input(3, code, 0, self.root, 0, 0, 0).unwrap();
        self.connection.sync().unwrap();
    }

    pub fn key_code(&self, keysym: u32) -> u8 {
        let setup = self.connection.setup();
        let count = setup.max_keycode - setup.min_keycode + 1;
        let map = self.connection.get_keyboard_mapping(setup.min_keycode, count).unwrap().reply().unwrap();
        let columns = usize::from(map.keysyms_per_keycode);
        let row =
            map.keysyms.chunks(columns).position(|row| row.first() == Some(&keysym)).expect("the key exists");
        setup.min_keycode + row as u8
    }

    pub fn keyboard_owner(&self) -> Window {
        self.connection.get_input_focus().unwrap().reply().unwrap().focus
    }

    /// The codes of the keys that have been pressed in the host's windows since the last call.
    pub fn pressed_keys(&self) -> Vec<u8> {
        let mut codes = Vec::new();
        while let Some(event) = self.connection.poll_for_event().unwrap() {
            if let Event::KeyPress(event) = event {
                codes.push(event.detail);
            }
        }
        codes
    }
}

/// Waits until something is so, and fails with what was expected when it never comes.
pub fn wait_until(mut is_so: impl FnMut() -> bool, expected: impl Fn() -> String) {
    let give_up = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < give_up, "waited in vain for {}", expected());
        std::thread::sleep(Duration::from_millis(5));
    }
}
