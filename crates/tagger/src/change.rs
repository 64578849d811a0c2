//! A change: what a judgement says otherwise than the one before. Matches and counts stand in the
//! order of the streams' ids, in which they are looked up.

use vigie_query::StreamSet;
use vigie_types::{StreamId, StreamMatch, StreamWithdrawal};

use crate::ledger::{Added, Counted, Entry};

/// The streams that the judgement before met and these matches do not, by id.
pub(crate) fn withdrawn(
    previous: Option<&Added>,
    matches: &[StreamMatch],
) -> Vec<StreamWithdrawal> {
    let counted = previous.into_iter().flat_map(|added| &added.counted);
    counted
        .filter(|counted| {
            matches.binary_search_by(|found| found.stream.cmp(&counted.stream)).is_err()
        })
        .map(|Counted { stream, version, .. }| StreamWithdrawal {
            stream: stream.clone(),
            version: version.clone(),
        })
        .collect()
}

/// Whether other streams with engagement terms are met than before. Which streams have them is
/// said by `streams` alone: what another revision met is held to the terms of this one.
pub(crate) fn moves_engagement(
    previous: Option<&Added>,
    matches: &[StreamMatch],
    streams: &StreamSet,
) -> bool {
    let asks = |stream: &&StreamId| streams.asks_for_engagement(stream);
    let counted = previous.into_iter().flat_map(|added| &added.counted);
    let before = counted.map(|counted| &counted.stream).filter(asks);
    let now = matches.iter().map(|found| &found.stream).filter(asks);
    !before.eq(now)
}

/// What of `one` is not counted in the same way in `other`. The rest is neither taken back nor
/// added: taken back late and added on time, it would stand in an open window twice.
pub(crate) fn beyond(one: &Added, other: Option<&Added>) -> Added {
    let mut beyond = one.clone();
    if let Some(other) = other.filter(|other| one.is_alike(other)) {
        beyond.counted.retain(|counted| {
            let known = other.counted.binary_search_by(|known| known.stream.cmp(&counted.stream));
            known.map_or(true, |place| other.counted[place].label != counted.label)
        });
    }
    beyond
}

/// What is added, apart from what was counted before in the same bucket: that was taken back late,
/// so it is added late, and an open window counts it once.
pub(crate) fn apart(added: Added, before: Option<&Entry>) -> [Added; 2] {
    let is_again = |counted: &Counted| {
        before.is_some_and(|entry| entry.has_counted(&counted.stream, added.bucket))
    };
    let (again, first) = added.counted.iter().cloned().partition(is_again);
    let again = Added { counted: again, late: true, ..added.clone() };
    [again, Added { counted: first, ..added }]
}
