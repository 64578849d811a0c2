//! The forms in which sources keep their texts and words.

use std::io::Read as _;

use anyhow::{Context as _, Result, bail};

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text each line.
    Lines,
    /// Columns between tabs, without quotes.
    Columns,
    /// A label and a text between tabs; texts of another language are labelled so and left out.
    Labelled,
    /// Comma-separated values with a header line.
    Csv,
    /// Text, label and an empty column between semicolons; texts of no or another language are
    /// labelled so and left out.
    Semicolons,
    /// A word and its tag each line, an empty line between sentences.
    Tokens,
    /// CoNLL-U: the lines `# text = `.
    Conllu,
    /// The text file is a member of a ZIP file.
    Zip,
    /// A word and how often it was seen each line.
    Frequencies,
    /// Lists of words in falling steps of a hundredth of a decade (`cBpack`), in gzip.
    Wordfreq,
    /// A map from runs of letters to the logarithm of their probability after their beginning.
    Ngrams,
}

impl Form {
    /// The form of this name.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "lines" => Self::Lines,
            "columns" => Self::Columns,
            "labelled" => Self::Labelled,
            "csv" => Self::Csv,
            "semicolons" => Self::Semicolons,
            "tokens" => Self::Tokens,
            "conllu" => Self::Conllu,
            "zip" => Self::Zip,
            "frequencies" => Self::Frequencies,
            "wordfreq" => Self::Wordfreq,
            "ngrams" => Self::Ngrams,
            _ => bail!("`{name}` is no form of a file"),
        })
    }
}

/// The texts of a file.
pub fn texts(bytes: &[u8], form: Form, column: usize) -> Result<Vec<String>> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let of_lines = |pick: &dyn Fn(&str) -> Option<&str>| {
        text.lines().filter_map(pick).map(str::to_owned).collect()
    };
    Ok(match form {
        Form::Lines | Form::Zip => of_lines(&|line| Some(line)),
        Form::Columns => of_lines(&|line| line.split('\t').nth(column)),
        Form::Labelled => of_lines(&|line| {
            let (label, text) = line.split_once('\t')?;
            is_own(label).then_some(text)
        }),
        Form::Semicolons => of_lines(&labelled),
        Form::Conllu => of_lines(&|line| line.strip_prefix("# text = ")),
        Form::Tokens => sentences(text),
        Form::Csv => {
            let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
            let mut texts = Vec::new();
            for row in rows.records() {
                texts.extend(row?.get(column).map(str::to_owned));
            }
            texts
        }
        Form::Frequencies | Form::Wordfreq | Form::Ngrams => bail!("a list of words is no text"),
    })
}

/// The words of a file and their weights: how many of a million.
pub fn words(bytes: &[u8], form: Form) -> Result<Vec<(String, f64)>> {
    let mut words = match form {
        Form::Frequencies => String::from_utf8_lossy(bytes)
            .lines()
            .filter_map(|line| line.rsplit_once(' '))
            .filter_map(|(word, count)| Some((word.to_owned(), count.parse().ok()?)))
            .collect(),
        Form::Wordfreq => wordfreq(bytes)?,
        Form::Ngrams => ngrams(bytes)?,
        Form::Lines
        | Form::Columns
        | Form::Labelled
        | Form::Csv
        | Form::Semicolons
        | Form::Tokens
        | Form::Conllu
        | Form::Zip => bail!("a text is no list of words"),
    };
    let total: f64 = words.iter().map(|(_, weight)| weight).sum();
    for (_, weight) in &mut words {
        *weight *= 1e6 / total;
    }
    Ok(words)
}

/// One member of a ZIP file.
pub fn member(bytes: &[u8], name: &str) -> Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
    let mut file = archive.by_name(name).with_context(|| format!("opening member {name}"))?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    Ok(content)
}

/// The text of a labelled line, if its label does not say that it is in another language.
fn labelled(line: &str) -> Option<&str> {
    let mut fields = line.rsplitn(3, ';');
    let (_, label, text) = (fields.next()?, fields.next()?, fields.next()?);
    is_own(label).then_some(text)
}

/// Whether a label does not say that its text is in another language, or in none.
fn is_own(label: &str) -> bool {
    let label = label.trim().to_lowercase();
    !label.starts_with("not") && !label.starts_with("unknown")
}

fn sentences(text: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    for line in text.lines() {
        match line.trim().rsplit_once(' ') {
            Some((word, _)) => {
                if let Some(sentence) = sentences.last_mut() {
                    sentence.push_str(word);
                    sentence.push(' ');
                }
            }
            None => sentences.push(String::new()),
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

fn wordfreq(bytes: &[u8]) -> Result<Vec<(String, f64)>> {
    let mut unpacked = flate2::read::GzDecoder::new(bytes);
    let value = rmpv::decode::read_value(&mut unpacked)?;
    let rmpv::Value::Array(lists) = value else { bail!("no list of words") };
    let mut words = Vec::new();
    // The first is a header.
    for (step, list) in lists.iter().skip(1).enumerate() {
        let weight = libm::pow(10.0, -(step as f64) / 100.0);
        let list = list.as_array().into_iter().flatten().filter_map(rmpv::Value::as_str);
        words.extend(list.map(|word| (word.to_owned(), weight)));
    }
    Ok(words)
}

/// Runs of four and five letters with their probability: the product along their beginnings.
fn ngrams(bytes: &[u8]) -> Result<Vec<(String, f64)>> {
    use fst::Streamer as _;
    let map = fst::Map::new(bytes)?;
    let mut words = Vec::new();
    let mut stream = map.stream();
    while let Some((key, _)) = stream.next() {
        let run = std::str::from_utf8(key)?;
        if run.chars().count() < 4 {
            continue;
        }
        let ends = run.char_indices().skip(1).map(|(at, _)| at).chain([run.len()]);
        let logarithm: Option<f64> = ends.map(|end| map.get(&run[..end]).map(f64::from_bits)).sum();
        words.extend(logarithm.map(|logarithm| (run.to_owned(), libm::exp(logarithm))));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_gives_its_texts() {
        for (form, column, file, expected) in [
            (Form::Lines, 0, "a b\nc", vec!["a b", "c"]),
            (Form::Columns, 1, "x\ta b\ny\tc", vec!["a b", "c"]),
            (Form::Csv, 1, "id,text\n1,\"a, b\"\n", vec!["a, b"]),
            (Form::Semicolons, 0, "a;b;Positive;\nc;not-Tamil;\nd;Negative;", vec!["a;b", "d"]),
            (Form::Tokens, 0, "a X\nb Y\n\nc Z\n", vec!["a b ", "c "]),
            (Form::Conllu, 0, "# text = a b\n1\ta\n", vec!["a b"]),
        ] {
            assert_eq!(texts(file.as_bytes(), form, column).expect("texts"), expected, "{form:?}");
        }
    }

    #[test]
    fn words_are_counted_of_a_million() {
        let words = words("the 3\nof 1\n".as_bytes(), Form::Frequencies).expect("words");
        assert_eq!(words, [("the".to_owned(), 750_000.0), ("of".to_owned(), 250_000.0)]);
        assert!(texts(b"the 3", Form::Frequencies, 0).is_err());
    }
}
