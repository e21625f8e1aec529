//! What a knob costs between its message and the answer, beside what `serde_json` alone takes for the same texts.

use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use serde_json::Value;
use wavecraft_ipc::notifications::MetersUpdated;
use wavecraft_ipc::{
    HostKind, InMemoryParameterHost, IpcHandler, MeterUpdate, NormalizedValue, ParameterInfo, ParameterKind,
    PluginInfo, Reply, write_notification,
};

const SET: &str = r#"{"jsonrpc":"2.0","id":1234,"method":"setParameter","params":{"id":"output_gain","value":0.7071067690849304}}"#;

fn main() {
    // The clock is too coarse for one message at a time.
    divan::Divan::default().sample_count(1_000).sample_size(100).config_with_args().main();
}

/// A page of a plugin with as many parameters as a channel strip has.
fn page() -> IpcHandler {
    let parameter = |id: String| ParameterInfo::new(id, "Name", ParameterKind::Float, NormalizedValue::ZERO);
    let ids = (0..10).map(|number| format!("parameter_{number}")).chain(["output_gain".to_owned()]);
    let info = PluginInfo::new("Bench", "Wavecraft", "1.0.0", HostKind::DevServer);
    let host = InMemoryParameterHost::new(info, ids.map(parameter).collect()).expect("the ids differ");
    IpcHandler::new(Arc::new(host))
}

#[divan::bench]
fn set_parameter(bencher: Bencher<'_, '_>) {
    let page = page();
    let mut reply = Reply::default();
    bencher.bench_local(|| {
        page.handle_into(black_box(SET), &mut reply);
        assert!(reply.text().is_some_and(|text| text.ends_with("\"result\":{}}")));
    });
}

/// The yardstick: the request read into `serde_json`'s own tree and written again.
#[divan::bench]
fn set_parameter_serde_json_tree(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| {
        let request: Value = serde_json::from_str(black_box(SET)).expect("it is JSON");
        serde_json::to_string(&request).expect("a tree can be written")
    });
}

#[divan::bench]
fn get_all_parameters(bencher: Bencher<'_, '_>) {
    let page = page();
    let mut reply = Reply::default();
    bencher.bench_local(|| {
        page.handle_into(black_box(r#"{"jsonrpc":"2.0","id":1,"method":"getAllParameters"}"#), &mut reply);
        black_box(reply.text().map(str::len))
    });
}

#[divan::bench]
fn write_meter_update(bencher: Bencher<'_, '_>) {
    let update = MeterUpdate {
        timestamp_us: 1_234_567_890,
        left_peak: 0.707_106_77,
        left_rms: 0.123_456_79,
        right_peak: 0.654_321,
        right_rms: 0.111_111_11,
        input_left_peak: 0.987_654_3,
        input_left_rms: 0.2,
        input_right_peak: 0.333_333_34,
        input_right_rms: 0.1,
        values: [("gain_reduction".to_owned(), vec![-6.543_21])].into(),
    };
    let mut text = String::new();
    bencher.bench_local(|| {
        write_notification::<MetersUpdated>(black_box(&update), &mut text);
        text.len()
    });
}
