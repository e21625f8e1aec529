//! How long it takes from saving a source of the DSP until the first changed sample comes out of JACK, beside building the
//! same change by hand: `cargo xtask bench save-to-sound`.
//!
//! A tone is played through the real server without a pause, and recorded frame by frame on JACK's clock. Each turn
//! changes one constant, which doubles or halves a gain of -6 dB. One line of JSON for each figure.

#[cfg(target_os = "linux")]
fn main() {
    linux::measure();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this is measured under JACK, on Linux");
    std::process::exit(1);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::f64::consts::TAU;
    use std::thread;
    use std::time::{Duration, Instant};

    use serde_json::json;
    use wavecraft_tests::dev_server::{DevServer, Page};
    use wavecraft_tests::jack_wire::JackWire;
    use wavecraft_tests::sound_servers::{Jack, RATE_HZ};
    use wavecraft_tests::workspace_copy::WorkspaceCopy;

    /// The server and the builds by hand take turns: so often, and each with so many changes.
    const ROUNDS: usize = 3;
    const CHANGES: usize = 4;

    const BLOCK_FRAMES: u32 = 256;

    /// Between a change and the next one, so that the first is heard in full.
    const PAUSE: Duration = Duration::from_millis(700);

    /// More sound than a round has, in seconds.
    const LONGEST_ROUND_S: usize = 120;

    /// Longer than a build takes.
    const PATIENCE: Duration = Duration::from_mins(1);

    /// How far the level strays from what it is at each moment, in dB, until it counts as changed.
    const CHANGE_DB: f64 = 0.05;

    /// The two states of the source, and what they make of an output gain of -6 dB.
    const SOURCE: &str = "src/dsp/glide.rs";
    const STATES: [(&str, f64); 2] = [("LOG2_10 / 20.0", -6.0), ("LOG2_10 / 10.0", -12.0)];

    /// The time of each turn, in seconds, and how many frames were not sounding meanwhile.
    #[derive(Default)]
    struct Figures {
        to_sound: Vec<f64>,
        building: Vec<f64>,
        unchanged: Vec<f64>,
        lost_frames: usize,
    }

    pub fn measure() {
        let workspace = WorkspaceCopy::new(env!("CARGO_TARGET_TMPDIR"));
        let mut figures = Figures::default();
        for _ in 0..ROUNDS {
            hear(&workspace, &mut figures);
            build(&workspace, &mut figures);
        }
        print("from saving to new sound", &mut figures.to_sound);
        print("building the same by hand", &mut figures.building);
        print("cargo without a change", &mut figures.unchanged);
        let lost = json!({"name": "frames lost meanwhile", "value": figures.lost_frames, "unit": "frames"});
        println!("{lost}");
    }

    /// Changes the source under the server that plays it.
    fn hear(workspace: &WorkspaceCopy, figures: &mut Figures) {
        let jack = Jack::start(BLOCK_FRAMES);
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let server = workspace.serve(folder.path(), jack.environment(), &["--backend", "jack"]);
        let mut page = server.page();
        page.wait_for_phase("runningFullDuplex");
        page.set("output_gain", "-6 dB");
        let wire = JackWire::start(&jack, LONGEST_ROUND_S, quadrature_tone);
        // Until the tone has come through, and nothing glides any more.
        wire.wait_for(RATE_HZ as usize);
        let first = wire.frame_time();
        let mut saved = Vec::new();
        for change in 0..CHANGES {
            let ((from, _), (to, level_db)) = (STATES[change % 2], STATES[(change + 1) % 2]);
            thread::sleep(PAUSE);
            saved.push((wire.frame_time(), STATES[change % 2].1));
            workspace.edit(SOURCE, from, to);
            wait_for_level(&mut page, &server, level_db);
        }
        thread::sleep(PAUSE);
        let recording = wire.finish();
        for &(time, level_before_db) in &saved {
            let start = recording.frame_at(time);
            let strays = |frame: &[f32; 2]| (level_db(*frame) - level_before_db).abs() > CHANGE_DB;
            let changed = recording.frames[start..].iter().position(strays).expect("it was heard");
            let frames = recording.time_of(start + changed).wrapping_sub(time);
            figures.to_sound.push(f64::from(frames) / f64::from(RATE_HZ));
        }
        // Each frame is at one of both levels, or between them.
        let (loudest_db, softest_db) = (STATES[0].1 + CHANGE_DB, STATES[1].1 - CHANGE_DB);
        let heard = &recording.frames[recording.frame_at(first)..];
        let is_lost = |frame: &&[f32; 2]| !(softest_db..=loudest_db).contains(&level_db(**frame));
        figures.lost_frames += heard.iter().filter(is_lost).count();
    }

    /// Makes the same changes with nothing else running, and builds each by hand.
    fn build(workspace: &WorkspaceCopy, figures: &mut Figures) {
        for change in 0..CHANGES {
            workspace.edit(SOURCE, STATES[change % 2].0, STATES[(change + 1) % 2].0);
            figures.building.push(time(|| workspace.build()));
            figures.unchanged.push(time(|| workspace.build()));
        }
    }

    fn wait_for_level(page: &mut Page, server: &DevServer, wanted_db: f64) {
        let started = Instant::now();
        loop {
            let meters = page.next_news("meterUpdate");
            let rms = meters["left_rms"].as_f64().expect("a number");
            let heard_db = 20.0 * (rms * 2.0_f64.sqrt() / 0.25).log10();
            if (heard_db - wanted_db).abs() < CHANGE_DB {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "no new sound; the server has said:\n{}", server.said());
        }
    }

    /// A tone whose level can be read from each single frame: the channels are a quarter of a turn apart.
    fn quadrature_tone(frame: usize) -> [f32; 2] {
        let (sine, cosine) = (frame as f64 * 1_000.0 / f64::from(RATE_HZ) * TAU).sin_cos();
        [0.25 * cosine as f32, 0.25 * sine as f32]
    }

    fn level_db(frame: [f32; 2]) -> f64 {
        20.0 * (f64::from(frame[0]).hypot(f64::from(frame[1])) / 0.25).max(1e-9).log10()
    }

    fn time(action: impl FnOnce()) -> f64 {
        let started = Instant::now();
        action();
        started.elapsed().as_secs_f64()
    }

    /// Prints the median, and what lies between the quartiles as a share of it.
    fn print(name: &str, seconds: &mut [f64]) {
        seconds.sort_by(f64::total_cmp);
        let at = |share: f64| seconds[((seconds.len() - 1) as f64 * share).round() as usize];
        let median = at(0.5);
        let spread = (at(0.75) - at(0.25)) / median;
        println!("{}", json!({"name": name, "value": median * 1e9, "unit": "ns", "spread": spread}));
    }
}
