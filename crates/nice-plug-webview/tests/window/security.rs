//! What a page cannot do.

use std::io::ErrorKind;
use std::net::TcpListener;

use crate::display::display;
use crate::host::{Host, Seen};
use crate::opening::GREEN;

/// Runs a script that says what it has found out, and returns that.
fn answer_of(script: &str) -> String {
    let display = display();
    let parent = display.host_window(400, 300);
    let script = format!(
        "(async () => {{ {script} }})().then((answer) => __NICE_PLUG__.postMessage(String(answer)), \
         (error) => __NICE_PLUG__.postMessage(`failed: ${{error.name}}`));"
    );
    let host = Host::showing(GREEN, &script);
    let _opened = host.open_in(parent);
    loop {
        if let Seen::Message(text) = host.next() {
            return text;
        }
    }
}

#[test]
fn the_bridge_can_neither_be_changed_nor_replaced() {
    let answer = answer_of(
        "const bridge = __NICE_PLUG__;
         const attempt = (change) => { try { change(); } catch {} };
         attempt(() => { globalThis.__NICE_PLUG__ = null; });
         attempt(() => { delete globalThis.__NICE_PLUG__; });
         attempt(() => { bridge.postMessage = null; });
         attempt(() => { bridge.more = 1; });
         return [__NICE_PLUG__ === bridge, Object.isFrozen(bridge), Object.keys(bridge)].join(' ')",
    );

    assert_eq!(answer, "true true postMessage,setReceiveCallback");
}

#[test]
fn the_bridge_takes_texts_alone() {
    assert_eq!(answer_of("__NICE_PLUG__.postMessage({})"), "failed: TypeError");
    assert_eq!(answer_of("__NICE_PLUG__.setReceiveCallback('text')"), "failed: TypeError");
}

#[test]
fn a_text_that_is_too_long_is_refused_where_it_is_sent_and_costs_nothing_else() {
    let largest = 4 * 1024 * 1024;
    let answer = answer_of(&format!(
        "const attempt = (text) => {{ try {{ __NICE_PLUG__.postMessage(text); return 'sent'; }}
           catch (error) {{ return error.name; }} }};
         const past_the_bridge = 'm' + 'x'.repeat({largest} + 100);
         window.webkit.messageHandlers.plugin.postMessage(past_the_bridge);
         return [attempt('x'.repeat({largest} + 1)), attempt('\\u20ac'.repeat({largest} / 2))].join(' ')"
    ));

    assert_eq!(answer, "RangeError RangeError");
    let answer = answer_of(&format!("return 'x'.repeat({largest})"));
    assert_eq!(answer.len(), largest);
}

#[test]
fn a_page_reaches_no_server() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let address = server.local_addr().unwrap();

    let answer = answer_of(&format!(
        "const image = await new Promise((done) => {{ const image = new Image(); \
           image.onload = () => done('loaded'); image.onerror = () => done('refused'); \
           image.src = 'http://{address}/image.png'; }});
         const fetched = await fetch('http://{address}/').then(() => 'fetched', () => 'refused');
         const socket = await new Promise((done) => {{ try {{ \
           const socket = new WebSocket('ws://{address}/'); socket.onopen = () => done('open'); \
           socket.onerror = () => done('refused'); }} catch {{ done('refused'); }} }});
         return [image, fetched, socket].join(' ')"
    ));

    assert_eq!(answer, "refused refused refused");
    assert_eq!(server.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "nobody has come");
}

#[test]
fn a_page_stays_where_it_is() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let address = server.local_addr().unwrap();

    // The last of several navigations is refused before the timer fires, and with it the page would be gone.
    let answer = answer_of(&format!(
        "const opened = window.open('http://{address}/');
         location.href = 'http://{address}/';
         const frame = document.createElement('iframe'); frame.src = 'http://{address}/'; document.documentElement.append(frame);
         location.href = 'file:///etc/passwd';
         await new Promise((done) => setTimeout(done, 300));
         return [opened, location.href].join(' ')"
    ));

    assert_eq!(answer, " plugin://localhost/index.html");
    assert_eq!(server.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "nobody has come");
}

#[test]
fn a_page_downloads_nothing() {
    let name = format!("nice-plug-webview-{}.txt", std::process::id());

    let answer = answer_of(&format!(
        "const click = (href) => {{ const link = document.createElement('a'); link.href = href; \
           link.download = '{name}'; document.documentElement.append(link); link.click(); }};
         click('app.js');
         click(URL.createObjectURL(new Blob(['text'])));
         click('data:application/octet-stream,text');
         await new Promise((done) => setTimeout(done, 300));
         return location.href"
    ));

    assert_eq!(answer, "plugin://localhost/index.html");
    // WebKit saves into the user's folder for downloads, or else into the user's own.
    let home = std::path::PathBuf::from(std::env::var_os("HOME").expect("there is a user"));
    for folder in [home.clone(), home.join("Downloads"), std::env::current_dir().unwrap()] {
        assert!(!folder.join(&name).exists(), "{name} is in {}", folder.display());
    }
}

#[test]
fn a_page_gets_no_permission() {
    let answer = answer_of(
        "const asked = async (what, ask) => { try { return `${what} ${await ask()}`; } \
           catch { return `${what} denied`; } };
         return (await Promise.all([
           asked('microphone', () => navigator.mediaDevices.getUserMedia({ audio: true })),
           asked('notifications', () => Notification.requestPermission()),
           asked('place', () => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done, fail))),
         ])).join(', ')",
    );

    assert_eq!(answer, "microphone denied, notifications denied, place denied");
}

#[test]
fn scripts_in_the_document_are_refused_and_files_served_as_what_they_are() {
    let answer = answer_of(
        "const inline = document.createElement('script'); inline.textContent = 'globalThis.ran = true'; \
           document.documentElement.append(inline);
         const own = await fetch('app.js'); const other = await fetch('other.js').catch(() => ({ status: 'refused' }));
         return [globalThis.ran, own.status, own.headers.get('content-type'), other.status].join(' ')",
    );

    assert_eq!(answer, " 200 text/javascript; charset=utf-8 404");
}

#[test]
fn the_hosts_process_loads_neither_gtk_nor_webkit() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, "");
    let _opened = host.open_in(parent);
    display.wait_for_colour(200, 150, [0, 200, 0]);

    let loaded = std::fs::read_to_string("/proc/self/maps").unwrap();

    assert!(loaded.contains("libc.so"), "the list is one of libraries");
    for library in ["libgtk", "libgdk", "libwebkit", "libX11", "libjavascriptcore"] {
        assert!(!loaded.contains(library), "{library} is loaded");
    }
}
