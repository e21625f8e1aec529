//! The processes of the system, as far as they are children of this one.

use std::fs;

/// A process, which may have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub id: i32,
    /// When it was started: ids are given again.
    start: String,
}

/// The helpers that this process has started.
pub fn helpers() -> Vec<Process> {
    let own = std::process::id().cast_signed();
    all().into_iter().filter(|process| process.parent() == Some(own) && process.is_helper()).collect()
}

impl Process {
    /// A process that exists.
    pub fn with_id(id: i32) -> Self {
        Self::read(id).expect("the process exists")
    }

    fn read(id: i32) -> Option<Self> {
        Some(Self { id, start: field(id, 22)? })
    }

    fn parent(&self) -> Option<i32> {
        field(self.id, 4)?.parse().ok()
    }

    fn is_helper(&self) -> bool {
        let line = fs::read(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        line.starts_with(b"nice-plug-webview-helper\0") && self.lives()
    }

    /// Its name, as the system shows it.
    pub fn name(&self) -> String {
        fs::read_to_string(format!("/proc/{}/comm", self.id)).unwrap_or_default()
    }

    /// Neither ended nor ended and still to be noticed.
    pub fn lives(&self) -> bool {
        Self::read(self.id).as_ref() == Some(self) && field(self.id, 3).is_some_and(|state| state != "Z")
    }

    /// What it has in memory, in KiB; what it shares with others counts as its part of that.
    pub fn memory_kib(&self) -> u64 {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.id)).unwrap_or_default();
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
    }

    /// The process and all that it has started.
    pub fn family(&self) -> Vec<Self> {
        let mut family = vec![self.clone()];
        let all = all();
        let mut next = 0;
        while next < family.len() {
            let parent = family[next].id;
            family.extend(all.iter().filter(|process| process.parent() == Some(parent)).cloned());
            next += 1;
        }
        family
    }

    /// Ends it as the system does when it has no memory left.
    pub fn kill(&self) {
        let status = std::process::Command::new("kill").args(["-KILL", &self.id.to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "{self:?} cannot be killed");
    }
}

fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("the system has /proc").flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Process::read).collect()
}

/// A field of the process's status line, counted from one as in the manual.
fn field(id: i32, number: usize) -> Option<String> {
    let line = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name may contain anything, so fields are counted from its end.
    let (_, rest) = line.rsplit_once(')')?;
    rest.split_whitespace().nth(number - 3).map(str::to_owned)
}
