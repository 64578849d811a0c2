//! Links in running text: where one starts and where it ends.
//!
//! Guarantees: looks at each byte once. Refuses bare domains without a path (`booking.com` is a
//! word) and endings that are punctuation of the sentence around.

/// Top-level domains with which a bare `name.tld/path` is a link. A choice, not the registry: short
/// links and the usual ones; what is missing is still a link with a scheme.
const BARE: [&str; 52] = [
    "ai", "app", "at", "au", "be", "biz", "blog", "br", "ca", "cc", "ch", "cn", "co", "com", "de",
    "dev", "edu", "es", "eu", "fb", "fm", "fr", "gd", "gl", "gov", "gy", "in", "info", "io", "it",
    "jp", "kr", "ly", "me", "mx", "net", "news", "nl", "no", "org", "pl", "ru", "se", "sh", "shop",
    "social", "st", "to", "tv", "uk", "us", "xyz",
];

const SCHEMES: [&str; 4] = ["https://", "http://", "www.", "ftp://"];

/// The bytes of the link with a scheme or `www.` that the text starts with, if it does.
pub(super) fn prefix(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let scheme = SCHEMES.iter().find(|scheme| {
        bytes.len() > scheme.len() && bytes[..scheme.len()].eq_ignore_ascii_case(scheme.as_bytes())
    })?;
    let first = text[scheme.len()..].chars().next()?;
    first.is_alphanumeric().then(|| extent(text))
}

/// The bytes of the link that starts with this bare domain and goes on with `/`, if it is one.
pub(super) fn bare(text: &str, domain_bytes: usize) -> Option<usize> {
    has_known_ending(&text[..domain_bytes]).then(|| extent(text))
}

/// Whether what follows the last dot is a top-level domain known here.
pub(super) fn has_known_ending(domain: &str) -> bool {
    let Some((name, ending)) = domain.rsplit_once('.') else { return false };
    !name.is_empty() && BARE.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

fn extent(text: &str) -> usize {
    let mut end = 0;
    let mut open = 0_i32;
    // The end after the last character that may end a link, with parentheses balanced.
    let mut good = 0;
    for letter in text.chars() {
        if !continues(letter) {
            break;
        }
        end += letter.len_utf8();
        match letter {
            '(' => open += 1,
            ')' if open > 0 => {
                open -= 1;
                good = end;
            }
            '/' | '=' | '_' | '-' | '&' | '%' | '#' | '+' | '~' | '$' => good = end,
            _ if letter.is_alphanumeric() => good = end,
            _ => {}
        }
    }
    good
}

fn continues(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_graphic()
            && !matches!(letter, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^');
    }
    // Scripts written without spaces end a link: what follows is the sentence.
    letter.is_alphanumeric()
        && !matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..)
}
