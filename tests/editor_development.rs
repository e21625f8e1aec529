//! What a debug build offers to whoever develops the page, and a release build to nobody.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use wavecraft_tests::bundles;
use wavecraft_tests::display::{Display, display};
use wavecraft_tests::editor_host::EditorHost;
use wavecraft_tests::strip_page::{FEWEST_ACCENTS, SIZE_PX, accents};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, MapState};
use x11rb::protocol::xtest::ConnectionExt as _;

plugin_test_support::needs!(WindowTests);

/// The parameter that the served page sets, from -24 to 24 dB.
const OUTPUT: &str = "Output/Output";
/// X11's codes of what a mouse does.
const PRESS: u8 = 4;
const RELEASE: u8 = 5;
const MOVE: u8 = 6;
const GREEN: [u8; 3] = [0, 200, 0];
const BLUE: [u8; 3] = [0, 0, 200];

/// A page that sets the output when it has read it, turns green when that is done, and blue when somebody else sets it.
const PAGE: &str = r#"<!doctype html><script>
const channel = globalThis.__WAVECRAFT_IPC__;
const ask = (id, method, params) =>
  channel.postMessage(JSON.stringify({ jsonrpc: "2.0", id, method, params: { id: "output_gain", ...params } }));
const paint = (colour) => { document.documentElement.style.background = colour; };
channel.setReceiveCallback((text) => {
  const message = JSON.parse(text);
  if (message.id === 1 && message.result.value === 0.5) ask(2, "setParameter", { value: 0.75 });
  if (message.id === 2 && message.result) paint("rgb(0, 200, 0)");
  if (message.method === "parameterChanged" && message.params.value === 0.25) paint("rgb(0, 0, 200)");
});
ask(1, "getParameter", {});
</script>"#;

/// The server of the page, which `WAVECRAFT_UI_URL` names for as long as this process lives.
struct Server {
    requests: Arc<AtomicUsize>,
}

/// Starts it with the first test. The display says whose turn it is: no other thread looks at the environment.
#[allow(unsafe_code, reason = "the plugin learns of the page from the environment alone")]
fn server(_turn: &Display) -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        // SAFETY: the tests of this process wait for their turn, so no other thread looks at the environment.
        unsafe { std::env::set_var("WAVECRAFT_UI_URL", url) };
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        thread::spawn(move || {
            listener.incoming().flatten().for_each(|stream| {
                count.fetch_add(1, Ordering::SeqCst);
                // A browser may hang up.
                let _ = answer(stream);
            });
        });
        Server { requests }
    })
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let (status, body) = if request.starts_with("GET / ") { ("200 OK", PAGE) } else { ("404 Not Found", "") };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// The plugin's library as developers build it, under a name of its own.
fn debug_library() -> &'static Path {
    static LIBRARY: OnceLock<(PathBuf, TempDir)> = OnceLock::new();
    let (library, _) = LIBRARY.get_or_init(|| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let mut build = Command::new(env!("CARGO"));
        build.args(["rustc", "--package", "wavecraft", "--lib", "--crate-type", "cdylib"]);
        build.args(["--features", "wavecraft-plugin/editor", "--quiet", "--message-format", "json"]);
        let output = build.current_dir(root).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let built = built_library(&String::from_utf8_lossy(&output.stdout)).expect("cargo says where it is");
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("Wavecraft.clap");
        std::fs::copy(built, &library).unwrap();
        (library, folder)
    });
    library
}

/// The plugin's library among cargo's messages.
fn built_library(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let names = messages.flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    let mut names = names.filter_map(|name| name.as_str().map(PathBuf::from));
    names.find(|name| name.ends_with("libwavecraft.so"))
}

/// Holds the right button down in the middle of the page, and returns how many windows are seen then and were before.
fn windows_by_the_right_button(display: &Display, host: &mut EditorHost) -> [usize; 2] {
    let before = visible_windows(display);
    mouse(display, MOVE, 0);
    mouse(display, PRESS, 3);
    // A menu needs some hundredths of a second where there is one.
    let started = Instant::now();
    let mut windows = before;
    while started.elapsed() < Duration::from_secs(2) && windows == before {
        host.idle();
        thread::sleep(Duration::from_millis(5));
        windows = visible_windows(display);
    }
    mouse(display, RELEASE, 3);
    [windows, before]
}

fn mouse(display: &Display, kind: u8, button: u8) {
    let connection = &display.connection;
    connection.xtest_fake_input(kind, button, 0, display.root, 480, 60, 0).unwrap();
    connection.flush().unwrap();
}

fn visible_windows(display: &Display) -> usize {
    let children = display.connection.query_tree(display.root).unwrap().reply().unwrap().children;
    let is_seen = |window: &u32| {
        let attributes = display.connection.get_window_attributes(*window).unwrap().reply();
        attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
    };
    children.iter().filter(|window| is_seen(window)).count()
}

#[test]
fn a_debug_build_shows_the_page_that_is_named_and_offers_to_inspect_it() {
    let display = display();
    let server = server(&display);
    let requests_before = server.requests.load(Ordering::SeqCst);
    let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
    let mut host = EditorHost::start(debug_library());

    host.open(window, None);
    host.run_until("the served page has set the output", |_| display.colour_at(480, 300) == GREEN);
    assert!(server.requests.load(Ordering::SeqCst) > requests_before);
    assert!((host.value(OUTPUT) - 0.75).abs() < 1e-6, "{}", host.value(OUTPUT));
    host.automate(OUTPUT, 0.25);
    host.run_until("the served page knows of automation", |_| display.colour_at(480, 300) == BLUE);

    let [windows, before] = windows_by_the_right_button(&display, &mut host);
    assert!(windows > before, "there is a menu");
    host.close();
    display.destroy(window);
}

#[test]
fn a_release_build_shows_its_own_page_whatever_is_named_and_cannot_be_inspected() {
    let display = display();
    let server = server(&display);
    let requests_before = server.requests.load(Ordering::SeqCst);
    let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
    let mut host = EditorHost::start(&bundles::clap());

    host.open(window, None);
    host.run_until("the page is there", |_| accents(&display, SIZE_PX) > FEWEST_ACCENTS);
    assert_eq!(server.requests.load(Ordering::SeqCst), requests_before, "nobody has asked the server");

    let [windows, before] = windows_by_the_right_button(&display, &mut host);
    assert_eq!(windows, before, "there is no menu");
    host.close();
    display.destroy(window);
}
