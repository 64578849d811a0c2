//! The newest mentions of each stream, and of all.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use vigie_schema::TaggedMention;
use vigie_types::{EventTime, MentionId, Status, StreamId};

/// The most mentions kept of one stream: what a person looks through.
pub(crate) const MAXIMUM_OF_STREAM: usize = 1_000;

/// The most mentions kept over all streams and partitions: 64 full streams, about 100 MB at 1.5 kB
/// a mention. Partitions share it, and with more streams each keeps its part of that.
pub(crate) const MAXIMUM_MENTIONS: usize = 64 * MAXIMUM_OF_STREAM;

/// What each stream keeps, however many there are: a page.
pub(crate) const MINIMUM_OF_STREAM: usize = 10;

/// Newest last; ties by id, so that the order does not depend on partitions.
type Ring = BTreeMap<(EventTime, MentionId), Arc<TaggedMention>>;

/// The newest mentions that stand, as last judged.
#[derive(Default)]
pub(crate) struct Newest {
    all: Ring,
    streams: BTreeMap<StreamId, Ring>,
    /// Each mention that some ring holds.
    known: HashMap<MentionId, Known, FxBuildHasher>,
}

struct Known {
    mention: Arc<TaggedMention>,
    rings: usize,
}

impl Newest {
    /// Takes a judgement: it replaces what was held of the mention. There is room for so many
    /// mentions over all streams.
    pub(crate) fn insert(&mut self, mention: TaggedMention, room: usize) {
        let known = self.get(&mention.mention.mention_id).cloned();
        self.remove(&mention.mention.mention_id);
        let mention = match (known, &mention.backfill) {
            (Some(known), Some(_)) => amended(&known, mention),
            // What is not held cannot leave a stream here.
            (None, Some(_)) if mention.matches.is_empty() => return,
            (_, _) => mention,
        };
        match mention.status {
            Status::Deleted => {}
            Status::Active => self.keep(&Arc::new(mention), room),
        }
    }

    /// A mention that is held.
    pub(crate) fn get(&self, mention: &MentionId) -> Option<&Arc<TaggedMention>> {
        self.known.get(mention).map(|known| &known.mention)
    }

    /// The newest of a stream, or of all, newest first.
    pub(crate) fn of(
        &self,
        stream: Option<&StreamId>,
    ) -> impl Iterator<Item = &Arc<TaggedMention>> {
        let ring = match stream {
            None => Some(&self.all),
            Some(stream) => self.streams.get(stream),
        };
        ring.into_iter().flat_map(|ring| ring.values().rev())
    }

    /// How many mentions a stream keeps now.
    fn limit(&self, room: usize) -> usize {
        (room / self.streams.len().max(1)).clamp(MINIMUM_OF_STREAM, MAXIMUM_OF_STREAM)
    }

    fn keep(&mut self, mention: &Arc<TaggedMention>, room: usize) {
        let id = mention.mention.mention_id.clone();
        let key = (mention.event_time, id.clone());
        let mut rings = 1;
        self.all.insert(key.clone(), Arc::clone(mention));
        for matched in &mention.matches {
            rings += 1;
            let ring = self.streams.entry(matched.stream.clone()).or_default();
            ring.insert(key.clone(), Arc::clone(mention));
        }
        let limit = self.limit(room);
        self.known.insert(id, Known { mention: Arc::clone(mention), rings });
        let oldest = |ring: &mut Ring, limit: usize| {
            if ring.len() > limit { ring.pop_first().map(|((_, id), _)| id) } else { None }
        };
        let mut dropped = Vec::new();
        dropped.extend(oldest(&mut self.all, MAXIMUM_OF_STREAM));
        for matched in &mention.matches {
            let ring = self.streams.get_mut(&matched.stream);
            // Two at a time, so that rings shrink when the limit does.
            if let Some(ring) = ring {
                dropped.extend(oldest(ring, limit));
                dropped.extend(oldest(ring, limit));
            }
        }
        for id in dropped {
            self.forget(&id);
        }
    }

    /// One ring less holds the mention.
    fn forget(&mut self, id: &MentionId) {
        if let Some(known) = self.known.get_mut(id) {
            known.rings -= 1;
            if known.rings == 0 {
                self.known.remove(id);
            }
        }
    }

    fn remove(&mut self, id: &MentionId) {
        let Some(Known { mention, .. }) = self.known.remove(id) else { return };
        let key = (mention.event_time, id.clone());
        self.all.remove(&key);
        for matched in &mention.matches {
            if let Some(ring) = self.streams.get_mut(&matched.stream) {
                ring.remove(&key);
                if ring.is_empty() {
                    self.streams.remove(&matched.stream);
                }
            }
        }
    }
}

/// A mention with what a back-fill says of its stream.
fn amended(known: &TaggedMention, backfilled: TaggedMention) -> TaggedMention {
    let mut mention = known.clone();
    mention.matches.retain(|found| backfilled.backfill.as_ref() != Some(&found.stream));
    mention.matches.extend(backfilled.matches);
    mention.matches.sort_by(|one, other| one.stream.cmp(&other.stream));
    mention
}

#[cfg(test)]
mod tests {
    use vigie_types::{Judgement, Mention, StreamMatch, StreamVersion};

    use super::*;

    fn judged(id: usize, streams: &[&str], judgement: Judgement) -> TaggedMention {
        let mention_id = MentionId::new(format!("murmur:{id}")).expect("valid");
        TaggedMention {
            mention: Mention { mention_id, ..Mention::default() },
            event_time: EventTime::from_millis(id as i64),
            judgement,
            matches: streams
                .iter()
                .map(|stream| StreamMatch {
                    stream: StreamId::new(stream).expect("valid"),
                    version: StreamVersion::default(),
                    spans: Vec::new(),
                    sentiment: None,
                })
                .collect(),
            ..TaggedMention::default()
        }
    }

    fn ids(newest: &Newest, stream: &str) -> Vec<String> {
        let stream = StreamId::new(stream).expect("valid");
        newest.of(Some(&stream)).map(|mention| mention.mention.mention_id.to_string()).collect()
    }

    #[test]
    fn a_later_judgement_moves_a_mention_between_streams_and_a_deletion_removes_it() {
        let mut newest = Newest::default();
        newest.insert(judged(1, &["a", "b"], Judgement::FIRST), MAXIMUM_MENTIONS);
        newest.insert(judged(2, &["a"], Judgement::FIRST), MAXIMUM_MENTIONS);
        newest.insert(judged(1, &["b", "c"], Judgement::FIRST.next()), MAXIMUM_MENTIONS);
        assert_eq!(ids(&newest, "a"), ["murmur:2"]);
        assert_eq!(ids(&newest, "c"), ["murmur:1"]);
        let deleted = TaggedMention {
            status: Status::Deleted,
            ..judged(1, &["b", "c"], Judgement::FIRST.next().next())
        };
        newest.insert(deleted, MAXIMUM_MENTIONS);
        assert!(ids(&newest, "b").is_empty());
        assert_eq!(newest.of(None).count(), 1);
        assert_eq!(newest.streams.len(), 1, "a stream without mentions takes no room");
    }

    #[test]
    fn a_backfill_moves_a_mention_in_and_out_of_its_stream_alone() {
        let mut newest = Newest::default();
        let backfill = |id, streams: &[&str]| TaggedMention {
            backfill: Some(StreamId::new("late").expect("valid")),
            ..judged(id, streams, Judgement::FIRST)
        };
        newest.insert(judged(1, &["a"], Judgement::FIRST), MAXIMUM_MENTIONS);
        newest.insert(backfill(1, &["late"]), MAXIMUM_MENTIONS);
        assert_eq!(
            (ids(&newest, "a"), ids(&newest, "late")),
            (vec!["murmur:1".into()], vec!["murmur:1".into()])
        );
        newest.insert(backfill(1, &[]), MAXIMUM_MENTIONS);
        newest.insert(backfill(2, &[]), MAXIMUM_MENTIONS);
        assert!(ids(&newest, "late").is_empty());
        assert_eq!((ids(&newest, "a"), newest.known.len()), (vec!["murmur:1".into()], 1));
    }

    #[test]
    fn a_stream_keeps_its_newest_and_nothing_else_is_held() {
        let mut newest = Newest::default();
        for id in 0..MAXIMUM_OF_STREAM + 50 {
            newest.insert(judged(id, &["a"], Judgement::FIRST), MAXIMUM_MENTIONS);
        }
        let kept = ids(&newest, "a");
        assert_eq!(kept.len(), MAXIMUM_OF_STREAM);
        assert_eq!(kept.first().map(String::as_str), Some("murmur:1049"));
        assert_eq!(newest.known.len(), MAXIMUM_OF_STREAM);
    }

    #[test]
    fn many_streams_share_the_room() {
        let mut newest = Newest::default();
        let names: Vec<String> = (0..1_000).map(|number| format!("s{number}")).collect();
        for id in 0..100 {
            for name in &names {
                newest.insert(
                    judged(id * 1_000 + name.len(), &[name], Judgement::FIRST),
                    MAXIMUM_MENTIONS,
                );
            }
        }
        for id in 0..100_000 {
            newest.insert(judged(id, &[&names[id % 1_000]], Judgement::FIRST), MAXIMUM_MENTIONS);
        }
        let held: usize = newest.streams.values().map(BTreeMap::len).sum();
        assert!(held <= MAXIMUM_MENTIONS, "{held}");
    }
}
