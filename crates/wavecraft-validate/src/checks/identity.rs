//! What the plugin says of itself.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed};

pub const MEANING: &str = "the id is a domain name in reverse, name, vendor and version are there, and the file bears the plugin's name";

pub fn run(subject: &Subject) -> CheckResult {
    let identity = subject.identity();
    let parts: Vec<&str> = identity.id.split('.').collect();
    let is_part = |part: &&str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
    };
    if parts.len() < 3 || !parts.iter().all(is_part) {
        return failed(format!(
            "the CLAP id `{}` is no domain name in reverse, such as `com.example.my-plugin`; another maker's plugin may bear \
             the same",
            identity.id
        ));
    }
    for (what, text) in
        [("name", &identity.name), ("vendor", &identity.vendor), ("version", &identity.version)]
    {
        if text.trim().is_empty() {
            return failed(format!("the plugin `{}` has no {what}", identity.id));
        }
    }
    if let Some(bundle) = &subject.bundle {
        let file = bundle.file_stem().unwrap_or_default().to_string_lossy();
        if !subject.names_in_library.iter().any(|name| *name == file) {
            return failed(format!(
                "the file is called `{file}`, and the plugin `{}`: who looks for it on the disk does not find it",
                identity.name
            ));
        }
    }
    Ok(Passed::default())
}
