//! All pages see the same.

use std::time::Instant;

use wavecraft_ipc::ParameterHost;
use wavecraft_metering::meters;

use super::*;

#[tokio::test]
async fn a_change_reaches_the_other_page_and_not_its_maker() {
    let server = TestServer::start().await;
    let (mut one, mut other) = (server.connect().await, server.connect().await);
    other.call("ping", json!({})).await;
    one.set("gain", 0.25).await;
    let message = other.next().await;
    assert_eq!(message["method"], "parameterChanged");
    assert_eq!(message["params"], json!({"id": "gain", "value": 0.25}));
    one.expect_nothing().await;
}

#[tokio::test]
async fn a_value_that_became_another_reaches_its_maker_too() {
    let server = TestServer::start().await;
    let mut page = server.connect().await;
    page.set("switch", 0.75).await;
    assert_eq!(page.next().await["params"], json!({"id": "switch", "value": 1.0}));
}

#[tokio::test]
async fn the_answer_comes_before_the_broadcast_of_it() {
    let server = TestServer::start().await;
    let mut page = server.connect().await;
    // The switch is broadcast to the very page that asks, so that the order shows on one socket.
    for step in 0..500 {
        page.set("switch", if step % 2 == 0 { 0.75 } else { 0.25 }).await;
        assert_eq!(page.next().await["method"], "parameterChanged");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_change_the_same_parameter_at_once_end_with_the_same_value() {
    let server = TestServer::start().await;
    let mut pages = Vec::new();
    for number in 0..8_u32 {
        let mut page = server.connect().await;
        pages.push(tokio::spawn(async move {
            let mut shown = 0.5;
            let mut wait = Duration::from_secs(3);
            for step in 0..200_u32 {
                let value = f64::from(number * 200 + step) / 1_600.0;
                let params = json!({"id": "gain", "value": value});
                let id = u64::from(step);
                page.send(
                    json!({"jsonrpc": "2.0", "id": id, "method": "setParameter", "params": params})
                        .to_string(),
                )
                .await;
                // A change that comes before the answer is older than this page's own; one that comes after it is newer.
                while page.next().await["id"] != id {}
                shown = value;
            }
            // Whatever is still under way.
            while let Ok(Some(Ok(message))) = timeout(wait, page.socket.next()).await {
                let Message::Text(text) = message else { continue };
                let message: Value = serde_json::from_str(&text).unwrap();
                shown = message["params"]["value"].as_f64().unwrap();
                wait = Duration::from_secs(1);
            }
            shown
        }));
    }
    let mut shown = Vec::new();
    for page in pages {
        shown.push(page.await.unwrap());
    }
    let value = f64::from(server.host.get_parameter("gain").unwrap().get());
    assert!(shown.iter().all(|shown| (shown - value).abs() < 1e-6), "{shown:?}, and it is {value}");
}

#[tokio::test]
async fn gestures_end_with_their_page() {
    let server = TestServer::start().await;
    let mut page = server.connect().await;
    assert_eq!(page.call("beginGesture", json!({"id": "gain"})).await["result"], json!({}));
    assert_eq!(server.host.open_gestures(), ["gain"]);
    drop(page);
    let start = Instant::now();
    while !server.host.open_gestures().is_empty() {
        assert!(start.elapsed() < PATIENCE, "the gesture is still open");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn levels_come_only_when_there_are_some() {
    let server = TestServer::start().await;
    let mut page = server.connect().await;
    page.call("ping", json!({})).await;
    page.expect_nothing().await;

    let (mut writer, reader) = meters(48_000.0);
    server.meters.connect(Some(reader));
    writer.process_metered(&mut [&mut vec![0.5; 4_800]], |_| {});
    let levels = page.next().await;
    assert_eq!(levels["method"], "meterUpdate");
    assert_eq!(levels["params"]["left_peak"], 0.5);
    assert_eq!(levels["params"]["right_rms"], 0.5);
    page.expect_nothing().await;
}

#[tokio::test]
async fn the_state_of_the_audio_is_told_to_all() {
    let server = TestServer::start().await;
    let (mut one, mut other) = (server.connect().await, server.connect().await);
    one.call("ping", json!({})).await;
    other.call("ping", json!({})).await;
    server.audio_status.send_replace(AudioStatus::new(AudioPhase::Failed, 7));
    for page in [&mut one, &mut other] {
        let message = page.next().await;
        assert_eq!(message["method"], "audioStatusChanged");
        assert_eq!(message["params"]["phase"], "failed");
        assert_eq!(message["params"]["updated_at_ms"], 7);
    }
}
