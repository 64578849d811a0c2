//! How the labels of others read as negative, neutral and positive.

use anyhow::{Result, bail};

/// The class that a label means; `None` where it means none of the three.
pub type Scheme = fn(&str) -> Option<usize>;

pub const NEGATIVE: usize = 0;
pub const NEUTRAL: usize = 1;
pub const POSITIVE: usize = 2;

/// The scheme with this name.
///
/// # Errors
/// When no scheme has it.
pub fn scheme(name: &str) -> Result<Scheme> {
    Ok(match name {
        "words" => words,
        "digits" => digits,
        "binary" => binary,
        "signs" => signs,
        "plutchik" => plutchik,
        "goemotions" => goemotions,
        "neutral-last" => neutral_last,
        "positive-first" => positive_first,
        "red" => red,
        "dravidian" => dravidian,
        "negative" => |_| Some(NEGATIVE),
        "neutral" => |_| Some(NEUTRAL),
        "positive" => |_| Some(POSITIVE),
        other => bail!("no scheme of labels is called `{other}`"),
    })
}

/// Words and their beginnings.
pub fn words(label: &str) -> Option<usize> {
    match label.trim().to_lowercase().as_str() {
        "negative" | "neg" => Some(NEGATIVE),
        "neutral" | "neu" => Some(NEUTRAL),
        "positive" | "pos" => Some(POSITIVE),
        _ => None,
    }
}

/// 0, 1 and 2 for negative, neutral and positive.
fn digits(label: &str) -> Option<usize> {
    label.trim().parse().ok().filter(|class| *class <= POSITIVE)
}

/// 0 for negative and 1 for positive.
fn binary(label: &str) -> Option<usize> {
    match label.trim() {
        "0" => Some(NEGATIVE),
        "1" => Some(POSITIVE),
        _ => None,
    }
}

/// 0 for negative, 1 for positive and 2 for neutral.
fn neutral_last(label: &str) -> Option<usize> {
    if label.trim() == "2" { Some(NEUTRAL) } else { binary(label) }
}

/// 0 for positive and 1 for negative.
fn positive_first(label: &str) -> Option<usize> {
    binary(label).map(|class| POSITIVE - class)
}

/// -1, 0 and 1.
fn signs(label: &str) -> Option<usize> {
    match label.trim() {
        "-1" => Some(NEGATIVE),
        "0" => Some(NEUTRAL),
        "1" => Some(POSITIVE),
        _ => None,
    }
}

/// Plutchik's emotions by number, in a list: anger, disgust, fear and sadness (1, 3, 4, 6) are
/// negative, joy and trust (5, 8) positive; anticipation and surprise (2, 7) say nothing.
fn plutchik(label: &str) -> Option<usize> {
    of_list(label, |emotion| match emotion {
        "1" | "3" | "4" | "6" => Some(NEGATIVE),
        "5" | "8" => Some(POSITIVE),
        _ => None,
    })
}

/// The 28 emotions of `GoEmotions` by number, in a list, grouped as its authors do; the ambiguous
/// ones (confusion, curiosity, realization, surprise) say nothing.
fn goemotions(label: &str) -> Option<usize> {
    of_list(label, |emotion| match emotion.parse::<u8>().ok()? {
        2 | 3 | 9..=12 | 14 | 16 | 19 | 24 | 25 => Some(NEGATIVE),
        0 | 1 | 4 | 5 | 8 | 13 | 15 | 17 | 18 | 20 | 21 | 23 => Some(POSITIVE),
        27 => Some(NEUTRAL),
        _ => None,
    })
}

/// The one class that the members of a list agree on; those that mean none do not vote.
fn of_list(label: &str, class: impl Fn(&str) -> Option<usize>) -> Option<usize> {
    let mut found = label.split(',').filter_map(|member| class(member.trim()));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// Romanian names of emotions, or the seven flags sadness, surprise, fear, anger, neutral, trust,
/// joy.
fn red(label: &str) -> Option<usize> {
    match label.trim() {
        "Tristete" | "Tristețe" | "Furie" | "Frica" | "Frică" => return Some(NEGATIVE),
        "Neutru" => return Some(NEUTRAL),
        "Bucurie" => return Some(POSITIVE),
        _ => {}
    }
    let flags: Vec<bool> =
        label.trim_matches(['[', ']']).split(',').map(|flag| flag.trim() == "1").collect();
    let [sadness, surprise, fear, anger, neutral, trust, joy] = flags[..] else { return None };
    match (sadness || fear || anger, neutral, trust || joy, surprise) {
        (true, false, false, _) => Some(NEGATIVE),
        (false, true, false, false) => Some(NEUTRAL),
        (false, false, true, _) => Some(POSITIVE),
        _ => None,
    }
}

/// As in `DravidianCodeMix`: an unknown state is neutral; mixed feelings and other languages are
/// none.
fn dravidian(label: &str) -> Option<usize> {
    match label.trim().to_lowercase().as_str() {
        "unknown_state" | "unknown state" => Some(NEUTRAL),
        other => words(other),
    }
}
