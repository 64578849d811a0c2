//! Streams of counts whose truth is known: what is planted is found, and little else.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vigie_detector::series::{Change, Observation, Series, Settings, Zone};
use vigie_types::{Bucket, SpikeState};

/// Five-minute buckets in a day.
const DAY: i64 = 288;
/// A Monday in 2024, 0 o'clock UTC.
const START: i64 = 1_704_067_200 / 300;
const MONTHS_PER_DAY: f64 = 1.0 / 30.0;

/// A stream that varies by the hour and the day of the week, and beyond chance.
struct Stream {
    dice: ChaCha8Rng,
    mean: f64,
    dispersion: f64,
}

impl Stream {
    fn new(seed: u64, mean: f64, dispersion: f64) -> Self {
        Self { dice: ChaCha8Rng::seed_from_u64(seed), mean, dispersion }
    }

    fn season(number: i64) -> f64 {
        let hour = (number.rem_euclid(DAY) as f64) / 12.0;
        let weekend = if (number - START).rem_euclid(7 * DAY) >= 5 * DAY { 0.6 } else { 1.0 };
        weekend * (1.0 + 0.6 * ((hour - 15.0) / 24.0 * std::f64::consts::TAU).cos())
    }

    /// A gamma mixed with Poisson draws: the negative binomial, from its definition.
    fn draw(&mut self, number: i64, times: f64) -> u64 {
        let mean = self.mean * Self::season(number) * times;
        let rate = if self.dispersion > 0.0 {
            self.gamma(1.0 / self.dispersion) * mean * self.dispersion
        } else {
            mean
        };
        self.poisson(rate)
    }

    fn normal(&mut self) -> f64 {
        let (radius, turn): (f64, f64) = (self.dice.random(), self.dice.random());
        (-2.0 * (1.0 - radius).ln()).sqrt() * (turn * std::f64::consts::TAU).cos()
    }

    /// Marsaglia and Tsang's method, for shapes of 1 and more.
    fn gamma(&mut self, shape: f64) -> f64 {
        let scale = shape - 1.0 / 3.0;
        let spread = 1.0 / (9.0 * scale).sqrt();
        loop {
            let normal = self.normal();
            let cube = (1.0 + spread * normal).powi(3);
            let ln_uniform = (1.0 - self.dice.random::<f64>()).ln();
            let bound = 0.5 * normal * normal + scale * (1.0 - cube + cube.ln());
            if cube > 0.0 && ln_uniform < bound {
                return scale * cube;
            }
        }
    }

    /// Knuth's method in steps of at most 500, whose exponential a float can hold.
    fn poisson(&mut self, rate: f64) -> u64 {
        let (mut left, mut count, mut product) = (rate, 0, 1.0_f64);
        loop {
            product *= 1.0 - self.dice.random::<f64>();
            while product < 1.0 && left > 0.0 {
                let step = left.min(500.0);
                product *= step.exp();
                left -= step;
            }
            if product <= 1.0 {
                return count;
            }
            count += 1;
        }
    }
}

fn seen(count: u64) -> Observation {
    Observation { count, authors: count - count / 10, negative: count / 5, loudest: 1 }
}

/// Folds days of the stream, multiplied where `times` says so; the changes, in order.
fn fold(stream: &mut Stream, days: i64, times: impl Fn(i64) -> f64) -> Vec<Change> {
    let (mut series, settings, zone) = (Series::new(), Settings::default(), Zone::utc());
    let mut changes = Vec::new();
    for number in START..START + days * DAY {
        let observation = seen(stream.draw(number, times(number - START)));
        let verdict = series.close(Bucket::from_number(number), observation, &settings, &zone);
        changes.extend(verdict.closed_before.into_iter().chain(verdict.change));
    }
    changes
}

fn openings(changes: &[Change]) -> Vec<i64> {
    let opened = changes.iter().filter(|change| change.state == SpikeState::Opened);
    opened.map(|change| change.bucket.number() - START).collect()
}

#[test]
fn sixty_calm_days_keep_the_budget_of_false_alarms() {
    const DAYS: i64 = 60;
    const SEEDS: u64 = 12;
    for (mean, dispersion) in [(0.5, 0.0), (5.0, 0.0), (50.0, 0.0), (5.0, 0.3), (40.0, 0.15)] {
        let mut alarms = 0;
        for seed in 0..SEEDS {
            let changes = fold(&mut Stream::new(seed, mean, dispersion), DAYS, |_| 1.0);
            alarms += openings(&changes).len();
        }
        let months = (SEEDS as i64 * DAYS) as f64 * MONTHS_PER_DAY;
        let rate = alarms as f64 / months;
        println!("mean {mean}, dispersion {dispersion}: {rate:.2} false alarms a month");
        assert!(rate <= 2.0, "mean {mean}, dispersion {dispersion}: {rate} alarms a month");
    }
}

#[test]
fn bursts_of_three_times_the_usual_are_found_within_three_buckets() {
    // One a day from the twentieth day on, in the early afternoon, an hour long. At weekends the
    // smallest stream expects some ten mentions, and three times as many take longer to tell.
    let planted: Vec<i64> = (0..20).map(|day| (20 + day) * DAY + 144 + 6 * (day % 5)).collect();
    for (mean, dispersion, least) in [(40.0, 0.0, 20), (40.0, 0.05, 19), (15.0, 0.05, 16)] {
        let times =
            |at| if planted.iter().any(|p| (0..12).contains(&(at - p))) { 3.0 } else { 1.0 };
        let opened = openings(&fold(&mut Stream::new(7, mean, dispersion), 41, times));
        let found =
            planted.iter().filter(|p| opened.iter().any(|o| (0..3).contains(&(o - **p)))).count();
        let false_ones =
            opened.iter().filter(|o| !planted.iter().any(|p| (0..14).contains(&(*o - p)))).count();
        println!("mean {mean}, dispersion {dispersion}: {found} of 20, {false_ones} false");
        assert!(found >= least, "mean {mean}, dispersion {dispersion}: {found} of 20");
        assert!(false_ones <= 2, "{false_ones} false alarms");
    }
}

#[test]
fn a_spike_does_not_raise_the_next_days_expectation() {
    let expected_after = |times: f64| {
        let (mut series, settings, zone) = (Series::new(), Settings::default(), Zone::utc());
        let mut stream = Stream::new(3, 30.0, 0.05);
        let noon = 20 * DAY + 144;
        for number in 0..noon + DAY {
            let spiking = (noon..noon + 24).contains(&number);
            let count = stream.draw(START + number, 1.0);
            let count = if spiking { (count as f64 * times) as u64 } else { count };
            let bucket = Bucket::from_number(START + number);
            series.close(bucket, seen(count), &settings, &zone);
        }
        let bucket = Bucket::from_number(START + noon + DAY);
        series.close(bucket, seen(30), &settings, &zone).expected
    };
    let (calm, after_spike) = (expected_after(1.0), expected_after(20.0));
    assert!(after_spike < 1.15 * calm, "{after_spike} after a spike, {calm} without");
}

#[test]
fn a_lasting_change_of_level_is_learnt_and_its_spike_closes() {
    let changes =
        fold(&mut Stream::new(5, 30.0, 0.05), 40, |at| if at >= 20 * DAY { 3.0 } else { 1.0 });
    // It begins at midnight, when counts are small: half an hour is soon enough.
    let opened = openings(&changes);
    assert!(opened.iter().any(|at| (0..6).contains(&(at - 20 * DAY))), "{opened:?}");
    let last = changes.last().expect("closes");
    let day = (last.bucket.number() - START) / DAY;
    assert_eq!((last.state, day < 30), (SpikeState::Closed, true), "{last:?} on day {day}");
}

#[test]
fn one_author_alone_opens_no_spike_however_loud() {
    let (mut series, settings, zone) = (Series::new(), Settings::default(), Zone::utc());
    let mut stream = Stream::new(11, 40.0, 0.05);
    for number in 0..20 * DAY {
        let calm = stream.draw(START + number, 1.0);
        let spam = if (15 * DAY..15 * DAY + 12).contains(&number) { 500 } else { 0 };
        let observation = Observation {
            count: calm + spam,
            authors: calm + spam.min(1),
            loudest: spam.max(1),
            negative: 0,
        };
        let verdict =
            series.close(Bucket::from_number(START + number), observation, &settings, &zone);
        assert!(verdict.change.is_none() || spam == 0, "{verdict:?}");
    }
}

#[test]
fn the_counterfactual_is_where_the_opening_bucket_turns() {
    let (settings, zone) = (Settings::default(), Zone::utc());
    let mut before = Series::new();
    let mut stream = Stream::new(2, 20.0, 0.05);
    let mut number = START;
    while number < START + 20 * DAY + 150 {
        let count = stream.draw(number, 1.0);
        before.close(Bucket::from_number(number), seen(count), &settings, &zone);
        number += 1;
    }
    let opens = |count: u64| {
        let bucket = Bucket::from_number(number);
        before.clone().close(bucket, seen(count), &settings, &zone).change
    };
    let change = opens(5_000).expect("opens");
    assert_eq!(change.window, 1);
    assert!(opens(change.would_not_fire_at + 1).is_some());
    let below = opens(change.would_not_fire_at);
    assert!(below.is_none_or(|below| below.window > 1), "{below:?}");
}
