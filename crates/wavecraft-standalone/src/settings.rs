//! The command line's way with a plugin's parameters: setting them, and listing what there is.

use std::fmt::Write;

use nice_plug::prelude::Plugin;
use wavecraft_ipc::ParameterHost;
use wavecraft_ipc::assignment::{self, Assignment, AssignmentError};
use wavecraft_nice_plug::driver::HeadlessPlugin;
use wavecraft_nice_plug::parameters::{Parameter, ParameterKind, ParameterTable, TableHost};
use wavecraft_session::Values;

/// Sets what a preset says.
pub(crate) fn apply_values<P: Plugin>(plugin: &mut HeadlessPlugin<P>, values: &Values) {
    for (id, value) in values {
        if let Some(index) = plugin.parameters().index_of(id) {
            plugin.set_parameter(index, value.get()).expect("a preset's values are normalized");
        }
    }
}

/// Sets all of `assignments`, the later of two for one parameter last, or none.
pub(crate) fn apply<P: Plugin>(
    plugin: &mut HeadlessPlugin<P>,
    assignments: &[Assignment],
) -> Result<(), AssignmentError> {
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
) -> Result<Vec<(usize, f32)>, AssignmentError> {
    let host = TableHost::new(table);
    let resolve = |assignment: &Assignment| {
        let value = assignment.value(&host)?;
        let index = table.index_of(&assignment.id).expect("only a parameter that is there has a value");
        Ok((index, value.get()))
    };
    assignments.iter().map(resolve).collect()
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
    let host = TableHost::new(table);
    let rows = host.all_parameters().into_iter().map(|parameter| {
        let default = host.format_parameter(&parameter.id, parameter.default).unwrap_or_default();
        let accepted = assignment::accepted(&host, &parameter);
        [parameter.id, parameter.name, accepted, default]
    });
    columns(std::iter::once(header).chain(rows))
}

/// Rows as lines, with the columns below each other.
pub(crate) fn columns(rows: impl IntoIterator<Item = [String; 4]>) -> String {
    let rows: Vec<[String; 4]> = rows.into_iter().collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let [first_width, second_width, third_width] = [width(0), width(1), width(2)];
    let mut text = String::new();
    for [first, second, third, last] in &rows {
        let line = format!("{first:first_width$}  {second:second_width$}  {third:third_width$}  {last}");
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
        let resolved = text.parse().and_then(|assignment| resolve_all(&table(), &[assignment]));
        resolved.map(|resolved| resolved[0]).map_err(|error| error.to_string())
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
