//! Who gets the keys.

use nice_plug_core::editor::{EditorHandle, Modifiers, VirtualKeyCode};

use crate::display::{display, wait_until};
use crate::host::{Host, Seen};

const SPACE: u32 = 0x20;
const LETTER_A: u32 = 0x61;
const LETTER_B: u32 = 0x62;

/// A field at the top, a button at the bottom, and a page that uses the key `b`.
const HTML: &str = "<style>* { margin: 0 } html { background: rgb(0, 200, 0); overflow: hidden } \
    input, button { position: absolute; left: 0; width: 400px; height: 100px; border: 0; outline: 0 } \
    button { top: 200px }</style><input id=field><button id=button>button</button>";
const SCRIPT: &str = "const say = (text) => __NICE_PLUG__.postMessage(text);
    field.addEventListener('input', () => say(`typed ${field.value}`));
    field.addEventListener('focus', () => say('field focused'));
    button.addEventListener('click', () => say('button pressed'));
    addEventListener('keydown', (event) => {
        if (event.key === 'b' && event.target !== field) { event.preventDefault(); say('page used b'); }
        if (event.key === 'Enter') { field.blur(); say('blurred'); }
    });
    say('ready');";

#[test]
fn a_key_that_the_page_does_not_use_reaches_the_host() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(HTML, SCRIPT);
    let _opened = host.open_in(parent);
    host.wait_for_message("ready");
    display.wait_for_colour(200, 150, [0, 200, 0]);
    display.click(200, 150);

    display.press(SPACE);

    let mut pressed = Vec::new();
    wait_until(
        || {
            pressed.extend(display.pressed_keys());
            pressed.contains(&display.key_code(SPACE))
        },
        || "the space bar in the host's window".to_owned(),
    );
    assert_eq!(display.keyboard_owner(), parent);
}

#[test]
fn a_key_that_the_page_uses_does_not_reach_the_host() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(HTML, SCRIPT);
    let _opened = host.open_in(parent);
    host.wait_for_message("ready");
    display.wait_for_colour(200, 150, [0, 200, 0]);
    display.click(200, 150);

    display.press(LETTER_B);
    host.wait_for_message("page used b");
    display.press(SPACE);

    // The space bar comes after it, so what the host has until then is all that it gets.
    let mut pressed = Vec::new();
    wait_until(
        || {
            pressed.extend(display.pressed_keys());
            pressed.contains(&display.key_code(SPACE))
        },
        || "the space bar in the host's window".to_owned(),
    );
    assert_eq!(pressed, [display.key_code(SPACE)]);
}

#[test]
fn a_click_on_a_button_leaves_the_keyboard_with_the_host() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(HTML, SCRIPT);
    let _opened = host.open_in(parent);
    host.wait_for_message("ready");
    display.wait_for_colour(200, 150, [0, 200, 0]);

    display.click(200, 250);
    host.wait_for_message("button pressed");
    assert_eq!(display.keyboard_owner(), parent);
    display.press(SPACE);

    let space = display.key_code(SPACE);
    wait_until(
        || display.pressed_keys().contains(&space),
        || "the space bar in the host's window".to_owned(),
    );
    assert!(!host.seen.try_iter().any(|seen| seen == Seen::Message("button pressed".to_owned())));
}

#[test]
fn a_text_field_gets_its_keys_and_gives_the_keyboard_back() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(HTML, SCRIPT);
    let _opened = host.open_in(parent);
    host.wait_for_message("ready");
    display.wait_for_colour(200, 150, [0, 200, 0]);

    display.click(200, 50);
    wait_until(|| display.keyboard_owner() != parent, || "the page to take the keyboard".to_owned());
    display.press(LETTER_A);
    display.press(SPACE);
    display.press(LETTER_B);
    host.wait_for_message("typed a b");
    assert!(display.pressed_keys().is_empty());

    display.press(0xff0d);
    host.wait_for_message("blurred");
    wait_until(|| display.keyboard_owner() == parent, || "the host to get the keyboard back".to_owned());
}

#[test]
fn a_click_beside_the_text_field_gives_the_keyboard_back() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(HTML, SCRIPT);
    let _opened = host.open_in(parent);
    host.wait_for_message("ready");
    display.wait_for_colour(200, 150, [0, 200, 0]);
    display.click(200, 50);
    wait_until(|| display.keyboard_owner() != parent, || "the page to take the keyboard".to_owned());

    display.click(200, 150);

    wait_until(|| display.keyboard_owner() == parent, || "the host to get the keyboard back".to_owned());
}

#[test]
fn closing_gives_the_keyboard_back() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(HTML, SCRIPT);
    let opened = host.open_in(parent);
    host.wait_for_message("ready");
    display.wait_for_colour(200, 150, [0, 200, 0]);
    display.click(200, 50);
    wait_until(|| display.keyboard_owner() != parent, || "the page to take the keyboard".to_owned());

    drop(opened);

    assert_eq!(display.keyboard_owner(), parent);
}

#[test]
fn keys_that_the_host_has_are_the_pages_only_while_it_types() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(HTML, SCRIPT);
    let opened = host.open_in(parent);
    host.wait_for_message("ready");
    display.wait_for_colour(200, 150, [0, 200, 0]);
    let press = |code| {
        let is_taken = opened.handle.on_virtual_key_from_host(code, true, Modifiers::empty());
        opened.handle.on_virtual_key_from_host(code, false, Modifiers::empty());
        is_taken
    };
    assert!(!press(VirtualKeyCode::Space));

    display.click(200, 50);
    wait_until(|| display.keyboard_owner() != parent, || "the page to take the keyboard".to_owned());
    display.press(LETTER_A);
    host.wait_for_message("typed a");

    assert!(press(VirtualKeyCode::Space));
    host.wait_for_message("typed a ");
    assert!(press(VirtualKeyCode::Backspace));
    host.wait_for_message("typed a");
}
