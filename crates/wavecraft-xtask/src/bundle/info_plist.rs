//! The Info.plist that a bundle has on macOS.
//!
//! The bundler writes one with a version and an identifier of its own; here the project's are put in.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::bundle::{Bundle, Kind, class_names};
use crate::process;
use crate::report;

/// Why the standalone asks for the microphone. Without a reason given, macOS ends a program that does.
const MICROPHONE_REASON: &str = "Wavecraft processes the sound of the chosen input.";

/// The oldest macOS that the Rust compiler builds for, on both processors.
const OLDEST_SYSTEM: &str = "11.0";

/// Puts the project's values into a bundle's Info.plist, gives its Objective-C classes names of their own, and signs the
/// bundle again, whose signature the changes broke.
pub fn complete(bundle: &Bundle, identifier: &str, version: &str) -> Result<()> {
    let file = bundle.path.join("Contents").join("Info.plist");
    let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    fs::write(&file, completed(&text, bundle.kind, identifier, version)?)
        .with_context(|| format!("could not write {}", file.display()))?;
    // The standalone has its process to itself.
    if bundle.kind != Kind::Standalone {
        name_classes(bundle, &bundle_identifier(bundle.kind, identifier))?;
    }

    let mut sign = Command::new("codesign");
    sign.args(["--force", "--sign", "-"]).arg(&bundle.path);
    process::run_quietly(&mut sign, &format!("sign {}", bundle.path.display()))
}

fn name_classes(bundle: &Bundle, owner: &str) -> Result<()> {
    let name = bundle.path.file_stem().context("a bundle has a name")?;
    let library = bundle.path.join("Contents").join("MacOS").join(name);
    let context = || format!("could not name the classes in {}", library.display());
    let mut file = fs::read(&library).with_context(context)?;
    if class_names::make_unique(&mut file, owner).with_context(context)? == 0 {
        report::warning(format_args!(
            "{} has none of the classes that wry is known to declare; if it has others, another plugin of the same make may \
             get them in its place",
            library.display()
        ));
    }
    fs::write(&library, file).with_context(context)
}

/// Each bundle has its own: macOS takes two with the same for one.
fn bundle_identifier(kind: Kind, identifier: &str) -> String {
    match kind {
        Kind::Clap => format!("{identifier}.clap"),
        Kind::Vst3 => format!("{identifier}.vst3"),
        Kind::Standalone => identifier.to_owned(),
    }
}

/// The text of an Info.plist with the project's values in it.
fn completed(text: &str, kind: Kind, identifier: &str, version: &str) -> Result<String> {
    let text = with_string(text, "CFBundleIdentifier", &bundle_identifier(kind, identifier))?;
    let text = with_string(&text, "CFBundleShortVersionString", version)?;
    let text = with_string(&text, "CFBundleVersion", version)?;
    let text = with_string(&text, "CFBundleInfoDictionaryVersion", "6.0")?;
    let text = with_string(&text, "LSMinimumSystemVersion", OLDEST_SYSTEM)?;
    match kind {
        Kind::Standalone => with_string(&text, "NSMicrophoneUsageDescription", MICROPHONE_REASON),
        Kind::Clap | Kind::Vst3 => Ok(text),
    }
}

/// A property list with one string changed, or added at the end of its outermost dictionary.
fn with_string(text: &str, key: &str, value: &str) -> Result<String> {
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let key_element = format!("<key>{key}</key>");

    let Some(key_start) = text.find(&key_element) else {
        let end = text.rfind("</dict>").context("the property list has no dictionary")?;
        let (before, after) = text.split_at(end);
        return Ok(format!("{before}  {key_element}\n    <string>{value}</string>\n  {after}"));
    };

    let after_key = key_start + key_element.len();
    let no_string = || format!("{key} is not followed by a string in the property list");
    let opening = text[after_key..].find("<string>").with_context(no_string)?;
    let value_start = after_key + opening + "<string>".len();
    let between = &text[after_key..after_key + opening];
    if !between.trim().is_empty() {
        return Err(anyhow::anyhow!(no_string()));
    }
    let length = text[value_start..].find("</string>").with_context(no_string)?;
    Ok(format!("{}{value}{}", &text[..value_start], &text[value_start + length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What macOS and hosts want of every bundle.
    const REQUIRED: [&str; 7] = [
        "CFBundleExecutable",
        "CFBundleIdentifier",
        "CFBundleInfoDictionaryVersion",
        "CFBundleName",
        "CFBundlePackageType",
        "CFBundleShortVersionString",
        "CFBundleVersion",
    ];

    /// What the bundler writes, whole.
    const WHOLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>

<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist>
  <dict>
    <key>CFBundleExecutable</key>
    <string>Gain</string>
    <key>CFBundleIconFile</key>
    <string></string>
    <key>CFBundleIdentifier</key>
    <string>com.nice-plug.gain</string>
    <key>CFBundleName</key>
    <string>Gain</string>
    <key>CFBundleDisplayName</key>
    <string>Gain</string>
    <key>CFBundlePackageType</key>
    <string>BNDL</string>
    <key>CFBundleSignature</key>
    <string>????</string>
    <key>CFBundleShortVersionString</key>
    <string>1.0.0</string>
    <key>CFBundleVersion</key>
    <string>1.0.0</string>
    <key>NSHumanReadableCopyright</key>
    <string></string>
    <key>NSHighResolutionCapable</key>
    <true/>
  </dict>
</plist>
"#;

    #[test]
    fn every_bundle_has_a_property_list_with_all_that_macos_wants() {
        for kind in [Kind::Clap, Kind::Vst3, Kind::Standalone] {
            let text = completed(WHOLE, kind, "com.acme.gain", "1.2.3").unwrap();
            let list = plist::Value::from_reader_xml(text.as_bytes()).unwrap();
            let list = list.as_dictionary().unwrap();
            for key in REQUIRED {
                let value = list.get(key).and_then(plist::Value::as_string).unwrap_or_default();
                assert!(!value.is_empty(), "{kind:?} has no {key}: {text}");
            }
            assert_eq!(list["CFBundleVersion"].as_string(), Some("1.2.3"));
            assert_eq!(list["LSMinimumSystemVersion"].as_string(), Some(OLDEST_SYSTEM));
            assert_eq!(list.contains_key("NSMicrophoneUsageDescription"), kind == Kind::Standalone);
        }
    }

    const FROM_THE_BUNDLER: &str = "\
<plist>
  <dict>
    <key>CFBundleIdentifier</key>
    <string>com.example.wavecraft</string>
    <key>CFBundleIconFile</key>
    <string></string>
    <key>CFBundleShortVersionString</key>
    <string>1.0.0</string>
    <key>CFBundleVersion</key>
    <string>1.0.0</string>
    <key>NSHighResolutionCapable</key>
    <true/>
  </dict>
</plist>
";

    #[test]
    fn a_plugin_gets_its_version_and_identifier() {
        let completed = completed(FROM_THE_BUNDLER, Kind::Vst3, "dev.wavecraft.wavecraft", "0.1.0").unwrap();
        let expected = "\
<plist>
  <dict>
    <key>CFBundleIdentifier</key>
    <string>dev.wavecraft.wavecraft.vst3</string>
    <key>CFBundleIconFile</key>
    <string></string>
    <key>CFBundleShortVersionString</key>
    <string>0.1.0</string>
    <key>CFBundleVersion</key>
    <string>0.1.0</string>
    <key>NSHighResolutionCapable</key>
    <true/>
    <key>CFBundleInfoDictionaryVersion</key>
    <string>6.0</string>
    <key>LSMinimumSystemVersion</key>
    <string>11.0</string>
  </dict>
</plist>
";
        assert_eq!(completed, expected);
    }

    #[test]
    fn the_standalone_says_why_it_listens() {
        let completed =
            completed(FROM_THE_BUNDLER, Kind::Standalone, "dev.wavecraft.wavecraft", "0.1.0").unwrap();
        assert!(completed.contains("<string>dev.wavecraft.wavecraft</string>"), "{completed}");
        let added = "\
    <string>11.0</string>
    <key>NSMicrophoneUsageDescription</key>
    <string>Wavecraft processes the sound of the chosen input.</string>
  </dict>
</plist>
";
        assert!(completed.ends_with(added), "{completed}");
    }

    #[test]
    fn an_empty_string_can_be_filled_and_special_characters_are_escaped() {
        let text = with_string(FROM_THE_BUNDLER, "CFBundleIconFile", "<a & b>").unwrap();
        assert!(
            text.contains("<key>CFBundleIconFile</key>\n    <string>&lt;a &amp; b&gt;</string>"),
            "{text}"
        );
    }

    #[test]
    fn a_value_that_is_no_string_is_left_alone() {
        assert!(with_string(FROM_THE_BUNDLER, "NSHighResolutionCapable", "yes").is_err());
        let followed = "<dict><key>A</key><true/><key>B</key><string>b</string></dict>";
        assert!(with_string(followed, "A", "yes").is_err());
        assert!(with_string("no list at all", "A", "yes").is_err());
    }
}
