//! How much of a text is noise: link farms, hashtag stuffing and giveaways, from one text alone.
//!
//! Guarantees: a level of 0 to 100 and the reasons for it, strongest first; each reason has a
//! formula of counts. Refuses: what needs memory of other texts (copies, cadence) and dropping
//! anything.

mod spam;

use vigie_types::{Language, Noise, NoiseReason};

use crate::english::is_mixed_with_english;
use crate::phrase::Cues;
use crate::token::{TokenKind, Tokens};
pub use spam::{BUCKETS as SPAM_BUCKETS, SPAM_MAGIC, SPAM_VERSION, SpamModel, spam_features};

/// Hashtags, cashtags and handles that a sincere post may carry.
const FREE_TAGS: u32 = 3;
/// Links that a sincere post may carry.
const FREE_LINKS: u32 = 1;
/// What each tag, or link, beyond that adds.
const PER_TAG: u32 = 12;
const PER_LINK: u32 = 25;
/// What a text adds in which tags, or links, outnumber words.
const OUTNUMBERED: u32 = 25;
/// What one cue of a giveaway adds, and a second different kind of cue.
const PER_GIVEAWAY: u32 = 40;
/// Reasons below this are not told.
const TOLD_FROM: u32 = 20;
/// Hundredths from which the model of spam is heard: more likely spam than not.
const SPAM_FROM: u32 = 50;
/// What further reasons add to the strongest, as a divisor.
const FURTHER: u32 = 3;

/// Kinds of giveaway cues: what to win, what to do for it, and what to buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lure {
    Prize,
    Deed,
    Offer,
}

const LURES: [(Lure, &str); 3] = [
    (
        Lure::Prize,
        "giveaway,give away,win a,win an,win the,to win,chance to win,be in with a chance,won a,you \
         have won,you've won,have been selected,free gift,gift card,free iphone,prize,sweepstakes,\
         sweepstake,raffle,airdrop,free entry,claim your,claim now,cash prize,guaranteed,contest",
    ),
    (
        Lure::Deed,
        "retweet to,rt to,rt and follow,rt & follow,follow and rt,like and retweet,retweet and follow,\
         follow and retweet,follow us,follow me,follow back,follow for follow,f4f,follow4follow,\
         tag a friend,tag 3 friends,tag two friends,like and share,like & share,share this post,\
         to enter,enter here,enter now,sub to my,subscribe to my,check out my channel,check my channel,\
         visit my profile,link in bio,text stop,txt,reply stop,call now,text win,dm me to,whatsapp",
    ),
    (
        Lure::Offer,
        "click here,buy now,order now,limited time,limited offer,act now,discount code,promo code,\
         use code,100 free,earn money,make money,work from home,extra income,passive income,\
         followers fast,get followers,more followers,free followers,cheap,casino,forex signals,\
         crypto signals,guaranteed profit,double your,urgent,sex cam,hot singles,free trial,free msg",
    ),
];

/// Marks noise; built once.
#[derive(Debug)]
pub struct NoiseModel {
    lures: Cues<Lure>,
    spam: SpamModel,
}

impl NoiseModel {
    /// Builds the cues.
    pub fn new() -> Self {
        Self::with(SpamModel::new())
    }

    /// Builds the cues, with another model of spam than the one that ships.
    pub fn with(spam: SpamModel) -> Self {
        let mut lures = Cues::new();
        for (lure, cues) in LURES {
            for cue in cues.split(',') {
                lures.add(cue, lure);
            }
        }
        Self { lures, spam }
    }

    /// How much of the text is noise, and why.
    pub fn noise(&self, tokens: &Tokens<'_>, language: &Language) -> Noise {
        let counts = Counts::of(tokens);
        let (link_farm, stuffing) = (counts.link_farm(), counts.stuffing());
        let counted = link_farm.max(stuffing);
        let spam = self.spam(tokens, language);
        // Where links or tags explain as much, they are told first.
        let spam = if counted >= SPAM_FROM { spam.min(counted) } else { spam };
        let mut found = [
            (link_farm, NoiseReason::LinkFarm),
            (stuffing, NoiseReason::HashtagStuffing),
            (self.giveaway(tokens, &counts).max(spam), NoiseReason::Giveaway),
        ];
        // Strongest first; of equal ones, in the order of the reasons.
        found.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
        let further: u32 = found[1..].iter().map(|(level, _)| level / FURTHER).sum();
        let told = found.iter().filter(|(level, _)| *level >= TOLD_FROM);
        let reasons: Vec<_> = told.map(|(_, reason)| *reason).collect();
        let level = if reasons.is_empty() { 0 } else { (found[0].0 + further).min(100) };
        Noise { level: level as u8, reasons }
    }

    /// What the model of spam says, in hundredths, where it knows the language and is in favour.
    fn spam(&self, tokens: &Tokens<'_>, language: &Language) -> u32 {
        if !is_mixed_with_english(language) {
            return 0;
        }
        let hundredths = (self.spam.probability(tokens) * 100.0) as u32;
        if hundredths >= SPAM_FROM { hundredths } else { 0 }
    }

    fn giveaway(&self, tokens: &Tokens<'_>, counts: &Counts) -> u32 {
        let mut kinds = [0_u32; 3];
        // Cues that overlap say one thing.
        let mut free_from = 0;
        self.lures.find(
            tokens,
            |_| true,
            |found| {
                if found.first >= free_from {
                    kinds[found.meaning as usize] += 1;
                    free_from = found.last + 1;
                }
            },
        );
        let different = kinds.iter().filter(|count| **count > 0).count() as u32;
        let repeated: u32 = kinds.iter().map(|count| count.saturating_sub(1).min(3)).sum();
        if different == 0 {
            return 0;
        }
        // One cue alone is talk; with a link, tags or another cue it is a lure.
        let baited = counts.links > 0 || counts.tags > FREE_TAGS || different > 1 || repeated > 0;
        let alone = if baited { PER_GIVEAWAY } else { PER_GIVEAWAY / 4 };
        (alone + (different - 1) * PER_GIVEAWAY + repeated * 10).min(100)
    }
}

impl Default for NoiseModel {
    fn default() -> Self {
        Self::new()
    }
}

struct Counts {
    words: u32,
    tags: u32,
    links: u32,
}

impl Counts {
    fn of(tokens: &Tokens<'_>) -> Self {
        let mut counts = Self { words: 0, tags: 0, links: 0 };
        for token in tokens {
            match token.kind {
                TokenKind::Word | TokenKind::Number => counts.words += 1,
                TokenKind::Hashtag | TokenKind::Cashtag => counts.tags += 1,
                TokenKind::Url => counts.links += 1,
                TokenKind::Handle | TokenKind::Emoji | TokenKind::Emoticon => {}
            }
        }
        counts
    }

    fn link_farm(&self) -> u32 {
        let beyond = self.links.saturating_sub(FREE_LINKS).min(100) * PER_LINK;
        let outnumbered = self.links > FREE_LINKS && self.links * 3 > self.words;
        (beyond + if outnumbered { OUTNUMBERED } else { 0 }).min(100)
    }

    fn stuffing(&self) -> u32 {
        let beyond = self.tags.saturating_sub(FREE_TAGS).min(100) * PER_TAG;
        let outnumbered = self.tags > FREE_TAGS && self.tags > self.words;
        (beyond + if outnumbered { OUTNUMBERED } else { 0 }).min(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(text: &str) -> Noise {
        NoiseModel::new().noise(&Tokens::of(text), &Language::undetermined())
    }

    #[test]
    fn a_sincere_post_is_no_noise() {
        for text in [
            "My flight was late again @delta #delay https://example.org/photo",
            "I want to win the match tomorrow",
            "",
        ] {
            assert_eq!(noise(text), Noise::default(), "{text}");
        }
    }

    #[test]
    fn each_reason_is_named() {
        for (text, reason) in [
            ("http://a.example http://b.example http://c.example hi", NoiseReason::LinkFarm),
            ("#a1 #b2 #c3 #d4 #e5 #f6 #g7 buy", NoiseReason::HashtagStuffing),
            ("GIVEAWAY! Follow us and RT to win a phone", NoiseReason::Giveaway),
        ] {
            let found = noise(text);
            assert_eq!(found.reasons.first(), Some(&reason), "{text}: {found:?}");
            assert!(found.level >= 50, "{text}: {found:?}");
        }
    }

    #[test]
    fn the_level_ends_at_a_hundred() {
        let text = "http://a.example #tagged ".repeat(10_000);
        assert_eq!(noise(&text).level, 100);
    }
}
