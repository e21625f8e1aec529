//! Parameters as people set them on a command line: `drive=12`, `low_cut_slope=24`, `mix=50%`.

use std::fmt::Write;
use std::str::FromStr;

use nice_plug::prelude::Plugin;

use wavecraft_nice_plug::driver::HeadlessPlugin;
use wavecraft_nice_plug::parameters::{Parameter, ParameterKind, ParameterTable};

/// How alike two ids must be for one to be suggested for the other, from 0 to 1.
const SUGGESTION_LIKENESS: f64 = 0.7;

/// A parameter's id and the text of the value that it is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The parameter's id.
    pub id: String,
    /// The value, as one would type it into the parameter's field.
    pub text: String,
}

impl FromStr for Assignment {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((id, value)) if !id.trim().is_empty() => {
                Ok(Self { id: id.trim().to_owned(), text: value.trim().to_owned() })
            }
            _ => Err(SettingError::NotAnAssignment(text.to_owned())),
        }
    }
}

/// Why a parameter was not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// The text is not of the form `id=value`.
    #[error("\"{0}\" is not of the form id=value")]
    NotAnAssignment(String),
    /// The plugin has no parameter of this id.
    #[error("there is no parameter \"{id}\"{suggestion}; there are: {known}")]
    UnknownId {
        /// The id.
        id: String,
        /// A hint, or nothing.
        suggestion: String,
        /// The ids that exist.
        known: String,
    },
    /// The value means nothing to the parameter.
    #[error("{id} cannot be \"{text}\"; it is {accepted}")]
    InvalidValue {
        /// The parameter's id.
        id: String,
        /// The value.
        text: String,
        /// What the parameter accepts, in words.
        accepted: String,
    },
}

/// Sets all of `assignments`, the later of two for one parameter last, or none.
pub(crate) fn apply<P: Plugin>(
    plugin: &mut HeadlessPlugin<P>,
    assignments: &[Assignment],
) -> Result<(), SettingError> {
    for (index, normalized) in resolve_all(plugin.parameters(), assignments)? {
        plugin
            .set_parameter(index, normalized)
            .expect("parsing yields normalized values of known parameters");
    }
    Ok(())
}

/// The indices and normalized values that `assignments` mean.
pub(crate) fn resolve_all(
    table: &ParameterTable,
    assignments: &[Assignment],
) -> Result<Vec<(usize, f32)>, SettingError> {
    assignments.iter().map(|assignment| resolve(table, assignment)).collect()
}

fn resolve(table: &ParameterTable, assignment: &Assignment) -> Result<(usize, f32), SettingError> {
    let Assignment { id, text } = assignment;
    let index = table.index_of(id).ok_or_else(|| unknown_id(table, id))?;
    let normalized = table.parse(index, text).ok_or_else(|| SettingError::InvalidValue {
        id: id.clone(),
        text: text.clone(),
        accepted: accepted(table, index),
    })?;
    Ok((index, normalized))
}

fn unknown_id(table: &ParameterTable, id: &str) -> SettingError {
    let likeness = |known: &Parameter| strsim::jaro_winkler(&known.id, &id.to_lowercase());
    let nearest = table
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|nearest| likeness(nearest) >= SUGGESTION_LIKENESS);
    let known: Vec<&str> = table.iter().map(|parameter| parameter.id.as_str()).collect();
    SettingError::UnknownId {
        id: id.to_owned(),
        suggestion: nearest.map_or_else(String::new, |nearest| format!(" (did you mean {}?)", nearest.id)),
        known: known.join(", "),
    }
}

/// What the parameter at `index` accepts, in words.
fn accepted(table: &ParameterTable, index: usize) -> String {
    let text = |normalized| table.format(index, normalized).unwrap_or_default();
    match table.get(index) {
        Some(parameter) if parameter.kind == ParameterKind::Enum => {
            format!("one of {}", parameter.variants.join(", "))
        }
        Some(parameter) if parameter.kind == ParameterKind::Bool => format!("{} or {}", text(0.0), text(1.0)),
        _ => format!("{} to {}", text(0.0), text(1.0)),
    }
}

/// How to set some of these parameters, for people: `input_gain="0.0 dB", character=Soft`.
pub(crate) fn examples(table: &ParameterTable) -> String {
    let is_choice = |parameter: &&Parameter| !matches!(parameter.kind, ParameterKind::Float);
    let first = table.iter().next();
    let choice =
        table.iter().filter(|parameter| Some(&parameter.id) != first.map(|first| &first.id)).find(is_choice);
    let example = |parameter: &Parameter| {
        let index = table.index_of(&parameter.id)?;
        let text = table.format(index, parameter.default)?;
        let quotes = if text.contains(' ') { "\"" } else { "" };
        Some(format!("{}={quotes}{text}{quotes}", parameter.id))
    };
    first.into_iter().chain(choice).filter_map(example).collect::<Vec<_>>().join(" or ")
}

/// All parameters as a table of text: id, name, what it accepts, default.
pub(crate) fn table_text(table: &ParameterTable) -> String {
    let header = ["ID", "NAME", "RANGE", "DEFAULT"].map(str::to_owned);
    let rows = table.iter().enumerate().map(|(index, parameter)| {
        let default = table.format(index, parameter.default).unwrap_or_default();
        [parameter.id.clone(), parameter.name.clone(), accepted(table, index), default]
    });
    let rows: Vec<[String; 4]> = std::iter::once(header).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for [id, name, range, default] in &rows {
        let [id_width, name_width, range_width] = widths;
        let line = format!("{id:id_width$}  {name:name_width$}  {range:range_width$}  {default}");
        writeln!(text, "{}", line.trim_end()).expect("writing to a string cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nice_plug::prelude::*;

    use super::*;

    #[derive(Params)]
    struct TestParams {
        #[id = "drive"]
        drive_db: FloatParam,
        #[id = "bypass"]
        bypass: BoolParam,
        #[id = "slope"]
        slope: IntParam,
    }

    fn table() -> ParameterTable {
        ParameterTable::new(Arc::new(TestParams {
            drive_db: FloatParam::new("Drive", 0.0, FloatRange::Linear { min: 0.0, max: 36.0 })
                .with_unit(" dB")
                .with_value_to_string(formatters::v2s_f32_rounded(1)),
            bypass: BoolParam::new("Bypass", false),
            slope: IntParam::new("Slope", 0, IntRange::Linear { min: 0, max: 1 })
                .with_value_to_string(Arc::new(|index| ["Off", "12 dB/oct"][index as usize].to_owned())),
        }))
    }

    fn resolve_text(text: &str) -> Result<(usize, f32), String> {
        text.parse().and_then(|assignment| resolve(&table(), &assignment)).map_err(|error| error.to_string())
    }

    #[test]
    fn assignments_are_read_as_people_type_them() {
        assert_eq!(resolve_text("drive=12"), Ok((0, 12.0 / 36.0)));
        assert_eq!(resolve_text(" drive = 36 dB "), Ok((0, 1.0)));
        assert_eq!(resolve_text("bypass=on"), Ok((1, 1.0)));
        assert_eq!(resolve_text("slope=12"), Ok((2, 1.0)));
    }

    #[test]
    fn mistakes_are_answered_with_what_would_be_right() {
        assert_eq!(resolve_text("drive").unwrap_err(), "\"drive\" is not of the form id=value");
        assert_eq!(
            resolve_text("drvie=3").unwrap_err(),
            "there is no parameter \"drvie\" (did you mean drive?); there are: drive, bypass, slope"
        );
        assert_eq!(
            resolve_text("zzz=3").unwrap_err(),
            "there is no parameter \"zzz\"; there are: drive, bypass, slope"
        );
        assert_eq!(
            resolve_text("drive=loud").unwrap_err(),
            "drive cannot be \"loud\"; it is 0.0 dB to 36.0 dB"
        );
        assert_eq!(resolve_text("drive=40").unwrap_err(), "drive cannot be \"40\"; it is 0.0 dB to 36.0 dB");
        assert_eq!(
            resolve_text("slope=96").unwrap_err(),
            "slope cannot be \"96\"; it is one of Off, 12 dB/oct"
        );
        assert_eq!(resolve_text("bypass=").unwrap_err(), "bypass cannot be \"\"; it is Off or On");
    }

    #[test]
    fn examples_are_of_the_plugin_s_own_parameters() {
        assert_eq!(examples(&table()), "drive=\"0.0 dB\" or bypass=Off");
    }

    #[test]
    fn the_table_has_a_line_for_each_parameter() {
        let text = table_text(&table());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "ID      NAME    RANGE                  DEFAULT");
        assert_eq!(lines[1], "drive   Drive   0.0 dB to 36.0 dB      0.0 dB");
        assert_eq!(lines[3], "slope   Slope   one of Off, 12 dB/oct  Off");
    }
}
