//! Bytes in, bytes out.

use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// Wraps text as a client's frame: masked, here with zeros.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    assert!(payload.len() < 126);
    [&[0x80 | opcode, 0x80 | payload.len() as u8, 0, 0, 0, 0], payload].concat()
}

async fn handshake(server: &TestServer) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "GET /any/path HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        server.address
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    // The example of RFC 6455.
    assert!(head.to_lowercase().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
    stream
}

async fn read_frame(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let first = stream.read_u8().await.unwrap();
    let length = match stream.read_u8().await.unwrap() {
        126 => usize::from(stream.read_u16().await.unwrap()),
        length => usize::from(length),
    };
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await.unwrap();
    (first, payload)
}

#[tokio::test]
async fn a_ping_is_answered_byte_for_byte() {
    let server = TestServer::start().await;
    let mut stream = handshake(&server).await;
    stream.write_all(&frame(1, br#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#)).await.unwrap();
    let answer = read_frame(&mut stream).await;
    assert_eq!(answer, (0x81, br#"{"jsonrpc":"2.0","id":"a","result":{"pong":true}}"#.to_vec()));
    server.stop().await;
}

#[tokio::test]
async fn what_comes_with_the_handshake_s_last_bytes_is_not_lost() {
    let server = TestServer::start().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut bytes = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        server.address
    )
    .into_bytes();
    bytes.extend(frame(1, br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#));
    stream.write_all(&bytes).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert_eq!(read_frame(&mut stream).await.1, br#"{"jsonrpc":"2.0","id":1,"result":{"pong":true}}"#);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_no_json() {
    let server = TestServer::start().await;
    let mut stream = handshake(&server).await;
    stream.write_all(&frame(2, b"\xff\xfe")).await.unwrap();
    let (_, answer) = read_frame(&mut stream).await;
    assert!(String::from_utf8(answer).unwrap().contains("-32700"));
}

#[tokio::test]
async fn a_page_s_own_ping_is_answered() {
    let server = TestServer::start().await;
    let mut stream = handshake(&server).await;
    stream.write_all(&frame(9, b"hello")).await.unwrap();
    assert_eq!(read_frame(&mut stream).await, (0x8a, b"hello".to_vec()));
}

#[tokio::test]
async fn messages_are_answered_without_delay() {
    let server = TestServer::start().await;
    let mut page = server.connect().await;
    let mut trips = Vec::new();
    for step in 0..100 {
        let start = Instant::now();
        page.set("gain", f64::from(step) / 100.0).await;
        trips.push(start.elapsed());
    }
    trips.sort();
    // A delayed acknowledgement alone takes 40 ms.
    assert!(trips[50] < Duration::from_millis(5), "{:?}", trips[50]);
}

#[tokio::test]
async fn a_batch_is_answered_as_one() {
    let server = TestServer::start().await;
    let mut page = server.connect().await;
    page.send(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"nothing"}]"#)
        .await;
    let answer = page.next().await;
    assert_eq!(answer[0]["result"]["pong"], true);
    assert_eq!(answer[1]["error"]["code"], -32601);
}

#[tokio::test]
async fn pages_are_told_when_the_server_stops() {
    let server = TestServer::start().await;
    let mut page = server.connect().await;
    page.call("ping", json!({})).await;
    let start = Instant::now();
    server.stop().await;
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
    match page.socket.next().await {
        Some(Ok(Message::Close(Some(frame)))) => assert_eq!(u16::from(frame.code), 1001),
        other => panic!("{other:?}"),
    }
}
