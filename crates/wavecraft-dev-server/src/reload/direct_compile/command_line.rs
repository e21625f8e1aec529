//! A call of the compiler, as cargo writes it when it is asked to be very verbose: variables, the program and its arguments,
//! between backticks and quoted as for a shell of Unix.

/// A program with its arguments, and the variables that it is given beside those of its parent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::reload) struct CommandLine {
    /// Names and values.
    pub variables: Vec<(String, String)>,
    /// The program's path, or its name alone.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// What a text is that may be a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// All of it.
    Whole(CommandLine),
    /// Its beginning: a value goes on in the next line.
    Beginning,
    /// Nothing that can be read for certain.
    Unreadable,
}

/// Reads what stands between backticks, with both of them.
pub(super) fn read(text: &str) -> Reading {
    let Some(text) = text.strip_prefix('`') else { return Reading::Unreadable };
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            // What cannot be written as text stands as this, and colours of a terminal may have been added.
            '\u{fffd}' | '\u{1b}' => return Reading::Unreadable,
            '\'' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            character if is_quoted => word.get_or_insert_default().push(character),
            '\\' => match characters.next() {
                Some(escaped @ ('\'' | '!')) => word.get_or_insert_default().push(escaped),
                _ => return Reading::Unreadable,
            },
            ' ' => words.extend(word.take()),
            '`' if characters.as_str().is_empty() => {
                words.extend(word.take());
                return split(words);
            }
            '"' | '$' | '`' | '\n' => return Reading::Unreadable,
            character => word.get_or_insert_default().push(character),
        }
    }
    if is_quoted { Reading::Beginning } else { Reading::Unreadable }
}

/// Variables come first, and the first word that is none is the program.
fn split(words: Vec<String>) -> Reading {
    let mut line = CommandLine::default();
    let mut words = words.into_iter();
    for word in words.by_ref() {
        match word.split_once('=') {
            Some((name, value)) if is_variable(name) => {
                line.variables.push((name.to_owned(), value.to_owned()));
            }
            _ => {
                line.program = word;
                line.arguments = words.collect();
                return Reading::Whole(line);
            }
        }
    }
    Reading::Unreadable
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> CommandLine {
        match read(text) {
            Reading::Whole(line) => line,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn variables_program_and_arguments_are_told_apart() {
        let line = whole(
            "`CARGO=/b/cargo CARGO_PKG_LICENSE='MIT OR Apache-2.0' EMPTY='' /b/rustc --crate-name p src/lib.rs -C opt-level=2`",
        );
        let variables =
            [pair("CARGO", "/b/cargo"), pair("CARGO_PKG_LICENSE", "MIT OR Apache-2.0"), pair("EMPTY", "")];
        assert_eq!(line.variables, variables);
        assert_eq!(line.program, "/b/rustc");
        assert_eq!(line.arguments, ["--crate-name", "p", "src/lib.rs", "-C", "opt-level=2"]);
    }

    #[test]
    fn quotes_are_taken_away_as_a_shell_would() {
        let line = whole(
            r#"`A='it'\''s "a `tick`"'\!' $x' r --cfg 'feature="wide"' '' 'cfg(feature, values("a"))'`"#,
        );
        assert_eq!(line.variables, [pair("A", "it's \"a `tick`\"! $x")]);
        assert_eq!(line.arguments, ["--cfg", "feature=\"wide\"", "", "cfg(feature, values(\"a\"))"]);
    }

    #[test]
    fn a_value_of_several_lines_is_read_when_all_of_it_is_there() {
        let first = "`CARGO_PKG_DESCRIPTION='one";
        assert_eq!(read(first), Reading::Beginning);
        let line = whole(&format!("{first}\n   Compiling two' rustc`"));
        assert_eq!(line.variables, [pair("CARGO_PKG_DESCRIPTION", "one\n   Compiling two")]);
    }

    #[test]
    fn what_is_not_certain_is_not_read() {
        for text in [
            "",
            "rustc",
            "`rustc --crate-name p",
            "`rustc \"p\"`",
            "`rustc $p`",
            "`rustc p` and more",
            "`A=1 B=2`",
            "`A='\u{fffd}' rustc`",
            "`A='\u{1b}[1m' rustc`",
            "`rustc a\\b`",
        ] {
            assert_eq!(read(text), Reading::Unreadable, "{text}");
        }
    }
}
