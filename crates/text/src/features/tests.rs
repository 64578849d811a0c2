//! Features: what two texts share and what they do not.

use std::collections::BTreeSet;

use super::*;

fn hashes(text: &str) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    each(&Tokens::of(text), |feature| {
        found.insert(feature.hash);
    });
    found
}

#[test]
fn case_accounts_links_and_held_letters_do_not_change_the_words() {
    for (left, right) in [
        ("Great Flight", "great flight"),
        ("@anna thanks", "@ben thanks"),
        ("see https://a.example/b", "see https://c.example/d"),
        ("well 👍🏽", "well 👍"),
    ] {
        assert_eq!(hashes(left), hashes(right), "{left} and {right}");
    }
    let held: Vec<_> = hashes("sooo").difference(&hashes("soo")).copied().collect();
    assert_eq!(held, [step(STYLE_SEED, 1)]);
}

#[test]
fn a_word_is_found_by_its_hash() {
    assert!(hashes("a great flight").contains(&word_hash("great")));
    assert!(!hashes("a greater flight").contains(&word_hash("great")));
}

#[test]
fn scripts_without_spaces_give_runs_of_their_characters() {
    let (shared, whole) = (hashes("很好吃"), hashes("这个很好吃"));
    assert!(shared.is_subset(&whole));
    assert_eq!(shared.len(), 3 + 2 + 1, "characters, pairs and one run of three");
}

#[test]
fn the_number_of_features_is_linear_in_the_text() {
    for text in ["a".repeat(100_000), "ab".repeat(50_000), "漢字".repeat(30_000)] {
        let mut count = 0;
        each(&Tokens::of(&text), |_| count += 1);
        assert!(count <= 4 * text.len(), "{count} of {} bytes", text.len());
    }
}
