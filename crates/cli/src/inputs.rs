//! The inputs of `vigie up`, looked at before anything is started.
//!
//! Guarantees: an input that cannot be opened is told with its reason and left out, and the others
//! are read; a mapping that fits no record of an input is told before it turns the whole input into
//! dead letters.

use std::path::{Path, PathBuf};

use vigie_ingest::source::{FileSource, Format, Input as SourceInput, Item, Location, Source as _};
use vigie_ingest::{Mapping, MappingReport};
use vigie_service::configuration::Configuration;
use vigie_service::pipeline::Input;

/// How many records of each input the mapping is tried on.
const TRIED_RECORDS: usize = 100;

/// From how many records on a mapping that fits none of them is taken for a mistake.
const ENOUGH_RECORDS: u64 = 10;

/// The inputs that can be read.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Those.
    pub usable: Vec<Input>,
    /// How many cannot.
    pub refused: usize,
}

impl Inputs {
    /// Looks at every input and says on standard error what is wrong.
    pub fn check(files: &[PathBuf], restart: bool, configuration: &Configuration) -> Self {
        let mut inputs = Self::default();
        for path in files {
            match check(path, configuration.ingest.mapping.as_ref()) {
                Ok(remark) => {
                    if let Some(remark) = remark {
                        eprintln!("{}: {remark}", path.display());
                    }
                    inputs.usable.push(Input { path: path.clone(), restart });
                }
                Err(reason) => {
                    eprintln!("error: {reason}; this input is left out");
                    inputs.refused += 1;
                }
            }
        }
        inputs
    }

    /// The bytes of the inputs, where all of them are plain files.
    pub fn plain_bytes(&self) -> Option<u64> {
        let mut bytes = 0;
        for input in &self.usable {
            let packed = input.path.extension().is_some_and(|end| end == "gz" || end == "zst");
            if packed || input.path == Path::new("-") {
                return None;
            }
            bytes += input.path.metadata().ok()?.len();
        }
        (!self.usable.is_empty()).then_some(bytes)
    }
}

/// What is to be said of an input that can be read, or why it cannot.
fn check(path: &Path, mapping: Option<&Mapping>) -> Result<Option<String>, String> {
    if path == Path::new("-") {
        return Ok(None);
    }
    let format = match Format::of_path(path) {
        Some(format) => format,
        None if path.is_file() => {
            return Err(format!(
                "{}: its format cannot be told from its name: rename it to end in .ndjson, .jsonl, \
                 .json or .csv (and .gz or .zst), or feed it as NDJSON through standard input, \
                 with --input -",
                path.display()
            ));
        }
        None => Format::Ndjson,
    };
    let input = SourceInput { id: None, location: Location::File(path.into()), format };
    let mut source = FileSource::open(&input, None).map_err(|error| error.to_string())?;
    let mut records = Vec::new();
    while records.len() < TRIED_RECORDS {
        // Damage is told with its place once it is reached.
        let Ok(Some(item)) = source.next_item() else { break };
        if let Item::Line { text, .. } = item {
            records.push(text.to_owned());
        }
    }
    let lines = records.iter().map(String::as_str);
    let of_file = |error: vigie_ingest::MappingError| {
        format!("{}:1: {error}; map its columns under [ingest.mapping]", path.display())
    };
    let report = match (source.header(), mapping) {
        (Some(header), Some(mapping)) => {
            mapping.clone().bind(header).map_err(of_file)?.check(lines)
        }
        (Some(header), None) => {
            let mapping = Mapping::from_header(header).map_err(of_file)?;
            mapping.bind(header).map_err(of_file)?.check(lines)
        }
        (None, Some(mapping)) => mapping.check(lines),
        (None, None) => return Ok(None),
    };
    judge(path, &report)
}

fn judge(path: &Path, report: &MappingReport) -> Result<Option<String>, String> {
    if report.rejected == report.records && report.records >= ENOUGH_RECORDS {
        return Err(format!("{}: the mapping fits nothing: {report}", path.display()));
    }
    let is_whole = report.rejected == 0 && report.unfilled.is_empty();
    Ok((!is_whole && report.records > 0).then(|| report.to_string()))
}
