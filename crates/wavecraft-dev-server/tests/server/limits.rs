//! What is too much, and who is too slow.

use std::time::Instant;

use tokio::io::AsyncReadExt;
use wavecraft_ipc::{BuildState, BuildStatus};

use super::*;

/// Longer than all that lies between two sockets.
const LONG_MESSAGE_BYTES: usize = 8 << 20;

fn limits() -> Limits {
    Limits { queued_messages: 4_096, ..Limits::default() }
}

#[tokio::test]
async fn a_message_that_is_too_long_ends_the_connection() {
    let server = TestServer::with(Limits { message_bytes: 1_000, ..limits() }, None).await;
    let mut page = server.connect().await;
    page.send(" ".repeat(990) + "[]").await;
    assert_eq!(page.next().await["error"]["code"], -32600);
    page.send(" ".repeat(1_001)).await;
    assert_eq!(page.next_text().await, None);
    server.connect().await.call("ping", json!({})).await;
}

#[tokio::test]
async fn connections_over_the_limit_are_told_to_come_later() {
    let server = TestServer::with(Limits { connections: 2, ..limits() }, None).await;
    let mut pages = vec![server.connect().await, server.connect().await];
    let mut refused = TcpStream::connect(server.address).await.unwrap();
    let mut answer = String::new();
    refused.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    pages.pop();
    let start = Instant::now();
    loop {
        let stream = TcpStream::connect(server.address).await.unwrap();
        if client_async(format!("ws://{}/", server.address), stream).await.is_ok() {
            break;
        }
        assert!(start.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_reads_nothing_is_dropped_and_holds_nobody_up() {
    if plugin_test_support::is_under_wine() {
        // There, what this stands on is not optimised either, and takes seconds for what is measured here.
        return;
    }
    let server = TestServer::with(limits(), None).await;
    let mut deaf = server.connect().await;
    deaf.call("ping", json!({})).await;
    let mut writer = server.connect().await;
    let start = Instant::now();
    let mut slowest = Duration::ZERO;
    let mut sent = 0_u32;
    let mut gone = false;
    while !gone {
        let before = Instant::now();
        let batch: Vec<_> = (0..200)
            .map(|step| {
                let value = f64::from((sent + step) % 1_000) / 1_000.0;
                let id = if step % 2 == 0 { "gain" } else { "switch" };
                json!({"jsonrpc": "2.0", "method": "setParameter", "params": {"id": id, "value": value}})
            })
            .collect();
        for request in &batch {
            writer.send(request.to_string()).await;
        }
        sent += 200;
        let answer = writer.call_past_broadcasts("ping").await;
        assert_eq!(answer["result"]["pong"], true);
        slowest = slowest.max(before.elapsed());
        // A connection that the server has closed is closed for writing, too.
        gone = deaf.socket.send(Message::text("{}")).await.is_err();
        assert!(start.elapsed() < Duration::from_mins(1), "still there after {sent} changes");
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

#[tokio::test]
async fn a_page_that_reads_no_long_messages_is_dropped_when_too_many_wait_for_it() {
    if plugin_test_support::is_under_wine() {
        // There, what this stands on is not optimised either, and takes seconds for what is measured here.
        return;
    }
    let server = TestServer::with(Limits { queued_messages: 8, ..Limits::default() }, None).await;
    let mut deaf = server.connect().await;
    deaf.call("ping", json!({})).await;
    let start = Instant::now();
    while deaf.socket.send(Message::text("{}")).await.is_ok() {
        server.announce_at_length(4);
        assert!(start.elapsed() < PATIENCE, "it is still there");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_page_that_reads_no_long_messages_gives_no_sign_of_life() {
    let server = TestServer::with(Limits { keepalive: Duration::from_millis(100), ..limits() }, None).await;
    let mut deaf = server.connect().await;
    deaf.call("ping", json!({})).await;
    server.announce_at_length(4);
    let start = Instant::now();
    while deaf.socket.send(Message::text("{}")).await.is_ok() {
        assert!(start.elapsed() < PATIENCE, "it is still there");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn the_server_stops_although_a_page_reads_nothing() {
    let server = TestServer::with(limits(), None).await;
    let mut deaf = server.connect().await;
    deaf.call("ping", json!({})).await;
    let mut alive = server.connect().await;
    alive.call("ping", json!({})).await;
    server.announce_at_length(4);
    assert!(alive.next_text().await.is_some_and(|text| text.len() > LONG_MESSAGE_BYTES));
    let start = Instant::now();
    server.stop().await;
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn long_messages_reach_a_page_that_reads_late() {
    let server = TestServer::with(limits(), None).await;
    let mut page = server.connect().await;
    page.call("ping", json!({})).await;
    server.announce_at_length(4);
    tokio::time::sleep(QUIET).await;
    for _ in 0..4 {
        assert!(page.next_text().await.is_some_and(|text| text.len() > LONG_MESSAGE_BYTES));
    }
    page.call("ping", json!({})).await;
}

#[tokio::test]
async fn a_page_that_gives_no_sign_of_life_is_dropped() {
    let server = TestServer::with(Limits { keepalive: Duration::from_millis(100), ..limits() }, None).await;
    let mut dead = server.connect().await;
    dead.call("ping", json!({})).await;
    let mut alive = server.connect().await;
    let mut stream = dead.socket.into_inner();
    // Reads, but as a program that has crashed while its socket stays open: nothing answers the pings.
    let mut rest = Vec::new();
    let reading = tokio::spawn(async move { stream.read_to_end(&mut rest).await });
    let start = Instant::now();
    while !reading.is_finished() {
        assert!(start.elapsed() < PATIENCE);
        alive.call("ping", json!({})).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_page_that_only_listens_stays() {
    let server = TestServer::with(Limits { keepalive: Duration::from_millis(50), ..limits() }, None).await;
    let mut listener = server.connect().await;
    // It answers the pings, as every browser does by itself.
    let _ = timeout(Duration::from_millis(500), listener.socket.next()).await;
    listener.call("ping", json!({})).await;
}

impl TestServer {
    /// Tells all pages at length why builds have failed: several at once, so that most of them find the socket full.
    fn announce_at_length(&self, times: usize) {
        let message = Some("x".repeat(LONG_MESSAGE_BYTES));
        let status = BuildStatus { state: BuildState::Failed, message, duration_ms: None };
        for _ in 0..times {
            self.notifications.send_build(&status);
        }
    }
}

impl Page {
    /// Calls a method without parameters while broadcasts may come in between.
    async fn call_past_broadcasts(&mut self, method: &str) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method}).to_string()).await;
        loop {
            let message = self.next().await;
            if message["id"] == id {
                return message;
            }
        }
    }
}
