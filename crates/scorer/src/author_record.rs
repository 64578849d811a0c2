//! What is said of an author: the weighted decayed score with its terms, and the published record.
//!
//! `S(a, t) = sum over acts of w * p * r * 2^(-(t - t_i) / h) + sum of v * [explicit]`: one term
//! for each kind of act there was, one for each declaration that holds. The reach `r` and the
//! factor `p` of an act are those of its own time; its weight `w` is that of the time of scoring.

use vigie_schema::{AuthorRecord, NamedCount};
use vigie_types::{AuthorId, AuthorKind, EventTime, IntentKind, Millis, Score, Term};

use crate::action::Action;
use crate::author_state::{AuthorState, Published};
use crate::settings::{ScoreSettings, WeightName};

/// The change of score that is worth a record.
const PUBLISHED_CHANGE: f64 = 1.0;

/// The least time between two records of one author, in the author's own event time.
const PUBLISHED_INTERVAL: Millis = Millis::minutes(1);

impl AuthorState {
    /// The author's score at `at`, or at the author's latest event if that is later.
    pub fn score(&self, at: EventTime, settings: &ScoreSettings) -> Score {
        let mut terms = Vec::new();
        self.visit_terms(at, settings, |name, value| {
            terms.push(Term { name: name.into(), value });
        });
        let Score { value, terms } = Score::of(terms);
        // The sum of nothing is minus zero, which reads as if something had been taken away.
        Score { value: value + 0.0, terms }
    }

    /// What others' acts give the author, decayed to `at`: the received part of the score.
    pub fn influence(&self, at: EventTime, settings: &ScoreSettings) -> f64 {
        let sums = self.activity.sums_at(at, settings[WeightName::HalfLifeDays]);
        Action::ALL
            .into_iter()
            .zip(sums)
            .filter(|(action, _)| matches!(action, Action::Received(_)))
            .map(|(action, sum)| settings[action.weight()] * sum)
            .sum()
    }

    /// The state as it is published, scored at `at`, or at the author's latest event if that is
    /// later.
    pub fn record(
        &self,
        author: &AuthorId,
        at: EventTime,
        settings: &ScoreSettings,
    ) -> AuthorRecord {
        let at = self.as_of().map_or(at, |as_of| as_of.max(at));
        AuthorRecord {
            author: author.clone(),
            handle: self.declared.handle.as_deref().map(str::to_owned),
            display_name: self.declared.display_name.as_deref().map(str::to_owned),
            followers: self.declared.followers,
            followers_as_of: self.declared.followers_as_of,
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            mentions: self.mentions,
            active_days: self.days.count,
            received: named(received_names().zip(self.received)),
            sentiment: self.sentiment,
            intents: named(IntentKind::ALL.map(IntentKind::as_str).into_iter().zip(self.intents)),
            streams: self.interests.most_mentioned(),
            score: self.score(at, settings),
            as_of: at,
            configuration: settings.hash().clone(),
        }
    }

    /// The record that is due after an event: the first, or one a minute or more after the last
    /// with a score that has moved by one or more.
    pub(crate) fn publish(
        &mut self,
        author: &AuthorId,
        settings: &ScoreSettings,
    ) -> Option<AuthorRecord> {
        let at = self.as_of()?;
        let mut score = 0.0;
        self.visit_terms(at, settings, |_, value| score += value);
        let is_due = self.published.is_none_or(|last| {
            (score - last.score).abs() >= PUBLISHED_CHANGE && at - last.at >= PUBLISHED_INTERVAL
        });
        is_due.then(|| {
            self.published = Some(Published { score, at });
            self.record(author, at, settings)
        })
    }

    /// Every term, in the order of the formula.
    fn visit_terms(
        &self,
        at: EventTime,
        settings: &ScoreSettings,
        mut visit: impl FnMut(&'static str, f64),
    ) {
        let sums = self.activity.sums_at(at, settings[WeightName::HalfLifeDays]);
        for (action, sum) in Action::ALL.into_iter().zip(sums) {
            if sum != 0.0 {
                visit(action.as_str(), settings[action.weight()] * sum);
            }
        }
        if self.declared.verified == Some(true) {
            visit("explicit:verified", settings[WeightName::ExplicitVerified]);
        }
        if self.declared.kind == AuthorKind::Bot {
            visit("explicit:bot", settings[WeightName::ExplicitBot]);
        }
    }
}

/// The names of the acts, in declaration order.
fn received_names() -> impl Iterator<Item = &'static str> {
    Action::ALL.into_iter().filter_map(|action| match action {
        Action::Own(_) => None,
        Action::Received(act) => Some(act.as_str()),
    })
}

fn named(counts: impl Iterator<Item = (&'static str, i64)>) -> Vec<NamedCount> {
    counts
        .filter(|(_, count)| *count != 0)
        .map(|(name, count)| NamedCount { name: name.into(), count })
        .collect()
}
