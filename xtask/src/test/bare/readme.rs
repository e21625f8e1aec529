//! The two commands that the README promises.

use std::fs;

use anyhow::{Context, Result};

use wavecraft_xtask::project::Project;

/// The section in which the commands stand.
const HEADING: &str = "## Two commands";

/// Both commands, as a newcomer would copy them.
pub fn commands(project: &Project) -> Result<[String; 2]> {
    let readme = fs::read_to_string(project.root.join("README.md")).context("could not read README.md")?;
    parse(&readme)
}

fn parse(readme: &str) -> Result<[String; 2]> {
    let section = readme.split_once(HEADING).with_context(|| format!("README.md has no `{HEADING}`"))?.1;
    let block = section.split("```").nth(1).with_context(|| format!("`{HEADING}` has no commands"))?;
    let lines =
        block.lines().skip(1).map(|line| line.split('#').next().unwrap_or_default().trim().to_owned());
    let commands: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    commands
        .try_into()
        .ok()
        .with_context(|| format!("the first block under `{HEADING}` has not two commands"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_two_commands() {
        assert_eq!(
            parse(include_str!("../../../../README.md")).unwrap(),
            ["cargo xtask dev", "cargo xtask test"]
        );
    }

    #[test]
    fn a_third_command_is_noticed() {
        assert!(parse("## Two commands\n```sh\none\ntwo  # second\nthree\n```\n").is_err());
        assert!(parse("## Commands").is_err());
    }
}
