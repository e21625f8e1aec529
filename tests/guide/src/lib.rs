//! The Rust of docs/guide: the build script makes a module of each page that has some. The tests in it run with this package's.
#![allow(missing_docs, dead_code, reason = "the guide's examples are as plugin authors write them")]
#![allow(clippy::pedantic, unused_imports, reason = "the same")]

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

#[cfg(test)]
mod tests {
    #[test]
    fn the_guide_shows_the_file_of_recorded_parameters_as_it_is() {
        let page = include_str!("../../../docs/guide/state-and-versions.md");
        assert!(page.contains(include_str!("../tests/parameter-ids.txt")));
    }

    #[test]
    fn the_guide_explains_every_check_and_no_other() {
        let page = include_str!("../../../docs/guide/testing.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let checks = wavecraft_validate::CHECKS.iter().map(|check| check.name);
        assert_eq!(rows.collect::<Vec<_>>(), checks.collect::<Vec<_>>());
    }
}
