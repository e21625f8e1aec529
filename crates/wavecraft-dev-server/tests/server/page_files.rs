//! The built page.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

async fn get(server: &TestServer, path: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address);
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
async fn without_a_page_there_is_a_word_instead() {
    let server = TestServer::start().await;
    let answer = get(&server, "/").await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("WebSocket"), "{answer}");
}
