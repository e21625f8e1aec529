//! Notices a page that no longer answers because its script never ends. All pages in its web process stand still.
//!
//! The pages are asked several times a second. Waiting alone is no fault: a computer that sleeps or is busy answers late, and so
//! does a page that a debugger holds. What counts is the processor time that the web process has used meanwhile.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs;
use std::rc::Rc;
use std::time::Duration;

use gtk::gio::Cancellable;
use gtk::glib::{self, ControlFlow};
use webkit2gtk::{WebView, WebViewExt};

/// How often a page is asked, unless an answer is still to come.
const INTERVAL: Duration = Duration::from_millis(250);
/// So much processor time without an answer is too much.
const LIMIT: Duration = Duration::from_millis(500);
/// The kernel counts processor time for processes in hundredths of a second.
const TICKS_PER_SECOND: u64 = 100;
/// The name of WebKit's processes that run pages, as far as the kernel keeps it.
const WEB_PROCESS: &str = "WebKitWebProces";

/// Processor time of the main threads of web processes, by process.
type ProcessorTimes = HashMap<u32, Duration>;

/// Asks the pages that `pages` names, and calls `report` once when one does not answer.
pub fn watch(pages: impl Fn() -> Vec<WebView> + 'static, report: impl Fn() + 'static) {
    let missing_answers = Rc::new(Cell::new(0));
    // What had been used when an answer was found missing.
    let used_before: RefCell<Option<ProcessorTimes>> = RefCell::default();
    glib::timeout_add_local(INTERVAL, move || {
        if missing_answers.get() == 0 {
            used_before.take();
            for page in pages() {
                ask(&page, &missing_answers);
            }
        } else if used_before.borrow().is_none() {
            *used_before.borrow_mut() = Some(processor_times());
        } else if used_before.borrow().as_ref().is_some_and(is_busy_since) {
            report();
            return ControlFlow::Break;
        }
        ControlFlow::Continue
    });
}

fn ask(page: &WebView, missing_answers: &Rc<Cell<usize>>) {
    missing_answers.set(missing_answers.get() + 1);
    let missing_answers = Rc::clone(missing_answers);
    // An error is an answer as well: the page has gone meanwhile.
    page.evaluate_javascript("0", None, None, None::<&Cancellable>, move |_| {
        missing_answers.set(missing_answers.get() - 1);
    });
}

fn is_busy_since(before: &ProcessorTimes) -> bool {
    let now = processor_times();
    before
        .iter()
        .any(|(process, before)| now.get(process).is_some_and(|now| now.saturating_sub(*before) >= LIMIT))
}

fn processor_times() -> ProcessorTimes {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter_map(|id: u32| Some((id, processor_time(id)?))).collect()
}

/// The processor time of the main thread of a web process that this process has started.
fn processor_time(id: u32) -> Option<Duration> {
    let line = fs::read_to_string(format!("/proc/{id}/task/{id}/stat")).ok()?;
    let (name, fields) = line.split_once(" (")?.1.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    // Counted from the state, which is the third of all: process group, and time in user and kernel mode.
    let [group, user, kernel] = [2, 11, 12].map(|index| fields.get(index)?.parse::<u64>().ok());
    let is_own = name == WEB_PROCESS && group? == u64::from(std::process::id());
    is_own.then_some(Duration::from_millis((user? + kernel?) * 1000 / TICKS_PER_SECOND))
}
