//! Forty minimal pairs in English, each a test named after its sentence: the first must score
//! higher than the second.

use vigie_types::{Confidence, Language};

use super::SentimentModel;
use crate::token::Tokens;

#[track_caller]
fn check(higher: &str, lower: &str) {
    let model = SentimentModel::new();
    let language = Language::new("en", Confidence::clamped(1.0));
    let score = |text: &str| {
        let found = model.sentiment(&Tokens::of(text), &language);
        found.expect("English is supported").score.get()
    };
    let (above, below) = (score(higher), score(lower));
    assert!(above > below, "{higher} ({above}) must be above {lower} ({below})");
}

macro_rules! pairs {
    ($($name:ident: $higher:literal > $lower:literal;)*) => {
        $(#[test]
        fn $name() {
            check($higher, $lower);
        })*
    };
}

pairs! {
    // Negation.
    the_crew_was_not_helpful: "The crew was helpful" > "The crew was not helpful";
    i_dont_like_the_seats: "I like the new seats" > "I don't like the new seats";
    never_a_problem_with_them: "Never a problem with them" > "A problem with them";
    nobody_was_friendly: "Everybody was friendly" > "Nobody was friendly";
    it_is_not_bad: "It is not bad" > "It is bad";
    without_any_trouble: "We landed without any trouble" > "We landed with trouble";
    i_cant_recommend_it: "I can recommend it" > "I can't recommend it";
    not_the_best_but_not_terrible: "The food was not terrible" > "The food was terrible";
    // Boosters and dampers.
    the_food_was_very_good: "The food was very good" > "The food was good";
    the_app_is_extremely_slow: "The app is slow" > "The app is extremely slow";
    slightly_disappointed: "I am slightly disappointed" > "I am disappointed";
    absolutely_love_it: "I absolutely love it" > "I love it";
    really_bad_service: "Bad service" > "Really bad service";
    kind_of_boring: "The show was kind of boring" > "The show was boring";
    // Contrast.
    late_but_the_crew_was_great: "The flight was late but the crew was great"
        > "The crew was great but the flight was late";
    cheap_but_awful: "It was awful but cheap and great" > "It was cheap and great but awful";
    however_support_was_useless: "Support was useless. However, the phone is excellent"
        > "The phone is excellent. However, support was useless";
    nice_hotel_but_never_again: "Small hotel but very nice" > "Nice hotel but very dirty";
    // Emoji and emoticons against words.
    my_flight_with_hearts: "my flight 😍" > "my flight 😡";
    great_with_an_angry_face: "great 😊" > "great 😡";
    landed_with_a_smile: "just landed :)" > "just landed :(";
    waiting_and_crying: "waiting for my bag 🙂" > "waiting for my bag 😭";
    thanks_with_a_thumb_down: "thanks 👍" > "thanks 👎";
    // Questions and wishes.
    is_it_good: "It is good" > "Is it good?";
    why_is_it_so_bad: "Why is it so good" > "Why is it so bad?";
    if_only_they_were_nice: "They were nice" > "If only they were nice";
    // Sarcasm markers.
    great_another_delay: "Great flight" > "Great, another delay";
    thanks_for_losing_my_bag: "Thanks for finding my bag" > "Thanks for losing my bag";
    yeah_right_best_airline: "Best airline" > "Yeah right, best airline";
    wonderful_service_slash_s: "Wonderful service" > "Wonderful service /s";
    love_waiting_sarcasm: "I love waiting here" > "I love waiting here #sarcasm";
    // Capitals, held-down letters, exclamation marks.
    this_is_good_in_capitals: "This is GOOD" > "This is good";
    this_is_bad_in_capitals: "this is bad" > "this is BAD";
    sooo_good: "it was goooood" > "it was good";
    terrible_with_marks: "terrible" > "terrible!!!";
    // Slang and idioms.
    this_phone_is_lit: "this phone is lit" > "this phone is trash";
    fed_up_with_them: "happy with them" > "fed up with them";
    the_bomb: "their pizza is the bomb" > "their pizza is a joke";
    it_sucks: "the new version rocks" > "the new version sucks";
    // Comparison.
    better_than_the_old_one: "This is better than the old one" > "This is worse than the old one";
}
