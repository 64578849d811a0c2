//! Whether everything that was read has been judged: each service at the end of its input, looked
//! at in the order of the flow, so that nothing slips by between two looks.

use vigie_runtime::{LogReader, ReadError, Topic};

/// Each stream service's application with the topic it reads, in the order of the flow.
const FLOW: [(&str, &str); 3] = [
    ("vigie-tagger", vigie_tagger::topology::INPUT),
    ("vigie-detector", vigie_detector::topology::INPUT),
    ("vigie-scorer", vigie_scorer::topology::INPUT),
];

/// How many records the stream services have still to process: zero only when nothing is on its
/// way, see [`LogReader::remaining`].
pub(super) fn lag(log: &dyn LogReader) -> Result<u64, ReadError> {
    lag_of(log, &FLOW)
}

/// How many records of the raw log are still to be judged.
pub(crate) fn raw_lag(log: &dyn LogReader) -> Result<u64, ReadError> {
    lag_of(log, &FLOW[..1])
}

fn lag_of(log: &dyn LogReader, flow: &[(&str, &str)]) -> Result<u64, ReadError> {
    let topics = log.topics()?;
    let mut lag = 0;
    for &(application, input) in flow {
        let input = Topic::new(input);
        let positions = log.positions(application)?;
        let outline = topics.iter().find(|outline| outline.topic == input);
        for partition in outline.into_iter().flat_map(vigie_runtime::TopicOutline::partitions) {
            let committed = positions.iter().find(|committed| committed.partition == partition);
            let position = committed.map(|committed| committed.position).unwrap_or_default();
            lag += log.remaining(&partition, position)?;
        }
    }
    Ok(lag)
}
