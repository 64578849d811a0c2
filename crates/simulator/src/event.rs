//! Planned happenings at known times: storms, praise, outages, campaigns and floods.
//!
//! Guarantees: an event's arrivals follow its shape exactly (a Poisson process, thinned), and its
//! expected size is known before the run.

use vigie_types::{EventTime, Millis};

use crate::brand::BrandIndex;
use crate::dice::Roll;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// Many people are angry at a brand. A detector must see it.
    Storm,
    /// Many people are delighted by a brand. A detector must see it.
    Praise,
    /// Something of the brand's is down and many ask. A detector must see it.
    Outage,
    /// A hashtag pushed by a number of distinct accounts.
    Campaign,
    /// One account repeats itself. No spike: a detector must let it pass.
    Flood,
}

impl EventKind {
    /// Whether the distinct authors make it a spike.
    pub const fn is_burst(self) -> bool {
        matches!(self, Self::Storm | Self::Praise | Self::Outage)
    }
}

/// How an event's rate goes up and down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Rises in a straight line, then halves every half-life.
    Surge {
        /// From the start to the peak.
        rise: Millis,
        /// How long the rate takes to halve.
        half_life: Millis,
    },
    /// The same rate all along.
    Plateau {
        /// From the start to the end.
        length: Millis,
    },
}

/// After five half-lives 3% of the peak are left, less than the background's own noise.
const HALF_LIVES: i64 = 5;

impl Shape {
    /// From the start to the peak.
    pub const fn rise(self) -> Millis {
        match self {
            Self::Surge { rise, .. } => rise,
            Self::Plateau { .. } => Millis::ZERO,
        }
    }

    /// From the start to the end.
    pub const fn length(self) -> Millis {
        match self {
            Self::Surge { rise, half_life } => {
                Millis::new(rise.get() + HALF_LIVES * half_life.get())
            }
            Self::Plateau { length } => length,
        }
    }

    /// The rate so long after the start, as a share of the peak.
    fn level(self, after: Millis) -> f64 {
        if after < Millis::ZERO || after >= self.length() {
            return 0.0;
        }
        match self {
            Self::Surge { rise, .. } if after < rise => after.as_seconds() / rise.as_seconds(),
            Self::Surge { rise, half_life } => {
                (-(after.as_seconds() - rise.as_seconds()) / half_life.as_seconds()).exp2()
            }
            Self::Plateau { .. } => 1.0,
        }
    }

    /// Seconds at the peak's rate that would give as many.
    fn area_seconds(self) -> f64 {
        match self {
            Self::Surge { rise, half_life } => {
                let decayed = 1.0 - (-(HALF_LIVES as f64)).exp2();
                rise.as_seconds() / 2.0 + half_life.as_seconds() / std::f64::consts::LN_2 * decayed
            }
            Self::Plateau { length } => length.as_seconds(),
        }
    }
}

/// One planned event.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedEvent {
    /// What happens.
    pub kind: EventKind,
    /// To whom.
    pub brand: BrandIndex,
    /// How long after the start of the run.
    pub after: Millis,
    /// How it goes up and down.
    pub shape: Shape,
    /// Its rate at the peak, as a multiple of the mean rate of all mentions.
    pub peak: f64,
    /// How many accounts push it; only campaigns look at it.
    pub authors: u32,
    /// The hashtag that it goes by, without `#`.
    pub hashtag: Option<String>,
}

/// What is planned, and whether it comes again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The events of one round.
    pub events: Vec<PlannedEvent>,
    /// How long after a round the next one begins, each with the next brand; none: one round only.
    pub repeat: Option<Millis>,
}

/// A planned event at work.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) event: PlannedEvent,
    pub(crate) start: EventTime,
    /// When its next mention comes.
    pub(crate) next: EventTime,
    per_second: f64,
}

impl Running {
    pub(crate) fn new(event: PlannedEvent, start: EventTime, mean_per_second: f64) -> Self {
        let per_second = event.peak * mean_per_second;
        Self { event, start, next: start, per_second }
    }

    pub(crate) fn end(&self) -> EventTime {
        self.start + self.event.shape.length()
    }

    pub(crate) fn expected(&self) -> f64 {
        self.per_second * self.event.shape.area_seconds()
    }

    /// Moves to the next arrival, or to the end.
    pub(crate) fn advance(&mut self, dice: &mut impl Roll) {
        // Thinning (Lewis and Shedler 1979): arrivals at the peak's rate, kept by the level. The
        // loop ends because time only goes up and the event has an end.
        while self.next < self.end() {
            let wait = dice.exponential(1_000.0 / self.per_second).ceil();
            self.next = self.next + Millis::new(wait as i64);
            if dice.chance(self.event.shape.level(self.next - self.start)) {
                return;
            }
        }
        self.next = self.end();
    }

    /// Whether no arrival is left.
    pub(crate) fn is_over(&self) -> bool {
        self.next >= self.end()
    }

    /// The same event, one round later and with another brand.
    pub(crate) fn again(&self, repeat: Millis, brands: usize) -> Self {
        let mut event = self.event.clone();
        event.brand = BrandIndex::new(((event.brand.get() + 1) % brands) as u8);
        let start = self.start + repeat;
        Self { event, start, next: start, per_second: self.per_second }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn an_event_is_as_large_as_it_was_planned() {
        let shape = Shape::Surge { rise: Millis::minutes(20), half_life: Millis::minutes(50) };
        let event = PlannedEvent {
            kind: EventKind::Storm,
            brand: BrandIndex::new(0),
            after: Millis::ZERO,
            shape,
            peak: 2.0,
            authors: 0,
            hashtag: None,
        };
        let mut running = Running::new(event, EventTime::from_millis(0), 1.0);
        let (mut dice, mut arrivals) = (Dice::new(5), 0.0);
        running.advance(&mut dice);
        while !running.is_over() {
            arrivals += 1.0;
            running.advance(&mut dice);
        }
        assert!((arrivals / running.expected() - 1.0).abs() < 0.05, "{arrivals}");
    }
}
