//! The last closed buckets of a stream, cut to what a spike tells: who, what, which mentions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use vigie_schema::{NamedCount, Partial, Share};
use vigie_types::{Bucket, MentionId};

/// How many closed buckets are kept: the longest window of evidence, one hour.
pub(crate) const KEPT_BUCKETS: usize = 12;

/// How many names a closed bucket keeps.
const KEPT_NAMES: usize = 12;

/// How many names and samples a spike tells.
const TOLD: usize = 5;

/// A closed bucket, cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Closed {
    bucket: Bucket,
    count: i64,
    authors_seen: u64,
    negative: i64,
    neutral: i64,
    positive: i64,
    authors: Vec<NamedCount>,
    terms: Vec<NamedCount>,
    samples: Vec<MentionId>,
}

/// The last closed buckets, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recent {
    closed: VecDeque<Closed>,
}

/// What is told of a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) authors: u64,
    pub(crate) negative: i64,
    pub(crate) neutral: i64,
    pub(crate) positive: i64,
    pub(crate) top_authors: Vec<Share>,
    pub(crate) top_terms: Vec<Share>,
    pub(crate) samples: Vec<MentionId>,
}

impl Recent {
    /// Adds a bucket that was just closed.
    pub(crate) fn push(&mut self, partial: &Partial) {
        if self.closed.len() >= KEPT_BUCKETS {
            self.closed.pop_front();
        }
        self.closed.push_back(Closed {
            bucket: partial.bucket,
            count: partial.count,
            authors_seen: partial.distinct_authors(),
            negative: partial.negative,
            neutral: partial.neutral,
            positive: partial.positive,
            authors: top(partial.authors.clone(), KEPT_NAMES),
            terms: top(partial.terms.clone(), KEPT_NAMES),
            samples: partial.samples.iter().take(TOLD).cloned().collect(),
        });
    }

    /// What is told of the window from `first` to `last`.
    pub(crate) fn tell(&self, first: Bucket, last: Bucket) -> Told {
        let window: Vec<&Closed> = self
            .closed
            .iter()
            .filter(|closed| closed.bucket >= first && closed.bucket <= last)
            .collect();
        let count: i64 = window.iter().map(|closed| closed.count).sum();
        let distinct: BTreeSet<&CompactString> =
            window.iter().flat_map(|closed| &closed.authors).map(|named| &named.name).collect();
        // Authors of two buckets may be the same: the larger bucket alone is a lower bound, and so
        // are the names that were kept.
        let widest = window.iter().map(|closed| closed.authors_seen).max().unwrap_or(0);
        Told {
            authors: widest.max(distinct.len() as u64),
            negative: window.iter().map(|closed| closed.negative).sum(),
            neutral: window.iter().map(|closed| closed.neutral).sum(),
            positive: window.iter().map(|closed| closed.positive).sum(),
            top_authors: shares(window.iter().flat_map(|closed| &closed.authors), count),
            top_terms: shares(window.iter().flat_map(|closed| &closed.terms), count),
            samples: window
                .iter()
                .rev()
                .flat_map(|closed| closed.samples.iter().cloned())
                .take(TOLD)
                .collect(),
        }
    }
}

/// The names with the highest counts, ties by name.
fn top(mut counts: Vec<NamedCount>, limit: usize) -> Vec<NamedCount> {
    counts.sort_by(|left, right| {
        right.count.cmp(&left.count).then_with(|| left.name.cmp(&right.name))
    });
    counts.truncate(limit);
    counts
}

fn shares<'a>(counts: impl Iterator<Item = &'a NamedCount>, whole: i64) -> Vec<Share> {
    let mut sums: BTreeMap<&CompactString, i64> = BTreeMap::new();
    for named in counts {
        *sums.entry(&named.name).or_default() += named.count;
    }
    let sums =
        sums.into_iter().map(|(name, count)| NamedCount { name: name.clone(), count }).collect();
    top(sums, TOLD)
        .into_iter()
        .map(|named| Share {
            name: named.name.to_string(),
            count: named.count,
            share: named.count as f64 / whole.max(1) as f64,
        })
        .collect()
}
