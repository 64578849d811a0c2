//! The fingerprint of a text: a 64 bit `SimHash` over shingles of words.
//!
//! Charikar's `SimHash` (2002): each shingle votes with the bits of its hash, the majority of each
//! bit is the fingerprint. A shingle is two tokens in a row, and each token alone.
//!
//! Guarantees: case, width, invisible characters, punctuation, "RT @x:" prefixes and tracking
//! parameters of links change nothing; a text of no tokens has the fingerprint 0; the same on every
//! machine. Refuses: paraphrase; two texts of few words differ in many bits when one word does.

mod votes;

use vigie_types::Fingerprint;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::token::{TokenKind, Tokens};
use votes::Votes;

/// Query parameters that only say where a click came from.
const TRACKING: [&str; 14] = [
    "fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "igsh", "mc_cid", "mc_eid",
    "ref_src", "ref_url", "si", "s", "t",
];

/// The fingerprint of a text.
pub fn fingerprint(tokens: &Tokens<'_>) -> Fingerprint {
    let mut votes = Votes::default();
    let mut before: Option<u64> = None;
    for index in after_repost_prefix(tokens)..tokens.len() {
        let hash = hash_of(tokens, index);
        votes.add(hash);
        if let Some(before) = before {
            votes.add(xxh3_64_with_seed(&before.to_le_bytes(), hash));
        }
        before = Some(hash);
    }
    Fingerprint::from_bits(votes.majority())
}

fn hash_of(tokens: &Tokens<'_>, index: usize) -> u64 {
    let folded = tokens.folded(index);
    if tokens.get(index).kind == TokenKind::Url {
        xxh3_64(without_tracking(folded).as_bytes())
    } else {
        xxh3_64(folded.as_bytes())
    }
}

/// The first token after any number of "RT @x:" at the start.
fn after_repost_prefix(tokens: &Tokens<'_>) -> usize {
    let mut start = 0;
    while start + 1 < tokens.len()
        && matches!(tokens.folded(start), "rt" | "mt" | "via")
        && tokens.get(start + 1).kind == TokenKind::Handle
    {
        start += 2;
    }
    start
}

/// A link without scheme, `www.`, fragment, trailing slash and tracking parameters.
fn without_tracking(link: &str) -> String {
    let plain = link.split_once("://").map_or(link, |(_, rest)| rest);
    let plain = plain.strip_prefix("www.").unwrap_or(plain);
    let plain = plain.split('#').next().unwrap_or_default();
    let (path, query) = plain.split_once('?').unwrap_or((plain, ""));
    let mut kept = path.trim_end_matches('/').to_owned();
    for pair in query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)) {
        kept.push('&');
        kept.push_str(pair);
    }
    kept
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    name.starts_with("utm_") || TRACKING.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Fingerprint {
        fingerprint(&Tokens::of(text))
    }

    #[test]
    fn what_hides_a_copy_changes_nothing() {
        let original = "The new phone sells out in Boston: https://example.org/phone?id=7";
        for copy in [
            "THE NEW PHONE sells out in boston https://example.org/phone?id=7",
            "RT @news: The new phone sells out in Boston: https://example.org/phone?id=7",
            "RT @a: RT @news: The new phone sells out in Boston http://www.example.org/phone?id=7",
            "The new phone sells out in Boston! https://example.org/phone?utm_source=x&id=7&fbclid=1",
            "The new phone sells\u{200b} out in Boston: https://example.org/phone/?id=7#top",
        ] {
            assert_eq!(of(copy), of(original), "{copy}");
        }
    }

    #[test]
    fn another_text_is_far_off_and_a_near_copy_is_near() {
        let text = "Breaking: the harbour bridge is closed until further notice after the storm \
                    damaged two of its pillars last night, the city says in a statement to the press";
        let near = format!("{text} today");
        let other =
            "I had the best coffee of my life in a small place near the station this morning";
        assert!(of(text).distance(of(&near)) <= 6, "{}", of(text).distance(of(&near)));
        assert!(of(text).distance(of(other)) > 15);
    }

    #[test]
    fn a_text_without_tokens_has_no_bits() {
        assert_eq!(of("... !!"), Fingerprint::default());
    }

    #[test]
    fn the_bits_are_the_same_on_every_machine() {
        assert_eq!(of("hello world").to_string(), HELLO_WORLD);
    }

    const HELLO_WORLD: &str = "9645e8755c685dff";
}
