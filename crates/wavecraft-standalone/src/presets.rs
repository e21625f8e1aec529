//! The command `presets`: what presets there are, what is in one, and one as another file.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use nice_plug::prelude::Plugin;
use wavecraft_ipc::{ParameterHost, PresetBank, PresetInfo, RecallScope};
use wavecraft_nice_plug::parameters::{ParameterTable, TableHost};
use wavecraft_nice_plug::presets::{PluginPresets, PresetError, ReadPreset};

use crate::cli::PresetCommand;
use crate::settings::columns;

/// Does what is asked, and returns the program's exit code.
pub(crate) fn run<P: Plugin>(presets: &PluginPresets, command: &PresetCommand) -> ExitCode {
    let result = match command {
        PresetCommand::List => Ok(list(presets)),
        PresetCommand::Show { preset } => {
            presets.find::<P>(preset).map(|read| shown::<P>(&read, &presets.library.plugin().name))
        }
        PresetCommand::Convert { from, to, replace } => convert::<P>(presets, from, to, *replace),
    };
    match result {
        Ok(text) => crate::print(&text),
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// All presets, and where the user's lie.
fn list(presets: &PluginPresets) -> String {
    let listed = presets.library.list();
    let mut text = String::new();
    if listed.is_empty() {
        text.push_str("There are no presets.\n");
    } else {
        let header = ["NAME", "BANK", "AUTHOR", "TAGS"].map(str::to_owned);
        text.push_str(&columns(std::iter::once(header).chain(listed.into_iter().map(row))));
    }
    if let Some(folder) = presets.library.user_folder() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\nThe user's presets are in {}", folder.display());
    }
    text
}

fn row(preset: PresetInfo) -> [String; 4] {
    let bank = match preset.bank {
        PresetBank::Factory => "factory",
        PresetBank::User => "user",
    };
    let about = match &preset.problem {
        // Of several lines, the last one says what is wrong.
        Some(problem) => format!("broken: {}", problem.lines().last().unwrap_or_default()),
        None => preset.tags.unwrap_or_default().join(", "),
    };
    [preset.name, bank.to_owned(), preset.author.unwrap_or_default(), about]
}

/// What a preset says of itself, and the value of each parameter that it sets.
fn shown<P: Plugin>(read: &ReadPreset, plugin: &str) -> String {
    let about = &read.preset.about;
    let mut text = format!("{}, a preset of {plugin}\n", about.name);
    let mut line = |what: &str, said: &str| {
        if !said.is_empty() {
            let _ = writeln!(text, "{what}: {said}");
        }
    };
    line("Author", about.author.as_deref().unwrap_or_default());
    line("Tags", &about.tags.join(", "));
    line("Description", about.description.as_deref().unwrap_or_default().trim());
    let table = ParameterTable::of_plugin::<P>();
    let host = TableHost::new(&table);
    let parameters = host.all_parameters().into_iter();
    let values = parameters.filter(|parameter| parameter.recalled_by == RecallScope::Everything);
    let rows = values.filter_map(|parameter| {
        let value = *read.resolved.values.get(&parameter.id)?;
        let said = if read.preset.values.contains_key(&parameter.id) { "" } else { "(default)" };
        let shown = host.format_parameter(&parameter.id, value).unwrap_or_default();
        Some([parameter.id, parameter.name, shown, said.to_owned()])
    });
    let header = ["ID", "NAME", "VALUE", ""].map(str::to_owned);
    text.push('\n');
    text.push_str(&columns(std::iter::once(header).chain(rows)));
    for ignored in &read.resolved.ignored {
        let _ = writeln!(text, "Left out: {ignored}");
    }
    text
}

fn convert<P: Plugin>(
    presets: &PluginPresets,
    from: &str,
    to: &Path,
    replace: bool,
) -> Result<String, PresetError> {
    let read = presets.find::<P>(from)?;
    presets.write::<P>(&read, to, replace)?;
    for ignored in &read.resolved.ignored {
        tracing::warn!("{ignored}; it is left out");
    }
    Ok(format!("{}: {}\n", to.display(), read.preset.about.name))
}
