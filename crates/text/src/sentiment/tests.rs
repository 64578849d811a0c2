//! Minimal pairs: two sentences that differ in one thing, and what it must change.

use super::*;
use vigie_types::Confidence;

fn english() -> Language {
    Language::new("en", Confidence::clamped(1.0))
}

fn score(text: &str) -> f32 {
    let model = SentimentModel::new();
    model.sentiment(&Tokens::of(text), &english()).expect("english is supported").score.get()
}

fn label(text: &str) -> SentimentLabel {
    let model = SentimentModel::new();
    model.sentiment(&Tokens::of(text), &english()).expect("english is supported").label
}

fn towards(text: &str, brand: &str) -> f32 {
    let model = SentimentModel::new();
    let spans: Vec<_> = text
        .match_indices(brand)
        .map(|(at, _)| Span { start: at as u32, end: (at + brand.len()) as u32 })
        .collect();
    assert!(!spans.is_empty(), "{brand} is in {text}");
    let tokens = Tokens::of(text);
    model.sentiment_towards(&tokens, &english(), &spans).expect("supported").score.get()
}

/// The first sentence must score higher than the second.
fn check_higher(pairs: &[(&str, &str)]) {
    for (higher, lower) in pairs {
        assert!(
            score(higher) > score(lower),
            "{higher} ({}) must be above {lower} ({})",
            score(higher),
            score(lower)
        );
    }
}

#[test]
fn negation_turns_what_it_reaches() {
    check_higher(&[
        ("The crew was helpful.", "The crew was not helpful."),
        ("This is not bad.", "This is bad."),
        ("I don't hate it.", "I hate it."),
        ("No, it was great.", "No great service."),
        ("never a problem with them", "a problem with them"),
        ("I was happy.", "I wasn't very happy."),
        ("It works without problems", "It works with problems"),
        ("#happy", "#nothappy"),
        ("my day #SuchAHappyDay", "my day #NotAHappyDay"),
        ("#BestAirlineEver @northair", "#WorstAirlineEver @northair"),
    ]);
    assert_eq!(label("The food was not good."), SentimentLabel::Negative);
    assert_eq!(label("It didn’t disappoint, great show"), SentimentLabel::Positive);
}

#[test]
fn boosters_capitals_and_emphasis_make_it_stronger() {
    check_higher(&[
        ("The flight was very good", "The flight was good"),
        ("The flight was good", "The flight was somewhat good"),
        ("It is bad", "It is extremely bad"),
        ("The flight was GREAT today", "The flight was great today"),
        ("The flight was gooood", "The flight was good"),
        ("Great flight!!!", "Great flight"),
        ("Bad flight", "Bad flight!!!"),
        ("It was kinda bad", "It was bad"),
        ("That is fucking great", "That is great"),
    ]);
}

#[test]
fn what_follows_but_counts_more() {
    check_higher(&[(
        "The food was bad, but the crew was great",
        "The crew was great, but the food was bad",
    )]);
    assert!(score("The crew was nice but the flight was horrible") < 0.0);
    assert!(score("The flight was horrible but the crew was amazing") > 0.0);
}

#[test]
fn questions_and_wishes_weaken_praise() {
    check_higher(&[
        ("The service is good.", "Is the service good?"),
        ("It was nice to get an answer", "It would be nice to get an answer"),
    ]);
}

#[test]
fn faces_and_slang_have_a_say() {
    check_higher(&[
        ("my flight 😍", "my flight"),
        ("my flight", "my flight 😡"),
        ("off to boston :)", "off to boston :("),
        ("well ok 👍🏽", "well ok 👎🏽"),
        ("this is lit", "this is meh"),
        ("Fine ❤️", "Fine 💔"),
    ]);
}

#[test]
fn idioms_mean_what_they_mean_as_a_whole() {
    check_higher(&[
        ("This phone is the bomb", "This phone is a bomb"),
        ("Can't wait to fly", "Can't fly"),
        ("Thanks for everything", "Thanks for nothing"),
    ]);
    assert_eq!(label("What a waste of time"), SentimentLabel::Negative);
    assert_eq!(label("Never again."), SentimentLabel::Negative);
}

#[test]
fn plain_facts_are_neutral() {
    for text in ["The flight leaves at 10 from gate 4.", "", "https://example.org #flight @delta"] {
        assert_eq!(label(text), SentimentLabel::Neutral, "{text}");
    }
}

#[test]
fn each_brand_gets_what_is_said_of_it() {
    for (text, good, bad) in [
        ("love @a, hate @b", "@a", "@b"),
        ("I love @a and hate @b", "@a", "@b"),
        ("@a was great but @b was terrible", "@a", "@b"),
        ("@b lost my bag. Switched to @a, very happy!", "@a", "@b"),
        ("@a is better than @b", "@a", "@b"),
        ("@b is worse than @a", "@a", "@b"),
    ] {
        assert!(towards(text, good) > 0.0, "{good} in {text}: {}", towards(text, good));
        assert!(towards(text, bad) < 0.0, "{bad} in {text}: {}", towards(text, bad));
    }
    assert!(towards("Flew @a today. Terrible service!", "@a") < 0.0);
    assert!(towards("@a and @b are awful", "@a") < 0.0);
    assert!(towards("@a and @b are awful", "@b") < 0.0);
    assert!(towards("@a flies to Rome. @b is awful", "@a") > -0.3);
}

#[test]
fn the_tokens_sum_to_the_logits_but_for_what_every_text_starts_with() {
    let model = SentimentModel::new();
    let text = "Thank you so much, but the food was NOT good!! 😡";
    let tokens = Tokens::of(text);
    let Weighed { whole: sum, findings, .. } = model.weigh(&tokens, &english()).expect("supported");
    let start = [2, 3].map(|index| (findings.dense[index], model.linear.dense(index)));
    let start = start
        .iter()
        .fold(model.linear.bias()[1] - model.linear.bias()[0], |all, (value, weights)| {
            all + value * (weights[1] - weights[0])
        });
    let added: f32 = sum.tokens.iter().sum();
    assert!((sum.logits[1] - sum.logits[0] - start - added).abs() < 1e-4);
    for token in model.told(&tokens, &sum, "en", Tier::A).tokens {
        assert_eq!(&text[token.start as usize..token.end as usize], token.text);
    }
}

#[test]
fn a_language_without_support_is_unknown_and_not_neutral() {
    let model = SentimentModel::new();
    let klingon = Language::new("tlh", Confidence::clamped(1.0));
    assert_eq!(model.sentiment(&Tokens::of("majQa'"), &klingon), None);
}

#[test]
fn a_text_in_no_known_language_is_judged_and_flagged() {
    let model = SentimentModel::new();
    let found = model.sentiment(&Tokens::of("😍😍😍"), &Language::undetermined());
    let found = found.expect("the model needs no language");
    assert_eq!((found.label, found.tier), (SentimentLabel::Positive, Tier::C));
}

fn set(settings: SentimentSettings, text: &str) -> Sentiment {
    let model = SentimentModel::new().set(settings);
    model.sentiment(&Tokens::of(text), &english()).expect("english is supported")
}

#[test]
fn binary_mode_knows_no_neutral_and_says_so() {
    let binary = || SentimentSettings::of(SentimentLabels::Binary);
    for text in ["The flight leaves at 10 from gate 4.", "", "great crew", "awful crew"] {
        let (plain, found) = (set(SentimentSettings::default(), text), set(binary(), text));
        assert_eq!(plain.model, SENTIMENT_MODEL);
        assert_eq!(found.model, format!("{SENTIMENT_MODEL}+binary"));
        assert_ne!(found.label, SentimentLabel::Neutral, "{text}");
        assert!(found.score.get() * plain.score.get() >= 0.0, "{text}: the side stays");
        if plain.label != SentimentLabel::Neutral {
            assert_eq!(found.label, plain.label, "{text}");
        }
    }
}

#[test]
fn offsets_move_their_language_alone_and_say_so() {
    let offsets = |language: &str| {
        SentimentSettings::default().calibrated(language, [0.0, 9.0]).expect("finite")
    };
    let text = "The flight leaves at 10 from gate 4.";
    let moved = set(offsets("en"), text);
    assert_eq!(moved.label, SentimentLabel::Positive);
    assert_eq!(moved.model, format!("{SENTIMENT_MODEL}+calibrated"));
    assert_eq!(set(offsets("de"), text), set(SentimentSettings::default(), text));
}

#[test]
fn offsets_that_are_no_numbers_are_refused() {
    for wrong in [f32::NAN, f32::INFINITY] {
        let settings = SentimentSettings::default().calibrated("en", [wrong, 0.0]);
        assert_eq!(settings, Err(NoOffset));
    }
}
