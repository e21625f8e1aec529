//! A project's sound and page while its author changes them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::Value;
use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::plugin_project::turn;

use super::peak;

/// The level of the test signal in the development server: a sine with a peak of 1/4.
const TONE_PEAK: f64 = 0.25;

/// The level of a sine of this peak, in dB.
fn sine_db(peak: f64) -> f64 {
    20.0 * (peak / 2.0_f64.sqrt()).log10()
}

/// The page is there, and with it what it is made of.
fn assert_page_answers(server: &DevServer) {
    let url = server.page_url();
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    for (path, part) in [("/", "<div id=\"root\">"), ("/app.tsx", "PluginPage")] {
        let mut connection = TcpStream::connect(address).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(part), "{path}: {answer}");
    }
}

/// The left channel of what was recorded.
fn recorded(path: &Path) -> Vec<f32> {
    let mut reader = hound::WavReader::open(path).unwrap();
    reader.samples::<f32>().step_by(2).map(Result::unwrap).collect()
}

#[test]
fn a_saved_change_of_the_effect_is_heard_while_its_page_is_served() {
    let turn = turn();
    let project = turn.effect();
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("heard.wav");
    let server = project.dev(folder.path(), &recording);
    assert_page_answers(&server);
    let mut page = server.page();
    page.set("depth", "0 %");
    page.wait_for_level(sine_db(TONE_PEAK));
    project.edit("src/dsp.rs", "let gain = 1.0 - depth", "let gain = 0.5 - depth");
    page.wait_for_reload();
    page.wait_for_level(sine_db(TONE_PEAK / 2.0));
    project.edit("src/dsp.rs", "let gain = 0.5 - depth", "let gain = 1.0 - depth");
    page.wait_for_reload();
    assert!(server.end_by("TERM").0.success());
    let periods = recorded(&recording).chunks(48).map(peak).collect::<Vec<f32>>();
    let is_halved = |period: &f32| (f64::from(*period) / TONE_PEAK - 0.5).abs() < 0.01;
    assert!(periods.iter().filter(|period| is_halved(period)).count() > 50, "{periods:?}");
}

#[test]
fn an_instrument_is_silent_in_the_development_server_until_a_saved_change_makes_it_sound() {
    let turn = turn();
    let project = turn.instrument();
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("heard.wav");
    let server = project.dev(folder.path(), &recording);
    assert_page_answers(&server);
    let mut page = server.page();
    let status = page.wait_for_phase("runningFullDuplex");
    assert_eq!(status["diagnostic"], Value::Null, "{status}");
    project.edit("src/dsp.rs", "let mut sum = 0.0;", "let mut sum = 0.25;");
    page.wait_for_reload();
    page.wait_for_level(20.0 * 0.25_f64.log10() - 6.0);
    project.edit("src/dsp.rs", "let mut sum = 0.25;", "let mut sum = 0.0;");
    page.wait_for_reload();
    assert!(server.end_by("TERM").0.success());
    let samples = recorded(&recording);
    assert!(peak(&samples[..480]) <= 0.0 && peak(&samples) > 0.12, "{}", peak(&samples));
}
