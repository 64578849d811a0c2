//! Compares the judgements that the scorer has read with those it has published.
//!
//! Held in memory: eight bytes a judgement, twice; ten million of them take 160 MB for as long as
//! the audit takes. What differs is looked up by a second scan, and the first few are named.

use vigie_runtime::Position;
use vigie_schema::{TaggedMention, WhatHappened, topics};
use xxhash_rust::xxh3::xxh3_64;

use super::committed::Service;
use super::{Problem, Shared};

/// How many are named at most: enough to see what they have in common.
const MAXIMUM_NAMED: usize = 10;

/// Judgements of one kind: how many, and the first of them by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) count: u64,
    pub(super) names: Vec<String>,
}

/// What `author-events.v1` and `mentions.scored.v1` say of each other.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Judgements {
    /// Judgements that the scorer has read.
    pub(super) tagged: u64,
    /// Judgements that are published.
    pub(super) records: u64,
    pub(super) distinct: u64,
    /// Read and not published.
    pub(super) missing: Named,
    /// Published more often than read.
    pub(super) double: Named,
    /// Read twice: a source delivered the mention again when the ledger had forgotten it.
    pub(super) redelivered: Named,
    pub(super) is_cut: bool,
}

impl Judgements {
    /// Scans both topics, as far as the scorer has committed.
    pub(super) fn of(shared: &Shared) -> Result<Self, Problem> {
        // What was published before the positions were read is covered by them, and what they
        // cover is published by the time that they can be read.
        let published = shared.ends_of(topics::MENTIONS_SCORED)?;
        let standing = shared.standing(Service::Scorer)?;
        let read: Vec<Position> =
            standing.positions.iter().map(|(_, position)| *position).collect();
        let (tagged, is_events_cut) = hashes_of(shared, Side::Tagged(&read))?;
        let (scored, is_scored_cut) = hashes_of(shared, Side::Scored(None))?;
        let is_cut = is_events_cut || is_scored_cut;
        let covered = Side::Scored(Some(&published));
        let (mut missing, mut double) = (Vec::new(), Vec::new());
        // The two topics age apart: where one was cut, they cannot be compared any more.
        if !is_cut {
            missing = beyond(&tagged, &scored);
            double = if published == shared.ends_of(topics::MENTIONS_SCORED)? {
                beyond(&scored, &tagged)
            } else {
                beyond(&hashes_of(shared, covered)?.0, &tagged)
            };
        }
        let redelivered = doubles_of(&tagged);
        let mut distinct = scored.clone();
        distinct.dedup();
        Ok(Self {
            tagged: tagged.len() as u64,
            records: scored.len() as u64,
            distinct: distinct.len() as u64,
            missing: named(shared, Side::Tagged(&read), &missing)?,
            double: named(shared, covered, &double)?,
            redelivered: named(shared, Side::Tagged(&read), &redelivered)?,
            is_cut,
        })
    }
}

/// Where judgements stand.
#[derive(Clone, Copy)]
enum Side<'a> {
    /// In `author-events.v1`, up to these positions.
    Tagged(&'a [Position]),
    /// In `mentions.scored.v1`, up to these positions or its present end.
    Scored(Option<&'a [Position]>),
}

fn visit(
    shared: &Shared,
    side: Side<'_>,
    seen: &mut dyn FnMut(&TaggedMention),
) -> Result<bool, Problem> {
    let (topic, ends) = match side {
        Side::Tagged(ends) => (topics::AUTHOR_EVENTS, Some(ends)),
        Side::Scored(ends) => (topics::MENTIONS_SCORED, ends),
    };
    let scanned = shared.scan(topic, ends, &mut |record| {
        let value = record.value.unwrap_or_default();
        match side {
            Side::Scored(_) => seen(&shared.schemas.scored.decode(value)?),
            Side::Tagged(_) => {
                let event = shared.schemas.author_events.decode(value).map(|event| event.event);
                // What cannot be read is a dead letter of the scorer, and excused as such.
                if let Ok(WhatHappened::TaggedMention(tagged)) = event {
                    seen(&tagged);
                }
            }
        }
        Ok(())
    })?;
    Ok(scanned.is_cut)
}

fn name_of(tagged: &TaggedMention) -> String {
    let name = format!("{}#{}", tagged.mention.mention_id, tagged.judgement.get());
    // A back-fill adds to a judgement, once for each version of its stream.
    let amended = tagged.backfill.iter().map(|stream| {
        let version = tagged.matches.first().map_or("", |found| found.version.as_str());
        format!("+{stream}@{version}")
    });
    amended.fold(name, |name, amended| name + &amended)
}

fn hash_of(tagged: &TaggedMention) -> u64 {
    xxh3_64(name_of(tagged).as_bytes())
}

/// The judgements of one side, sorted.
fn hashes_of(shared: &Shared, side: Side<'_>) -> Result<(Vec<u64>, bool), Problem> {
    let mut hashes = Vec::new();
    let is_cut = visit(shared, side, &mut |tagged| hashes.push(hash_of(tagged)))?;
    hashes.sort_unstable();
    Ok((hashes, is_cut))
}

/// What the first has more often than the second, as often; both sorted.
fn beyond(first: &[u64], second: &[u64]) -> Vec<u64> {
    let mut second = second.iter().copied().peekable();
    let mut found = Vec::new();
    for hash in first {
        while second.next_if(|candidate| candidate < hash).is_some() {}
        if second.next_if_eq(hash).is_none() {
            found.push(*hash);
        }
    }
    found
}

/// What is there more than once, as often as it is too often; sorted.
fn doubles_of(hashes: &[u64]) -> Vec<u64> {
    hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
}

fn named(shared: &Shared, side: Side<'_>, hashes: &[u64]) -> Result<Named, Problem> {
    let mut names = Vec::new();
    if !hashes.is_empty() {
        visit(shared, side, &mut |tagged| {
            if names.len() < MAXIMUM_NAMED && hashes.binary_search(&hash_of(tagged)).is_ok() {
                names.push(name_of(tagged));
            }
        })?;
        names.sort_unstable();
        names.dedup();
    }
    Ok(Named { count: hashes.len() as u64, names })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_doubles_are_found_in_sorted_hashes() {
        assert_eq!(beyond(&[1, 3, 5, 9], &[1, 2, 5, 5]), [3, 9]);
        assert_eq!(beyond(&[1, 2, 5, 5], &[1, 3, 5, 9]), [2, 5]);
        assert_eq!(beyond(&[1], &[]), [1]);
        assert!(beyond(&[], &[1]).is_empty());
        assert_eq!(doubles_of(&[1, 2, 2, 2, 3]), [2, 2]);
    }
}
