//! How long it takes until the plugin's library is loaded and has made an instance, beside reading the same file.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use wavecraft_ffi::{FfiProcessor, PluginLibrary};

use crate::record::Record;
use crate::timing::Timing;

const LOADS: usize = 21;

/// The time of loading and of reading `library`. The system has the file in memory, as it has when it was used before.
///
/// # Errors
///
/// If it cannot be copied or is no plugin.
pub fn measure(library: &Path) -> Result<Vec<Record>> {
    let folder = tempfile::tempdir()?;
    let (mut reading, mut loading) = (Vec::new(), Vec::new());
    // What is loaded stays, so that nothing is unloaded while another is timed.
    let mut loaded = Vec::new();
    for load in 0..LOADS {
        // The loader keeps what it has loaded under the same name.
        let copy = folder.path().join(format!("{load}-{}", file_name(library)?));
        std::fs::copy(library, &copy).with_context(|| format!("could not copy {}", library.display()))?;
        let start = Instant::now();
        std::hint::black_box(std::fs::read(&copy)?);
        reading.push(start.elapsed());
        let start = Instant::now();
        let plugin = PluginLibrary::load(&copy)?;
        loaded.push(FfiProcessor::create(&plugin)?);
        loading.push(start.elapsed());
    }
    let [reading, loading] = [reading, loading].map(|times: Vec<Duration>| Timing::of(times));
    Ok(vec![
        Record::time("loading with one instance", loading, "ns"),
        Record::time("reading the file", reading, "ns"),
    ])
}

fn file_name(path: &Path) -> Result<String> {
    Ok(path.file_name().context("a library has a name")?.to_string_lossy().into_owned())
}
