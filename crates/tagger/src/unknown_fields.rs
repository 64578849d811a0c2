//! How often streams ask for fields that a mention does not have.
//!
//! Guarantees: every field of the query language is counted from zero on; tasks of many threads add
//! at once, and no sum is lost; a mention whose fields are known costs a look at each count.
//!
//! It counts what was evaluated: a field that a stream need not look at is not asked for, and a
//! mention that is judged again, because a commit was rolled back, say, counts again.

use std::sync::atomic::{AtomicU64, Ordering};

use vigie_query::Unknowns;

/// The sums since the process started, by field.
#[derive(Debug)]
pub struct UnknownFields {
    sums: Vec<(&'static str, AtomicU64)>,
}

impl Default for UnknownFields {
    fn default() -> Self {
        let none = Unknowns::default();
        Self { sums: none.iter().map(|(field, _)| (field, AtomicU64::new(0))).collect() }
    }
}

impl UnknownFields {
    /// Every field with its sum, in the order of the query language's reference page.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        // Each sum stands alone, and nothing is concluded from two of them.
        self.sums.iter().map(|(field, sum)| (*field, sum.load(Ordering::Relaxed)))
    }

    /// Adds what came of one mention.
    pub(crate) fn add(&self, unknowns: &Unknowns) {
        for ((field, sum), (counted, count)) in self.sums.iter().zip(unknowns.iter()) {
            debug_assert_eq!(*field, counted, "both follow the table of fields");
            if count > 0 {
                sum.fetch_add(count, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_query::{Document, Fields, Query, StreamSet};
    use vigie_text::Tokens;
    use vigie_types::StreamId;

    use super::*;

    fn unknowns_of(query: &str, text: &str) -> Unknowns {
        let id = StreamId::new("one").expect("a stream id");
        let streams = StreamSet::compile([(id, Query::parse(query).expect("a query"))]);
        let body = Tokens::of(text);
        let document = Document { title: None, body: &body, fields: Fields::default() };
        let mut unknowns = Unknowns::default();
        streams.matches_counting(&document, &mut Vec::new(), &mut unknowns);
        unknowns
    }

    #[test]
    fn threads_add_to_one_sum_for_each_field() {
        let fields = UnknownFields::default();
        let unknowns = unknowns_of("vin -country:FR (lang:fr OR country:BE)", "du vin");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| fields.add(&unknowns)));
            }
        });
        let raised: Vec<_> = fields.iter().filter(|&(_, sum)| sum > 0).collect();
        assert_eq!(raised, [("lang", 400), ("country", 800)]);
        assert_eq!(fields.iter().count(), Unknowns::default().iter().count());
    }
}
