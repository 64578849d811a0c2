//! The texts of a stream's last day, and which of them are copies.
//!
//! A text joins the nearest known text whose fingerprint differs in [`MAXIMUM_DISTANCE`] bits at
//! most, or the one with its link; else it is known from then on. Members are near the primary and
//! not only near each other, so a cluster cannot drift.
//!
//! Guarantees: what is known depends on the stream's closed windows, in order, and on nothing else.
//! Bounded: a text is forgotten a day after it was last said, and texts said once go first when
//! there are more than [`MAXIMUM_KNOWN`].
//!
//! Refuses: copies over streams (each stream folds its own), texts without words, and late ones:
//! they correct a cluster that is known and found none.

use serde::{Deserialize, Serialize};
use vigie_schema::{AuthorSketch, ClusterRecord, MAXIMUM_DISTANCE, TextCount};
use vigie_types::{Bucket, ClusterId, EventTime, Fingerprint, MentionId, StreamId};

/// The most texts that are known of a stream: about 50 kB of state.
const MAXIMUM_KNOWN: usize = 512;

/// How long a text is known after it was last said: a day of five-minute buckets.
const WINDOW_BUCKETS: i64 = 288;

/// A text and those who said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    fingerprint: Fingerprint,
    link: Option<i64>,
    primary: MentionId,
    first_seen: EventTime,
    last_seen: Bucket,
    size: i64,
    authors: AuthorSketch,
}

/// The texts that are known, those last said longest ago first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Clusters {
    known: Vec<Known>,
}

impl Clusters {
    /// Takes the texts of a closed window; gives the clusters that they made or joined.
    pub(crate) fn close(
        &mut self,
        stream: &StreamId,
        bucket: Bucket,
        mut texts: Vec<TextCount>,
    ) -> Vec<ClusterRecord> {
        texts.retain(|text| text.fingerprint != Fingerprint::default() && text.count > 0);
        if texts.is_empty() {
            return Vec::new();
        }
        let oldest = bucket.number() - WINDOW_BUCKETS;
        self.known.retain(|known| known.last_seen.number() >= oldest);
        texts.sort_by(|one, other| (one.first_at, &one.first).cmp(&(other.first_at, &other.first)));
        for text in texts {
            match self.find(&text) {
                Some(known) => self.known[known].join(&text, bucket),
                None => self.known.push(Known::new(text, bucket)),
            }
        }
        self.known.sort_by_key(|known| known.last_seen);
        let said = self.known.iter().filter(|known| known.last_seen == bucket);
        let copied = said.filter(|known| known.size > 1);
        let records = copied.map(|known| known.record(stream, 0)).collect();
        self.make_room();
        records
    }

    /// What late or taken back texts change in the clusters that are known.
    pub(crate) fn corrections(&self, stream: &StreamId, texts: &[TextCount]) -> Vec<ClusterRecord> {
        let known = texts.iter().filter_map(|text| Some((&self.known[self.find(text)?], text)));
        let clusters = known.filter(|(known, _)| known.size > 1);
        clusters.map(|(known, text)| known.record(stream, text.count)).collect()
    }

    /// The nearest known text, the longest known of several.
    fn find(&self, text: &TextCount) -> Option<usize> {
        let distances = self.known.iter().enumerate().filter_map(|(index, known)| {
            let same_link = text.link.is_some() && text.link == known.link;
            let bits = if same_link { 0 } else { known.fingerprint.distance(text.fingerprint) };
            (bits <= MAXIMUM_DISTANCE).then_some((bits, known.first_seen, &known.primary, index))
        });
        distances.min().map(|(.., index)| index)
    }

    fn make_room(&mut self) {
        let mut excess = self.known.len().saturating_sub(MAXIMUM_KNOWN);
        self.known.retain(|known| {
            let goes = excess > 0 && known.size == 1;
            excess -= usize::from(goes);
            !goes
        });
        self.known.drain(..excess);
    }
}

impl Known {
    fn new(text: TextCount, bucket: Bucket) -> Self {
        Self {
            fingerprint: text.fingerprint,
            link: text.link,
            primary: text.first,
            first_seen: text.first_at,
            last_seen: bucket,
            size: text.count,
            authors: text.authors,
        }
    }

    fn join(&mut self, text: &TextCount, bucket: Bucket) {
        self.size += text.count;
        self.authors.merge(&text.authors);
        self.last_seen = bucket;
    }

    fn record(&self, stream: &StreamId, late: i64) -> ClusterRecord {
        ClusterRecord {
            id: ClusterId::of(stream, &self.primary),
            stream: stream.clone(),
            primary: self.primary.clone(),
            fingerprint: self.fingerprint,
            first_seen: self.first_seen,
            last_seen: self.last_seen.end(),
            size: self.size,
            authors: self.authors.distinct(),
            late,
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_types::AuthorId;

    use super::*;

    fn stream() -> StreamId {
        StreamId::new("delta").expect("valid")
    }

    fn text(bits: u64, number: i64) -> TextCount {
        let author = AuthorId::new(format!("murmur:a{number}")).expect("valid");
        TextCount {
            fingerprint: Fingerprint::from_bits(bits),
            link: None,
            count: 1,
            first: MentionId::new(format!("murmur:{number}")).expect("valid"),
            first_at: EventTime::from_millis(number),
            authors: AuthorSketch::of(&author),
        }
    }

    /// Primary, size and authors of each cluster that a window tells.
    fn told(
        clusters: &mut Clusters,
        bucket: i64,
        texts: Vec<TextCount>,
    ) -> Vec<(String, i64, u64)> {
        let records = clusters.close(&stream(), Bucket::from_number(bucket), texts);
        let told = records.into_iter();
        told.map(|record| (record.primary.to_string(), record.size, record.authors)).collect()
    }

    #[test]
    fn copies_join_the_first_over_windows_and_others_stay_alone() {
        let mut clusters = Clusters::default();
        assert!(told(&mut clusters, 1, vec![text(0b1111_0000, 1), text(!0, 2)]).is_empty());
        let next = vec![text(0b1111_0111, 4), text(0b1111_0001, 3)];
        assert_eq!(told(&mut clusters, 2, next), [("murmur:1".to_owned(), 3, 3)]);
        // Near a member, but four bits from the primary: a text of its own.
        assert!(told(&mut clusters, 3, vec![text(0b1111_1111, 5)]).is_empty());
    }

    #[test]
    fn the_first_of_a_window_is_the_primary_whatever_the_order() {
        let texts = vec![text(0b111, 9), text(0b101, 3), text(0b100, 7)];
        let reversed = texts.iter().rev().cloned().collect();
        for texts in [texts, reversed] {
            assert_eq!(told(&mut Clusters::default(), 1, texts), [("murmur:3".to_owned(), 3, 3)]);
        }
    }

    #[test]
    fn articles_of_one_link_are_copies_whatever_they_say() {
        let linked = |bits, number| TextCount {
            link: Some(TextCount::link_of("https://news.example/a")),
            ..text(bits, number)
        };
        let texts = vec![linked(1, 1), linked(!1, 2)];
        assert_eq!(told(&mut Clusters::default(), 1, texts), [("murmur:1".to_owned(), 2, 2)]);
    }

    #[test]
    fn late_copies_are_told_as_amounts_and_change_nothing() {
        let mut clusters = Clusters::default();
        told(&mut clusters, 1, vec![text(7, 1), text(7, 2), text(!7, 3)]);
        let before = clusters.clone();
        let taken_back = TextCount { count: -1, ..text(7, 2) };
        let records = clusters.corrections(&stream(), &[text(6, 4), taken_back, text(!7, 5)]);
        let amounts: Vec<(i64, i64)> =
            records.iter().map(|record| (record.size, record.late)).collect();
        assert_eq!(amounts, [(2, 1), (2, -1)]);
        assert_eq!(clusters, before);
    }

    #[test]
    fn a_day_later_a_text_is_new_and_texts_said_once_make_room() {
        let mut clusters = Clusters::default();
        told(&mut clusters, 1, vec![text(7, 1), text(7, 2)]);
        let spread = |number: i64| (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for number in 10..2_000 {
            told(&mut clusters, 2, vec![text(spread(number), number)]);
        }
        assert_eq!(clusters.known.len(), MAXIMUM_KNOWN);
        assert_eq!(told(&mut clusters, 3, vec![text(7, 3)]), [("murmur:1".to_owned(), 3, 3)]);
        assert!(told(&mut clusters, 4 + WINDOW_BUCKETS, vec![text(7, 4)]).is_empty());
        assert_eq!(clusters.known.len(), 1);
    }
}
