//! How long a host waits for the plugin's library and an instance, beside reading the same file.
//!
//! `cargo xtask bundle && cargo bench --package wavecraft-tests --bench loading`

use std::time::{Duration, Instant};

use wavecraft_tests::bundles;
use wavecraft_tests::clap_host::ClapHost;

const RUNS: usize = 21;

fn main() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let (mut reading, mut loading) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        // The loader keeps what it has loaded under the same name.
        let copy = folder.path().join(format!("{run}.clap"));
        std::fs::copy(bundles::library(), &copy).expect("the library can be copied");
        reading.push(time(|| std::fs::read(&copy).expect("the copy can be read")));
        loading.push(time(|| ClapHost::load(&copy)));
    }
    println!("reading the library:             {:>9.3} ms", median_ms(&mut reading));
    println!("loading it, with one instance:   {:>9.3} ms (target: under 20 ms)", median_ms(&mut loading));
}

fn time<T>(action: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = action();
    let elapsed = start.elapsed();
    drop(result);
    elapsed
}

fn median_ms(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}
