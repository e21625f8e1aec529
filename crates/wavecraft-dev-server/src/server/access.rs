//! Who may connect.
//!
//! A browser lets any page that its user happens to look at talk to programs on the same machine. Two headers that such
//! a page cannot forge give it away: `Origin` names the page's own server, and `Host` the name under which this server
//! was asked for, which is a stranger's name when that name has been made to lead here (DNS rebinding).

use std::net::IpAddr;

use axum::http::HeaderMap;

/// The names of this machine that lead nowhere else.
const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Which requests are let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRules {
    port: u16,
    page_ports: Vec<u16>,
    open_host: Option<String>,
}

impl AccessRules {
    /// Only this machine's own pages: `port` is the server's own, `page_ports` those of other servers that deliver the
    /// page, as Vite does.
    pub fn loopback(port: u16, page_ports: impl Into<Vec<u16>>) -> Self {
        Self { port, page_ports: page_ports.into(), open_host: None }
    }

    /// Other machines' requests as well, under `host` or any address of this machine; not under other names.
    #[must_use]
    pub fn open_to_network(mut self, host: impl Into<String>) -> Self {
        self.open_host = Some(host.into());
        self
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
        if !(self.is_own_name(name) && port == Some(self.port)) {
            return Err(Refusal::Host { host: host.to_owned(), port: self.port });
        }
        let Some(origin) = single(headers, "Origin")? else { return Ok(()) };
        if self.is_own_page(origin, name) {
            return Ok(());
        }
        Err(Refusal::Origin { origin: origin.to_owned(), port: self.port })
    }

    fn is_own_name(&self, name: &str) -> bool {
        if is_loopback_name(name) {
            return true;
        }
        let Some(open_host) = &self.open_host else { return false };
        // An address cannot be rebound; only names can.
        name.eq_ignore_ascii_case(open_host) || address(name).is_some()
    }

    fn is_own_page(&self, origin: &str, requested_name: &str) -> bool {
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
        let is_own_port = port == self.port || self.page_ports.contains(&port);
        is_own_port && (is_loopback_name(name) || name.eq_ignore_ascii_case(requested_name))
    }
}

/// Why a request was not let in, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// The request was meant for another server.
    #[error(
        "the Host header {host:?} was refused: open http://127.0.0.1:{port}/, or start the server with --host and the \
         name under which it is to be found"
    )]
    Host {
        /// What the header says.
        host: String,
        /// This server's port.
        port: u16,
    },
    /// The request comes from a page of another server.
    #[error(
        "the Origin header {origin:?} was refused: pages of http://127.0.0.1:{port}/ may connect, and with --page-port \
         those of another server on this computer"
    )]
    Origin {
        /// What the header says.
        origin: String,
        /// This server's port.
        port: u16,
    },
    /// The header is there twice, or is not text.
    #[error("the {0} header was refused: send it once, as plain text")]
    Malformed(&'static str),
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
    fn doubled_headers_are_refused() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "127.0.0.1:9000".parse().unwrap());
        headers.append(header::HOST, "evil.example:9000".parse().unwrap());
        assert!(AccessRules::loopback(9000, []).check(&headers).is_err());
    }
}
