//! The evidence of several windows that end in the same bucket: a burst fills one bucket, a spike
//! several.
//!
//! Each window measures its own dispersion, so that buckets that move together count as such, and
//! its own tail: real crowds surprise more often than any distribution says, and how often is
//! learnt, so that the budget of false alarms is kept on real streams too.
//!
//! Guarantees: a window is never more surprised than the negative binomial. Refuses: to decide.

use libm::{exp, expm1, log, log1p, sqrt};
use serde::{Deserialize, Serialize};
use vigie_types::Millis;

use super::season::{Ratio, keep};
use super::tail::Tail;

/// The windows, in buckets: five minutes, a quarter of an hour and an hour.
pub(super) const WINDOWS: [usize; 3] = [1, 3, 12];
/// The longest window.
pub(super) const LONGEST: usize = 12;

/// Dispersion expected of a stream nobody has seen: 30% standard deviation beyond chance.
const PRIOR_DISPERSION: f64 = 0.1;
/// Buckets that the prior dispersion weighs: four hours.
const PRIOR_BUCKETS: f64 = 48.0;
/// How long a stream's dispersion and tail are remembered.
const MEMORY_DAYS: f64 = 14.0;
/// Deviations beyond so many standard deviations are learnt as if they were this great.
const MOST_DEVIATIONS: f64 = 4.0;
/// What a bucket of an open spike weighs in the dispersion.
const SPIKE_WEIGHT: f64 = 0.1;
/// Surprise (in nats) above which the tail is measured: one bucket in twenty.
const TAIL_STARTS: f64 = 3.0;
/// How many buckets should surprise that much, `e^-3`.
const TAIL_SHARE: f64 = 0.05;
/// Buckets that the prior share weighs: a day.
const TAIL_PRIOR_BUCKETS: f64 = 288.0;
/// Surprising buckets that the priors of the tail's shape and of its runs weigh: some two days'.
const TAIL_PRIOR_SURPRISES: f64 = 20.0;
/// Mean of `ln(surprise / 3)` among surprising buckets up to which the distribution is believed:
/// exact tails have `e^3 E1(3) = 0.262`, and small counts, being whole numbers, up to 0.31.
const LIGHT_LOG_EXCESS: f64 = 0.31;
/// How the tail index grows with that mean. Index and scale grow together so that the generalised
/// Pareto distribution they give has about the mean they were read from.
const INDEX_PER_LOG_EXCESS: f64 = 3.0;
/// What a stream nobody has seen is expected to have: a little heavier than exact.
const PRIOR_LOG_EXCESS: f64 = 0.29;
/// The heaviest tail believed: an index of a third. Beyond it the budget could be kept only by
/// never firing; what surprises so often has events, not false alarms.
const HEAVIEST_TAIL: f64 = 1.0 / 3.0;
/// Runs per surprising bucket expected of each window: overlapping windows surprise in runs.
const PRIOR_RUNS: [f64; WINDOWS.len()] = [0.8, 0.5, 0.2];

/// One closed bucket as the windows remember it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Past {
    /// Mentions counted.
    pub count: u64,
    /// Mentions expected.
    pub expected: f32,
    /// Distinct authors.
    pub authors: u64,
    /// Mentions beyond the first of the author who said most.
    pub repeats: u64,
    /// Distinct authors expected.
    pub expected_authors: f32,
    /// Mentions expected of a bucket at any hour.
    pub usual: f32,
}

/// Sums over the last buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    /// Mentions counted.
    pub count: u64,
    /// Mentions expected.
    pub expected: f64,
    /// Mentions expected of as many buckets at any hour.
    pub usual: f64,
    /// Distinct authors of the bucket that had most: at least so many took part.
    pub authors: u64,
    /// Authors beyond the usual, summed over the buckets.
    pub author_excess: f64,
    /// Mentions when the loudest author of each bucket counts once.
    pub crowd: u64,
}

impl Sums {
    /// Adds up the newest `buckets` of `past`, which has the newest last.
    pub fn of(past: &[Past], buckets: usize) -> Self {
        let mut sums = Self::default();
        for bucket in past.iter().rev().take(buckets) {
            sums.count = sums.count.saturating_add(bucket.count);
            sums.crowd = sums.crowd.saturating_add(bucket.count.saturating_sub(bucket.repeats));
            sums.expected += f64::from(bucket.expected);
            sums.usual += f64::from(bucket.usual);
            sums.authors = sums.authors.max(bucket.authors);
            sums.author_excess += bucket.authors as f64 - f64::from(bucket.expected_authors);
        }
        sums
    }
}

/// What one window says of the bucket it ends in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Evidence {
    /// Length in buckets.
    pub window: usize,
    /// What it holds.
    pub sums: Sums,
    /// The distribution it was judged by.
    pub tail: Tail,
    /// Surprise by that distribution, in nats.
    raw: f64,
    /// Surprise after the stream's own tail, in nats: minus `ln p`.
    pub surprise: f64,
    /// Surprise at a run of buckets as surprising, in nats: what the budget is spent on.
    pub rarity: f64,
}

/// How much one window's sums vary, and how often and in what runs they surprise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    /// Squared deviations beyond chance, over mean times usual mean: within a stream the variance
    /// grows with the mean, not with its square, as quiet hours are no calmer for their size.
    dispersion: Ratio,
    /// Surprising buckets, over buckets.
    share: Ratio,
    /// `ln(surprise / 3)`, over surprising buckets: Hill's estimator.
    log_excess: Ratio,
    /// Runs of surprising buckets, over surprising buckets: the extremal index.
    runs: Ratio,
    /// Whether the last bucket surprised.
    surprised: bool,
}

/// The measured tail of one window's surprise.
#[derive(Clone, Copy)]
struct Shape {
    /// How rarely it begins, in nats.
    starts: f64,
    /// Tail index of the generalised Pareto distribution.
    index: f64,
    /// Its scale.
    scale: f64,
    /// `-ln` of the runs per surprising bucket.
    runs: f64,
}

impl Shape {
    /// Surprise by the stream's own tail beyond [`TAIL_STARTS`].
    fn surprise(&self, raw: f64) -> f64 {
        let excess = (raw - TAIL_STARTS) / self.scale;
        let beyond =
            if self.index > 0.0 { log1p(self.index * excess) / self.index } else { excess };
        (self.starts + beyond).min(raw)
    }

    /// The surprise by the distribution that has this much rarity.
    fn raw_for(&self, rarity: f64) -> f64 {
        let surprise = rarity - self.runs;
        let beyond = (surprise - self.starts).max(0.0);
        let excess =
            if self.index > 0.0 { expm1(self.index * beyond) / self.index } else { beyond };
        (TAIL_STARTS + excess * self.scale).max(surprise)
    }
}

impl Spread {
    /// Judges the sums of the window at `index` in [`WINDOWS`].
    pub fn judge(&self, index: usize, sums: Sums) -> Evidence {
        let square = (sums.expected * sums.usual).max(f64::MIN_POSITIVE);
        let relative = self.dispersion.shrunk(PRIOR_BUCKETS * square, PRIOR_DISPERSION);
        let tail = Tail::new(sums.expected, relative * sums.usual / sums.expected);
        // At or below the baseline there is nothing to prove: half of all buckets cost nothing.
        let above = sums.count as f64 > sums.expected;
        let raw = if above { -tail.ln_upper(sums.count) } else { 0.0 };
        let mut evidence =
            Evidence { window: WINDOWS[index], sums, tail, raw, surprise: raw, rarity: raw };
        if raw > TAIL_STARTS {
            let shape = self.shape(index);
            evidence.surprise = shape.surprise(raw);
            evidence.rarity = evidence.surprise + shape.runs;
        }
        evidence
    }

    /// Learns one bucket's evidence; `calm` when it found no spike open.
    pub fn learn(&mut self, evidence: &Evidence, calm: bool, width: Millis) {
        let keep = keep(MEMORY_DAYS, Millis::days(1).as_seconds() / width.as_seconds());
        // A spike tells a little of how the stream varies, and nothing of how its calm surprises.
        let weight = if calm { 1.0 } else { SPIKE_WEIGHT };
        let sums = &evidence.sums;
        let most = MOST_DEVIATIONS * sqrt(evidence.tail.variance());
        let deviation = (sums.count as f64 - sums.expected).min(most);
        let beyond_chance = deviation * deviation - sums.expected;
        self.dispersion.learn(keep, weight * beyond_chance, weight * sums.expected * sums.usual);
        let surprised = calm && evidence.raw > TAIL_STARTS;
        if calm {
            let (count, begins) =
                (f64::from(u8::from(surprised)), f64::from(u8::from(surprised && !self.surprised)));
            let log_excess = if surprised { log(evidence.raw / TAIL_STARTS) } else { 0.0 };
            self.share.learn(keep, count, 1.0);
            self.log_excess.learn(keep, log_excess, count);
            self.runs.learn(keep, begins, count);
        }
        self.surprised = surprised;
    }

    /// The surprise by the distribution alone that has this rarity in the window at `index`.
    pub fn raw_for(&self, index: usize, rarity: f64) -> f64 {
        self.shape(index).raw_for(rarity)
    }

    fn shape(&self, index: usize) -> Shape {
        let share = self.share.shrunk(TAIL_PRIOR_BUCKETS, TAIL_SHARE).clamp(TAIL_SHARE, 1.0);
        let log_excess = self.log_excess.shrunk(TAIL_PRIOR_SURPRISES, PRIOR_LOG_EXCESS);
        let heavier = (log_excess - LIGHT_LOG_EXCESS).max(0.0);
        let runs = self.runs.shrunk(TAIL_PRIOR_SURPRISES, PRIOR_RUNS[index]).clamp(0.01, 1.0);
        Shape {
            starts: -log(share),
            index: (heavier * INDEX_PER_LOG_EXCESS).min(HEAVIEST_TAIL),
            scale: (log_excess / LIGHT_LOG_EXCESS).max(1.0),
            runs: -log(runs),
        }
    }
}

/// The probability that any of the windows surprises this much: the least, times their number
/// (Bonferroni's bound), so that they share one budget.
pub(super) fn combine(surprise: f64) -> f64 {
    (WINDOWS.len() as f64 * exp(-surprise)).min(1.0)
}

/// The surprise that [`combine`] turns into `p`.
pub(super) fn surprise_for(p: f64) -> f64 {
    log(WINDOWS.len() as f64 / p)
}
