//! What holds for every stream of counts.

use proptest::prelude::*;
use vigie_detector::series::{Observation, Rows, Series, Settings, Verdict, Zone};
use vigie_types::{Bucket, EventTime, SpikeState};

/// State of one stream in its compact form, at the most.
const LARGEST_STATE: usize = 4_096;

fn settings() -> Settings {
    // Warm after some buckets, so that short runs reach every state.
    Settings { warm_up_days: 0.2, false_alarms_per_month: 500.0, ..Settings::default() }
}

fn counts() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0_u64..30, 2 => 0_u64..3_000, 1 => any::<u64>()]
}

fn steps() -> impl Strategy<Value = Vec<(i64, u64)>> {
    let step = prop_oneof![50 => Just(1_i64), 5 => 1_i64..40, 1 => 1_i64..3_000_000];
    prop::collection::vec((step, counts()), 1..200)
}

fn fold(steps: &[(i64, u64)]) -> (Series, Vec<Verdict>) {
    let (mut series, zone) = (Series::new(), Zone::named("America/New_York").expect("a zone"));
    let mut number = 5_000_000;
    let mut verdicts = Vec::new();
    for (step, count) in steps {
        number += step;
        let observation =
            Observation { count: *count, authors: *count / 2, negative: *count / 3, loudest: 1 };
        let bucket = Bucket::from_number(number);
        verdicts.push(series.close(bucket, observation, &settings(), &zone));
    }
    (series, verdicts)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_number_of_a_verdict_is_in_its_range(steps in steps()) {
        for verdict in fold(&steps).1 {
            prop_assert!((0.0..=1.0).contains(&verdict.p_value), "{:?}", verdict);
            prop_assert!((0.0..=1.0).contains(&verdict.anomaly_score), "{:?}", verdict);
            prop_assert!(verdict.expected.is_finite() && verdict.expected > 0.0, "{:?}", verdict);
        }
    }

    #[test]
    fn spikes_open_go_on_and_close_in_this_order(steps in steps()) {
        let mut open = None;
        for verdict in fold(&steps).1 {
            for change in verdict.closed_before.into_iter().chain(verdict.change) {
                match change.state {
                    SpikeState::Opened => {
                        prop_assert_eq!(open, None);
                        prop_assert_eq!(change.opened, change.bucket);
                        open = Some(change.opened);
                    }
                    SpikeState::Updated => prop_assert_eq!(open, Some(change.opened)),
                    SpikeState::Closed => prop_assert_eq!(open.take(), Some(change.opened)),
                }
            }
            prop_assert_eq!(verdict.open, open.is_some());
        }
    }

    #[test]
    fn the_state_is_bounded_and_survives_its_compact_form(steps in steps()) {
        let (series, _) = fold(&steps);
        let bytes = postcard::to_stdvec(&series).expect("encodes");
        prop_assert!(bytes.len() <= LARGEST_STATE, "{} bytes", bytes.len());
        let back: Series = postcard::from_bytes(&bytes).expect("decodes");
        prop_assert_eq!(back, series);
    }

    #[test]
    fn empty_buckets_left_out_count_as_closed_empty(
        counts in prop::collection::vec(counts(), 1..200),
    ) {
        let zone = Zone::utc();
        let (mut whole, mut sparse) = (Series::new(), Series::new());
        for (index, count) in counts.iter().enumerate() {
            let count = if index == 0 { 1 } else { *count };
            let bucket = Bucket::from_number(5_000_000 + index as i64);
            let seen = Observation { count, authors: count, negative: 0, loudest: 0 };
            whole.close(bucket, seen, &settings(), &zone);
            if count > 0 {
                sparse.close(bucket, seen, &settings(), &zone);
            }
        }
        let last = Bucket::from_number(5_000_000 + counts.len() as i64);
        let seen = Observation { count: 1, authors: 1, negative: 0, loudest: 0 };
        whole.close(last, seen, &settings(), &zone);
        sparse.close(last, seen, &settings(), &zone);
        prop_assert_eq!(whole, sparse);
    }

    #[test]
    fn a_row_does_not_depend_on_the_rows_after_it(
        values in prop::collection::vec(0_u64..200, 20..120), cut in 1_usize..19,
    ) {
        let rows = |values: &[u64]| {
            let mut rows = Rows::new(settings(), Zone::utc());
            let at = |index: usize| EventTime::from_millis(index as i64 * 3_600_000);
            let push =
                |(index, value): (usize, &u64)| rows.push(at(index), *value).expect("in order");
            values.iter().enumerate().map(push).collect::<Vec<_>>()
        };
        let kept = values.len() - cut;
        prop_assert_eq!(&rows(&values)[..kept], &rows(&values[..kept])[..]);
    }
}

#[test]
fn a_silence_of_a_thousand_years_is_bounded_work_and_warms_up_again() {
    let (mut series, zone) = (Series::new(), Zone::utc());
    let seen = Observation { count: 20, authors: 20, negative: 0, loudest: 0 };
    for number in 0..2_000 {
        series.close(Bucket::from_number(number), seen, &settings(), &zone);
    }
    let later = series.close(Bucket::from_number(100_000_000), seen, &settings(), &zone);
    assert!(later.warming && later.change.is_none(), "{later:?}");
    let end = series.close(Bucket::from_number(i64::MAX), seen, &settings(), &zone);
    assert!(end.warming && end.expected.is_finite(), "{end:?}");
}

#[test]
#[should_panic(expected = "buckets close in order")]
fn a_bucket_closed_twice_is_a_fault_of_the_program() {
    let mut series = Series::new();
    for _ in 0..2 {
        let bucket = Bucket::from_number(9);
        series.close(bucket, Observation::default(), &settings(), &Zone::utc());
    }
}

#[test]
fn a_row_out_of_order_is_refused_with_its_number_and_both_times() {
    let mut rows = Rows::new(settings(), Zone::utc());
    rows.push(EventTime::from_millis(60_000), 1).expect("the first");
    let error = rows.push(EventTime::from_millis(0), 1).expect_err("out of order").to_string();
    assert!(error.starts_with("row 2 is at 1970-01-01T00:00:00.000Z"), "{error}");
}

#[test]
fn settings_out_of_range_are_named() {
    let wrong = Settings { false_alarms_per_month: 0.0, ..Settings::default() };
    let error = wrong.check().expect_err("no budget").to_string();
    assert_eq!(error, "false_alarms_per_month is 0; it must be from 1e-6 to 1000");
    assert_eq!(Settings::default().check(), Ok(()));
}
