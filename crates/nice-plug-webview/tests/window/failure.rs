//! What happens when something dies, or is not there.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use nice_plug_core::editor::EditorHandle as _;
use nice_plug_webview::WebviewHandle;
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use x11rb::wrapper::ConnectionExt as _;

use crate::display::{Display, display, wait_until};
use crate::host::{Host, Seen};
use crate::opening::{ECHO, GREEN};
use crate::processes::{Process, helpers};

#[test]
fn a_page_whose_process_is_killed_comes_back() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);
    let _opened = host.open_in(parent);
    display.wait_for_colour(200, 150, [0, 200, 0]);

    helpers()[0].kill();

    host.wait_for(&Seen::Closed);
    assert_eq!(host.next(), Seen::Opened { is_fresh_page: true });
    host.send("hello again");
    host.wait_for_message("page got hello again");
    display.wait_for_colour(200, 150, [0, 200, 0]);
}

#[test]
fn a_page_whose_web_process_is_killed_comes_back() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);
    let _opened = host.open_in(parent);
    display.wait_for_colour(200, 150, [0, 200, 0]);

    let web_process =
        helpers()[0].family().into_iter().find(|process| process.name().starts_with("WebKitWebProces"));
    web_process.expect("WebKit shows the page in a process of its own").kill();

    host.wait_for(&Seen::Closed);
    assert_eq!(host.next(), Seen::Opened { is_fresh_page: true });
    display.wait_for_colour(200, 150, [0, 200, 0]);
}

#[test]
fn a_page_that_dies_again_and_again_is_given_up_until_the_window_opens_again() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);
    let opened = host.open_in(parent);
    for _ in 0..3 {
        display.wait_for_colour(200, 150, [0, 200, 0]);
        helpers()[0].kill();
        wait_until(|| display.colour_at(200, 150) != [0, 200, 0], || "the page to go".to_owned());
    }

    // The notice is written in white, on the background.
    wait_until(|| display.picture(400, 300).contains(&[255, 255, 255]), || "a notice".to_owned());
    assert!(helpers().is_empty());
    drop(opened);
    let _opened = host.open_in(parent);
    display.wait_for_colour(200, 150, [0, 200, 0]);
}

#[test]
fn a_program_that_does_not_start_leaves_a_notice_in_the_window() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::with(GREEN, ECHO, |editor| editor.with_helper_program("/no/such/program"));

    let _opened = host.open_in(parent);

    wait_until(|| display.picture(400, 300).contains(&[255, 255, 255]), || "a notice".to_owned());
}

#[test]
fn a_page_that_is_too_large_leaves_a_notice_in_the_window() {
    let display = display();
    let parent = display.host_window(400, 300);
    let script = " ".repeat(40 * 1024 * 1024);
    let host = Host::with(GREEN, ECHO, |editor| editor.with_init_script(script));

    let _opened = host.open_in(parent);

    wait_until(|| display.picture(400, 300).contains(&[255, 255, 255]), || "a notice".to_owned());
    assert!(helpers().is_empty());
}

#[test]
fn a_missing_library_leaves_a_notice_in_the_window_and_is_not_tried_for_ever() {
    let display = display();
    let parent = display.host_window(400, 300);
    let starts = Path::new(env!("CARGO_TARGET_TMPDIR")).join("starts");
    let _ = std::fs::remove_file(&starts);
    let program = script(
        "library-missing",
        &format!(
            "echo start >> {}; echo '$0: error while loading shared libraries: libwebkit2gtk-4.1.so.0: cannot open \
             shared object file' >&2; exit 127",
            starts.display()
        ),
    );
    let host = Host::with(GREEN, ECHO, |editor| editor.with_helper_program(program));

    let _opened = host.open_in(parent);

    wait_until(|| display.picture(400, 300).contains(&[255, 255, 255]), || "a notice".to_owned());
    // Once without the host's libraries, once with them.
    assert_eq!(std::fs::read_to_string(&starts).unwrap().lines().count(), 2);
}

#[test]
fn a_program_that_says_nothing_does_not_hold_up_opening_and_closing() {
    let display = display();
    let parent = display.host_window(400, 300);
    let program = script("silent", "exec sleep 1000");
    let host = Host::with(GREEN, ECHO, |editor| editor.with_helper_program(program));

    let opened = host.open_in(parent);
    host.wait_for(&Seen::Opened { is_fresh_page: true });
    drop(opened);

    host.wait_for(&Seen::Closed);
}

#[test]
fn a_program_that_closes_its_standard_error_leaves_the_editor_at_rest() {
    let display = display();
    let parent = display.host_window(400, 300);
    let program = script("without-standard-error", "exec sleep 1000 2>&-");
    let host = Host::with(GREEN, ECHO, |editor| editor.with_helper_program(program));

    let _opened = host.open_in(parent);
    host.wait_for(&Seen::Opened { is_fresh_page: true });

    assert_editor_rests();
}

#[test]
fn an_editor_that_loses_the_x_server_rests_and_opens_again() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);
    let opened = host.open_in(parent);
    display.wait_for_colour(200, 150, [0, 200, 0]);
    let family = helpers()[0].family();

    disconnect_client_of(&display, children(&display, parent)[0]);

    wait_until(|| !family.iter().any(Process::lives), || format!("the end of {family:?}"));
    assert_editor_rests();
    drop(opened);
    host.wait_for(&Seen::Closed);
    let _opened = host.open_in(parent);
    host.wait_for(&Seen::Opened { is_fresh_page: true });
    display.wait_for_colour(200, 150, [0, 200, 0]);
}

#[test]
fn a_window_without_a_host_is_closed_when_the_x_server_is_lost() {
    let display = display();
    let host = Host::with(GREEN, ECHO, |editor| editor.with_title("A lost plugin"));
    let opened = host.spawn(None, false, None);
    display.wait_for_colour(200, 150, [0, 200, 0]);

    disconnect_client_of(&display, display.window_with_title("A lost plugin"));

    // Returns only because the window is closed.
    WebviewHandle::run_until_closed(opened.window).unwrap();
    host.wait_for(&Seen::Closed);
}

#[test]
fn dropping_the_editor_ends_all_its_processes() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);
    let opened = host.open_in(parent);
    display.wait_for_colour(200, 150, [0, 200, 0]);
    let family = helpers()[0].family();
    assert!(family.len() >= 2, "WebKit starts processes: {family:?}");

    drop(opened);
    drop(host);

    wait_until(|| !family.iter().any(Process::lives), || format!("the end of {family:?}"));
}

#[test]
fn a_page_that_never_ends_its_script_does_not_outlive_the_editor() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, "__NICE_PLUG__.postMessage('busy'); for (;;) {}");
    let opened = host.open_in(parent);
    host.wait_for_message("busy");
    let family = helpers()[0].family();

    drop(opened);
    drop(host);

    wait_until(|| !family.iter().any(Process::lives), || format!("the end of {family:?}"));
}

#[test]
fn a_page_that_never_stops_sending_holds_up_neither_ticks_nor_closing() {
    let display = display();
    let parent = display.host_window(400, 300);
    let script = "const flood = () => { \
        for (let count = 0; count < 1000; count++) __NICE_PLUG__.postMessage('more'); setTimeout(flood); }; flood();";
    let host = Host::showing(GREEN, script);
    let opened = host.open_in(parent);
    host.wait_for_message("more");
    let ticks = || host.ticks.load(Ordering::SeqCst);
    let ticks_before = ticks();

    wait_until(|| ticks() > ticks_before + 20, || "ticks beside the messages".to_owned());
    drop(opened);

    assert_eq!(host.seen.try_iter().last(), Some(Seen::Closed));
}

fn children(display: &Display, window: Window) -> Vec<Window> {
    display.connection.query_tree(window).unwrap().reply().unwrap().children
}

/// Has the X server hang up on the client that made this window.
fn disconnect_client_of(display: &Display, window: Window) {
    display.connection.kill_client(window).unwrap();
    display.connection.sync().unwrap();
}

/// Fails when the editor's threads use the processor while there is nothing to do.
fn assert_editor_rests() {
    let before = editor_ticks();
    std::thread::sleep(Duration::from_millis(500));
    let used = editor_ticks().saturating_sub(before);
    assert!(used < 10, "the editor's threads have used {used} hundredths of a second out of 50");
}

/// The processor time that the editor's threads have used so far, in hundredths of a second.
fn editor_ticks() -> u64 {
    let mut ticks = 0;
    for thread in std::fs::read_dir("/proc/self/task").unwrap().flatten() {
        let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        let threads = ["(webview) ", "(webview-helper) "];
        if let Some((_, fields)) = threads.iter().find_map(|name| stat.split_once(name)) {
            ticks +=
                fields.split(' ').skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum::<u64>();
        }
    }
    ticks
}

/// A program for the shell, under a name of its own.
fn script(name: &str, commands: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;

    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{commands}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}
