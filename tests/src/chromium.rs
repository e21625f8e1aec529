//! A Chromium without a window, and pages in it, by the protocol of its developer tools.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use plugin_test_support::needs::{Need, assert_declared, chromium};
use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

use crate::children;
use crate::dev_server::PATIENCE;

/// A browser that talks to nobody but the pages under test, and ends when it is dropped.
pub struct Chromium {
    child: Child,
    /// Where its tools are reached.
    address: String,
    _profile: TempDir,
}

/// A page. It is closed when it is dropped.
pub struct BrowserPage {
    socket: WebSocket<TcpStream>,
    target: String,
    session: Value,
    next_id: u64,
    /// What has come while an answer was waited for.
    events: VecDeque<Value>,
}

/// A message that the page has sent through its WebSocket.
#[derive(Debug)]
pub struct SentMessage {
    /// When, in microseconds of the system's clock that runs evenly.
    pub sent_us: f64,
    /// What.
    pub message: Value,
}

impl Chromium {
    /// Starts it.
    pub fn start() -> Self {
        assert_declared(Need::BrowserTests);
        let profile = tempfile::tempdir().expect("there is a temporary folder");
        let mut child = children::command(chromium().expect("the need says that there is one"))
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-sync", "--disable-background-networking", "--disable-component-update"])
            .args(["--remote-debugging-port=0", "--window-size=1280,800"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Chromium starts");
        let mut said = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let address = said
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("listening on ws://").map(|(_, address)| address.to_owned()));
        // Nobody reads what else it says, but somebody must take it.
        thread::spawn(move || said.for_each(drop));
        let address = address.expect("it says where its tools are reached").trim().to_owned();
        Self { child, address, _profile: profile }
    }

    /// Opens a page, which has the keyboard.
    pub fn open(&self, url: &str) -> BrowserPage {
        let (host, _) = self.address.split_once('/').expect("there is a path");
        let stream = TcpStream::connect(host).expect("Chromium listens");
        stream.set_nodelay(true).expect("a socket can do that");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket can do that");
        let (socket, _) =
            tungstenite::client(format!("ws://{}", self.address), stream).expect("Chromium answers");
        let mut page = BrowserPage {
            socket,
            target: String::new(),
            session: Value::Null,
            next_id: 1,
            events: VecDeque::new(),
        };
        let target = page.call("Target.createTarget", &json!({"url": "about:blank"}));
        target["targetId"].as_str().expect("a new page has a name").clone_into(&mut page.target);
        let attached = page.call("Target.attachToTarget", &json!({"targetId": page.target, "flatten": true}));
        page.session = attached["sessionId"].clone();
        page.call("Network.enable", &json!({}));
        page.call("Page.enable", &json!({}));
        page.call("Emulation.setFocusEmulationEnabled", &json!({"enabled": true}));
        page.call("Page.navigate", &json!({"url": url}));
        page
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl BrowserPage {
    fn call(&mut self, method: &str, params: &Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        let mut request = json!({"id": id, "method": method, "params": params});
        if self.session != Value::Null {
            request["sessionId"] = self.session.clone();
        }
        self.socket.send(Message::text(request.to_string())).expect("Chromium listens");
        loop {
            let mut message = self.receive();
            if message["id"] == id {
                assert_eq!(message["error"], Value::Null, "{method}: {message}");
                return message["result"].take();
            }
            self.events.push_back(message);
        }
    }

    fn receive(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().expect("Chromium answers") {
                return serde_json::from_str(&text).expect("it is JSON");
            }
        }
    }

    /// What an expression of JavaScript comes to, as JSON.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut outcome = self.call("Runtime.evaluate", &params);
        assert_eq!(outcome["exceptionDetails"], Value::Null, "{expression}: {outcome}");
        outcome["result"]["value"].take()
    }

    /// Waits until an expression is true.
    pub fn wait_until(&mut self, expression: &str, patience: Duration) {
        let started = Instant::now();
        while self.evaluate(expression) != true {
            assert!(started.elapsed() < patience, "it is never true that {expression}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses the key of a letter, on a keyboard with letters where they are in the United States.
    pub fn press(&mut self, letter: char) {
        self.key("keyDown", letter);
    }

    /// Lets go of it.
    pub fn release(&mut self, letter: char) {
        self.key("keyUp", letter);
    }

    fn key(&mut self, kind: &str, letter: char) {
        let upper = letter.to_ascii_uppercase();
        let params = json!({
            "type": kind,
            "key": letter.to_string(),
            "code": format!("Key{upper}"),
            "windowsVirtualKeyCode": u32::from(upper),
        });
        self.call("Input.dispatchKeyEvent", &params);
    }

    /// The next message with this in it that the page sends to the plugin.
    pub fn next_sent(&mut self, part: &str) -> SentMessage {
        loop {
            let event = self.events.pop_front().unwrap_or_else(|| self.receive());
            let params = &event["params"];
            let text = params["response"]["payloadData"].as_str().unwrap_or_default();
            if event["method"] == "Network.webSocketFrameSent" && text.contains(part) {
                let sent_s = params["timestamp"].as_f64().expect("an event has a time");
                let message = serde_json::from_str(text).expect("it is JSON");
                return SentMessage { sent_us: sent_s * 1e6, message };
            }
        }
    }

    /// Closes the page, whatever it holds.
    pub fn close(self) {
        drop(self);
    }
}

impl Drop for BrowserPage {
    fn drop(&mut self) {
        let close =
            json!({"id": self.next_id, "method": "Target.closeTarget", "params": {"targetId": self.target}});
        let _ = self.socket.send(Message::text(close.to_string()));
        // It is closed when that is answered, or the browser has gone.
        while let Ok(message) = self.socket.read() {
            let is_answer = message.to_text().ok().and_then(|text| serde_json::from_str::<Value>(text).ok());
            if is_answer.is_some_and(|message| message["id"] == self.next_id) {
                return;
            }
        }
    }
}
