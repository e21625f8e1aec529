//! Who may connect.
//!
//! A browser lets any page that its user happens to look at talk to programs on the same machine. Two headers that such
//! a page cannot forge give it away: `Origin` names the page's own server, and `Host` the name under which this server
//! was asked for, which is a stranger's name when that name has been made to lead here (DNS rebinding).

use std::net::IpAddr;

use axum::http::HeaderMap;

use super::origin::PageOrigin;

/// Longer headers are shown in part, in bytes: whoever sends one decides its length.
const LONGEST_SHOWN_BYTES: usize = 200;

/// The names of this machine that lead nowhere else.
const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Which requests are let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRules {
    port: u16,
    page_ports: Vec<u16>,
    open_host: Option<String>,
    allowed_origins: Vec<PageOrigin>,
}

impl AccessRules {
    /// Only this machine's own pages: `port` is the server's own, `page_ports` those of other servers that deliver the
    /// page, as Vite does.
    pub fn loopback(port: u16, page_ports: impl Into<Vec<u16>>) -> Self {
        Self { port, page_ports: page_ports.into(), open_host: None, allowed_origins: Vec::new() }
    }

    /// Other machines' requests as well, under `host` or any address of this machine; not under other names.
    #[must_use]
    pub fn open_to_network(mut self, host: impl Into<String>) -> Self {
        self.open_host = Some(host.into());
        self
    }

    /// Pages of these origins as well, and requests for their hosts: where a port is forwarded or a proxy stands in front, a
    /// browser has another name for this server. Whoever delivers pages there may then do what this computer's own pages may.
    #[must_use]
    pub fn allow_origins(mut self, origins: impl IntoIterator<Item = PageOrigin>) -> Self {
        self.allowed_origins.extend(origins);
        self
    }

    /// Where a page that this server has delivered to `host` may open a WebSocket, as a content security policy names it: this
    /// server under each of its names. That `'self'` covers a WebSocket is not so in every browser.
    pub(super) fn websocket_sources(&self, host: &str) -> Vec<String> {
        let names = ["localhost", "127.0.0.1"].map(|name| format!("ws://{name}:{}", self.port));
        let mut sources = names.to_vec();
        let allowed = self.allowed_origins.iter().map(PageOrigin::websocket);
        for source in std::iter::once(format!("ws://{host}")).chain(allowed) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    /// Whether a request with these headers is let in.
    ///
    /// Programs that are no browsers send no `Origin`; they can do what they like anyway, and are let in.
    ///
    /// # Errors
    ///
    /// [`Refusal`] says which header is foreign.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let host = single(headers, "Host")?.unwrap_or_default();
        let (name, port) = split_port(host);
        // The page's own server passes on what it was asked.
        let is_own = self.is_own_name(name) && port.is_some_and(|port| self.is_own_port(port));
        if !is_own && !self.allowed_origins.iter().any(|origin| origin.sends_host(host)) {
            return Err(Refusal::host(host, self.port));
        }
        let Some(origin) = single(headers, "Origin")? else { return Ok(()) };
        let is_allowed = origin.parse().is_ok_and(|origin| self.allowed_origins.contains(&origin));
        if is_allowed || self.is_own_page(origin, is_own.then_some(name)) {
            return Ok(());
        }
        Err(Refusal::origin(origin, self.port))
    }

    fn is_own_port(&self, port: u16) -> bool {
        port == self.port || self.page_ports.contains(&port)
    }

    fn is_own_name(&self, name: &str) -> bool {
        if is_loopback_name(name) {
            return true;
        }
        let Some(open_host) = &self.open_host else { return false };
        // An address cannot be rebound; only names can.
        name.eq_ignore_ascii_case(open_host) || address(name).is_some()
    }

    fn is_own_page(&self, origin: &str, requested_name: Option<&str>) -> bool {
        let Some((scheme, server)) = origin.split_once("://") else { return false };
        let default_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return false,
        };
        let (name, port) = split_port(server);
        let port = match port {
            Some(port) => port,
            None if name == server => default_port,
            None => return false,
        };
        let is_requested = requested_name.is_some_and(|requested| name.eq_ignore_ascii_case(requested));
        self.is_own_port(port) && (is_loopback_name(name) || is_requested)
    }
}

/// Why a request was not let in, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// The request was meant for another server.
    #[error("the Host header {host:?} was refused: open http://localhost:{port}/{advice}")]
    Host {
        /// What the header says, or the beginning of it.
        host: String,
        /// This server's port.
        port: u16,
        /// What else there is to do.
        advice: String,
    },
    /// The request comes from a page of another server.
    #[error(
        "the Origin header {origin:?} was refused: pages of http://localhost:{port}/ may connect{advice}"
    )]
    Origin {
        /// What the header says, or the beginning of it.
        origin: String,
        /// This server's port.
        port: u16,
        /// What else there is to do.
        advice: String,
    },
    /// The header is there twice, or is not text.
    #[error("the {0} header was refused: send it once, as plain text")]
    Malformed(&'static str),
}

impl Refusal {
    fn host(host: &str, port: u16) -> Self {
        // The browser alone knows whether it is http or https, which the port does not tell.
        let advice = match format!("http://{host}").parse::<PageOrigin>() {
            Ok(origin) => format!(
                ". If that is your own way to this computer, such as a forwarded port, start the server with \
                 --allow-origin {origin}, or with https:// if the browser shows that"
            ),
            Err(_) => String::new(),
        };
        Self::Host { host: excerpt(host), port, advice }
    }

    fn origin(origin: &str, port: u16) -> Self {
        let advice = match origin.parse::<PageOrigin>() {
            Ok(origin) if is_loopback_name(origin.host()) => format!(
                ". If that page is yours, start the server with --page-port and the port of the page's server on this \
                 computer, or with --allow-origin {origin} if it is another computer's, forwarded"
            ),
            Ok(origin) => format!(". If that page is yours, start the server with --allow-origin {origin}"),
            Err(_) => String::new(),
        };
        Self::Origin { origin: excerpt(origin), port, advice }
    }
}

/// As much of a header as is shown.
fn excerpt(value: &str) -> String {
    match value.get(..LONGEST_SHOWN_BYTES).filter(|start| start.len() < value.len()) {
        Some(start) => format!("{start}…"),
        None => value.to_owned(),
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::Malformed(name));
    }
    value.to_str().map(Some).map_err(|_| Refusal::Malformed(name))
}

/// A name and its port, if it has a valid one.
fn split_port(server: &str) -> (&str, Option<u16>) {
    // The colons within an IPv6 address stand in brackets.
    match server.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
        _ => (server, None),
    }
}

fn is_loopback_name(name: &str) -> bool {
    LOOPBACK_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn address(name: &str) -> Option<IpAddr> {
    let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    bare.parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;

    fn is_let_in(rules: &AccessRules, host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        rules.check(&headers).is_ok()
    }

    #[test]
    fn own_names_and_pages_are_let_in() {
        let rules = AccessRules::loopback(9000, [5173]);
        for host in ["127.0.0.1:9000", "localhost:9000", "LOCALHOST:9000", "[::1]:9000"] {
            assert!(is_let_in(&rules, host, None), "{host}");
            for origin in ["http://localhost:5173", "http://127.0.0.1:9000", "http://[::1]:5173"] {
                assert!(is_let_in(&rules, host, Some(origin)), "{host} {origin}");
            }
        }
    }

    #[test]
    fn foreign_names_are_refused() {
        let rules = AccessRules::loopback(9000, [5173]);
        for host in [
            "evil.example:9000",
            "127.0.0.1",
            "127.0.0.1:9001",
            "127.0.0.1:0",
            "localhost.evil.example:9000",
            "",
            "192.168.0.7:9000",
        ] {
            assert!(!is_let_in(&rules, host, None), "{host}");
        }
    }

    #[test]
    fn foreign_pages_are_refused() {
        let rules = AccessRules::loopback(9000, [5173]);
        for origin in [
            "http://evil.example",
            "http://evil.example:9000",
            "http://localhost:3000",
            "http://localhost",
            "http://localhost.evil.example:9000",
            "http://localhost:9000@evil.example",
            "http://localhost:99999",
            "http://localhost:",
            "null",
            "file://",
            "ftp://localhost:9000",
            "",
        ] {
            assert!(!is_let_in(&rules, "127.0.0.1:9000", Some(origin)), "{origin}");
        }
    }

    #[test]
    fn a_server_open_to_the_network_knows_its_addresses_but_no_other_names() {
        let rules = AccessRules::loopback(9000, [5173]).open_to_network("studio.local");
        assert!(is_let_in(&rules, "192.168.0.7:9000", Some("http://192.168.0.7:5173")));
        assert!(is_let_in(&rules, "studio.local:9000", None));
        assert!(!is_let_in(&rules, "192.168.0.7:9000", Some("http://192.168.0.8:5173")));
        assert!(!is_let_in(&rules, "evil.example:9000", None));
        assert!(!is_let_in(&rules, "192.168.0.7:9000", Some("http://evil.example:9000")));
    }

    #[test]
    fn what_the_page_s_own_server_passes_on_is_let_in() {
        let rules = AccessRules::loopback(9000, [5173]);
        assert!(is_let_in(&rules, "localhost:5173", Some("http://localhost:5173")));
        assert!(!is_let_in(&rules, "evil.example:5173", Some("http://evil.example:5173")));
    }

    #[test]
    fn allowed_origins_are_let_in_with_their_hosts_and_nothing_else_of_them() {
        let origins =
            ["https://name-9000.example.dev", "http://localhost:8000"].map(|text| text.parse().unwrap());
        let rules = AccessRules::loopback(9000, [5173]).allow_origins(origins);
        for (host, origin) in [
            // A proxy that passes on the host, and one that does not.
            ("name-9000.example.dev", Some("https://name-9000.example.dev")),
            ("name-9000.example.dev:443", Some("https://name-9000.example.dev")),
            ("localhost:9000", Some("https://name-9000.example.dev")),
            ("name-9000.example.dev", None),
            ("localhost:8000", Some("http://localhost:8000")),
            ("localhost:9000", Some("http://localhost:5173")),
        ] {
            assert!(is_let_in(&rules, host, origin), "{host} {origin:?}");
        }
        for (host, origin) in [
            ("example.dev", None),
            ("name-9000.example.dev:9000", None),
            ("name-9000.example.dev:80", None),
            ("name-9000.example.dev.evil.example", None),
            ("localhost:8001", None),
            ("name-9000.example.dev", Some("http://name-9000.example.dev")),
            ("name-9000.example.dev", Some("http://name-9000.example.dev:9000")),
            ("name-9000.example.dev", Some("https://name-9000.example.dev:8443")),
            ("localhost:9000", Some("https://other.example.dev")),
            ("localhost:9000", Some("https://evil.example/https://name-9000.example.dev")),
            ("localhost:8000", Some("http://localhost:3000")),
            ("127.0.0.1:8000", Some("http://127.0.0.1:8000")),
        ] {
            assert!(!is_let_in(&rules, host, origin), "{host} {origin:?}");
        }
    }

    #[test]
    fn what_was_refused_is_shown_in_part_and_advised_only_if_it_can_be_followed() {
        let long = "a".repeat(100_000);
        let refusal = Refusal::host(&long, 9000).to_string();
        assert!(refusal.starts_with("the Host header \"aaa"), "{refusal:.300}");
        for (value, part) in
            [("a\"; rm -rf ~; \"", "a\\\"; rm -rf ~; \\\""), ("<script>x</script>", "<script>")]
        {
            for refusal in [Refusal::host(value, 9000).to_string(), Refusal::origin(value, 9000).to_string()]
            {
                assert!(refusal.contains(part) && !refusal.contains("--allow-origin"), "{refusal}");
            }
        }
        let forwarded = Refusal::host("localhost:8000", 9000).to_string();
        assert!(forwarded.contains("--allow-origin http://localhost:8000,"), "{forwarded}");
        let other = Refusal::origin("http://localhost:3000", 9000).to_string();
        assert!(
            other.contains("--page-port") && other.contains("--allow-origin http://localhost:3000"),
            "{other}"
        );
    }

    #[test]
    fn doubled_headers_are_refused() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "127.0.0.1:9000".parse().unwrap());
        headers.append(header::HOST, "evil.example:9000".parse().unwrap());
        assert!(AccessRules::loopback(9000, []).check(&headers).is_err());
    }
}
