//! Whether everything that was read has been judged: each service at the end of its input, looked
//! at in the order of the flow, so that nothing slips by between two looks.

use std::sync::Arc;

use vigie_engine_embedded::{Log, ReadError, StoreError};
use vigie_runtime::{Layout, Partition, Topic, TopicPartition};

/// Each stream service's application with the topic it reads, in the order of the flow.
pub(super) const FLOW: [(&str, &str); 3] = [
    ("vigie-tagger", vigie_tagger::topology::INPUT),
    ("vigie-detector", vigie_detector::topology::INPUT),
    ("vigie-scorer", vigie_scorer::topology::INPUT),
];

/// How many records each stream service has still to process.
pub(super) fn lag(log: &Arc<Log>, layout: &Layout) -> Result<u64, LagError> {
    let mut lag = 0;
    for (application, input) in FLOW {
        let topic = Topic::new(input);
        let positions = log.positions(application)?;
        for number in 0..layout.get(&topic).copied().unwrap_or(0) {
            let partition = TopicPartition::new(&topic, Partition::new(number));
            let read = positions
                .iter()
                .find(|position| position.partition == partition)
                .map_or(0, |position| position.position.get());
            lag += log.end(&partition)?.get().saturating_sub(read);
        }
    }
    Ok(lag)
}

/// Positions that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LagError {
    /// Of an application.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Of a topic.
    #[error(transparent)]
    Read(#[from] ReadError),
}
