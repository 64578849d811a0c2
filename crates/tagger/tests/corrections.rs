//! What becomes of a mention that a person corrects.

mod author;

use author::OneAuthor;
use vigie_schema::{CorrectedMention, Deletion, RawBody};
use vigie_types::{
    Author, AuthorId, CorrectedSentiment, Correction, EventTime, IntentKind, Judgement, Mention,
    MentionId, SentimentLabel, StreamId,
};

fn one_author() -> OneAuthor {
    OneAuthor::under(&[("delta", "delta"), ("french", "lang:fr delta")])
}

fn mention(text: &str) -> Mention {
    Mention {
        mention_id: MentionId::new("murmur:1").expect("valid"),
        author: Author { id: AuthorId::new("murmur:2").expect("valid"), ..Author::default() },
        text: text.into(),
        ..Mention::default()
    }
}

fn corrected(text: &str, correction: Correction) -> RawBody {
    let correction = Correction { by: "ann".into(), ..correction };
    let judgement = Judgement::FIRST;
    RawBody::CorrectedMention(Box::new(CorrectedMention {
        mention: mention(text),
        judgement,
        correction,
    }))
}

fn at(second: i64) -> EventTime {
    EventTime::from_millis(second * 1_000)
}

fn negative(stream: Option<&str>) -> Vec<CorrectedSentiment> {
    let stream = stream.map(|id| StreamId::new(id).expect("valid"));
    vec![CorrectedSentiment { stream, label: SentimentLabel::Negative }]
}

const TEXT: &str = "Thanks delta, great, another delay";

#[test]
fn a_correction_is_the_next_judgement_and_names_who_and_when() {
    let mut author = one_author();
    let first = author.told(RawBody::Mention(Box::new(mention(TEXT))));
    assert_eq!((first.judgement, first.correction), (Judgement::FIRST, None));
    let correction = Correction {
        at: at(5),
        sentiments: negative(None),
        intents: Some(vec![IntentKind::Criticism]),
        ..Correction::default()
    };
    let second = author.told(corrected(TEXT, correction));
    assert_eq!(second.judgement, Judgement::FIRST.next());
    assert_eq!(second.mention.text, TEXT);
    let told = second.correction.expect("named");
    assert_eq!((told.by.as_str(), told.at), ("ann", at(5)));
    let sentiment = second.sentiment.expect("corrected");
    assert_eq!((sentiment.label, sentiment.model.as_str()), (SentimentLabel::Negative, "person"));
    let of_stream = second.matches[0].sentiment.as_ref().expect("corrected");
    assert_eq!(of_stream.label, SentimentLabel::Negative);
    let kinds: Vec<IntentKind> = second.intents.iter().map(|intent| intent.kind).collect();
    assert_eq!(kinds, [IntentKind::Criticism]);
}

#[test]
fn a_corrected_language_meets_other_streams_and_counts_move() {
    let mut author = one_author();
    author.told(RawBody::Mention(Box::new(mention(TEXT))));
    let correction = Correction { at: at(5), language: Some("fr".into()), ..Correction::default() };
    let outcome = author.take(corrected(TEXT, correction)).expect("taken").expect("new");
    let streams: Vec<String> = outcome
        .told
        .expect("a judgement")
        .matches
        .iter()
        .map(|matched| matched.stream.to_string())
        .collect();
    assert_eq!(streams, ["delta", "french"]);
    let counts = [("delta".to_owned(), -1), ("delta".to_owned(), 1), ("french".to_owned(), 1)];
    assert_eq!(outcome.counts, counts);
}

#[test]
fn of_a_corrected_language_the_letters_tell_whether_it_is_romanised() {
    const GREEK: &str = "i ptisi argise pali";
    let mut author = one_author();
    author.told(RawBody::Mention(Box::new(mention(GREEK))));
    let correction = Correction { at: at(5), language: Some("el".into()), ..Correction::default() };
    let told = author.told(corrected(GREEK, correction)).language;
    assert_eq!((&*told.code, told.romanised, told.mixed_with), ("el", Some(true), None));
}

#[test]
fn corrections_add_up_and_the_same_again_is_a_duplicate() {
    let mut author = one_author();
    author.told(RawBody::Mention(Box::new(mention(TEXT))));
    let language = Correction { at: at(5), language: Some("fr".into()), ..Correction::default() };
    let sentiment =
        Correction { at: at(9), sentiments: negative(Some("delta")), ..Correction::default() };
    author.told(corrected(TEXT, sentiment.clone()));
    let both = author.told(corrected(TEXT, language.clone()));
    assert_eq!(both.judgement, Judgement::new(3));
    let told = both.correction.expect("named");
    assert_eq!((told.at, told.language.as_deref()), (at(9), Some("fr")));
    for again in [language, sentiment] {
        assert!(author.take(corrected(TEXT, again)).expect("taken").is_none());
    }
    assert!(author.take(RawBody::Mention(Box::new(mention(TEXT)))).expect("taken").is_none());
}

#[test]
fn an_edit_ends_a_correction_and_a_correction_of_other_words_is_refused() {
    let mut author = one_author();
    author.told(RawBody::Mention(Box::new(mention(TEXT))));
    let correction =
        || Correction { at: at(5), sentiments: negative(None), ..Correction::default() };
    author.told(corrected(TEXT, correction()));
    let edited = author.told(RawBody::Mention(Box::new(mention("delta is fine"))));
    assert_eq!((edited.judgement, edited.correction), (Judgement::new(3), None));
    let refused = author.take(corrected(TEXT, correction())).expect_err("other words");
    assert!(refused.reason.contains("murmur:1 says something else by now"), "{}", refused.reason);
    let deletion = Deletion {
        mention_id: MentionId::new("murmur:1").expect("valid"),
        author: Some(AuthorId::new("murmur:2").expect("valid")),
    };
    author.told(RawBody::Deletion(deletion));
    let refused = author.take(corrected("delta is fine", correction())).expect_err("deleted");
    assert!(refused.reason.contains("was deleted by its source"), "{}", refused.reason);
}

#[test]
fn beyond_the_ledger_the_record_says_which_judgement_was_corrected() {
    let correction = Correction { at: at(5), sentiments: negative(None), ..Correction::default() };
    let told = one_author().told(corrected(TEXT, correction));
    assert_eq!(told.judgement, Judgement::FIRST.next());
}
