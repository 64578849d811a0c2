//! How a mention draws reactions: a branching process with decaying delays.
//!
//! Guarantees: a reaction comes after what it reacts to; the mean size of a cascade is known, so
//! that a rate given for all mentions holds; a repost repeats its original's plan.

use vigie_types::{EventTime, MentionKind, Millis};

use crate::author::{AuthorKey, Population, Role};
use crate::dice::Roll;
use crate::network::Place;
use crate::text::TextPlan;

/// Reactions to an original, in the mean.
const FIRST: f64 = 0.75;
/// Reactions to a reaction, in the mean: below 1, or cascades would never end.
const NEXT: f64 = 0.42;
/// No cascade goes deeper; beyond 12 steps fewer than 1 in 30,000 would.
const DEEPEST: u8 = 12;
/// No mention draws more reactions at once than fit a busy hour's view of it.
const MOST_REACTIONS: u32 = 64;
/// Nobody reacts faster than a few seconds.
const FASTEST: Millis = Millis::seconds(6);
/// A day later a thread is dead.
const SLOWEST: Millis = Millis::days(1);

/// A mention that others refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) sequence: u64,
    pub(crate) author: AuthorKey,
}

/// What will be said: everything that decides a mention.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draft {
    pub(crate) sequence: u64,
    pub(crate) place: Place,
    pub(crate) kind: MentionKind,
    pub(crate) author: AuthorKey,
    pub(crate) at: EventTime,
    pub(crate) plan: TextPlan,
    pub(crate) parent: Option<Target>,
    pub(crate) root: Option<Target>,
    pub(crate) depth: u8,
    /// The occurrence of a planned event that it belongs to.
    pub(crate) occurrence: Option<u64>,
}

impl Draft {
    pub(crate) fn target(&self) -> Target {
        Target { sequence: self.sequence, author: self.author }
    }
}

/// A reaction to come; who reacts, and with which words, is rolled when it comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reaction {
    pub(crate) kind: MentionKind,
    pub(crate) place: Place,
    pub(crate) parent: Target,
    pub(crate) root: Target,
    pub(crate) plan: TextPlan,
    pub(crate) depth: u8,
}

impl Reaction {
    /// A reaction of this kind to that mention.
    pub(crate) fn to(draft: &Draft, kind: MentionKind) -> Self {
        Self {
            kind,
            place: draft.place,
            parent: draft.target(),
            root: draft.root.unwrap_or_else(|| draft.target()),
            plan: draft.plan,
            depth: draft.depth + 1,
        }
    }

    /// Rolls how people react to that mention: words meet words, a repost meets reposts only.
    pub(crate) fn rolled(draft: &Draft, dice: &mut impl Roll) -> Self {
        if draft.kind == MentionKind::Repost {
            return Self::to(draft, MentionKind::Repost);
        }
        let kinds = draft.place.reactions();
        let mut left = dice.unit();
        for (kind, share) in kinds {
            left -= share;
            if left < 0.0 {
                return Self::to(draft, *kind);
            }
        }
        Self::to(draft, kinds[0].0)
    }
}

/// The law of cascades for a population.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cascade {
    mean_pull: f64,
}

impl Cascade {
    pub(crate) fn new(population: &Population) -> Self {
        Self { mean_pull: population.mean_pull() }
    }

    /// Mentions per original, the original included, when this share of originals draws any.
    pub(crate) fn mean_size(drawing: f64) -> f64 {
        1.0 + drawing * FIRST / (1.0 - NEXT)
    }

    /// Rolls how many reactions a mention draws: geometric, its mean by the author's pull.
    pub(crate) fn reactions(self, draft: &Draft, dice: &mut impl Roll) -> u32 {
        if draft.depth >= DEEPEST {
            return 0;
        }
        let base = if draft.depth == 0 { FIRST } else { NEXT };
        let pull = match draft.author.role {
            Role::Person => Population::pull(draft.author.rank) / self.mean_pull,
            Role::Outlet | Role::Account => 1.0,
            Role::Spammer | Role::Flooder | Role::Pusher => return 0,
        };
        let mean = base * pull;
        let again = mean / (1.0 + mean);
        let mut count = 0;
        while count < MOST_REACTIONS && dice.chance(again) {
            count += 1;
        }
        count
    }

    /// Rolls how long after a mention a reaction comes: most within minutes, some hours later.
    pub(crate) fn delay(dice: &mut impl Roll) -> Millis {
        // Lomax (Pareto II), scale 5 minutes, shape 4/3: the inverse is u^(-3/4) - 1, which square
        // roots alone can give.
        let unit = 1.0 - dice.unit();
        let stretched = unit.sqrt().sqrt() / unit - 1.0;
        let millis = 5.0 * 60_000.0 * stretched;
        Millis::new((millis as i64).saturating_add(FASTEST.get()).min(SLOWEST.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn reactions_decay() {
        let mut dice = Dice::new(11);
        let mut delays: Vec<_> = (0..10_001).map(|_| Cascade::delay(&mut dice)).collect();
        delays.sort();
        assert!(delays[0] >= FASTEST && delays[10_000] <= SLOWEST);
        assert!(delays[5_000] < Millis::minutes(15), "{:?}", delays[5_000]);
        assert!(delays[9_500] > Millis::minutes(30), "{:?}", delays[9_500]);
    }
}
