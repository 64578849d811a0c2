//! The raw log as it is kept, record by record.

use std::sync::Arc;

use vigie_runtime::{LogReader, Position, Topic, TopicPartition, Undecoded};
use vigie_schema::{RawRecord, Schemas, topics};

use super::job::BackfillError;

/// How many bytes of the raw log are read at once.
const READ_BYTES: usize = 1 << 20;

/// A part of the raw log: up to the end that it had when the scan began.
pub(super) struct Scan {
    log: Arc<dyn LogReader>,
    schemas: Arc<Schemas>,
    parts: Vec<Part>,
}

struct Part {
    partition: TopicPartition,
    next: Position,
    end: Position,
}

/// A record and where it stands.
pub(super) struct Placed {
    pub(super) place: String,
    pub(super) record: RawRecord,
}

impl Scan {
    /// Everything that is kept now.
    pub(super) fn begin(
        log: &Arc<dyn LogReader>,
        schemas: &Arc<Schemas>,
    ) -> Result<Self, BackfillError> {
        let raw = Topic::new(topics::MENTIONS_RAW);
        let outlines = log.topics()?;
        let outline = outlines.iter().find(|outline| outline.topic == raw);
        let mut parts = Vec::new();
        for partition in outline.into_iter().flat_map(vigie_runtime::TopicOutline::partitions) {
            let (next, end) = (log.start(&partition)?, log.end(&partition)?);
            parts.push(Part { partition, next, end });
        }
        Ok(Self { log: Arc::clone(log), schemas: Arc::clone(schemas), parts })
    }

    /// About how many records are left.
    pub(super) fn left(&self) -> u64 {
        self.parts.iter().map(|part| part.end.get().saturating_sub(part.next.get())).sum()
    }

    /// The next records, one partition after the other; none at the end. What cannot be read has a
    /// dead letter of the tagger, and is left out.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Placed>>, BackfillError> {
        loop {
            let Some(part) = self.parts.iter_mut().find(|part| part.next < part.end) else {
                return Ok(None);
            };
            // Retention may have taken what was there when the scan began.
            part.next = part.next.max(self.log.start(&part.partition)?);
            let fetched = self.log.read(&part.partition, part.next, READ_BYTES)?;
            if fetched.is_empty() {
                // Nothing but markers stands before the end.
                part.next = part.end;
                continue;
            }
            let mut placed = Vec::new();
            for record in fetched.iter() {
                part.next = record.offset.next();
                match self.schemas.raw.read(record.value.unwrap_or_default()) {
                    Ok(read) => {
                        let place = format!("{}/{}", part.partition, record.offset.get());
                        placed.push(Placed { place, record: read });
                    }
                    Err(Undecoded::Rejected(_)) => {}
                    Err(Undecoded::NotYet(reason)) => {
                        return Err(BackfillError::Unreadable(reason));
                    }
                }
            }
            return Ok(Some(placed));
        }
    }
}
