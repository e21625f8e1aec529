//! Where the system wants what a user downloads.

use std::fs;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

/// The user's folder for downloads: on Linux the one that `user-dirs.dirs` names, elsewhere and otherwise `Downloads` in the
/// user's own folder. Where that is not there it is the user's own folder; `None` where the system knows none.
pub(super) fn downloads_folder() -> Option<PathBuf> {
    let home = etcetera::home_dir().ok()?;
    let named = etcetera::base_strategy::choose_native_strategy().ok().and_then(|strategy| {
        let settings = fs::read_to_string(strategy.config_dir().join("user-dirs.dirs")).ok()?;
        named_in(&settings, &home)
    });
    let usual = home.join("Downloads");
    Some(named.into_iter().chain([usual]).find(|folder| folder.is_dir()).unwrap_or(home))
}

/// What the settings of xdg-user-dirs say: `XDG_DOWNLOAD_DIR="$HOME/Downloads"`, or a path that begins at the root.
fn named_in(settings: &str, home: &Path) -> Option<PathBuf> {
    let value = settings.lines().find_map(|line| line.trim().strip_prefix("XDG_DOWNLOAD_DIR="))?;
    let value = value.strip_prefix('"')?.strip_suffix('"')?;
    match value.strip_prefix("$HOME") {
        Some(below) => Some(home.join(below.trim_start_matches('/'))),
        None => Some(PathBuf::from(value)).filter(|path| path.is_absolute()),
    }
}

// The settings are Linux's, and so are the paths in them.
#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_settings_name_a_folder_below_the_user_s_own_or_anywhere() {
        let named = |settings| named_in(settings, Path::new("/home/ann"));
        let settings =
            "# comment\nXDG_MUSIC_DIR=\"$HOME/Musik\"\nXDG_DOWNLOAD_DIR=\"$HOME/Heruntergeladen\"\n";
        assert_eq!(named(settings), Some(PathBuf::from("/home/ann/Heruntergeladen")));
        assert_eq!(named("XDG_DOWNLOAD_DIR=\"/media/disk\""), Some(PathBuf::from("/media/disk")));
        for nothing in ["", "XDG_DOWNLOAD_DIR=", "XDG_DOWNLOAD_DIR=\"relative\"", "#XDG_DOWNLOAD_DIR=\"/x\""]
        {
            assert_eq!(named(nothing), None, "{nothing}");
        }
    }
}
