//! The life of a spike: opened, updated, closed.
//!
//! Guarantees: per stream the changes come as opened, updated any number of times, closed; a spike
//! opens only in a bucket that itself lies above its baseline, and in no warming or cooling stream.
//! Refuses: spikes of few mentions, of few authors, or whose surplus few authors made.

use libm::log2;
use serde::{Deserialize, Serialize};
use vigie_types::{Bucket, Severity, SpikeState};

use super::settings::Settings;
use super::window::Evidence;

/// What happened to a stream's spike in a bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Opened, updated or closed.
    pub state: SpikeState,
    /// The bucket that opened the spike; it names it.
    pub opened: Bucket,
    /// The bucket that this change is about.
    pub bucket: Bucket,
    /// How many buckets, ending in `bucket`, the evidence below is taken from.
    pub window: u64,
    /// Mentions in that window.
    pub observed: u64,
    /// Mentions expected in that window.
    pub expected: f64,
    /// Probability of so many or more, over all windows.
    pub p_value: f64,
    /// The worst so far.
    pub severity: Severity,
    /// Most mentions in one bucket so far.
    pub peak: u64,
    /// Mentions since it opened, the opening window included.
    pub total: u64,
    /// Negative mentions since it opened, from the opening bucket on.
    pub negative: u64,
    /// The greatest count of the opening window at which it would not have opened.
    pub would_not_fire_at: u64,
}

/// An open spike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Spike {
    opened: Bucket,
    updated: Bucket,
    severity: Severity,
    peak: u64,
    total: u64,
    negative: u64,
    would_not_fire_at: u64,
    calm: u32,
}

/// One bucket as the rule sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Which.
    pub bucket: Bucket,
    /// Its mentions.
    pub count: u64,
    /// Its negative mentions.
    pub negative: u64,
    /// The window that surprises most.
    pub evidence: Evidence,
    /// Its probability, over all windows.
    pub p_value: f64,
}

/// Decades of probability worth all of their points: a chance of 1e-20.
const SEVERE_DECADES: f64 = 20.0;
/// Doublings over the baseline worth all of their points: 32 times as much.
const SEVERE_DOUBLINGS: f64 = 5.0;
/// Points that evidence and effect may each add to the 1 that every spike has.
const POINTS: f64 = 4.5;

/// From 1 to 10: how unlikely, and how many times the baseline, in equal parts.
pub(super) fn severity(evidence: &Evidence) -> Severity {
    let decades = evidence.surprise / std::f64::consts::LN_10;
    let lift = evidence.sums.count as f64 / evidence.sums.expected.max(1.0);
    let unlikely = POINTS * (decades / SEVERE_DECADES).clamp(0.0, 1.0);
    let effect = POINTS * (log2(lift.max(1.0)) / SEVERE_DOUBLINGS).clamp(0.0, 1.0);
    Severity::clamped((1.0 + unlikely + effect) as u8)
}

/// Whether the mentions are enough and come from enough people.
pub(super) fn passes_gates(evidence: &Evidence, settings: &Settings) -> bool {
    let sums = &evidence.sums;
    let surplus = sums.count as f64 - sums.expected;
    sums.count >= settings.minimum_count
        && sums.authors >= settings.minimum_authors
        && (settings.minimum_author_share <= 0.0
            || sums.author_excess >= settings.minimum_author_share * surplus)
}

impl Spike {
    /// Opens one.
    pub fn open(seen: &Seen, would_not_fire_at: u64) -> (Self, Change) {
        let spike = Self {
            opened: seen.bucket,
            updated: seen.bucket,
            severity: severity(&seen.evidence),
            peak: seen.count,
            total: seen.evidence.sums.count,
            negative: seen.negative,
            would_not_fire_at,
            calm: 0,
        };
        (spike, spike.change(SpikeState::Opened, seen))
    }

    /// Goes on with one more bucket; closed after `calm` calm buckets in a row, updated when it got
    /// worse or `update` buckets have passed.
    pub fn go_on(&mut self, seen: &Seen, settings: &Settings, limits: Limits) -> Option<Change> {
        let now = severity(&seen.evidence);
        let worse = now > self.severity;
        self.severity = self.severity.max(now);
        self.peak = self.peak.max(seen.count);
        self.total = self.total.saturating_add(seen.count);
        self.negative = self.negative.saturating_add(seen.negative);
        let calm = seen.p_value > settings.calm_p_value;
        self.calm = if calm { self.calm.saturating_add(1) } else { 0 };
        if i64::from(self.calm) >= limits.calm {
            return Some(self.change(SpikeState::Closed, seen));
        }
        if worse || seen.bucket.since(self.updated) >= limits.update {
            self.updated = seen.bucket;
            return Some(self.change(SpikeState::Updated, seen));
        }
        None
    }

    fn change(&self, state: SpikeState, seen: &Seen) -> Change {
        Change {
            state,
            opened: self.opened,
            bucket: seen.bucket,
            window: seen.evidence.window as u64,
            observed: seen.evidence.sums.count,
            expected: seen.evidence.sums.expected,
            p_value: seen.p_value,
            severity: self.severity,
            peak: self.peak,
            total: self.total,
            negative: self.negative,
            would_not_fire_at: self.would_not_fire_at,
        }
    }
}

/// The settings' minutes in buckets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Calm buckets that close a spike.
    pub calm: i64,
    /// Buckets between two updates.
    pub update: i64,
}
