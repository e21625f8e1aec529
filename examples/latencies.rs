//! Prints how late the strip is at each factor of oversampling as JSON, which `cargo xtask codegen` keeps in
//! `ui/src/response/latencies.json`, for the page's menu of factors.

use wavecraft::dsp::{ChainSettings, Oversampling};

fn main() {
    print!("{}", latencies());
}

/// In samples, in the order of the parameter's choices.
fn latencies() -> String {
    let factors = [Oversampling::Off, Oversampling::X2, Oversampling::X4, Oversampling::X8];
    let samples =
        factors.map(|oversampling| ChainSettings { oversampling, ..Default::default() }.latency_frames());
    format!("{{\n  \"samples\": {samples:?}\n}}\n")
}

#[test]
fn the_page_knows_these_latencies() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/response/latencies.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    // Git may have turned the line ends.
    assert_eq!(kept.replace("\r\n", "\n"), latencies(), "renew it with: cargo xtask codegen");
}
