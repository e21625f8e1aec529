//! Where the system wants a user's presets.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::file_name;

/// The folder for presets of a plugin, which need not exist: `$XDG_DATA_HOME` or `~/.local/share` on Linux,
/// `~/Library/Application Support` on macOS, `AppData\Roaming` on Windows, and below it the vendor, the plugin and
/// `presets`. Without a vendor the plugin's folder stands alone. `None` where the system knows no such place.
pub fn user_folder(vendor: &str, plugin: &str) -> Option<PathBuf> {
    let data = etcetera::base_strategy::choose_native_strategy().ok()?.data_dir();
    let folder = if vendor.trim().is_empty() { data } else { data.join(file_name::stem(vendor)) };
    Some(folder.join(file_name::stem(plugin)).join("presets"))
}
