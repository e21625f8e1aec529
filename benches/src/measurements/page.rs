//! What a browser loads before the page can be used.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::record::Record;

/// The bytes of all scripts and style sheets of a built page, as they are and gzipped.
///
/// # Errors
///
/// If there is no built page in `folder`.
pub fn measure(folder: &Path) -> Result<Vec<Record>> {
    let mut sums = [("js", [0, 0]), ("css", [0, 0])];
    let assets = folder.join("assets");
    let entries = std::fs::read_dir(&assets)
        .with_context(|| format!("no built page in {}: run `cargo xtask page`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if let Some((_, [plain, gzipped])) = sums.iter_mut().find(|(extension, _)| *extension == kind) {
            let bytes = std::fs::read(&path)?;
            *plain += bytes.len();
            *gzipped += gzipped_length(&bytes)?;
        }
    }
    Ok(sums
        .into_iter()
        .flat_map(|(kind, [plain, gzipped])| {
            [
                Record::figure(format!("{kind}, gzipped"), gzipped as f64, "B"),
                Record::figure(format!("{kind}, plain"), plain as f64, "B"),
            ]
        })
        .collect())
}

fn gzipped_length(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
