//! Reads whole topics, record by record, for the audit.

use vigie_runtime::{FetchedRecord, Partition, Position, Topic, TopicPartition};

use super::{Problem, Shared};

/// What is read at once.
const READ_BYTES: usize = 4 << 20;

/// What a scan has seen of a topic.
pub(super) struct Scanned {
    /// Whether older records were dropped by retention, so that the scan is not the whole.
    pub(super) is_cut: bool,
}

impl Shared {
    /// Shows every record of a topic that is kept, up to the ends given or the present ones.
    pub(super) fn scan(
        &self,
        topic: &str,
        ends: Option<&[u64]>,
        visit: &mut dyn FnMut(&FetchedRecord<'_>) -> Result<(), Problem>,
    ) -> Result<Scanned, Problem> {
        let topic = Topic::new(topic);
        let mut is_cut = false;
        for number in 0..self.layout.get(&topic).copied().unwrap_or(0) {
            let partition = TopicPartition::new(&topic, Partition::new(number));
            let end = match ends.and_then(|ends| ends.get(number as usize)) {
                Some(end) => *end,
                None => self.log.end(&partition)?.get(),
            };
            let mut position = self.log.start(&partition)?.get();
            is_cut |= position > 0;
            while position < end {
                let fetched = self.log.read(&partition, Position::new(position), READ_BYTES)?;
                if fetched.is_empty() {
                    break;
                }
                for record in fetched.iter().take_while(|record| record.offset.get() < end) {
                    visit(&record)?;
                }
                let last = fetched.get(fetched.len() - 1);
                position = last.map_or(end, |last| last.offset.next().get());
            }
        }
        Ok(Scanned { is_cut })
    }
}
