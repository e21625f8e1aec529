//! How long it takes until the plugin's library is loaded and has made an instance, beside reading the same file.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use wavecraft_ffi::{FfiProcessor, PluginLibrary};

use crate::row::Row;
use crate::timing::Timing;

const LOADS: usize = 21;

/// The time of loading and of reading `library`. The system has the file in memory, as it has when it was used before.
pub fn measure(library: &Path) -> Result<Vec<Row>> {
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
    let row = Row::timed("loading the library, with one instance", Timing::of(loading));
    Ok(vec![row.in_times_of("reading the file", Timing::of(reading).median)])
}

fn file_name(path: &Path) -> Result<String> {
    Ok(path.file_name().context("a library has a name")?.to_string_lossy().into_owned())
}
