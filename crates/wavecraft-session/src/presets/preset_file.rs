//! A preset as text.
//!
//! ```toml
//! name = "Warm Vocal"
//! author = "Somebody"
//! tags = ["voice"]
//! description = "Takes the edge off."
//!
//! [values]
//! drive = "12 dB"
//! low_cut_freq = 80
//! mix = "60 %"
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use toml::Value;
use wavecraft_ipc::{
    HostError, NormalizedValue, ParameterHost, ParameterInfo, PresetDescription, RecallScope,
};

use crate::saved_session::rename;
use crate::slots::Values;

/// Longest name of a preset, in characters.
const MAX_NAME_CHARACTERS: usize = 200;

/// A preset: what it says of itself, and the values of parameters as people write them.
#[derive(Clone, Debug, PartialEq)]
pub struct PresetFile {
    /// What it says of itself.
    pub about: PresetDescription,
    /// The plugin that wrote it, if one has. Presets of another plugin are not taken.
    pub plugin: Option<String>,
    /// The version of that plugin.
    pub version: Option<String>,
    /// Values by the parameters' ids. What is missing has its default.
    pub values: BTreeMap<String, PresetValue>,
}

/// A value as it stands in the file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum PresetValue {
    /// `on = true`
    Switch(bool),
    /// `drive = 12`, in the parameter's own unit
    Whole(i64),
    /// `drive = 12.5`
    Number(f64),
    /// `drive = "12 dB"`
    Text(String),
    /// `drive = { text = "12.3 dB", normalized = 0.3415 }`: a text that would not bring back the very same value. The
    /// number counts for as long as the parameter shows it as that text; where its range has changed, or somebody has
    /// changed the text, the text counts.
    Exact {
        /// What the user reads.
        text: String,
        /// The value in [0, 1].
        normalized: f64,
    },
}

/// The values that a preset gives a plugin's parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedPreset {
    /// Of each parameter that presets set, by id.
    pub values: Values,
    /// What the preset says and the plugin has no use for, in a sentence each.
    pub ignored: Vec<String>,
}

/// Why a text is no preset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PresetFileError {
    /// It is not of the form of a preset.
    #[error("it is no preset: {0}")]
    Malformed(String),
    /// Its name cannot be.
    #[error("{0}")]
    Name(&'static str),
    /// A value is none of its parameter's.
    #[error("`{text}` is not a value of the parameter `{id}`")]
    Value {
        /// The parameter's id.
        id: String,
        /// The value as it stands there.
        text: String,
    },
}

/// The file as serde reads it.
#[derive(Deserialize)]
struct Form {
    name: String,
    author: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    description: Option<String>,
    plugin: Option<String>,
    version: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, PresetValue>,
}

impl PresetFile {
    /// Reads a preset's text.
    ///
    /// # Errors
    ///
    /// [`PresetFileError`], which names the line.
    pub fn parse(text: &str) -> Result<Self, PresetFileError> {
        let form: Form = toml::from_str(text)
            .map_err(|error| PresetFileError::Malformed(error.to_string().trim_end().to_owned()))?;
        let Form { name, author, tags, description, plugin, version, values } = form;
        let about = PresetDescription { name: checked_name(&name)?, author, tags, description };
        Ok(Self { about, plugin, version, values })
    }

    /// The preset of the values that the parameters have now.
    ///
    /// # Errors
    ///
    /// [`PresetFileError::Name`].
    pub fn of_parameters(
        about: &PresetDescription,
        host: &dyn ParameterHost,
        parameters: &[ParameterInfo],
    ) -> Result<Self, PresetFileError> {
        let info = host.info();
        let about = PresetDescription { name: checked_name(&about.name)?, ..about.clone() };
        let in_presets =
            parameters.iter().filter(|parameter| parameter.recalled_by == RecallScope::Everything);
        let values = in_presets.map(|parameter| {
            let text = host.format_parameter(&parameter.id, parameter.value).unwrap_or_default();
            let is_exact = host.parse_parameter(&parameter.id, &text) == Ok(parameter.value);
            let value = if is_exact {
                PresetValue::Text(text)
            } else {
                PresetValue::Exact { text, normalized: parameter.value.get().into() }
            };
            (parameter.id.clone(), value)
        });
        Ok(Self { about, plugin: Some(info.name), version: Some(info.version), values: values.collect() })
    }

    /// The same with the ids that parameters have now: of each pair, the second one in place of the first.
    #[must_use]
    pub fn with_renamed(mut self, renamed: &[(&str, &str)]) -> Self {
        rename(&mut self.values, renamed);
        self
    }

    /// The values that it gives the parameters of `host`.
    ///
    /// # Errors
    ///
    /// [`PresetFileError::Value`] when a parameter does not have the value.
    pub fn resolve(
        &self,
        host: &dyn ParameterHost,
        parameters: &[ParameterInfo],
    ) -> Result<ResolvedPreset, PresetFileError> {
        let mut resolved = ResolvedPreset { values: Values::new(), ignored: Vec::new() };
        for parameter in parameters.iter().filter(|each| each.recalled_by == RecallScope::Everything) {
            let value = match self.values.get(&parameter.id) {
                Some(value) => value.of(&parameter.id, host)?,
                None => parameter.default,
            };
            resolved.values.insert(parameter.id.clone(), value);
        }
        for id in self.values.keys().filter(|id| !resolved.values.contains_key(*id)) {
            resolved.ignored.push(if parameters.iter().any(|parameter| parameter.id == *id) {
                format!("the parameter `{id}` is no part of presets")
            } else {
                format!("no parameter has the id `{id}`")
            });
        }
        Ok(resolved)
    }

    /// The preset's text.
    pub fn text(&self) -> String {
        let Self { about, plugin, version, values } = self;
        let mut text = format!("name = {}\n", quoted(&about.name));
        let mut line = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                // Writing to a string does not fail.
                let _ = writeln!(text, "{key} = {value}");
            }
        };
        let tags = || Value::Array(about.tags.iter().cloned().map(Value::String).collect());
        line("author", about.author.clone().map(Value::String));
        line("tags", (!about.tags.is_empty()).then(tags));
        line("description", about.description.clone().map(Value::String));
        line("plugin", plugin.clone().map(Value::String));
        line("version", version.clone().map(Value::String));
        text.push_str("\n[values]\n");
        for (id, value) in values {
            let _ = writeln!(text, "{} = {}", key(id), value.text());
        }
        text
    }
}

impl PresetValue {
    /// What it means to a parameter.
    fn of(&self, id: &str, host: &dyn ParameterHost) -> Result<NormalizedValue, PresetFileError> {
        let parsed = |text: &str| {
            host.parse_parameter(id, text)
                .map_err(|_: HostError| PresetFileError::Value { id: id.to_owned(), text: text.to_owned() })
        };
        match self {
            Self::Switch(is_on) => parsed(if *is_on { "on" } else { "off" }),
            Self::Whole(number) => parsed(&number.to_string()),
            Self::Number(number) => parsed(&number.to_string()),
            Self::Text(text) => parsed(text),
            Self::Exact { text, normalized } => {
                let exact = NormalizedValue::new(*normalized as f32).ok();
                let shows = |value| host.format_parameter(id, value).is_ok_and(|shown| shown == *text);
                exact.filter(|value| shows(*value)).map_or_else(|| parsed(text), Ok)
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Switch(is_on) => is_on.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Number(number) => Value::Float(*number).to_string(),
            Self::Text(text) => quoted(text),
            Self::Exact { text, normalized } => {
                format!("{{ text = {}, normalized = {} }}", quoted(text), Value::Float(*normalized))
            }
        }
    }
}

/// A preset's name without spaces around it, if it is one.
pub(super) fn checked_name(name: &str) -> Result<String, PresetFileError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(PresetFileError::Name("a preset needs a name"));
    }
    if name.chars().any(char::is_control) {
        return Err(PresetFileError::Name("a preset's name is one line of text"));
    }
    if name.chars().count() > MAX_NAME_CHARACTERS {
        return Err(PresetFileError::Name("a preset's name has 200 characters at most"));
    }
    Ok(name.to_owned())
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn key(id: &str) -> String {
    let is_bare = |id: &str| {
        id.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'))
    };
    // A quoted key takes one line, which a quoted value need not; JSON's escapes are among TOML's.
    if !id.is_empty() && is_bare(id) { id.to_owned() } else { serde_json::Value::from(id).to_string() }
}
