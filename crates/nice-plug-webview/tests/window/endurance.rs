//! What stays behind when windows open and close again and again, and a host that dies.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use plugin_test_support::endurance::short_or_full;

use crate::display::{display, wait_until};
use crate::host::Host;
use crate::opening::{ECHO, GREEN};
use crate::processes::{Process, helpers};

#[derive(Debug, PartialEq, Eq)]
struct Footprint {
    descriptors: usize,
    threads: usize,
    processes: usize,
}

impl Footprint {
    fn now() -> Self {
        let count = |folder: &str| fs::read_dir(folder).unwrap().count();
        let own = std::process::id().cast_signed();
        Self {
            descriptors: count("/proc/self/fd"),
            threads: count("/proc/self/task"),
            processes: Process::with_id(own).family().iter().filter(|process| process.lives()).count(),
        }
    }
}

#[test]
fn opening_and_closing_leaves_nothing_behind() {
    let openings = short_or_full(50, 450);
    let display = display();
    let host = Host::showing(GREEN, ECHO);
    let open_and_close = || {
        let parent = display.host_window(400, 300);
        let opened = host.open_in(parent);
        host.wait_for_handler();
        host.send("hello");
        host.wait_for_message("page got hello");
        drop(opened);
        display.destroy(parent);
    };
    // The first times, caches fill.
    (0..50).for_each(|_| open_and_close());
    let before = Footprint::now();
    let memory_before = memory_kib();

    (0..openings).for_each(|_| open_and_close());

    assert_eq!(Footprint::now(), before);
    let growth = memory_kib().saturating_sub(memory_before);
    assert!(growth < 4 * 1024, "{openings} openings took {growth} KiB");
}

#[test]
fn editors_that_come_and_go_leave_nothing_behind() {
    let display = display();
    let come_and_go = || {
        let parent = display.host_window(400, 300);
        let host = Host::showing(GREEN, ECHO);
        let opened = host.open_in(parent);
        host.wait_for_handler();
        host.send("hello");
        host.wait_for_message("page got hello");
        drop(opened);
        drop(host);
        display.destroy(parent);
    };
    come_and_go();
    let before = Footprint::now();

    (0..10).for_each(|_| come_and_go());

    wait_until(|| Footprint::now() == before, || format!("{before:?} instead of {:?}", Footprint::now()));
}

#[test]
fn a_host_that_is_killed_takes_all_its_processes_along() {
    let _turn = display();
    let mut host = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "endurance::host_that_waits_to_be_killed", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(host.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.into_iter().find(|line| line.contains("processes:")).expect("the host opens its editor");
    let ids = line.split_once("processes:").unwrap().1;
    let family: Vec<_> = ids.split_whitespace().map(|id| Process::with_id(id.parse().unwrap())).collect();
    assert!(family.len() >= 3 && family.iter().all(Process::lives), "{family:?}");

    host.kill().unwrap();
    host.wait().unwrap();

    wait_until(|| !family.iter().any(Process::lives), || format!("the end of {family:?}"));
}

#[test]
#[ignore = "a program for another test, which kills it"]
fn host_that_waits_to_be_killed() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);
    let _opened = host.open_in(parent);
    display.wait_for_colour(200, 150, [0, 200, 0]);
    let ids: Vec<_> = helpers()[0].family().iter().map(|process| process.id.to_string()).collect();
    println!("processes: {}", ids.join(" "));
    std::io::stdout().flush().unwrap();

    // Ends with the test at the latest.
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// What this process has in memory.
fn memory_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
