//! The log as readers see it, whichever engine wrote it.

use vigie_runtime::{
    CommittedPosition, Fetched, Kept, LogReader, Position, ReadError, Topic, TopicOutline,
    TopicPartition, VisitEntry,
};

use crate::error::{ReadError as LogReadError, StoreError};
use crate::layout::Kind;
use crate::log::Log;

impl LogReader for Log {
    fn topics(&self) -> Result<Vec<TopicOutline>, ReadError> {
        let outline = |spec: &crate::TopicSpec| TopicOutline {
            topic: spec.topic.clone(),
            partitions: spec.partitions,
            kept: match spec.kind {
                Kind::Retained { retention } => Kept::For(retention),
                Kind::Compacted => Kept::NewestOfKey,
                Kind::Forever => Kept::Forever,
            },
        };
        Ok(Self::topics(self).iter().map(outline).collect())
    }

    fn start(&self, partition: &TopicPartition) -> Result<Position, ReadError> {
        Ok(Self::start(self, partition)?)
    }

    fn end(&self, partition: &TopicPartition) -> Result<Position, ReadError> {
        Ok(Self::end(self, partition)?)
    }

    fn is_dense(&self) -> bool {
        true
    }

    fn remaining(&self, partition: &TopicPartition, from: Position) -> Result<u64, ReadError> {
        Ok(Self::end(self, partition)?.get().saturating_sub(from.get()))
    }

    fn read(
        &self,
        partition: &TopicPartition,
        from: Position,
        max_bytes: usize,
    ) -> Result<Fetched, ReadError> {
        Ok(Self::read(self, partition, from, max_bytes)?)
    }

    fn compacted(
        &self,
        partition: &TopicPartition,
        entry: VisitEntry<'_>,
    ) -> Result<(), ReadError> {
        Ok(Self::compacted(self, partition, entry)?)
    }

    fn newest(&self, topic: &Topic, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(Self::get(self, topic, key)?)
    }

    fn newest_in(
        &self,
        partition: &TopicPartition,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(Self::get_in(self, partition, key)?)
    }

    fn positions(&self, application: &str) -> Result<Vec<CommittedPosition>, ReadError> {
        Ok(Self::positions(self, application)?)
    }

    fn size_bytes(&self) -> Option<u64> {
        Some(Self::size_bytes(self))
    }
}

impl From<LogReadError> for ReadError {
    fn from(error: LogReadError) -> Self {
        match error {
            LogReadError::UnknownPartition(partition) => Self::UnknownPartition(partition),
            LogReadError::NotCompacted(partition) => Self::NotCompacted(partition),
            LogReadError::BelowStart { partition, wanted, start } => {
                Self::BelowStart { partition, wanted, start }
            }
            LogReadError::BeyondEnd { partition, wanted, end } => {
                Self::BeyondEnd { partition, wanted, end }
            }
            LogReadError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}
