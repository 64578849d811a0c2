//! What is still to come, in order of time.
//!
//! Guarantees: things due at the same time come in the order in which they were put; memory is
//! bounded: what does not fit is not put, which shortens cascades and drops disturbances.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use vigie_types::EventTime;

use crate::cascade::Reaction;
use crate::delivery::Delivery;

/// At about 150 bytes a reaction, 20 MB. At the default cascades it fills beyond 70 million
/// mentions a day.
const MOST: usize = 131_072;
/// Whole deliveries weigh about 2 kB with their texts: 32 MB.
const MOST_DELIVERIES: usize = 16_384;

/// Something to come.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    Reaction(Reaction),
    /// The brand answers.
    Care(Reaction),
    Delivery(Box<Delivery>),
}

#[derive(Clone, Debug)]
struct Entry {
    at: EventTime,
    order: u64,
    due: Due,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    // The heap gives the greatest first: the earliest is the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

/// What is still to come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    heap: BinaryHeap<Entry>,
    order: u64,
    deliveries: usize,
}

impl Pending {
    /// Puts it, if there is room.
    pub(crate) fn put(&mut self, at: EventTime, due: Due) {
        let is_delivery = matches!(due, Due::Delivery(_));
        if self.heap.len() >= MOST || (is_delivery && self.deliveries >= MOST_DELIVERIES) {
            return;
        }
        self.deliveries += usize::from(is_delivery);
        self.order += 1;
        self.heap.push(Entry { at, order: self.order, due });
    }

    /// When the next one is due.
    pub(crate) fn next_at(&self) -> Option<EventTime> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// Takes the next one.
    pub(crate) fn take(&mut self) -> Option<Due> {
        let entry = self.heap.pop()?;
        self.deliveries -= usize::from(matches!(entry.due, Due::Delivery(_)));
        Some(entry.due)
    }

    /// How many are to come.
    pub(crate) fn len(&self) -> usize {
        self.heap.len()
    }
}

#[cfg(test)]
mod tests {
    use vigie_types::{MentionKind, Millis};

    use super::*;
    use crate::author::{AuthorKey, Role};
    use crate::cascade::Target;
    use crate::network::Place;
    use crate::text::{Genre, Stance, TextPlan};

    #[test]
    fn memory_is_bounded_and_order_is_kept() {
        let author = AuthorKey { place: Place::Murmur, role: Role::Person, region: 0, rank: 0 };
        let plan = TextPlan {
            seed: 0,
            genre: Genre::Talk,
            region: 0,
            stance: Stance::Neutral,
            brand: None,
            rival: None,
            tag: None,
            to: None,
            edited: false,
        };
        let mut pending = Pending::default();
        for sequence in 0..MOST as u64 + 10 {
            let target = Target { sequence, author };
            let (place, kind) = (Place::Murmur, MentionKind::Reply);
            let reaction = Reaction { kind, place, parent: target, root: target, plan, depth: 1 };
            let at = EventTime::from_millis(0) + Millis::new((sequence * 7 % 100) as i64);
            pending.put(at, Due::Reaction(reaction));
        }
        assert_eq!(pending.len(), MOST);
        let mut last = EventTime::MIN;
        while let Some(at) = pending.next_at() {
            assert!(at >= last);
            last = at;
            pending.take();
        }
    }
}
