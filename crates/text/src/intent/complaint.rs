//! Complaints as a few signs add up to them: whom the text addresses, what it says is amiss, what
//! is denied, what dealings it tells of, and how it speaks.
//!
//! No sign alone is a complaint: "waiting" is said to friends as well, and a handle is said
//! by everybody. English only; the words are ours.
//!
//! Guarantees: one pass; the cue is the first word that says what is amiss, or else the first of
//! the dealings.

use crate::token::{TokenKind, Tokens};
use crate::word_map::WordMap;

/// Points from which a text is a complaint, and what each sign is worth.
const ENOUGH: f32 = 2.0;
const SENTIMENT: f32 = 0.75;
const HANDLE: f32 = 1.25;
const CARE_HANDLE: f32 = 0.5;
const EACH_AMISS: f32 = 0.35;
const EACH_DENIAL: f32 = 0.25;
const EACH_DEALING: f32 = 0.2;
const LONG: f32 = 0.2;
const ASKED: f32 = 0.15;
const NUMBER: f32 = 0.1;
const LINK: f32 = -0.35;
const THANKS: f32 = -0.25;
const PHRASE: f32 = 0.5;

/// Signs beyond these add nothing; from so many words a text is an account and not a shout.
const MOST_AMISS: u32 = 3;
const MOST_DENIALS: u32 = 2;
const MOST_DEALINGS: u32 = 4;
const LONG_WORDS: usize = 12;

/// Sentiment that needs no handle, where two signs say what it is about: bad mood is no complaint.
const VERY_CLEAR: f32 = -0.7;
const SIGNS_OF_CLEAR: u32 = 2;

/// Confidence at just enough points, and what each further point adds.
const LEAST: f32 = 0.5;
const EACH_POINT: f32 = 0.15;
const MOST: f32 = 0.9;

/// Parts of a handle that say that it takes care of customers.
const CARE: [&str; 5] = ["help", "support", "care", "service", "cust"];

const DENIALS: &str = "can't cant cannot won't wont don't dont doesn't doesnt didn't didnt isn't isnt \
    aren't arent wasn't wasnt haven't havent hasn't hasnt couldn't couldnt wouldn't wouldnt not never \
    no nothing nobody without unable refuse refuses refused refusing";

const AMISS: &str = "issue issues problem problems error errors broken broke breaks wrong fail fails failed \
    failing failure delay delays delayed cancel cancels cancelled canceled missing refund \
    refunds refunded complain complaint complaints crash crashes crashed crashing down stuck \
    useless poor bad terrible horrible awful worst ridiculous disappoint disappointed \
    disappointing disappointment frustrated frustrating unacceptable annoying annoyed sucks suck \
    slow late waiting waited wait hours days weeks months again still stopped lost damaged \
    faulty charged overcharged ruin ruined scam rude shame joke lied lies lying fraud hacked \
    ignore ignored ignoring disgusting disgusted pathetic twice already wtf smh seriously help \
    fix resolve resolved instead supposed yet since told nightmare bug buggy glitch outage \
    defective leaking cracked expired incompetent misleading fuming angry unhappy outrageous \
    appalling dreadful shocking atrocious abysmal dire rubbish crap garbage trash unreliable \
    unresponsive inexcusable hopeless incorrect unfair overpriced unusable freezes freezing \
    froze hang hangs lag lagging disconnected disconnects interrupted unavailable offline stops \
    drops dropped dropping vanished disappeared stolen stole cheated ripped scammed robbed \
    blocked locked rejected denied declined misled messed screwed forgot forgotten overbooked \
    stranded wasted waste hassle unbelievable joking furious livid upset mess shambles hold \
    queue month unanswered incomplete torn dirty mouldy stale burnt rotten sour undercooked leak \
    damage damages bullshit";

/// What customers have to do with: goods, accounts, staff, and how long it takes.
const DEALINGS: &str = "account order orders ordered ordering service customer customers website site app email \
    emails emailed response reply replied message messages package parcel delivery deliver \
    delivered delivering shipped shipping tracking flight flights train bus driver store shop \
    phone internet wifi connection network bill billed invoice payment paid pay charge money \
    card booking reservation ticket tickets product products device update updated upgrade \
    password login log subscription company agent agents rep staff manager team warranty \
    replacement purchase purchased bought tried trying called calling explain sent arrive \
    arrived received says said why ago times hour day minutes mins yesterday please stop after \
    working item items seat luggage bag baggage battery screen charger router modem signal";

/// What is said when something was done.
const THANKED: &str = "thanks thank thx ty";

#[derive(Clone, Copy, Debug)]
enum Sign {
    Amiss,
    Denial,
    Dealing,
    Thanks,
}

/// Adds up the signs; built once.
#[derive(Debug)]
pub(super) struct Complaints {
    signs: WordMap<Sign>,
}

/// A complaint: how surely, and the token that says what is amiss.
#[derive(Clone, Copy, Debug)]
pub(super) struct Complaint {
    pub(super) confidence: f32,
    pub(super) cue: usize,
}

/// What else is known of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// How it speaks, from -1 to 1.
    pub(super) score: f32,
    /// Whether it asks.
    pub(super) asks: bool,
    /// Whether a phrase of criticism stands in it.
    pub(super) has_phrase: bool,
}

impl Complaints {
    pub(super) fn new() -> Self {
        let mut signs = WordMap::default();
        let lists = [
            (DEALINGS, Sign::Dealing),
            (AMISS, Sign::Amiss),
            (DENIALS, Sign::Denial),
            (THANKED, Sign::Thanks),
        ];
        for (words, sign) in lists {
            for word in words.split_whitespace() {
                signs.entry(word).insert_entry(sign);
            }
        }
        Self { signs }
    }

    /// The complaint in a text, if the signs are enough.
    pub(super) fn find(&self, tokens: &Tokens<'_>, known: Known) -> Option<Complaint> {
        let signs = self.count(tokens);
        let points = signs.points(tokens.len(), known);
        let about = signs.amiss + signs.dealings;
        let is_clear = known.score <= VERY_CLEAR && about >= SIGNS_OF_CLEAR;
        let confidence = (LEAST + EACH_POINT * (points - ENOUGH)).clamp(LEAST, MOST);
        let cue = signs.cue.filter(|_| points >= ENOUGH || is_clear);
        cue.map(|cue| Complaint { confidence, cue })
    }

    fn count(&self, tokens: &Tokens<'_>) -> Signs {
        let mut signs = Signs::default();
        let (mut amiss, mut dealing) = (None, None);
        for (index, token) in tokens.iter().enumerate() {
            let word = tokens.folded(index);
            match token.kind {
                TokenKind::Handle => {
                    let cares = CARE.iter().any(|part| word.contains(part));
                    let worth = if cares { HANDLE + CARE_HANDLE } else { HANDLE };
                    signs.handle = signs.handle.max(worth);
                    continue;
                }
                TokenKind::Url => signs.has_link = true,
                TokenKind::Number => signs.has_number = true,
                TokenKind::Word
                | TokenKind::Hashtag
                | TokenKind::Cashtag
                | TokenKind::Emoji
                | TokenKind::Emoticon => {}
            }
            let of_part = || tokens.parts(index).iter().find_map(|part| self.signs.find(part));
            let sign = self.signs.get(tokens, index);
            match sign.or_else(|| if token.kind == TokenKind::Hashtag { of_part() } else { None }) {
                Some(Sign::Amiss) => {
                    signs.amiss += 1;
                    amiss = amiss.or(Some(index));
                }
                Some(Sign::Denial) => {
                    signs.denials += 1;
                    amiss = amiss.or(Some(index));
                }
                Some(Sign::Dealing) => {
                    signs.dealings += 1;
                    dealing = dealing.or(Some(index));
                }
                Some(Sign::Thanks) => signs.thanks = true,
                None => {}
            }
        }
        signs.cue = amiss.or(dealing);
        signs
    }
}

/// The signs that a text shows.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    amiss: u32,
    denials: u32,
    dealings: u32,
    handle: f32,
    has_link: bool,
    has_number: bool,
    thanks: bool,
    cue: Option<usize>,
}

impl Signs {
    fn points(&self, words: usize, known: Known) -> f32 {
        let worth = |holds: bool, points: f32| if holds { points } else { 0.0 };
        -known.score * SENTIMENT
            + self.handle
            + EACH_AMISS * self.amiss.min(MOST_AMISS) as f32
            + EACH_DENIAL * self.denials.min(MOST_DENIALS) as f32
            + EACH_DEALING * self.dealings.min(MOST_DEALINGS) as f32
            + worth(words >= LONG_WORDS, LONG)
            + worth(self.has_number, NUMBER)
            + worth(self.has_link, LINK)
            + worth(self.thanks, THANKS)
            + worth(known.asks, ASKED)
            + worth(known.has_phrase, PHRASE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_complaint(text: &str, score: f32) -> bool {
        let known = Known { score, ..Known::default() };
        Complaints::new().find(&Tokens::of(text), known).is_some()
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

    #[test]
    fn very_clear_words_need_no_handle_but_bad_mood_is_no_complaint() {
        assert!(is_complaint("Northair is the worst, terrible flight", -0.9));
        assert!(!is_complaint("I am so sad today", -0.9));
    }
}
