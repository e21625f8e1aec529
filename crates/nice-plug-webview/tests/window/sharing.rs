//! Several editors in one host: one helper shows the pages of all, and what happens to one is no matter of the others.

use std::time::{Duration, Instant};

use crate::display::{Display, display, wait_until};
use crate::host::{Host, Open, Seen};
use crate::opening::{ECHO, GREEN};
use crate::processes::{Process, helpers};

const RED: &str = "<style>html { background: rgb(200, 0, 0) }</style>";
const COLOURS: [[u8; 3]; 2] = [[0, 200, 0], [200, 0, 0]];
const WIDTH_PX: i16 = 100;

/// So many editors side by side, green and red in turn, and shown.
fn shown(display: &Display, count: i16) -> Vec<(Host, Open)> {
    let open = |index: i16| {
        let host = Host::showing([GREEN, RED][index as usize % 2], ECHO);
        let opened = host.open_in(display.host_window_at(WIDTH_PX * index, 0, WIDTH_PX as u16, 300));
        (host, opened)
    };
    let editors = (0..count).map(open).collect();
    (0..count).for_each(|index| wait_for_page(display, index));
    editors
}

fn wait_for_page(display: &Display, index: i16) {
    display.wait_for_colour(WIDTH_PX * index + WIDTH_PX / 2, 150, COLOURS[index as usize % 2]);
}

fn assert_talks(host: &Host, text: &str) {
    host.send(text);
    host.wait_for_message(&format!("page got {text}"));
}

fn web_processes() -> Vec<Process> {
    let family = helpers().iter().flat_map(Process::family).collect::<Vec<_>>();
    family.into_iter().filter(|process| process.name().starts_with("WebKitWebProces")).collect()
}

#[test]
fn all_editors_of_one_host_share_a_helper_and_those_of_one_page_its_web_process() {
    let display = display();
    let editors = shown(&display, 4);

    for (index, (host, _)) in editors.iter().enumerate() {
        assert_talks(host, &index.to_string());
    }

    assert_eq!(helpers().len(), 1);
    // One for the green pages and one for the red.
    assert_eq!(web_processes().len(), 2);
}

#[test]
fn an_editor_that_goes_leaves_the_others_as_they_are() {
    let display = display();
    let mut editors = shown(&display, 3);
    let family = helpers()[0].family();

    // The first, to whose page the others are related.
    let (host, opened) = editors.remove(0);
    drop(opened);
    drop(host);

    for (host, _) in &editors {
        assert_talks(host, "still there");
    }
    wait_for_page(&display, 1);
    wait_for_page(&display, 2);
    assert_eq!(helpers()[0].family(), family);
    drop(editors);
    wait_until(|| !family.iter().any(Process::lives), || format!("the end of {family:?}"));
}

#[test]
fn an_editor_that_comes_when_the_first_has_gone_shares_the_same_process() {
    let display = display();
    let mut editors = shown(&display, 3);
    drop(editors.remove(0));
    let family = helpers()[0].family();

    let host = Host::showing(GREEN, ECHO);
    let _opened = host.open_in(display.host_window_at(0, 0, WIDTH_PX as u16, 300));

    wait_for_page(&display, 0);
    assert_talks(&host, "hello");
    assert_eq!(helpers()[0].family(), family);
}

#[test]
fn all_pages_come_back_when_the_helper_is_killed() {
    let display = display();
    let editors = shown(&display, 3);

    helpers()[0].kill();

    for (index, (host, _)) in (0..).zip(&editors) {
        host.wait_for(&Seen::Closed);
        assert_eq!(host.next(), Seen::Opened { is_fresh_page: true });
        assert_talks(host, "again");
        wait_for_page(&display, index);
    }
    assert_eq!(helpers().len(), 1);
}

#[test]
fn a_window_that_its_host_destroys_is_no_matter_of_the_other_editors() {
    let display = display();
    let host = Host::showing(GREEN, ECHO);
    let parent = display.host_window_at(300, 0, WIDTH_PX as u16, 300);
    let others = shown(&display, 2);
    let opened = host.open_in(parent);
    display.wait_for_colour(350, 150, COLOURS[0]);
    let family = helpers()[0].family();

    display.destroy(parent);
    drop(opened);
    let _opened = host.open_in(display.host_window_at(300, 0, WIDTH_PX as u16, 300));

    display.wait_for_colour(350, 150, COLOURS[0]);
    for (host, _) in &others {
        assert_talks(host, "undisturbed");
        assert!(!host.seen.try_iter().any(|seen| seen == Seen::Closed));
    }
    assert_eq!(helpers()[0].family(), family);
}

#[test]
fn editors_of_different_scales_are_shown_at_once() {
    const SAY_RATIO: &str = "const say = () => __NICE_PLUG__.postMessage(`${innerWidth} at ${devicePixelRatio}`); \
         addEventListener('resize', say); say();";
    let display = display();
    let hosts: Vec<_> = [1.0, 2.0]
        .into_iter()
        .zip([0, 400])
        .map(|(scale, x)| {
            let host = Host::showing(GREEN, SAY_RATIO);
            let opened = host.spawn(Some(display.host_window_at(x, 0, 800, 600)), false, Some(scale));
            (host, opened)
        })
        .collect();

    hosts[0].0.wait_for_message("400 at 1");
    hosts[1].0.wait_for_message("400 at 2");
}

#[test]
fn ten_editors_take_less_than_twice_the_memory_of_one() {
    let display = display();
    let memory_kib = || helpers()[0].family().iter().map(Process::memory_kib).sum::<u64>();
    let open = |index: i16| {
        let host = Host::showing(GREEN, ECHO);
        let opened = host.open_in(display.host_window_at(WIDTH_PX * index, 0, WIDTH_PX as u16, 300));
        display.wait_for_colour(WIDTH_PX * index + WIDTH_PX / 2, 150, COLOURS[0]);
        (host, opened)
    };
    let _first = open(0);
    let one_kib = memory_kib();

    let _others: Vec<_> = (1..10).map(open).collect();

    let ten_kib = memory_kib();
    assert!(one_kib > 0 && ten_kib < 2 * one_kib, "{ten_kib} KiB beside {one_kib} KiB");
    println!("one {one_kib} KiB, ten {ten_kib} KiB");
}

#[test]
fn a_page_whose_script_never_ends_is_noticed_and_harms_no_other_page_again() {
    const HANGS_WHEN_TOLD: &str = "__NICE_PLUG__.setReceiveCallback((text) => { while (text === 'hang') {} \
         __NICE_PLUG__.postMessage(`page got ${text}`); });";
    let display = display();
    let editors: Vec<_> = (0..3)
        .map(|index| {
            let host = Host::showing(GREEN, HANGS_WHEN_TOLD);
            let opened = host.open_in(display.host_window_at(WIDTH_PX * index, 0, WIDTH_PX as u16, 300));
            host.wait_for(&Seen::DocumentStarted);
            assert_talks(&host, "hello");
            (host, opened)
        })
        .collect();
    let ((hanging, _), others) = editors.split_first().unwrap();

    hanging.send("hang");

    for (host, _) in &editors {
        host.wait_for(&Seen::Closed);
        host.wait_for(&Seen::DocumentStarted);
        assert_talks(host, "back");
    }
    // Each is alone from now on.
    assert_eq!(helpers().len(), 3);
    hanging.send("hang");
    hanging.wait_for(&Seen::Closed);
    hanging.wait_for(&Seen::DocumentStarted);
    assert_talks(hanging, "back again");
    for (host, _) in others {
        assert_talks(host, "undisturbed");
        assert!(!host.seen.try_iter().any(|seen| seen == Seen::Closed));
    }
}

#[test]
#[ignore = "a soak of an hour"]
fn ten_windows_that_move_for_an_hour_stay_as_they_are() {
    // A part of the page moves with each message, as meters do, and says so.
    const MOVES: &str = "const bar = document.body.appendChild(document.createElement('div')); \
         bar.style.cssText = 'position: absolute; left: 0; top: 0; height: 20px; background: white'; \
         __NICE_PLUG__.setReceiveCallback((text) => { bar.style.width = `${text % 100}px`; \
         if (text % 60 === 0) __NICE_PLUG__.postMessage(text); });";
    const FRAMES_PER_SECOND: u32 = 30;
    let display = display();
    let editors: Vec<_> = (0..10)
        .map(|index| {
            let host = Host::showing(&format!("{GREEN}<body>"), MOVES);
            let opened = host.open_in(display.host_window_at(WIDTH_PX * index, 0, WIDTH_PX as u16, 300));
            host.wait_for(&Seen::DocumentStarted);
            (host, opened)
        })
        .collect();
    let family = helpers()[0].family();
    let memory_kib = || family.iter().map(Process::memory_kib).sum::<u64>();
    let mut memory_in_fifth_minute_kib = 0;
    let started = Instant::now();
    for frame in 1..=60 * 60 * FRAMES_PER_SECOND {
        let text = frame.to_string();
        for (host, _) in &editors {
            host.send(&text);
            if frame % 60 == 0 {
                host.wait_for_message(&text);
            }
        }
        if frame % (60 * FRAMES_PER_SECOND) == 0 {
            let minute = frame / (60 * FRAMES_PER_SECOND);
            println!("minute {minute}: {} KiB in {} processes", memory_kib(), family.len());
            if minute == 5 {
                memory_in_fifth_minute_kib = memory_kib();
            }
        }
        let due = Duration::from_secs(1) * frame / FRAMES_PER_SECOND;
        std::thread::sleep(due.saturating_sub(started.elapsed()));
    }
    assert!(family.iter().all(Process::lives), "a process has ended: {family:?}");
    let memory_kib = memory_kib();
    assert!(
        memory_kib < memory_in_fifth_minute_kib * 11 / 10,
        "{memory_kib} KiB, before {memory_in_fifth_minute_kib}"
    );
}
