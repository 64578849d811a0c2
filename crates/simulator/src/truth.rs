//! What is true of a run, for tests and demonstrations to compare with.
//!
//! Guarantees: what is planned is known before the run; what was delivered is counted as it is
//! delivered; memory is bounded however long the run.

use std::collections::VecDeque;

use vigie_types::EventTime;

use crate::brand::BrandIndex;
use crate::delivery::{Delivery, DeliveryKind};
use crate::event::{EventKind, Running};

/// An endless run keeps the truth of its last events: years at one a day.
const MOST_EVENTS: usize = 1_000;

/// What is true of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventTruth {
    /// What happens.
    pub kind: EventKind,
    /// To whom.
    pub brand: BrandIndex,
    /// The hashtag that it goes by.
    pub hashtag: Option<String>,
    /// When it begins.
    pub start: EventTime,
    /// When its rate is highest.
    pub peak: EventTime,
    /// When it is over.
    pub end: EventTime,
    /// How many mentions it is expected to add.
    pub expected: u64,
    /// How many it has added so far.
    pub delivered: u64,
}

/// Deliveries so far, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryCounts([u64; 6]);

impl DeliveryCounts {
    /// How many of this kind.
    pub const fn of(&self, kind: DeliveryKind) -> u64 {
        self.0[kind.index()]
    }

    /// How many of all kinds: lines written.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// How many distinct mentions, on time or late.
    pub const fn mentions(&self) -> u64 {
        self.of(DeliveryKind::Mention) + self.of(DeliveryKind::Late)
    }
}

/// Mentions that name a brand so far, by what they mean; edits and duplicates not counted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrandTotals {
    /// All that name it.
    pub mentions: u64,
    /// Those against it.
    pub negative: u64,
    /// Those in favour of it.
    pub positive: u64,
}

/// What is true of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    events: VecDeque<EventTruth>,
    forgotten: u64,
    deliveries: DeliveryCounts,
    brands: Vec<BrandTotals>,
}

impl Truth {
    pub(crate) fn new(brands: usize) -> Self {
        Self {
            events: VecDeque::new(),
            forgotten: 0,
            deliveries: DeliveryCounts::default(),
            brands: vec![BrandTotals::default(); brands],
        }
    }

    /// Every planned event, over or to come, in the order in which they were planned.
    pub fn events(&self) -> impl Iterator<Item = &EventTruth> {
        self.events.iter()
    }

    /// The events that a detector must see: storms, praise and outages.
    pub fn bursts(&self) -> impl Iterator<Item = &EventTruth> {
        self.events().filter(|event| event.kind.is_burst())
    }

    /// The campaigns.
    pub fn campaigns(&self) -> impl Iterator<Item = &EventTruth> {
        self.events().filter(|event| event.kind == EventKind::Campaign)
    }

    /// The floods of single accounts, which are no spikes.
    pub fn floods(&self) -> impl Iterator<Item = &EventTruth> {
        self.events().filter(|event| event.kind == EventKind::Flood)
    }

    /// Deliveries so far.
    pub const fn deliveries(&self) -> &DeliveryCounts {
        &self.deliveries
    }

    /// Mentions of a brand so far.
    pub fn brand(&self, brand: BrandIndex) -> BrandTotals {
        self.brands[brand.get()]
    }

    /// Takes an event in and gives its number.
    pub(crate) fn plan(&mut self, running: &Running) -> u64 {
        if self.events.len() == MOST_EVENTS {
            self.events.pop_front();
            self.forgotten += 1;
        }
        self.events.push_back(EventTruth {
            kind: running.event.kind,
            brand: running.event.brand,
            hashtag: running.event.hashtag.clone(),
            start: running.start,
            peak: running.start + running.event.shape.rise(),
            end: running.end(),
            expected: running.expected().round() as u64,
            delivered: 0,
        });
        self.forgotten + self.events.len() as u64 - 1
    }

    /// The event of that number, unless it is forgotten.
    pub(crate) fn event(&self, number: u64) -> Option<&EventTruth> {
        self.events.get(number.checked_sub(self.forgotten)? as usize)
    }

    pub(crate) fn count(&mut self, delivery: &Delivery) {
        let kind = delivery.record.kind();
        self.deliveries.0[kind.index()] += 1;
        if !matches!(kind, DeliveryKind::Mention | DeliveryKind::Late) {
            return;
        }
        let place = delivery.occurrence.and_then(|number| number.checked_sub(self.forgotten));
        if let Some(event) = place.and_then(|place| self.events.get_mut(place as usize)) {
            event.delivered += 1;
        }
        let label = &delivery.label;
        if let Some(brand) = label.brand {
            let totals = &mut self.brands[brand.get()];
            totals.mentions += 1;
            totals.negative += u64::from(label.stance.is_negative());
            totals.positive += u64::from(label.stance.is_positive());
        }
        if let Some(rival) = label.rival {
            let totals = &mut self.brands[rival.get()];
            totals.mentions += 1;
            totals.negative += 1;
        }
    }
}
