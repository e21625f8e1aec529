//! What the author says of the plugin: by flags, or asked on a terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context, Result, bail};

use super::identity::capitalized;
use super::{Arguments, Kind, Licence, file_name};

/// What is known of the plugin to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// What users read.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// What it does with sound.
    pub kind: Kind,
    /// Its licence.
    pub licence: Licence,
}

impl Answers {
    /// Takes what the flags say, and asks for the rest: three questions at most, and none if any flag is there.
    pub fn get(arguments: &Arguments) -> Result<Self> {
        let usual_name = in_words(&file_name(&arguments.path));
        let is_silent = arguments.name.is_some() || arguments.vendor.is_some() || arguments.kind.is_some();
        let answers = if is_silent || !io::stdin().is_terminal() {
            let Some(vendor) = arguments.vendor.clone() else {
                bail!("say who makes the plugin: --vendor \"My Company\"");
            };
            Self {
                name: arguments.name.clone().unwrap_or(usual_name),
                vendor,
                kind: arguments.kind.unwrap_or(Kind::Effect),
                licence: arguments.licence,
            }
        } else {
            let mut input = io::stdin().lock();
            Self {
                name: ask(&mut input, "Name that users read", Some(&usual_name))?,
                vendor: ask(&mut input, "Vendor", None)?,
                kind: kind_of(&ask(&mut input, "Kind (effect or instrument)", Some("effect"))?)?,
                licence: arguments.licence,
            }
        };
        answers.check()?;
        Ok(answers)
    }

    /// Refuses what hosts or file systems would not take.
    fn check(&self) -> Result<()> {
        for (what, text) in [("name", &self.name), ("vendor", &self.vendor)] {
            if text.trim().is_empty() {
                bail!("the {what} is empty");
            }
            if let Some(unfit) = text.chars().find(|character| is_unfit(*character)) {
                bail!(
                    "the {what} {text:?} contains {unfit:?}, which cannot be part of a file's name on every system"
                );
            }
        }
        Ok(())
    }
}

/// The name also becomes the bundle's, and stands between quotes in several languages.
fn is_unfit(character: char) -> bool {
    character.is_control() || "/\\:*?\"<>|`$@{}".contains(character)
}

fn kind_of(text: &str) -> Result<Kind> {
    match text.to_lowercase().as_str() {
        "effect" => Ok(Kind::Effect),
        "instrument" => Ok(Kind::Instrument),
        _ => bail!("{text:?} is neither `effect` nor `instrument`"),
    }
}

/// Asks until there is an answer.
fn ask(input: &mut impl BufRead, question: &str, usual: Option<&str>) -> Result<String> {
    loop {
        match usual {
            Some(usual) => eprint!("{question} [{usual}]: "),
            None => eprint!("{question}: "),
        }
        io::stderr().flush().context("could not ask")?;
        let mut line = String::new();
        if input.read_line(&mut line).context("could not read the answer")? == 0 {
            bail!("nothing was created: there was no answer");
        }
        match (line.trim(), usual) {
            ("", Some(usual)) => return Ok(usual.to_owned()),
            ("", None) => {}
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
}

/// A package's name as users read it: `my-tremolo` is "My Tremolo".
fn in_words(package: &str) -> String {
    let words = package.split(['-', '_', ' ']).filter(|word| !word.is_empty());
    words.map(capitalized).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(name: &str, vendor: &str) -> Answers {
        let (name, vendor) = (name.to_owned(), vendor.to_owned());
        Answers { name, vendor, kind: Kind::Effect, licence: Licence::Mit }
    }

    #[test]
    fn folders_are_read_as_words() {
        assert_eq!(in_words("my-tremolo"), "My Tremolo");
        assert_eq!(in_words("synth_2"), "Synth 2");
    }

    #[test]
    fn questions_take_the_usual_answer_or_insist() {
        assert_eq!(ask(&mut "\n".as_bytes(), "Name", Some("Gain")).unwrap(), "Gain");
        assert_eq!(ask(&mut "\n \nAcme\n".as_bytes(), "Vendor", None).unwrap(), "Acme");
        let error = ask(&mut "".as_bytes(), "Vendor", None).unwrap_err().to_string();
        assert!(error.contains("nothing was created"), "{error}");
    }

    #[test]
    fn names_that_are_no_files_names_are_refused_by_the_character() {
        assert!(answers("My Tremolo", "Jürgen & Söhne").check().is_ok());
        assert!(answers("A/B", "Acme").check().unwrap_err().to_string().contains("'/'"));
        assert!(answers("Gain", " ").check().unwrap_err().to_string().contains("vendor is empty"));
    }

    #[test]
    fn kinds_are_named_in_any_case() {
        assert_eq!(kind_of("Effect").unwrap(), Kind::Effect);
        assert!(kind_of("plugin").unwrap_err().to_string().contains("\"plugin\" is neither"));
    }
}
