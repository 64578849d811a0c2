//! How the scorer is wired: `author-events.v1` -> scorer (authors) -> `mentions.scored.v1`,
//! `authors.v1`.

use std::sync::Arc;

use vigie_runtime::{ControlLookup, ControlTable, DeadLetter, Outputs, Route, Topic};
use vigie_schema::{Schemas, encode_dead_letter, topics};
use vigie_types::Stamps;

use crate::scorer::ScorerOutput;
use crate::settings::ScoreSettings;

/// The topic the scorer reads.
pub const INPUT: &str = topics::AUTHOR_EVENTS;

/// The control topics it judges by.
pub const CONTROLS: [&str; 1] = [topics::SCORES];

/// The topics it writes.
pub const OUTPUTS: [&str; 3] = [topics::MENTIONS_SCORED, topics::AUTHORS, topics::DEAD_LETTERS];

/// Encodes what the scorer emits.
pub struct ScorerOutputs {
    schemas: Arc<Schemas>,
    scored: Topic,
    authors: Topic,
}

impl ScorerOutputs {
    /// Outputs in these schemas.
    pub fn new(schemas: Arc<Schemas>) -> Self {
        Self {
            schemas,
            scored: Topic::new(topics::MENTIONS_SCORED),
            authors: Topic::new(topics::AUTHORS),
        }
    }
}

impl Outputs<ScorerOutput> for ScorerOutputs {
    fn encode(&self, output: &ScorerOutput, key: &mut Vec<u8>, value: &mut Vec<u8>) -> Route {
        match output {
            ScorerOutput::Scored(tagged) => {
                key.extend_from_slice(tagged.mention.author.id.as_str().as_bytes());
                self.schemas.scored.encode(tagged, value);
                Route { topic: self.scored.clone(), timestamp: tagged.event_time }
            }
            ScorerOutput::Author(author) => {
                key.extend_from_slice(author.author.as_str().as_bytes());
                self.schemas.authors.encode(author, value);
                Route { topic: self.authors.clone(), timestamp: author.as_of }
            }
        }
    }

    fn encode_dead_letter(
        &self,
        letter: &DeadLetter<'_>,
        key: &mut Vec<u8>,
        value: &mut Vec<u8>,
    ) -> Route {
        encode_dead_letter(&self.schemas.dead_letters, "scorer", letter, key, value)
    }
}

/// The scoring configuration at the revision that an event is stamped with.
pub struct ScoresAtStamp {
    table: Arc<ControlTable<ScoreSettings>>,
}

impl ScoresAtStamp {
    /// Lookups in this table.
    pub const fn new(table: Arc<ControlTable<ScoreSettings>>) -> Self {
        Self { table }
    }
}

impl ControlLookup<ScoreSettings> for ScoresAtStamp {
    fn at(&self, stamps: &Stamps) -> Option<Arc<ScoreSettings>> {
        self.table.at(stamps.scores)
    }
}

/// The table that follows `scores.v1`; at revision 0 it is the default of the code.
pub fn score_table(schemas: &Arc<Schemas>) -> Arc<ControlTable<ScoreSettings>> {
    let schemas = Arc::clone(schemas);
    Arc::new(ControlTable::new(
        Topic::new(topics::SCORES),
        Box::new(move |value| {
            let record = schemas.scores.read(value)?;
            Ok((record.revision, record))
        }),
    ))
}
