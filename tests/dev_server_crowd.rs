//! Two hundred pages at once, one of them deaf, while sound runs.
#![cfg(target_os = "linux")]

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::endurance;
use wavecraft_tests::priority;
use wavecraft_tests::scheduling_monitor::SchedulingMonitor;
use wavecraft_tests::sound_servers::Jack;

plugin_test_support::needs!(TestSound);

const BLOCK_FRAMES: u32 = 128;
const PAGES: usize = 200;
const REQUEST_INTERVAL: Duration = Duration::from_millis(500);

async fn connect(address: &str) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(address).await.expect("the server listens");
    stream.set_nodelay(true).expect("a socket can do that");
    client_async(format!("ws://{address}/"), stream).await.expect("the server answers").0
}

/// Asks now and then, reads all the time, and returns how long the answers took.
async fn busy_page(address: Arc<str>, number: usize, until: Instant) -> Vec<Duration> {
    let mut socket = connect(&address).await;
    let mut took = Vec::new();
    // They do not all ask at once.
    let mut next = Instant::now() + REQUEST_INTERVAL.mul_f64(number as f64 / PAGES as f64);
    let mut asked = None;
    let mut id = 0_u64;
    while Instant::now() < until {
        tokio::select! {
            () = tokio::time::sleep_until(next.into()), if asked.is_none() => {
                id += 1;
                // One page in ten turns a knob, which all the others hear of.
                let request = if number.is_multiple_of(10) {
                    let value = (id % 100) as f64 / 100.0;
                    json!({"jsonrpc": "2.0", "id": id, "method": "setParameter", "params": {"id": "mix", "value": value}})
                } else {
                    json!({"jsonrpc": "2.0", "id": id, "method": "getParameter", "params": {"id": "mix"}})
                };
                next += REQUEST_INTERVAL;
                asked = Some(Instant::now());
                socket.send(Message::text(request.to_string())).await.expect("the connection is open");
            }
            message = socket.next() => {
                let message = message.expect("the connection is open").expect("the connection is open");
                let Message::Text(text) = message else { continue };
                // Meters are most of what comes; parsing them all would measure the test.
                if text.contains("\"id\":") && !text.contains("\"method\":") {
                    let answer: Value = serde_json::from_str(&text).expect("it is JSON");
                    assert_eq!(answer["id"], id);
                    took.extend(asked.take().map(|asked: Instant| asked.elapsed()));
                }
            }
        }
    }
    took
}

#[test]
fn two_hundred_pages_and_a_deaf_one_are_served_while_sound_runs() {
    let duration = endurance::short_or_full(Duration::from_secs(15), Duration::from_mins(1));
    let jack = Jack::start(BLOCK_FRAMES);
    let monitor = SchedulingMonitor::start(&jack, BLOCK_FRAMES, duration.as_secs() as usize + 30);
    // Both sides run ahead of other programs: how busy the machine is otherwise says nothing about the server.
    let server = DevServer::start_ahead(&jack.environment(), &["--backend", "jack"]);
    let mut observer = server.page();
    observer.wait_for_phase("runningFullDuplex");
    // It reads all the time, and so is heard of at once; what it reads are messages that all the others get.
    let observer = thread::spawn(move || observer.news_of_underruns(duration));
    let address: Arc<str> = server.address().into();
    priority::raise(priority::this_thread_id());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    let (mut took, early_kb) = runtime.block_on(async {
        let deaf = connect(&address).await;
        let until = Instant::now() + duration;
        let pages: Vec<_> =
            (0..PAGES).map(|number| tokio::spawn(busy_page(Arc::clone(&address), number, until))).collect();
        tokio::time::sleep(duration / 6).await;
        let early_kb = server.memory_kb("VmRSS");
        let mut took = Vec::new();
        for page in pages {
            took.extend(page.await.expect("no page fails"));
        }
        drop(deaf);
        (took, early_kb)
    });
    let late_kb = server.memory_kb("VmRSS");
    let news = observer.join().expect("no page fails");
    let (stalls, _) = monitor.finish();
    took.sort();
    let (median, slow) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    println!("{} answers: median {median:?}, 99 % within {slow:?}", took.len());
    println!("memory {early_kb} kB, at the end {late_kb} kB");
    println!("news of underruns: {news:?}; {}", stalls.description());
    assert!(median < Duration::from_millis(5), "{median:?}");
    assert!(late_kb < early_kb + 16_000, "{early_kb} kB, then {late_kb} kB");
    stalls.assert_explain(&news);
}
