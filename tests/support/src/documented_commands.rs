//! The commands that README.md and docs/guide show, so that each program can try whether it takes them.

use std::fs;
use std::path::{Path, PathBuf};

/// What all of them begin with.
const BEGINNING: &str = "cargo xtask";

/// A command, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentedCommand {
    /// The file and the line, for whoever is to mend it.
    pub place: String,
    /// What follows `cargo xtask`, as a shell hands it over.
    pub words: Vec<String>,
}

/// Those of the README: commands of this repository.
pub fn of_the_readme() -> Vec<DocumentedCommand> {
    in_file(&repository().join("README.md"))
}

/// Those of the guide: commands of a plugin's project.
pub fn of_the_guide() -> Vec<DocumentedCommand> {
    let entries = fs::read_dir(repository().join("docs/guide")).expect("the guide is in the repository");
    let mut pages: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    pages.sort();
    pages.iter().flat_map(|page| in_file(page)).collect()
}

/// What follows some first words, in both.
pub fn after(first: &[&str]) -> Vec<DocumentedCommand> {
    let both = of_the_readme().into_iter().chain(of_the_guide());
    both.filter_map(|DocumentedCommand { place, words }| {
        let begins = words.len() >= first.len() && words.iter().zip(first).all(|(word, first)| word == first);
        begins.then(|| DocumentedCommand { place, words: words[first.len()..].to_vec() })
    })
    .collect()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn in_file(path: &Path) -> Vec<DocumentedCommand> {
    let text = fs::read_to_string(path).expect("the page can be read");
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    in_text(&name, &text)
}

/// Lines of shell examples, and code within sentences.
fn in_text(name: &str, text: &str) -> Vec<DocumentedCommand> {
    let mut commands = Vec::new();
    let mut fence: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(language) = line.strip_prefix("```") {
            fence = if fence.is_some() { None } else { Some(language) };
            continue;
        }
        let found: Vec<&str> = match fence {
            Some("sh") => line.find(BEGINNING).map(|start| &line[start..]).into_iter().collect(),
            Some(_) => Vec::new(),
            None => line.split('`').skip(1).step_by(2).collect(),
        };
        for command in found.into_iter().filter_map(|code| code.strip_prefix(BEGINNING)) {
            let words = words(command);
            if !words.is_empty() {
                commands.push(DocumentedCommand { place: format!("{name}:{}", index + 1), words });
            }
        }
    }
    commands
}

/// Words as a shell parts them, up to a comment.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    for character in command.chars() {
        match character {
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            '#' if word.is_none() => break,
            _ if character.is_whitespace() && !is_quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_shell_examples_and_in_sentences() {
        let text = "Say `cargo xtask dev`, or `cargo xtask`.\n```sh\ncd there\nA=1 cargo xtask new x --name \"My X\"  # why\n```\n```text\ncargo xtask no\n```\n";
        let found = in_text("page.md", text);
        let words: Vec<_> = found.iter().map(|command| command.words.join("|")).collect();
        assert_eq!(words, ["dev", "new|x|--name|My X"]);
        assert_eq!(found[1].place, "page.md:4");
    }

    #[test]
    fn both_show_commands() {
        assert!(of_the_readme().len() > 10 && of_the_guide().len() > 20);
        assert!(!after(&["dev"]).is_empty() && !after(&["run", "--"]).is_empty());
    }
}
