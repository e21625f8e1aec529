//! What a browser loads before the page can be used: under 100 kB of JavaScript, gzipped.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::row::{Quantity, Row};

const MOST_SCRIPT_BYTES: f64 = 100e3;

/// The bytes of all scripts and of all style sheets of a built page, gzipped and as they are.
pub fn measure(folder: &Path) -> Result<Vec<Row>> {
    let row = |what: &str, extension: &str| -> Result<Row> {
        let (mut plain, mut gzipped) = (0, 0);
        let assets = folder.join("assets");
        let context = || format!("could not look into {}", assets.display());
        for entry in std::fs::read_dir(&assets).with_context(context)? {
            let path = entry.with_context(context)?.path();
            if path.extension().is_some_and(|found| found == extension) {
                let bytes = std::fs::read(&path)?;
                plain += bytes.len();
                gzipped += gzipped_length(&bytes)?;
            }
        }
        let [plain, gzipped] = [plain, gzipped].map(|bytes| Quantity::new(bytes as f64, "B"));
        Ok(Row::new(what, gzipped).in_percent_of("as it is", plain))
    };
    let scripts = row("page: JavaScript, gzipped", "js")?.with_below(MOST_SCRIPT_BYTES);
    Ok(vec![scripts, row("page: CSS, gzipped", "css")?])
}

fn gzipped_length(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
