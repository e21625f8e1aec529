//! Names of files for names of presets, on any system.

/// Longest name without its ending, in bytes. File systems allow 255; the ending and what makes a name unique fit as well.
const MAX_STEM_BYTES: usize = 160;

/// Names that Windows keeps for devices, with whatever ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A file's name, without its ending, that every system accepts and that resembles `name`.
///
/// What some system refuses becomes an underscore: the separators and wildcards of Windows, control characters, dots and
/// spaces at the ends, names of devices. Different presets may therefore get the same; [`unique_stem`] tells them apart.
pub(super) fn stem(name: &str) -> String {
    let replaced: String = name
        .trim()
        .chars()
        .map(|character| match character {
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
            character if character.is_control() => '_',
            character => character,
        })
        .collect();
    let end = (0..=replaced.len().min(MAX_STEM_BYTES)).rev().find(|&end| replaced.is_char_boundary(end));
    let cut = replaced[..end.unwrap_or(0)].trim_end_matches(['.', ' ']).trim_end();
    let hidden = if cut.starts_with('.') { "_" } else { "" };
    let stem = format!("{hidden}{cut}");
    if stem.is_empty() {
        return "_".to_owned();
    }
    if is_device(&stem) { format!("_{stem}") } else { stem }
}

/// The name, or the name with the first number that makes it none of those that are taken.
pub(super) fn unique_stem(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let stem = stem(name);
    let numbered = (2_u64..).map(|number| format!("{stem} {number}"));
    std::iter::once(stem.clone()).chain(numbered).find(|stem| !is_taken(stem)).unwrap_or(stem)
}

/// What two names have in common that are one name to a system that ignores case.
pub(super) fn folded(stem: &str) -> String {
    // Upper case first: "ß" and "ss", and the two small sigmas, are one to some systems.
    stem.to_uppercase().to_lowercase()
}

fn is_device(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or(stem).trim_end().to_lowercase();
    let port = |prefix: &str| {
        base.strip_prefix(prefix).is_some_and(|number| {
            let mut characters = number.chars();
            matches!(
                (characters.next(), characters.next()),
                (Some('0'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}'), None)
            )
        })
    };
    DEVICES.contains(&base.as_str()) || port("com") || port("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_fine_stay() {
        for name in ["Warm Vocal", "Übersteuert", "声", "\u{1f39a} Faders", "a.b", "Console", "com10"] {
            assert_eq!(stem(name), name);
        }
    }

    #[test]
    fn names_that_a_system_refuses_become_others() {
        for (name, expected) in [
            ("AC/DC: \"live\"?", "AC_DC_ _live__"),
            ("..", "_"),
            (".hidden", "_.hidden"),
            ("end. ", "end"),
            ("", "_"),
            ("\u{7}bell\n", "_bell"),
            ("CON", "_CON"),
            ("nul.tar", "_nul.tar"),
            ("Lpt1", "_Lpt1"),
            ("COM\u{b2}", "_COM\u{b2}"),
            ("../../etc/passwd", "_.._.._etc_passwd"),
        ] {
            assert_eq!(stem(name), expected, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let stem = stem(&"声".repeat(1_000));
        assert!(stem.len() <= MAX_STEM_BYTES && stem.chars().all(|character| character == '声'), "{stem}");
    }

    #[test]
    fn names_that_are_taken_get_a_number() {
        assert_eq!(unique_stem("A/B", |stem| stem == "A_B"), "A_B 2");
        let taken = ["warm", "warm 2"];
        assert_eq!(unique_stem("Warm", |stem| taken.contains(&folded(stem).as_str())), "Warm 3");
    }
}
