//! Tables of rows, as text for a terminal and as Markdown; both are the same.

use crate::row::{Quantity, Row};

/// A Markdown table whose columns stand under each other.
pub fn markdown(rows: &[Row]) -> String {
    let mut lines =
        vec![["what", "measured", "yardstick", "ratio", "target", "reached", "spread"].map(str::to_owned)];
    lines.extend(rows.iter().map(cells));
    aligned(&lines)
}

/// The same for tables of any columns; the first line is the heading.
pub fn aligned<const COLUMNS: usize>(lines: &[[String; COLUMNS]]) -> String {
    let is_used: [bool; COLUMNS] =
        std::array::from_fn(|column| lines.iter().skip(1).any(|line| !line[column].is_empty()));
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        push_line(&mut text, line.iter().zip(widths).zip(is_used), ' ');
        if index == 0 {
            let rule: [String; COLUMNS] = std::array::from_fn(|column| "-".repeat(widths[column]));
            push_line(&mut text, rule.iter().zip(widths).zip(is_used), '-');
        }
    }
    text
}

fn push_line<'a>(text: &mut String, cells: impl Iterator<Item = ((&'a String, usize), bool)>, padding: char) {
    for ((cell, width), is_used) in cells {
        if is_used {
            let missing = width - cell.chars().count();
            text.push_str("| ");
            text.push_str(cell);
            text.extend(std::iter::repeat_n(padding, missing));
            text.push(' ');
        }
    }
    text.push_str("|\n");
}

fn cells(row: &Row) -> [String; 7] {
    let yardstick = row.yardstick.as_ref();
    [
        row.what.clone(),
        row.measured.text(),
        yardstick
            .map(|yardstick| format!("{}: {}", yardstick.what, yardstick.quantity.text()))
            .unwrap_or_default(),
        row.ratio.map(Quantity::text).unwrap_or_default(),
        row.target.as_ref().map(|target| target.text.clone()).unwrap_or_default(),
        row.target
            .as_ref()
            .map(|target| if target.is_reached { "yes" } else { "NO" }.to_owned())
            .unwrap_or_default(),
        row.spread.map(|spread| format!("{:.0} %", 100.0 * spread)).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_and_empty_ones_are_left_out() {
        let rows = [
            Row::new("short", Quantity::new(1.0, "µs")),
            Row::new("a longer name", Quantity::new(12_345.0, "ns")),
        ];
        let expected = "\
| what          | measured |
| ------------- | -------- |
| short         | 1 µs     |
| a longer name | 12.3 µs  |
";
        assert_eq!(markdown(&rows), expected);
    }

    #[test]
    fn a_missed_target_is_hard_to_overlook() {
        let row = Row::new("chain", Quantity::new(100.0, "ns/frame")).beside_real_time(48_000.0);
        assert!(markdown(&[row.with_ratio_at_least(500.0)]).contains("| NO "));
    }
}
