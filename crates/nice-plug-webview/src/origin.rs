//! Where a page belongs. The helper process compiles this file as well.

/// Scheme, host and port of an address; the address itself where it has none.
pub fn origin(url: &str) -> &str {
    let Some((scheme, rest)) = url.split_once("://") else { return url };
    let host_length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    &url[..scheme.len() + 3 + host_length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        for (url, expected) in [
            ("plugin://localhost/index.html", "plugin://localhost"),
            ("http://127.0.0.1:5173", "http://127.0.0.1:5173"),
            ("http://127.0.0.1:5173?query", "http://127.0.0.1:5173"),
            ("http://127.0.0.1:5173#part/of", "http://127.0.0.1:5173"),
            ("data:text/html,text", "data:text/html,text"),
        ] {
            assert_eq!(origin(url), expected);
        }
    }

    #[test]
    fn an_address_that_only_begins_alike_has_another_origin() {
        assert_ne!(origin("http://127.0.0.1:51730/"), origin("http://127.0.0.1:5173/"));
        assert_ne!(origin("plugin://localhost.example/"), origin("plugin://localhost/"));
    }
}
