//! The built page.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

async fn get(server: &TestServer, path: &str) -> String {
    request(server, "GET", path, "").await
}

async fn request(server: &TestServer, method: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let host = server.address;
    let request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_page_and_its_files_are_served() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>here").unwrap();
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    std::fs::write(folder.path().join("assets/index.js"), "1").unwrap();
    let server = TestServer::with(Limits::default(), Some(folder.path().to_owned())).await;
    let page = get(&server, "/").await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.ends_with("<p>here"), "{page}");
    assert!(page.contains("content-type: text/html; charset=utf-8"), "{page}");
    assert!(get(&server, "/assets/index.js").await.contains("text/javascript"));
    for path in ["/none", "/assets", "/assets/", "/../secret", "/%2e%2e/secret"] {
        let answer = get(&server, path).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
    // A page is a page's guest all the same.
    server.connect().await.call("ping", json!({})).await;
}

#[tokio::test]
async fn a_file_is_asked_about_anew_and_sent_when_it_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>here").unwrap();
    let server = TestServer::with(Limits::default(), Some(folder.path().to_owned())).await;
    let page = get(&server, "/").await;
    assert!(page.contains("cache-control: no-cache"), "{page}");
    assert!(page.contains("x-content-type-options: nosniff"), "{page}");
    let tag = page.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let known = format!("If-None-Match: {tag}\r\n");
    let answer = request(&server, "GET", "/", &known).await;
    assert!(answer.starts_with("HTTP/1.1 304 "), "{answer}");
    std::fs::write(folder.path().join("index.html"), "<p>another").unwrap();
    let answer = request(&server, "GET", "/", &known).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("<p>another"), "{answer}");
}

#[tokio::test]
async fn the_page_is_no_part_of_another_and_reaches_no_other_server() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>here").unwrap();
    let server = TestServer::with(Limits::default(), Some(folder.path().to_owned())).await;
    let port = server.address.port();
    let page = get(&server, "/").await;
    let policy = page.lines().find_map(|line| line.strip_prefix("content-security-policy: ")).unwrap();
    let rules: Vec<&str> = policy.split("; ").collect();
    for rule in ["default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"] {
        assert!(rules.contains(&rule), "{rule} is missing in {policy}");
    }
    let connections = rules.iter().find_map(|rule| rule.strip_prefix("connect-src ")).unwrap();
    assert_eq!(connections, format!("'self' ws://localhost:{port} ws://127.0.0.1:{port}"));
}

#[tokio::test]
async fn hidden_files_are_none() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    std::fs::write(folder.path().join(".git/config"), "secret").unwrap();
    let server = TestServer::with(Limits::default(), Some(folder.path().to_owned())).await;
    for path in ["/.git/config", "/%2egit/config", "/./.git/config"] {
        let answer = get(&server, path).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
}

#[tokio::test]
async fn only_reading_is_known() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>here").unwrap();
    for page_folder in [None, Some(folder.path().to_owned())] {
        let server = TestServer::with(Limits::default(), page_folder).await;
        let head = request(&server, "HEAD", "/", "").await;
        assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"), "{head}");
        let answer = request(&server, "POST", "/", "Content-Length: 0\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
    }
}

#[tokio::test]
async fn without_a_page_there_is_a_word_instead() {
    let server = TestServer::start().await;
    let answer = get(&server, "/").await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("WebSocket"), "{answer}");
}
