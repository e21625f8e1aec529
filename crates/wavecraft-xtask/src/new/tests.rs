use std::collections::HashMap;

use super::template::File;
use super::*;

fn files(kind: Kind, licence: Licence) -> HashMap<String, String> {
    let answers = Answers { name: "My Tremolo".into(), vendor: "Acme".into(), kind, licence };
    let identity = Identity::new(Path::new("my-tremolo"), &answers).unwrap();
    let origin = Origin::Version("0.1.0".into());
    let files = template::files(&identity, &answers, &origin);
    files.into_iter().map(|File { path, text }| (path.to_string_lossy().into_owned(), text)).collect()
}

/// What a person reads: no blank lines, no licence, no lock file, nothing generated.
fn read_lines(files: &HashMap<String, String>, is_counted: impl Fn(&str) -> bool) -> Vec<&str> {
    let is_written = |path: &str| {
        !path.starts_with("LICENSE")
            && !path.starts_with("ui/generated/")
            // What servers read, to try and release the plugin.
            && !path.starts_with(".github/")
            // What somebody plays with, not what makes the plugin.
            && !path.starts_with("presets/")
            && path != "tests/parameter-ids.txt"
            && path != "Cargo.lock"
    };
    let written = files.iter().filter(|(path, _)| is_written(path));
    let counted = written.filter(|(path, _)| is_counted(path));
    counted.flat_map(|(_, text)| text.lines()).filter(|line| !line.trim().is_empty()).collect()
}

#[test]
fn no_placeholder_is_left() {
    for kind in [Kind::Effect, Kind::Instrument] {
        for (path, text) in files(kind, Licence::MitOrApache) {
            let rest = text
                .replace("@wavecraft/", "")
                .replace("actions/checkout@", "")
                .replace("actions/download-artifact@", "")
                .replace("actions/upload-artifact@", "")
                .replace("actions/setup-node@", "");
            assert!(path == "Cargo.lock" || !rest.contains('@'), "{path}: {rest}");
        }
    }
}

#[test]
fn a_project_is_small() {
    for kind in [Kind::Effect, Kind::Instrument] {
        let files = files(kind, Licence::Mit);
        let all = read_lines(&files, |_| true);
        assert!(all.len() <= 250, "{kind:?}: {} lines", all.len());
        let is_wiring = |path: &str| {
            Path::new(path).extension().is_some_and(|extension| extension == "rs") && path != "src/dsp.rs"
        };
        let wiring = read_lines(&files, is_wiring);
        assert!(wiring.len() <= 60, "{kind:?}: {} lines of Rust that is no DSP", wiring.len());
        let manifest = &files["Cargo.toml"];
        assert_eq!(manifest.lines().filter(|line| line.contains("wavecraft")).count(), 4, "{manifest}");
    }
}

#[test]
fn the_licence_is_said_and_lies_beside_it() {
    assert!(files(Kind::Effect, Licence::Mit)["LICENSE"].contains("Acme"));
    assert!(files(Kind::Effect, Licence::Mit)["Cargo.toml"].contains("license = \"MIT\""));
    let both = files(Kind::Effect, Licence::MitOrApache);
    assert!(both.contains_key("LICENSE-MIT") && both.contains_key("LICENSE-APACHE"));
    assert!(!files(Kind::Effect, Licence::None).contains_key("LICENSE"));
}

#[test]
fn a_folder_with_something_in_it_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let error = refuse_occupied(folder.path()).unwrap_err().to_string();
    assert!(error.contains("is not empty"), "{error}");
    assert!(refuse_occupied(&folder.path().join("new")).is_ok());
}

#[test]
fn nothing_half_written_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = |path: &str| File { path: path.into(), text: String::new() };
    // The second file would have to lie in the first.
    assert!(write_whole(&folder.path().join("project"), &[file("a"), file("a/b")]).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    write_whole(&folder.path().join("project"), &[file("a"), file("c/b")]).unwrap();
    assert!(folder.path().join("project/c/b").is_file());
}
