//! Presets: files that people can read, in the plugin and in a folder of the user's.

mod downloads_folder;
mod factory_bank;
mod favourites;
mod file_name;
mod library;
mod preset_file;
mod user_bank;
mod user_folder;
mod watch;

pub use factory_bank::FactoryBank;
pub use library::{PluginIdentity, PresetLibrary};
pub use preset_file::{PresetFile, PresetFileError, PresetValue, ResolvedPreset};
pub use user_bank::{BankError, UserBank};
pub use user_folder::user_folder;
pub use watch::BankSubscription;

/// The ending of preset files.
pub const EXTENSION: &str = "toml";

/// Longest file that is read, in bytes. What is longer is no preset.
const MAX_FILE_BYTES: u64 = 1 << 20;
