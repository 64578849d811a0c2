//! What becomes of a mention whose counts grow and shrink.

mod author;

use std::collections::BTreeMap;

use author::{OneAuthor, Outcome};
use vigie_schema::{CorrectedMention, Deletion, RawBody};
use vigie_types::{
    Author, AuthorId, CorrectedSentiment, Correction, Counts, EventTime, Judgement, Mention,
    MentionId, SentimentLabel, StreamWithdrawal,
};

/// One stream that meets the mention whatever its counts, and one that asks for them.
const STREAMS: [(&str, &str); 2] = [("delta", "delta"), ("viral", "delta AND engagement:>=100")];

fn at(second: i64) -> EventTime {
    EventTime::from_millis(second * 1_000)
}

/// The mention as it stands with so many likes, read at this second.
fn liked(likes: u64, second: i64) -> Mention {
    Mention {
        mention_id: MentionId::new("murmur:1").expect("valid"),
        author: Author { id: AuthorId::new("murmur:2").expect("valid"), ..Author::default() },
        text: "Thanks delta, great, another delay".into(),
        counts: Counts { likes: Some(likes), as_of: Some(at(second)), ..Counts::default() },
        ..Mention::default()
    }
}

fn delivered(likes: u64, second: i64) -> RawBody {
    RawBody::Mention(Box::new(liked(likes, second)))
}

fn met(outcome: &Outcome) -> Vec<&str> {
    let told = outcome.told.as_ref().expect("a judgement");
    told.matches.iter().map(|found| found.stream.as_str()).collect()
}

fn withdrawn(outcome: &Outcome) -> Vec<&str> {
    let told = outcome.told.as_ref().expect("a judgement");
    told.withdrawn.iter().map(|withdrawal| withdrawal.stream.as_str()).collect()
}

/// Holds what becomes of each delivery to the judgement's number with the streams met and left;
/// none where nothing is told.
type Expected = Option<(u32, &'static [&'static str], &'static [&'static str])>;

fn check(author: &mut OneAuthor, deliveries: &[(u64, i64, Expected)]) {
    for (likes, second, expected) in deliveries {
        let outcome = author.take(delivered(*likes, *second)).expect("taken");
        let told = outcome.as_ref().filter(|outcome| outcome.told.is_some());
        let found = told.map(|outcome| {
            let number = outcome.told.as_ref().map_or(0, |told| told.judgement.get());
            (number, met(outcome), withdrawn(outcome))
        });
        let expected = expected.map(|(number, met, left)| (number, met.to_vec(), left.to_vec()));
        assert_eq!(found, expected, "{likes} likes at second {second}");
    }
}

#[test]
fn a_mention_enters_stays_and_leaves_as_its_counts_change() {
    let mut author = OneAuthor::under(&STREAMS);
    check(
        &mut author,
        &[
            (3, 10, Some((1, &["delta"], &[]))),
            (3, 20, None),
            (99, 30, None),
            (100, 40, Some((2, &["delta", "viral"], &[]))),
            (250, 50, None),
            (90, 45, None),
            (99, 60, Some((3, &["delta"], &["viral"]))),
            (98, 70, None),
        ],
    );
    assert_eq!(author.sums, BTreeMap::from([("delta".into(), 1), ("viral".into(), 0)]));
    assert_eq!(author.on_time, BTreeMap::from([("delta".into(), 1), ("viral".into(), 1)]));
    assert_eq!((author.duplicates, author.processed), (2, 6), "the same and older counts");
}

#[test]
fn a_window_counts_a_mention_once_that_leaves_and_comes_back() {
    let mut author = OneAuthor::under(&STREAMS);
    for second in 0..9 {
        let likes = if second % 2 == 0 { 100 } else { 3 };
        author.told(delivered(likes, second));
    }
    assert_eq!(author.sums, BTreeMap::from([("delta".into(), 1), ("viral".into(), 1)]));
    assert_eq!(author.on_time, author.sums);
}

#[test]
fn a_window_counts_a_mention_once_that_is_edited() {
    let mut author = OneAuthor::under(&STREAMS);
    for text in ["delta is great, thanks!", "delta is terrible", "klm", "delta again"] {
        author.told(RawBody::Mention(Box::new(Mention { text: text.into(), ..liked(3, 1) })));
    }
    assert_eq!(author.sums, BTreeMap::from([("delta".into(), 1)]));
    assert_eq!(author.on_time, author.sums);
}

#[test]
fn the_withdrawal_names_the_version_that_was_met() {
    let mut author = OneAuthor::under(&STREAMS);
    let met = author.told(delivered(100, 10)).matches[1].clone();
    let left = author.told(delivered(1, 20)).withdrawn;
    assert_eq!(left, [StreamWithdrawal { stream: met.stream, version: met.version }]);
}

#[test]
fn counts_are_nothing_new_where_no_stream_asks_for_them() {
    let mut author = OneAuthor::under(&STREAMS[..1]);
    check(&mut author, &[(3, 10, Some((1, &["delta"], &[]))), (200, 20, None)]);
    assert_eq!((author.duplicates, author.processed), (1, 1));
}

#[test]
fn a_mention_is_judged_whole_by_the_rules_of_its_stamp() {
    let mut author = OneAuthor::under(&STREAMS);
    check(&mut author, &[(3, 10, Some((1, &["delta"], &[])))]);
    author.change_rules(&[STREAMS[1], ("thanks", "thanks"), ("late", "late")]);
    check(
        &mut author,
        &[
            // The counts move nothing: what else the new rules meet waits for the next judgement.
            (4, 20, None),
            (400, 30, Some((2, &["thanks", "viral"], &["delta"]))),
        ],
    );
    let sums = [("delta".into(), 0), ("thanks".into(), 1), ("viral".into(), 1)];
    assert_eq!(author.sums, BTreeMap::from(sums));
}

#[test]
fn a_mention_enters_a_stream_that_was_added_later_with_the_counts_it_had() {
    let mut author = OneAuthor::under(&STREAMS[..1]);
    check(&mut author, &[(200, 10, Some((1, &["delta"], &[]))), (200, 20, None)]);
    author.change_rules(&STREAMS);
    check(&mut author, &[(200, 30, Some((2, &["delta", "viral"], &[]))), (200, 40, None)]);
    assert_eq!((author.duplicates, author.processed), (2, 2));
}

#[test]
fn a_persons_correction_stands_when_counts_change() {
    let mut author = OneAuthor::under(&STREAMS);
    author.told(delivered(3, 10));
    let label = SentimentLabel::Negative;
    let correction = Correction {
        by: "ann".into(),
        at: at(15),
        sentiments: vec![CorrectedSentiment { stream: None, label }],
        ..Correction::default()
    };
    let corrected = CorrectedMention {
        mention: liked(3, 10),
        judgement: Judgement::FIRST,
        correction: correction.clone(),
    };
    author.told(RawBody::CorrectedMention(Box::new(corrected)));
    let told = author.told(delivered(100, 20));
    assert_eq!((told.judgement, &told.correction), (Judgement::new(3), &Some(correction)));
    let labels: Vec<Option<SentimentLabel>> = told
        .matches
        .iter()
        .map(|found| found.sentiment.as_ref().map(|sentiment| sentiment.label))
        .collect();
    assert_eq!(labels, [Some(label), Some(label)]);
    assert_eq!(author.sums, BTreeMap::from([("delta".into(), 1), ("viral".into(), 1)]));
}

#[test]
fn edits_corrections_and_deletions_name_the_streams_that_are_left() {
    let mut author = OneAuthor::under(&STREAMS);
    author.told(delivered(100, 10));
    let edited = Mention { text: "Thanks, great".into(), ..liked(100, 10) };
    let outcome = author.take(RawBody::Mention(Box::new(edited))).expect("taken");
    assert_eq!(withdrawn(&outcome.expect("told")), ["delta", "viral"]);
    author.told(delivered(100, 10));
    let deletion = Deletion {
        mention_id: MentionId::new("murmur:1").expect("valid"),
        author: Some(AuthorId::new("murmur:2").expect("valid")),
    };
    let outcome = author.take(RawBody::Deletion(deletion)).expect("taken");
    assert_eq!(withdrawn(&outcome.expect("told")), ["delta", "viral"]);
    assert_eq!(author.sums, BTreeMap::from([("delta".into(), 0), ("viral".into(), 0)]));
}
