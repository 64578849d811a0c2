//! Complaints as a few signs add up to them: whom the text addresses, what it says is amiss, what
//! is denied, and how it speaks.
//!
//! No sign alone is a complaint: "waiting" is said to friends as well, and a handle is said
//! by everybody. English only; the words are ours.
//!
//! Guarantees: one pass; the cue is the first word that says what is amiss.

use rustc_hash::FxHashMap;

use crate::token::{TokenKind, Tokens};

/// Points from which a text is a complaint, and what each sign is worth.
const ENOUGH: f32 = 1.75;
const HANDLE: f32 = 1.0;
const CARE_HANDLE: f32 = 0.5;
const EACH_AMISS: f32 = 0.5;
const EACH_DENIAL: f32 = 0.25;
const LONG: f32 = 0.5;
const THANKS: f32 = -0.5;

/// Signs beyond these add nothing; from so many words a text is an account and not a shout.
const MOST_AMISS: u32 = 3;
const MOST_DENIALS: u32 = 2;
const LONG_WORDS: u32 = 12;

/// Confidence at just enough points, and what each further point adds.
const LEAST: f32 = 0.5;
const EACH_POINT: f32 = 0.15;
const MOST: f32 = 0.9;

/// Parts of a handle that say that it takes care of customers.
const CARE: [&str; 5] = ["help", "support", "care", "service", "cust"];

const DENIALS: &str = "can't cant cannot won't wont don't dont doesn't doesnt didn't didnt isn't isnt \
    aren't arent wasn't wasnt haven't havent hasn't hasnt couldn't couldnt wouldn't wouldnt not never \
    no nothing nobody without unable refuse refuses refused refusing";

const AMISS: &str = "issue issues problem problems error errors broken broke breaks wrong fail fails \
    failed failing failure delay delays delayed cancel cancels cancelled canceled missing refund refunds \
    refunded complain complaint complaints crash crashes crashed crashing down stuck useless poor bad \
    terrible horrible awful worst ridiculous disappoint disappointed disappointing disappointment \
    frustrated frustrating unacceptable annoying annoyed sucks suck slow late waiting waited wait hours \
    days weeks months again still stopped lost damaged faulty charged overcharged ruin ruined scam rude \
    shame joke lied lies lying fraud hacked ignore ignored ignoring disgusting disgusted pathetic twice \
    already wtf smh seriously help fix resolve resolved instead supposed yet since told nightmare bug \
    buggy glitch outage defective leaking cracked expired incompetent misleading fuming angry";

#[derive(Clone, Copy, Debug)]
enum Sign {
    Amiss,
    Denial,
    Thanks,
}

/// Adds up the signs; built once.
#[derive(Debug)]
pub(super) struct Complaints {
    signs: FxHashMap<&'static str, Sign>,
}

/// A complaint: how surely, and the token that says what is amiss.
#[derive(Clone, Copy, Debug)]
pub(super) struct Complaint {
    pub(super) confidence: f32,
    pub(super) cue: usize,
}

impl Complaints {
    pub(super) fn new() -> Self {
        let mut signs = FxHashMap::default();
        signs.extend(AMISS.split_whitespace().map(|word| (word, Sign::Amiss)));
        signs.extend(DENIALS.split_whitespace().map(|word| (word, Sign::Denial)));
        signs.extend(["thanks", "thank", "thx", "ty"].map(|word| (word, Sign::Thanks)));
        Self { signs }
    }

    /// The complaint in a text whose sentiment is this score, if the signs are enough.
    pub(super) fn find(&self, tokens: &Tokens<'_>, score: f32) -> Option<Complaint> {
        let (mut amiss, mut denials, mut words) = (0_u32, 0_u32, 0_u32);
        let (mut points, mut handle, mut thanked) = (-score, 0.0_f32, 0.0);
        let mut cue = None;
        for (index, token) in tokens.iter().enumerate() {
            words += 1;
            if token.kind == TokenKind::Handle {
                let cares = CARE.iter().any(|part| tokens.folded(index).contains(part));
                handle = handle.max(if cares { HANDLE + CARE_HANDLE } else { HANDLE });
                continue;
            }
            match self.signs.get(tokens.folded(index)) {
                Some(Sign::Amiss) => {
                    amiss += 1;
                    cue = cue.or(Some(index));
                }
                Some(Sign::Denial) => {
                    denials += 1;
                    cue = cue.or(Some(index));
                }
                Some(Sign::Thanks) => thanked = THANKS,
                None => {}
            }
        }
        points += handle + thanked + if words >= LONG_WORDS { LONG } else { 0.0 };
        points += EACH_AMISS * amiss.min(MOST_AMISS) as f32;
        points += EACH_DENIAL * denials.min(MOST_DENIALS) as f32;
        let confidence = (LEAST + EACH_POINT * (points - ENOUGH)).min(MOST);
        cue.filter(|_| points >= ENOUGH).map(|cue| Complaint { confidence, cue })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_complaint(text: &str, score: f32) -> bool {
        Complaints::new().find(&Tokens::of(text), score).is_some()
    }

    #[test]
    fn signs_add_up_and_none_alone_is_enough() {
        assert!(is_complaint(
            "@northsupport my router has been down for two days and nobody calls back",
            -0.2
        ));
        assert!(!is_complaint("@anna waiting at the bar", 0.0));
        assert!(!is_complaint("@northsupport hello", 0.0));
        assert!(!is_complaint("The train is late", -0.3));
    }
}
