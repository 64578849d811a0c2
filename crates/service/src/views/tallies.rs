//! How many mentions each stream has, by sentiment, language and network: sums of `counts.v1`, in
//! which what was taken back is subtracted.

use std::collections::BTreeMap;

use compact_str::CompactString;
use vigie_schema::{NamedCount, Partial};
use vigie_types::StreamId;

/// The most names of one kind: more than the languages and networks there are.
const MAXIMUM_NAMES: usize = 256;

/// Where names beyond the maximum are counted.
const OTHERS: &str = "others";

/// What was counted of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StreamTally {
    /// Mentions that stand, late ones included.
    pub(crate) mentions: i64,
    /// Of these: late.
    pub(crate) late: i64,
    /// Of these: negative.
    pub(crate) negative: i64,
    /// Of these: neutral.
    pub(crate) neutral: i64,
    /// Of these: positive.
    pub(crate) positive: i64,
    /// Of these: noise.
    pub(crate) noisy: i64,
    languages: BTreeMap<CompactString, i64>,
    networks: BTreeMap<CompactString, i64>,
}

impl StreamTally {
    /// Of these: in a language without support.
    pub(crate) const fn unknown(&self) -> i64 {
        self.mentions - self.negative - self.neutral - self.positive
    }

    /// By language, the most first.
    pub(crate) fn languages(&self) -> Vec<(&str, i64)> {
        most_first(&self.languages)
    }

    /// By network, the most first.
    pub(crate) fn networks(&self) -> Vec<(&str, i64)> {
        most_first(&self.networks)
    }

    fn take(&mut self, partial: Partial) {
        self.mentions += partial.count;
        if partial.late {
            self.late += partial.count;
        }
        self.negative += partial.negative;
        self.neutral += partial.neutral;
        self.positive += partial.positive;
        self.noisy += partial.noisy;
        add(&mut self.languages, partial.languages);
        add(&mut self.networks, partial.networks);
    }
}

fn add(into: &mut BTreeMap<CompactString, i64>, counts: Vec<NamedCount>) {
    for NamedCount { name, count } in counts {
        if let Some(known) = into.get_mut(&name) {
            *known += count;
            continue;
        }
        let name = if into.len() < MAXIMUM_NAMES { name } else { OTHERS.into() };
        *into.entry(name).or_default() += count;
    }
}

fn most_first(counts: &BTreeMap<CompactString, i64>) -> Vec<(&str, i64)> {
    let mut counts: Vec<(&str, i64)> = counts
        .iter()
        .filter(|(_, count)| **count != 0)
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    counts
}

/// The tallies of all streams.
#[derive(Default)]
pub(crate) struct Tallies {
    streams: BTreeMap<StreamId, StreamTally>,
}

impl Tallies {
    /// Adds what one commit counted.
    pub(crate) fn take(&mut self, partial: Partial) {
        self.streams.entry(partial.stream.clone()).or_default().take(partial);
    }

    /// What was counted of each stream.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&StreamId, &StreamTally)> {
        self.streams.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(count: i64, language: &str) -> Partial {
        Partial {
            stream: StreamId::new("a").expect("valid"),
            count,
            positive: count,
            languages: vec![NamedCount { name: language.into(), count }],
            ..Partial::default()
        }
    }

    #[test]
    fn what_is_taken_back_is_gone() {
        let mut tallies = Tallies::default();
        for partial in [counted(3, "en"), counted(2, "fr"), counted(-2, "fr")] {
            tallies.take(partial);
        }
        let (_, tally) = tallies.all().next().expect("counted");
        assert_eq!((tally.mentions, tally.positive, tally.unknown()), (3, 3, 0));
        assert_eq!(tally.languages(), [("en", 3)]);
    }
}
