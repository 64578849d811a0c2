//! `vigie tag --languages`: which languages have sentiment, and how well each was validated.

use std::io::{self, Write};

use vigie_text::supported_languages;

use crate::table::Table;

/// Writes the list: tier A was validated on text labelled natively, B on weaker labels, C not.
///
/// # Errors
/// When it cannot be written.
pub fn write(out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(["language", "tier", ">macro-F1", ">majority"]);
    for language in supported_languages() {
        let number =
            |value: Option<f32>| value.map_or("-".to_owned(), |found| format!("{found:.3}"));
        table.row([
            language.code.to_owned(),
            format!("{:?}", language.tier),
            number(language.measured.map(|(f1, _)| f1)),
            number(language.measured.map(|(_, majority)| majority)),
        ]);
    }
    table.write("", out)?;
    out.flush()
}
