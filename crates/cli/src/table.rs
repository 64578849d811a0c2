//! Tables for people: columns as wide as what they hold, numbers to the right.
//!
//! Guarantees: columns line up on a terminal whatever the script of what they hold. Refuses:
//! colours and frames: a table may end in a file.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

/// The widest cell that is shown whole: a post's first words, and two such cells fit a wide screen.
const WIDEST_CELL: usize = 80;

/// A table under construction.
#[derive(Debug)]
pub struct Table {
    heads: Vec<Head>,
    rows: Vec<Vec<String>>,
}

#[derive(Debug)]
struct Head {
    name: String,
    is_number: bool,
}

impl Table {
    /// A table with these columns; those whose name begins with `>` go to the right.
    pub fn new<'n>(columns: impl IntoIterator<Item = &'n str>) -> Self {
        let head = |name: &str| match name.strip_prefix('>') {
            Some(name) => Head { name: name.into(), is_number: true },
            None => Head { name: name.into(), is_number: false },
        };
        Self { heads: columns.into_iter().map(head).collect(), rows: Vec::new() }
    }

    /// Adds a row; a row that is too short is filled with empty cells.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| one_line(&cell, WIDEST_CELL)).collect());
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table, each line after `indent`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, indent: &str, out: &mut dyn Write) -> io::Result<()> {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let head = self.heads[column].name.width();
            cells.map(|cell| cell.width()).max().unwrap_or(0).max(head)
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        let names: Vec<&str> = self.heads.iter().map(|head| head.name.as_str()).collect();
        writeln!(out, "{indent}{}", self.line(&names, &widths))?;
        let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        writeln!(out, "{indent}{}", rules.join("  "))?;
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            writeln!(out, "{indent}{}", self.line(&cells, &widths))?;
        }
        Ok(())
    }

    fn line(&self, cells: &[&str], widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, (head, width)) in self.heads.iter().zip(widths).enumerate() {
            let cell = cells.get(column).copied().unwrap_or_default();
            let space = " ".repeat(width.saturating_sub(cell.width()));
            if column > 0 {
                line.push_str("  ");
            }
            if head.is_number {
                line.push_str(&space);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&space);
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// The text on one line, cut to so many columns.
pub fn one_line(text: &str, columns: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.width() <= columns {
        return text.replace(char::is_control, "");
    }
    let mut cut = String::new();
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        if cut.width() + letter.to_string().width() + 3 > columns {
            break;
        }
        cut.push(letter);
    }
    cut.push_str("...");
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_numbers_go_to_the_right() {
        let mut table = Table::new(["stream", ">mentions"]);
        table.row(["aerolumo".into(), "12".into()]);
        table.row(["航空".into(), "1,234".into()]);
        let mut out = Vec::new();
        table.write("  ", &mut out).expect("in memory");
        let text = String::from_utf8(out).expect("text");
        assert_eq!(
            text,
            "  stream    mentions\n  --------  --------\n  aerolumo        12\n  航空         1,234\n"
        );
    }

    #[test]
    fn long_and_broken_texts_stay_on_one_line() {
        assert_eq!(one_line("a\n b\u{7}", 80), "a b");
        assert_eq!(one_line("航空航空航空", 8), "航空...");
    }
}
