//! Origins that the user lets in: where pages come from when a port is forwarded, or when there is a proxy in front.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// Where pages come from, as a browser's `Origin` header names it: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOrigin {
    scheme: Scheme,
    /// In lower case; an IPv6 address in brackets.
    host: String,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// Why a text names no origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrigin {
    /// It stands for more than one.
    #[error("name each origin, such as https://example.com: a pattern would let in pages of strangers")]
    Pattern,
    /// Browsers say so of pages whose origin they do not tell.
    #[error("pages of all kinds have the origin `null`, those of strangers among them")]
    Null,
    /// It is not of the web.
    #[error("an origin begins with http:// or https://, as the browser shows it")]
    Scheme,
    /// There is more than an origin, or less.
    #[error(
        "an origin is a scheme, a name and a port, and no path: https://example.com or http://localhost:8000"
    )]
    Form,
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl PageOrigin {
    /// The host alone, as another server's list of hosts has it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a page of this origin may have sent this `Host` header, or a proxy that passes on what it was asked.
    pub(super) fn sends_host(&self, header: &str) -> bool {
        let Some((host, port)) = parse_authority(header) else { return false };
        host.eq_ignore_ascii_case(&self.host) && port.unwrap_or(self.scheme.default_port()) == self.port
    }

    /// The WebSocket's address at the same place, without a path.
    pub(super) fn websocket(&self) -> String {
        let scheme = if self.scheme == Scheme::Https { "wss" } else { "ws" };
        format!("{scheme}://{}", self.authority())
    }

    fn authority(&self) -> String {
        let Self { scheme, host, port } = self;
        if *port == scheme.default_port() { host.clone() } else { format!("{host}:{port}") }
    }
}

impl fmt::Display for PageOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.scheme == Scheme::Https { "https" } else { "http" };
        write!(formatter, "{scheme}://{}", self.authority())
    }
}

impl FromStr for PageOrigin {
    type Err = InvalidOrigin;

    /// A slash at the end, as in a browser's address, is left out.
    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        if text.contains('*') {
            return Err(InvalidOrigin::Pattern);
        }
        if text.eq_ignore_ascii_case("null") {
            return Err(InvalidOrigin::Null);
        }
        let (scheme, rest) = text.split_once("://").ok_or(InvalidOrigin::Scheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(InvalidOrigin::Scheme),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = parse_authority(authority).ok_or(InvalidOrigin::Form)?;
        let port = port.unwrap_or(scheme.default_port());
        Ok(Self { scheme, host: host.to_ascii_lowercase(), port })
    }
}

/// A host, and the port if there is one; `None` if it is neither a name, as browsers send it, nor an address.
fn parse_authority(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.rsplit_once(':') {
        // The colons within an IPv6 address stand in brackets.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let port = match port {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse().ok().filter(|port| *port > 0)?)
        }
        Some(_) => return None,
        None => None,
    };
    let is_name = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let is_address = |host: &str| {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        bare.is_some_and(|bare| bare.parse::<Ipv6Addr>().is_ok())
    };
    (is_name(host) || is_address(host)).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> PageOrigin {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn origins_are_read_as_people_paste_them_and_shown_as_browsers_send_them() {
        for (text, shown) in [
            ("https://Name-9000.Example.dev/", "https://name-9000.example.dev"),
            ("https://name.example.dev:443", "https://name.example.dev"),
            ("http://localhost:8000", "http://localhost:8000"),
            ("HTTP://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8000/", "http://[::1]:8000"),
        ] {
            assert_eq!(origin(text).to_string(), shown);
        }
        assert_eq!(origin("https://a.example"), origin("https://A.example:443/"));
        assert_ne!(origin("https://a.example"), origin("http://a.example"));
    }

    #[test]
    fn what_names_no_origin_is_refused_with_its_reason() {
        for (text, reason) in [
            ("*", InvalidOrigin::Pattern),
            ("https://*.example.dev", InvalidOrigin::Pattern),
            ("null", InvalidOrigin::Null),
            ("example.dev", InvalidOrigin::Scheme),
            ("localhost:8000", InvalidOrigin::Scheme),
            ("file:///tmp/page.html", InvalidOrigin::Scheme),
            ("ws://localhost:8000", InvalidOrigin::Scheme),
            ("", InvalidOrigin::Scheme),
            ("https://", InvalidOrigin::Form),
            ("https://example.dev/page", InvalidOrigin::Form),
            ("https://example.dev//", InvalidOrigin::Form),
            ("https://user@example.dev", InvalidOrigin::Form),
            ("https://example.dev:", InvalidOrigin::Form),
            ("https://example.dev:+80", InvalidOrigin::Form),
            ("https://example.dev:99999", InvalidOrigin::Form),
            ("https://example.dev:0", InvalidOrigin::Form),
            ("https://exämple.dev", InvalidOrigin::Form),
            ("https://[::1", InvalidOrigin::Form),
            ("https://::1", InvalidOrigin::Form),
            ("https://a b", InvalidOrigin::Form),
            ("https://a;connect-src *", InvalidOrigin::Pattern),
            ("https://a;connect-src", InvalidOrigin::Form),
        ] {
            assert_eq!(text.parse::<PageOrigin>(), Err(reason), "{text}");
        }
    }

    #[test]
    fn the_host_of_an_origin_may_name_its_default_port() {
        let secure = origin("https://a.example");
        assert!(secure.sends_host("a.example") && secure.sends_host("A.example:443"));
        assert!(
            !secure.sends_host("a.example:80") && !secure.sends_host("b.example") && !secure.sends_host("")
        );
        let local = origin("http://localhost:8000");
        assert!(local.sends_host("localhost:8000") && !local.sends_host("localhost"));
        assert_eq!(
            (secure.websocket(), local.websocket()),
            ("wss://a.example".into(), "ws://localhost:8000".into())
        );
    }
}
