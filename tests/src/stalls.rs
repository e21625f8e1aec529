//! How late the machine itself is: what a test in real time holds against the machine, and not against what it tests.
//!
//! Any system holds up its programs now and then, and a virtual machine is itself held up, by tens of milliseconds. No
//! program can play without a gap through a stall that is longer than its buffers. Beside the program under test runs a
//! watch: on each processor one thread, ahead of all others where the system allows it, that wants to wake every
//! quarter of a millisecond and notes when it could not. What the program under test does cannot hold it up, so that a
//! gap at a time without a stall is the program's own.

use std::fs;
use std::ops::RangeInclusive;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::priority;

/// How often each thread wants to wake. A stall that is shorter may pass while it sleeps.
const INTERVAL: Duration = Duration::from_micros(250);

/// Above JACK's server and its clients, which run at 10 and 5.
const PRIORITY: &str = "20";

/// The server looks at its counts every 100 ms, and tells of them on a thread that has no priority.
const NEWS_DELAY: Duration = Duration::from_millis(500);

/// A time in which a processor ran nothing.
#[derive(Clone, Copy, Debug)]
pub struct Stall {
    /// When it was over.
    pub ended: Instant,
    /// How long it was.
    pub length: Duration,
}

/// Watches until it is asked what it has seen.
pub struct StallWatch {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Vec<Stall>>>,
}

/// What a watch has seen.
#[derive(Debug)]
pub struct Stalls(Vec<Stall>);

impl StallWatch {
    /// Watches from now on for stalls that are longer than this.
    pub fn start(shortest: Duration) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let watch = |processor: usize| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || watch(processor, shortest, &stop))
        };
        let threads = processors().into_iter().map(watch).collect();
        Self { stop, threads }
    }

    /// Ends the watch.
    pub fn finish(self) -> Stalls {
        self.stop.store(true, Ordering::Relaxed);
        let seen = self.threads.into_iter().flat_map(|thread| thread.join().expect("it only sleeps"));
        let mut stalls: Vec<Stall> = seen.collect();
        stalls.sort_by_key(|stall| stall.ended);
        Stalls(stalls)
    }
}

impl Stalls {
    /// Fails if the server lost more than the machine did.
    pub fn assert_explain(&self, news: &[(Instant, u64)]) {
        let unexplained = self.unexplained(news);
        assert_eq!(unexplained, 0, "without a stall before: {news:?}; {}", self.description());
    }

    /// Fails if the sound broke at a time at which the machine did not stall.
    pub fn assert_explain_breaks(&self, breaks: &[RangeInclusive<Instant>]) {
        let own = breaks.iter().filter(|time| !self.is_any_during(*time.start(), *time.end())).count();
        assert_eq!(own, 0, "of {} breaks without a stall at the time; {}", breaks.len(), self.description());
    }

    /// How many underruns are the server's own: news of more of them, with their numbers, came at these times, and each of
    /// them needs a stall right before.
    pub fn unexplained(&self, news: &[(Instant, u64)]) -> u64 {
        let unexplained = news.iter().map(|(came, underruns)| {
            let earliest = came.checked_sub(NEWS_DELAY).unwrap_or(*came);
            let stalls = self.0.iter().filter(|stall| (earliest..=*came).contains(&stall.ended)).count();
            underruns.saturating_sub(stalls as u64)
        });
        unexplained.sum()
    }

    /// Adds what others have seen of the same time.
    pub fn add(&mut self, seen: impl IntoIterator<Item = Stall>) {
        self.0.extend(seen);
        self.0.sort_by_key(|stall| stall.ended);
    }

    /// Whether there was one in a time, if only in a part of it.
    pub fn is_any_during(&self, start: Instant, end: Instant) -> bool {
        self.0.iter().any(|stall| stall.ended >= start && stall.ended <= end + stall.length)
    }

    /// How many there were.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// In words.
    pub fn description(&self) -> String {
        let longest = self.0.iter().map(|stall| stall.length).max().unwrap_or_default();
        format!("the machine stalled {} times, for {longest:.1?} at most", self.0.len())
    }
}

fn watch(processor: usize, shortest: Duration, stop: &AtomicBool) -> Vec<Stall> {
    let id = priority::this_thread_id().to_string();
    run("taskset", &["--cpu-list", "--pid", &processor.to_string(), &id]);
    // Where this is not allowed, the threads under test have no priority either.
    run("chrt", &["--fifo", "--pid", PRIORITY, &id]);
    let mut stalls = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let slept = Instant::now();
        thread::sleep(INTERVAL);
        let ended = Instant::now();
        let length = (ended - slept).saturating_sub(INTERVAL);
        if length > shortest {
            stalls.push(Stall { ended, length });
        }
    }
    stalls
}

fn run(program: &str, arguments: &[&str]) {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap_or_else(|error| panic!("{program} of util-linux does not start: {error}"));
}

/// The processors that this program may use.
fn processors() -> Vec<usize> {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).expect("Linux tells");
    let ranges = list.trim().split(',').map(|range| range.split_once('-').unwrap_or((range, range)));
    let number = |text: &str| text.parse::<usize>().expect("a number");
    ranges.flat_map(|(first, last)| number(first)..=number(last)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stall_ended(ended: Instant) -> Stalls {
        Stalls(vec![Stall { ended, length: Duration::from_millis(5) }])
    }

    #[test]
    fn a_stall_right_before_explains_one_underrun() {
        let now = Instant::now();
        let stalls = stall_ended(now);
        assert_eq!(stalls.unexplained(&[(now + NEWS_DELAY / 2, 1)]), 0);
        assert_eq!(stalls.unexplained(&[(now + NEWS_DELAY / 2, 2)]), 1, "it does not explain two");
    }

    #[test]
    fn a_stall_long_before_explains_nothing() {
        let now = Instant::now();
        assert_eq!(stall_ended(now).unexplained(&[(now + NEWS_DELAY * 2, 1)]), 1);
    }

    #[test]
    fn a_stall_that_reaches_into_a_break_explains_it() {
        let start = Instant::now();
        let stalls = stall_ended(start + Duration::from_millis(6));
        stalls.assert_explain_breaks(&[start..=start + Duration::from_millis(2)]);
    }

    #[test]
    #[should_panic(expected = "of 2 breaks without a stall at the time")]
    fn a_stall_at_another_time_explains_no_break() {
        let now = Instant::now();
        let later = now + Duration::from_millis(20);
        stall_ended(now).assert_explain_breaks(&[now..=now, later..=later + Duration::from_millis(5)]);
    }

    #[test]
    #[should_panic(expected = "without a stall before")]
    fn what_is_not_explained_fails_a_test() {
        Stalls(Vec::new()).assert_explain(&[(Instant::now(), 1)]);
    }
}
