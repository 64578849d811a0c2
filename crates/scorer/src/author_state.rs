//! The state of one author: a pure fold of the author's events in the log's order.
//!
//! Bounded: 64 remembered mentions, 32 streams, two names and fixed counters; some 4 kB written for
//! the busiest authors, a few hundred bytes for most.

use serde::{Deserialize, Serialize};
use vigie_schema::{Interaction, SentimentTally, TaggedMention};
use vigie_types::{EventTime, IntentKind, Judgement, Status};

use crate::action::{Action, amount_of_own, amount_of_received};
use crate::activity::Activity;
use crate::declared::Declared;
use crate::interests::{Interests, tally};
use crate::remembered::{LastMentions, Remembered, id_hash};
use crate::settings::{ScoreSettings, WeightName};

const MILLIS_PER_DAY: i64 = 86_400_000;

/// The distinct days (UTC) with an own mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ActiveDays {
    pub(crate) count: u32,
    newest: i64,
    /// One bit for each of the last 64 days, the newest lowest. A mention that comes more than 64
    /// days late adds no day: whether its day was counted, nobody knows any more.
    recent: u64,
}

impl ActiveDays {
    fn count(&mut self, at: EventTime) {
        let day = at.as_millis().div_euclid(MILLIS_PER_DAY);
        if self.count == 0 {
            *self = Self { count: 1, newest: day, recent: 1 };
        } else if day > self.newest {
            let shift = u32::try_from(day - self.newest).unwrap_or(u32::MAX);
            self.recent = self.recent.checked_shl(shift).unwrap_or(0) | 1;
            self.newest = day;
            self.count += 1;
        } else if let Some(bit) =
            u32::try_from(self.newest - day).ok().and_then(|age| 1_u64.checked_shl(age))
            && self.recent & bit == 0
        {
            self.recent |= bit;
            self.count += 1;
        }
    }
}

/// The score that was published last.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) score: f64,
    pub(crate) at: EventTime,
}

/// Everything the scorer keeps of one author.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuthorState {
    pub(crate) declared: Declared,
    pub(crate) first_seen: Option<EventTime>,
    pub(crate) last_seen: Option<EventTime>,
    pub(crate) mentions: i64,
    pub(crate) days: ActiveDays,
    pub(crate) sentiment: SentimentTally,
    /// By place in [`IntentKind::ALL`].
    pub(crate) intents: [i64; IntentKind::ALL.len()],
    /// By declaration order of the acts.
    pub(crate) received: [i64; 5],
    pub(crate) interests: Interests,
    pub(crate) last: LastMentions,
    pub(crate) activity: Activity,
    pub(crate) published: Option<Published>,
}

impl AuthorState {
    /// The latest event of the author; none before the first.
    pub fn as_of(&self) -> Option<EventTime> {
        self.activity.as_of()
    }

    /// Own mentions that stand.
    pub const fn mentions(&self) -> i64 {
        self.mentions
    }

    /// Folds an own mention that stands: a new one counts, an edited one replaces what it added.
    pub(crate) fn say(&mut self, tagged: &TaggedMention, settings: &ScoreSettings) {
        let half_life = settings[WeightName::HalfLifeDays];
        self.declared.take(&tagged.mention.author, tagged.event_time);
        let id = id_hash(&tagged.mention.mention_id);
        let known = self.last.take_out(id);
        if let Some(known) = known {
            self.subtract(known, half_life);
        } else if tagged.judgement != Judgement::FIRST {
            // Counted once and forgotten since: it must not count again.
            self.activity.advance(tagged.event_time, half_life);
            return;
        }
        let (marks, given_up) = self.interests.add(&tagged.matches);
        if given_up != 0 {
            self.last.clear(given_up);
        }
        let entry = Remembered {
            id,
            at: tagged.event_time,
            kind: tagged.mention.kind,
            label: tagged.sentiment.as_ref().map(|sentiment| sentiment.label),
            intents: tagged.intents.iter().fold(0, |bits, intent| bits | 1 << intent.kind as u8),
            amount: amount_of_own(tagged, settings),
            marks,
        };
        self.add(entry, half_life);
        self.last.push(entry);
    }

    /// Folds what a back-fill found of an own mention: its stream is met, or is met no more. What
    /// the mention adds otherwise stays.
    pub(crate) fn amend(&mut self, tagged: &TaggedMention) {
        let id = id_hash(&tagged.mention.mention_id);
        let mut entry = self.last.take_out(id);
        for left in &tagged.withdrawn {
            self.interests.leave(&left.stream, entry.as_mut().map(|entry| &mut entry.marks));
        }
        let (marks, given_up) = self.interests.add(&tagged.matches);
        if let Some(entry) = &mut entry {
            entry.marks.clear(given_up);
            entry.marks.join(marks);
        }
        if given_up != 0 {
            self.last.clear(given_up);
        }
        if let Some(entry) = entry {
            self.last.push(entry);
        }
    }

    /// Takes back an own mention that its source deleted.
    pub(crate) fn unsay(&mut self, tagged: &TaggedMention, settings: &ScoreSettings) {
        let half_life = settings[WeightName::HalfLifeDays];
        self.activity.advance(tagged.event_time, half_life);
        if let Some(known) = self.last.take_out(id_hash(&tagged.mention.mention_id)) {
            self.subtract(known, half_life);
        } else {
            self.mentions -= 1;
            self.interests.take_back_forgotten(&tagged.matches);
        }
    }

    /// Folds what another did. A deleted act takes back what the same act standing had added, as
    /// far as the factors are still the same; an edited act does not count again.
    pub(crate) fn receive(&mut self, interaction: &Interaction, settings: &ScoreSettings) {
        let sign = match interaction.status {
            Status::Active if interaction.judgement == Judgement::FIRST => 1,
            Status::Active => return,
            Status::Deleted => -1,
        };
        let act = interaction.act;
        self.received[act as usize] += sign;
        let amount = sign as f64 * amount_of_received(interaction, settings);
        let half_life = settings[WeightName::HalfLifeDays];
        self.activity.add(Action::Received(act), amount, interaction.event_time, half_life);
    }

    fn add(&mut self, entry: Remembered, half_life_days: f64) {
        self.first_seen = Some(self.first_seen.map_or(entry.at, |first| first.min(entry.at)));
        self.last_seen = self.last_seen.max(Some(entry.at));
        self.days.count(entry.at);
        self.count(&entry, 1);
        self.activity.add(Action::Own(entry.kind), entry.amount, entry.at, half_life_days);
    }

    /// First and last sight and active days stay: that the author was there remains true.
    fn subtract(&mut self, entry: Remembered, half_life_days: f64) {
        self.count(&entry, -1);
        self.interests.take_back(entry.marks);
        self.activity.add(Action::Own(entry.kind), -entry.amount, entry.at, half_life_days);
    }

    fn count(&mut self, entry: &Remembered, by: i64) {
        self.mentions += by;
        tally(&mut self.sentiment, entry.label, by);
        for (place, count) in self.intents.iter_mut().enumerate() {
            if entry.intents & (1 << place) != 0 {
                *count += by;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_types::Millis;

    use super::*;

    #[test]
    fn days_count_once_in_any_order() {
        let mut days = ActiveDays::default();
        for day in [10, 10, 9, 12, 9, 11, 75, 75, 12, 100] {
            days.count(EventTime::from_millis(5) + Millis::days(day));
        }
        assert_eq!(days.count, 6);
        days.count(EventTime::from_millis(5) + Millis::days(20));
        assert_eq!(days.count, 6, "too late to know");
    }
}
