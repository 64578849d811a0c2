//! Reads whole topics, record by record, for the audit.
//!
//! Records are counted by reading them: on a cluster positions are more than records.

use vigie_runtime::{FetchedRecord, Partition, Position, Topic, TopicPartition};

use super::{Problem, Shared};

/// What is read at once.
const READ_BYTES: usize = 4 << 20;

/// What a scan has seen of a topic.
pub(super) struct Scanned {
    /// Whether older records were dropped by retention, so that the scan is not the whole.
    pub(super) is_cut: bool,
}

/// Shows one record; an error ends the scan.
pub(super) type VisitRecord<'a> = &'a mut dyn FnMut(&FetchedRecord<'_>) -> Result<(), Problem>;

impl Shared {
    /// The partitions of a topic.
    pub(super) fn partitions_of(&self, topic: &str) -> Vec<TopicPartition> {
        let topic = Topic::new(topic);
        let numbers = 0..self.layout.get(&topic).copied().unwrap_or(0);
        numbers.map(|number| TopicPartition::new(&topic, Partition::new(number))).collect()
    }

    /// Shows every record of a topic that is kept, up to the ends given or the present ones.
    pub(super) fn scan(
        &self,
        topic: &str,
        ends: Option<&[Position]>,
        visit: VisitRecord<'_>,
    ) -> Result<Scanned, Problem> {
        let mut is_cut = false;
        for (index, partition) in self.partitions_of(topic).iter().enumerate() {
            let end = match ends.and_then(|ends| ends.get(index)) {
                Some(end) => *end,
                None => self.log.end(partition)?,
            };
            let start = self.log.start(partition)?;
            is_cut |= start > Position::START;
            self.scan_partition(partition, (start, end), visit)?;
        }
        Ok(Scanned { is_cut })
    }

    /// Shows the records of a partition between two positions.
    pub(super) fn scan_partition(
        &self,
        partition: &TopicPartition,
        (mut position, end): (Position, Position),
        visit: VisitRecord<'_>,
    ) -> Result<(), Problem> {
        while position < end {
            let fetched = self.log.read(partition, position, READ_BYTES)?;
            let Some(last) = fetched.len().checked_sub(1).and_then(|last| fetched.get(last)) else {
                return Ok(());
            };
            for record in fetched.iter().take_while(|record| record.offset.get() < end.get()) {
                visit(&record)?;
            }
            position = last.offset.next();
        }
        Ok(())
    }

    /// Where the last `records` records of a partition begin, or all if there are fewer.
    pub(super) fn last_records(
        &self,
        partition: &TopicPartition,
        records: u64,
    ) -> Result<Position, Problem> {
        let (start, end) = (self.log.start(partition)?, self.log.end(partition)?);
        let mut span = records;
        loop {
            let from = Position::new(end.get().saturating_sub(span).max(start.get()));
            if self.log.is_dense() || records == 0 {
                return Ok(from);
            }
            let mut offsets = Vec::new();
            self.scan_partition(partition, (from, end), &mut |record| {
                offsets.push(record.offset.get());
                Ok(())
            })?;
            if let Some(first) = (offsets.len() as u64).checked_sub(records) {
                return Ok(Position::new(offsets[first as usize]));
            }
            if from == start {
                return Ok(start);
            }
            // Each round looks twice as far back, so that the last one costs as much as all others.
            span = span.saturating_mul(2);
        }
    }
}
