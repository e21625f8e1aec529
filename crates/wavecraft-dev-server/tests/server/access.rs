//! Who is let in.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// Sends a request's head, and returns the first line of the answer.
async fn answer_to(server: &TestServer, headers: &str) -> String {
    full_answer_to(server, headers).await.lines().next().unwrap_or_default().to_owned()
}

async fn full_answer_to(server: &TestServer, headers: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(format!("GET / HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn websocket_answer(server: &TestServer, host: &str, origin: Option<&str>) -> String {
    let origin = origin.map(|origin| format!("Origin: {origin}\r\n")).unwrap_or_default();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {host}\r\n{origin}Upgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut start = vec![0; 12];
    stream.read_exact(&mut start).await.unwrap();
    String::from_utf8(start).unwrap()
}

#[tokio::test]
async fn own_pages_and_programs_are_let_in() {
    let server = TestServer::start().await;
    let port = server.address.port();
    let host = format!("localhost:{port}");
    let own_origin = format!("http://127.0.0.1:{port}");
    for origin in [None, Some("http://localhost:5173"), Some(own_origin.as_str())] {
        assert_eq!(websocket_answer(&server, &host, origin).await, "HTTP/1.1 101", "{origin:?}");
    }
}

#[tokio::test]
async fn foreign_pages_get_403() {
    let server = TestServer::start().await;
    let host = format!("127.0.0.1:{}", server.address.port());
    for origin in ["http://evil.example", "https://localhost:8443", "null"] {
        assert_eq!(websocket_answer(&server, &host, Some(origin)).await, "HTTP/1.1 403", "{origin}");
    }
}

#[tokio::test]
async fn names_that_were_made_to_lead_here_get_403() {
    let server = TestServer::start().await;
    let host = format!("evil.example:{}", server.address.port());
    let origin = format!("http://{host}");
    assert_eq!(websocket_answer(&server, &host, Some(&origin)).await, "HTTP/1.1 403");
    assert_eq!(answer_to(&server, &format!("Host: {host}\r\n")).await, "HTTP/1.1 403 Forbidden");
}

#[tokio::test]
async fn a_request_without_host_gets_403() {
    let server = TestServer::start().await;
    assert_eq!(answer_to(&server, "").await, "HTTP/1.1 403 Forbidden");
}

#[tokio::test]
async fn refusals_name_the_header_and_what_to_do() {
    let server = TestServer::start().await;
    let port = server.address.port();
    let page = format!("http://localhost:{port}/");
    let foreign_host = full_answer_to(&server, "Host: evil.example\r\n").await;
    assert!(foreign_host.contains("content-type: text/plain"), "{foreign_host}");
    assert!(foreign_host.contains("x-content-type-options: nosniff"), "{foreign_host}");
    let advice = "--allow-origin http://evil.example, or with https://";
    for part in ["the Host header \"evil.example\" was refused", page.as_str(), advice] {
        assert!(foreign_host.contains(part), "{part} is missing in {foreign_host}");
    }
    let headers = format!("Host: {}\r\nOrigin: http://evil.example\r\n", server.address);
    let foreign_origin = full_answer_to(&server, &headers).await;
    let advice = "If that page is yours, start the server with --allow-origin http://evil.example";
    for part in ["the Origin header \"http://evil.example\" was refused", page.as_str(), advice] {
        assert!(foreign_origin.contains(part), "{part} is missing in {foreign_origin}");
    }
    let headers = format!("Host: {}\r\nOrigin: null\r\nOrigin: null\r\n", server.address);
    let doubled = full_answer_to(&server, &headers).await;
    assert!(doubled.contains("the Origin header was refused"), "{doubled}");
}

#[tokio::test]
async fn pages_and_hosts_of_a_forwarded_port_are_let_in_once_they_are_allowed() {
    let (host, origin) = ("name-9000.example.dev", "https://name-9000.example.dev");
    let refused = TestServer::start().await;
    assert_eq!(websocket_answer(&refused, host, Some(origin)).await, "HTTP/1.1 403");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>here").unwrap();
    let allowed = [origin, "http://localhost:8000"];
    let server = TestServer::letting_in(&allowed, Limits::default(), Some(folder.path().to_owned())).await;
    let own = server.address.to_string();
    for host in [host, own.as_str()] {
        assert_eq!(websocket_answer(&server, host, Some(origin)).await, "HTTP/1.1 101", "{host}");
    }
    assert_eq!(websocket_answer(&server, "localhost:8000", Some(allowed[1])).await, "HTTP/1.1 101");
    assert_eq!(websocket_answer(&server, host, Some("https://evil.example")).await, "HTTP/1.1 403");
    assert_eq!(websocket_answer(&server, "evil.example", Some(origin)).await, "HTTP/1.1 403");
    // The page that is served there may open its WebSocket there.
    let page = full_answer_to(&server, &format!("Host: {host}\r\n")).await;
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    let policy = page.lines().find_map(|line| line.strip_prefix("content-security-policy: ")).unwrap();
    let sources = policy.split("connect-src ").nth(1).unwrap();
    for source in ["'self'", "wss://name-9000.example.dev", "ws://localhost:8000"] {
        assert!(sources.split(' ').any(|known| known == source), "{source} is missing in {policy}");
    }
}

#[tokio::test]
async fn what_is_refused_cannot_pass_for_anything_but_itself() {
    let server = TestServer::start().await;
    let long = "a".repeat(5_000);
    for value in
        ["<script>alert(1)</script>", "\"; rm -rf ~; echo \"", "*", "https://*.example.dev", long.as_str()]
    {
        for headers in
            [format!("Host: {value}\r\n"), format!("Host: {}\r\nOrigin: {value}\r\n", server.address)]
        {
            let answer = full_answer_to(&server, &headers).await;
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("HTTP/1.1 403"), "{answer}");
            assert!(head.contains("content-type: text/plain") && head.contains("nosniff"), "{head}");
            // Only what is an origin is ever advised, and no value is repeated at length.
            let advised = body.split("--allow-origin ").nth(1).unwrap_or_default();
            assert!(advised.is_empty() || value == long, "{body}");
            assert!(body.lines().count() == 1 && (value == long || body.len() < 600), "{body}");
        }
    }
}

#[tokio::test]
async fn incomplete_handshakes_are_told_what_they_lack() {
    let server = TestServer::start().await;
    let host = format!("Host: {}\r\nUpgrade: websocket\r\n", server.address);
    let version = "Sec-WebSocket-Version: 13\r\n";
    assert_eq!(answer_to(&server, &format!("{host}{version}")).await, "HTTP/1.1 400 Bad Request");
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "GET / HTTP/1.1\r\n{host}Connection: Upgrade\r\nSec-WebSocket-Version: 8\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut start = vec![0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(String::from_utf8(start).unwrap(), "HTTP/1.1 426");
}
