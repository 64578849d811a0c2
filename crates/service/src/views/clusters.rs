//! The clusters of near-duplicates of each stream, each folded from its records.

use std::collections::BTreeMap;

use vigie_schema::ClusterRecord;
use vigie_types::{ClusterId, StreamId};

/// The most clusters kept of one stream: more than the detector knows at once.
pub(crate) const MAXIMUM_CLUSTERS: usize = 1_000;

/// One cluster with what was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClusterView {
    /// Its newest record of a closed window, or of a correction where that is all there is.
    pub(crate) last: ClusterRecord,
    /// What came late, and was taken back.
    pub(crate) late: i64,
}

/// The clusters by stream.
#[derive(Default)]
pub(crate) struct Clusters {
    streams: BTreeMap<StreamId, BTreeMap<ClusterId, ClusterView>>,
}

impl Clusters {
    /// Takes a record of a cluster.
    pub(crate) fn take(&mut self, record: &ClusterRecord) {
        let clusters = self.streams.entry(record.stream.clone()).or_default();
        let late = record.late;
        clusters
            .entry(record.id.clone())
            .and_modify(|known| {
                known.late += late;
                if late == 0 {
                    known.last = record.clone();
                }
            })
            .or_insert_with(|| ClusterView { last: record.clone(), late });
        if clusters.len() > MAXIMUM_CLUSTERS {
            let oldest = clusters.values().min_by_key(|known| known.last.last_seen);
            if let Some(id) = oldest.map(|known| known.last.id.clone()) {
                clusters.remove(&id);
            }
        }
    }

    /// The clusters of a stream, those last copied first, the larger first of these.
    pub(crate) fn of(&self, stream: &StreamId) -> Vec<&ClusterView> {
        let known = self.streams.get(stream).into_iter().flat_map(BTreeMap::values);
        let mut clusters: Vec<&ClusterView> = known.collect();
        clusters.sort_by_key(|known| std::cmp::Reverse((known.last.last_seen, known.size())));
        clusters
    }
}

impl ClusterView {
    /// How many mentions it holds, with those that came late.
    pub(crate) fn size(&self) -> i64 {
        self.last.size + self.late
    }
}

#[cfg(test)]
mod tests {
    use vigie_types::{EventTime, MentionId};

    use super::*;

    fn record(number: i64, seen: i64, size: i64, late: i64) -> ClusterRecord {
        let stream = StreamId::new("a").expect("valid");
        let primary = MentionId::new(format!("murmur:{number}")).expect("valid");
        ClusterRecord {
            id: ClusterId::of(&stream, &primary),
            stream,
            primary,
            last_seen: EventTime::from_millis(seen),
            size,
            late,
            ..ClusterRecord::default()
        }
    }

    #[test]
    fn the_newest_window_stands_and_what_came_late_is_added() {
        let mut clusters = Clusters::default();
        for record in
            [record(1, 1, 2, 0), record(1, 1, 2, 1), record(2, 2, 9, 0), record(1, 3, 5, 0)]
        {
            clusters.take(&record);
        }
        clusters.take(&record(1, 3, 5, -3));
        let stream = StreamId::new("a").expect("valid");
        let sizes: Vec<i64> = clusters.of(&stream).iter().map(|known| known.size()).collect();
        assert_eq!(sizes, [3, 9]);
    }

    #[test]
    fn the_one_copied_longest_ago_makes_room() {
        let mut clusters = Clusters::default();
        for number in 0..=MAXIMUM_CLUSTERS as i64 {
            clusters.take(&record(number, number, 2, 0));
        }
        let stream = StreamId::new("a").expect("valid");
        let kept = clusters.of(&stream);
        assert_eq!(kept.len(), MAXIMUM_CLUSTERS);
        assert_eq!(kept.last().map(|known| known.last.primary.as_str()), Some("murmur:1"));
    }
}
