//! What the environment says otherwise: `VIGIE__KAFKA__BROKERS` stands for `brokers` in `[kafka]`.

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// What the names begin with; the parts of a key follow, joined by two underscores.
const PREFIX: &str = "VIGIE__";

/// Reads a document, each variable of this process's environment in the place that it names.
///
/// # Errors
/// When the document, or a variable, does not say what it should; a variable is named.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let variables = std::env::vars().filter(|(name, _)| name.starts_with(PREFIX));
    read_with(text, variables.collect())
}

fn read_with<T: DeserializeOwned>(
    text: &str,
    variables: Vec<(String, String)>,
) -> Result<T, String> {
    if variables.is_empty() {
        // The text itself, for errors with line and column.
        return toml::from_str(text).map_err(|error| error.to_string());
    }
    let mut table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut names = Vec::new();
    for (name, value) in variables {
        put(&mut table, &name, value)?;
        names.push(name);
    }
    table.try_into().map_err(|error| {
        // Which of both is wrong is told apart by reading the text alone first.
        match toml::from_str::<Table>(text).map(Table::try_into::<T>) {
            Ok(Err(alone)) => alone.to_string(),
            Ok(Ok(_)) | Err(_) => format!("with {} of the environment: {error}", names.join(", ")),
        }
    })
}

fn put(table: &mut Table, name: &str, value: String) -> Result<(), String> {
    let path = name[PREFIX.len()..].to_ascii_lowercase();
    let mut parts: Vec<&str> = path.split("__").collect();
    let last = parts.pop().filter(|last| !last.is_empty());
    let last = last.ok_or_else(|| format!("{name} of the environment names no key"))?;
    let mut within = table;
    for part in parts {
        let entry = within.entry(part).or_insert_with(|| Value::Table(Table::new()));
        within = entry
            .as_table_mut()
            .ok_or_else(|| format!("{name} of the environment: {part} is no table"))?;
    }
    within.insert(last.into(), typed(value));
    Ok(())
}

/// A number or a truth value where the text is one, else the text.
fn typed(value: String) -> Value {
    let number = value.parse().map(Value::Integer).ok();
    let truth = || value.parse().map(Value::Boolean).ok();
    number.or_else(truth).unwrap_or(Value::String(value))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Document {
        kafka: Kafka,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Kafka {
        brokers: String,
        ordinal: u32,
    }

    fn check(text: &str, variables: &[(&str, &str)]) -> Result<Document, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        read_with(text, variables.iter().map(owned).collect())
    }

    #[test]
    fn a_variable_stands_for_a_key() {
        let text = "[kafka]\nbrokers = \"a:1\"\nordinal = 0\n";
        let variables = [("VIGIE__KAFKA__BROKERS", "b:2"), ("VIGIE__KAFKA__ORDINAL", "3")];
        let read = check(text, &variables).expect("a document");
        assert_eq!(read.kafka, Kafka { brokers: "b:2".into(), ordinal: 3 });
    }

    #[test]
    fn a_wrong_variable_is_named_and_a_wrong_document_is_told_as_its_own() {
        let text = "[kafka]\nbrokers = \"a:1\"\nordinal = 0\n";
        let error = check(text, &[("VIGIE__KAFKA__COLOUR", "red")]).expect_err("unknown");
        assert!(error.contains("VIGIE__KAFKA__COLOUR"), "{error}");
        let error = check("[kafka]\nbrokers = 1\n", &[("VIGIE__KAFKA__ORDINAL", "1")]);
        assert!(!error.expect_err("a number").contains("VIGIE__"));
    }
}
