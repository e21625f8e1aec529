//! The plugin's window.

use crate::Subject;
use crate::check::{CheckResult, skipped};

pub const MEANING: &str = "its window opens, paints within ten seconds, and closes, twice";

#[cfg(target_os = "linux")]
pub fn run(subject: &Subject) -> CheckResult {
    use clack_extensions::gui::PluginGui;

    use crate::plugin::Plugin;

    let mut plugin = Plugin::new(subject)?;
    if plugin.handle().get_extension::<PluginGui>().is_none() {
        return skipped("it has no window");
    }
    if std::env::var_os("DISPLAY").is_none_or(|display| display.is_empty()) {
        return skipped(
            "no X server: the variable DISPLAY is not set (`xvfb-run cargo xtask validate` brings one)",
        );
    }
    crate::window::check(&mut plugin)
}

#[cfg(not(target_os = "linux"))]
pub fn run(_subject: &Subject) -> CheckResult {
    skipped("it is tried under X11 alone")
}
