//! What a browser's window does, and a plugin's does not.

use nice_plug_webview::{AssetMap, PageSource};
use x11rb::protocol::xproto::{ConnectionExt as _, MapState};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::wrapper::ConnectionExt as _;

use crate::display::{Display, display, wait_until};
use crate::host::{Host, Open, Seen};

/// Two text fields at the top, a link that fills the bottom, and green between them.
const HTML: &str = "<!doctype html><style>* { margin: 0 } html { background: rgb(0, 200, 0); overflow: hidden } \
    input, a { position: absolute; left: 0; width: 400px; height: 60px; border: 0; outline: 0; font: 30px serif } \
    #second { top: 60px } a { top: 200px; height: 100px; background: rgb(200, 0, 0) }</style>\
    <input id=first><input id=second><a href=other.html>link</a><script src=app.js></script>";
const SCRIPT: &str = "const say = (text) => __NICE_PLUG__.postMessage(text);
    for (const field of [first, second]) field.addEventListener('input', () => say(`${field.id}: ${field.value}`));
    addEventListener('contextmenu', () => setTimeout(() => say('menu asked for')));
    addEventListener('wheel', (event) => setTimeout(() => say(`wheel ${event.ctrlKey} ${innerWidth} ${visualViewport.scale}`)));
    addEventListener('mouseup', (event) => setTimeout(() => say(`button ${event.button}`)));
    addEventListener('dragstart', (event) => setTimeout(() => say(`drag ${event.defaultPrevented}`)));
    __NICE_PLUG__.setReceiveCallback((text) => say(text === 'where' ? location.search : String(eval(text))));
    say('ready');";

const CONTROL: u32 = 0xffe3;
const ALT: u32 = 0xffe9;
const DOWN: u32 = 0xff54;
const RETURN: u32 = 0xff0d;

/// A page in a window without a developer's tools, as musicians have it.
fn open(display: &Display) -> (Host, Open) {
    let assets = AssetMap::new()
        .with_file("index.html", "text/html; charset=utf-8", HTML.as_bytes().to_vec())
        .with_file("other.html", "text/html; charset=utf-8", b"<!doctype html>another page".to_vec())
        .with_file("app.js", "text/javascript; charset=utf-8", SCRIPT.as_bytes().to_vec());
    // What a test asks the page is evaluated there.
    let policy = "default-src 'self' 'unsafe-inline' 'unsafe-eval'";
    let host = Host::with_source(PageSource::Assets(assets), |editor| {
        editor.with_developer_tools(false).with_content_security_policy(policy)
    });
    let opened = host.open_in(display.host_window(400, 300));
    host.wait_for_message("ready");
    display.wait_for_colour(200, 150, [0, 200, 0]);
    (host, opened)
}

fn fake(display: &Display, kind: u8, detail: u8, (x, y): (i16, i16)) {
    display.connection.xtest_fake_input(kind, detail, 0, display.root, x, y, 0).unwrap();
    display.connection.sync().unwrap();
}

/// Clicks with any of the mouse's buttons; 4 and 5 are the wheel.
fn click(display: &Display, button: u8, at: (i16, i16)) {
    fake(display, 6, 0, at);
    fake(display, 4, button, (0, 0));
    fake(display, 5, button, (0, 0));
}

/// Presses a key while another is held.
fn press_with(display: &Display, modifier: Option<u32>, keysym: u32) {
    let modifier = modifier.map(|modifier| display.key_code(modifier));
    if let Some(code) = modifier {
        fake(display, 2, code, (0, 0));
    }
    display.press(keysym);
    if let Some(code) = modifier {
        fake(display, 3, code, (0, 0));
    }
}

/// How many windows are on the screen.
fn windows(display: &Display) -> usize {
    let children = display.connection.query_tree(display.root).unwrap().reply().unwrap().children;
    let is_seen = |&&window: &&u32| {
        let attributes = display.connection.get_window_attributes(window).unwrap().reply();
        attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
    };
    children.iter().filter(is_seen).count()
}

/// Opens the menu at a place, chooses the item that comes at a position, and waits until the menu has gone.
fn choose(display: &Display, at: (i16, i16), position: usize) {
    let before = windows(display);
    click(display, 3, at);
    wait_until(|| windows(display) > before, || "the menu of the text field".to_owned());
    for _ in 0..=position {
        display.press(DOWN);
    }
    display.press(RETURN);
    wait_until(|| windows(display) == before, || "the end of the menu".to_owned());
}

/// Goes through the messages up to the answer to a question, and returns it.
fn ask(host: &Host, question: &str) -> String {
    host.send(question);
    loop {
        match host.next() {
            Seen::Message(text)
                if text.starts_with("button") || text.starts_with("wheel") || text.starts_with("drag") => {}
            Seen::Message(text) => return text,
            Seen::DocumentStarted => panic!("the page was replaced"),
            _ => {}
        }
    }
}

/// Clicks on the first field and waits until it has the keyboard.
fn type_into_first(display: &Display) {
    let host = display.keyboard_owner();
    display.click(200, 30);
    wait_until(|| display.keyboard_owner() != host, || "the field to take the keyboard".to_owned());
}

#[test]
fn a_text_is_cut_and_pasted_by_the_menu_of_its_field() {
    let display = display();
    let (host, _opened) = open(&display);
    type_into_first(&display);
    display.press(0x61);
    display.press(0x62);
    host.wait_for_message("first: ab");
    press_with(&display, Some(CONTROL), 0x61);
    let selected = "String(first.selectionEnd - first.selectionStart)";
    wait_until(|| ask(&host, selected) == "2", || "the text to be selected".to_owned());
    // Cut, copy, paste, delete, select all; the keyboard passes over what cannot be done.
    choose(&display, (20, 30), 0);
    host.wait_for_message("first: ");
    display.click(200, 90);
    choose(&display, (20, 90), 0);
    host.wait_for_message("second: ab");
}

#[test]
fn there_is_no_menu_but_that_of_a_text() {
    let display = display();
    let (host, _opened) = open(&display);
    let before = windows(&display);
    for at in [(200, 150), (200, 250)] {
        click(&display, 3, at);
        host.wait_for_message("menu asked for");
        assert_eq!(ask(&host, "1 + 1"), "2");
    }
    // A menu that came late would have the keyboard, and this key.
    type_into_first(&display);
    display.press(0x61);
    host.wait_for_message("first: a");
    assert_eq!(windows(&display), before);
}

#[test]
fn a_dragged_link_leaves_the_page_where_it_is() {
    let display = display();
    let (host, _opened) = open(&display);
    fake(&display, 6, 0, (30, 220));
    fake(&display, 4, 1, (0, 0));
    for step in 1..=20 {
        fake(&display, 6, 0, (30 + step * 8, 220 - step * 4));
        std::thread::sleep(std::time::Duration::from_millis(15));
    }
    fake(&display, 5, 1, (0, 0));
    host.wait_for_message("drag true");
    assert_eq!(ask(&host, "location.pathname"), "/index.html");
}

#[test]
fn the_mouse_goes_neither_back_nor_forward() {
    let display = display();
    let (host, _opened) = open(&display);
    let go = "history.pushState(null, '', '?second'); history.pushState(null, '', '?third'); history.back(); 'gone'";
    assert_eq!(ask(&host, go), "gone");
    wait_until(|| ask(&host, "location.search") == "?second", || "the second place".to_owned());
    for button in [8, 9] {
        click(&display, button, (200, 150));
        while !matches!(host.next(), Seen::Message(text) if text.starts_with("button")) {}
        assert_eq!(ask(&host, "location.search"), "?second");
    }
}

#[test]
fn the_wheel_does_not_zoom() {
    let display = display();
    let (host, _opened) = open(&display);
    let control = display.key_code(CONTROL);
    fake(&display, 2, control, (0, 0));
    for _ in 0..3 {
        click(&display, 4, (200, 150));
        host.wait_for_message("wheel true 400 1");
    }
    fake(&display, 3, control, (0, 0));
    assert_eq!(ask(&host, "`${innerWidth} ${visualViewport.scale}`"), "400 1");
}

#[test]
fn a_browser_s_keys_leave_the_page_as_it_is_and_reach_the_host() {
    let display = display();
    let (host, _opened) = open(&display);
    assert_eq!(ask(&host, "history.pushState(null, '', '?second'); 'gone'"), "gone");
    display.click(200, 150);
    // WebKit scrolls by these.
    press_with(&display, Some(ALT), 0xff51);
    press_with(&display, Some(ALT), 0xff53);
    let keys: [(Option<u32>, u32); 15] = [
        (None, 0xffc2),
        (None, 0xffc0),
        (None, 0xffc4),
        (None, 0xffc9),
        (None, 0xff08),
        (Some(CONTROL), 0x72),
        (Some(CONTROL), 0x70),
        (Some(CONTROL), 0x73),
        (Some(CONTROL), 0x66),
        (Some(CONTROL), 0x75),
        (Some(CONTROL), 0x3d),
        (Some(CONTROL), 0x2d),
        (Some(CONTROL), 0x30),
        (Some(CONTROL), 0x77),
        (None, 0x20),
    ];
    let mut pressed = Vec::new();
    for (modifier, keysym) in keys {
        press_with(&display, modifier, keysym);
        let code = display.key_code(keysym);
        wait_until(
            || {
                pressed.extend(display.pressed_keys());
                pressed.contains(&code)
            },
            || format!("key {keysym:#x} in the host's window"),
        );
    }
    assert_eq!(ask(&host, "`${location.search} ${innerWidth}`"), "?second 400");
}
