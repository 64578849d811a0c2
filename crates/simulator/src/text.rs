//! Composes what is said from the grammars.
//!
//! Guarantees: a text is a pure function of its plan, so that a repost repeats its original to the
//! byte and nothing has to be kept; a text about a brand holds the brand's word as one token.

use vigie_types::MentionKind;

use crate::author::AuthorKey;
use crate::brand::{Brand, BrandIndex, Trade};
use crate::dice::{Derived, Roll};
use crate::grammar::{Grammar, Lines};
use crate::region::REGIONS;
use crate::spam;

/// What an author means by a mention: the truth behind sentiment and intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// In favour.
    Positive,
    /// Against.
    Negative,
    /// Neither.
    Neutral,
    /// Asks.
    Question,
    /// Complains (and is against).
    Complaint,
    /// Proposes.
    Suggestion,
    /// Thanks or praises (and is in favour).
    Compliment,
}

impl Stance {
    /// Every stance; weights of stances have this order.
    pub const ALL: [Self; 7] = [
        Self::Positive,
        Self::Negative,
        Self::Neutral,
        Self::Question,
        Self::Complaint,
        Self::Suggestion,
        Self::Compliment,
    ];

    /// Whether it is against the brand.
    pub const fn is_negative(self) -> bool {
        matches!(self, Self::Negative | Self::Complaint)
    }

    /// Whether it is in favour of the brand.
    pub const fn is_positive(self) -> bool {
        matches!(self, Self::Positive | Self::Compliment)
    }
}

/// What sort of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Genre {
    Talk,
    Answer,
    Care,
    News,
    Giveaway,
    LinkFarm,
    Flood,
}

/// All that decides a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextPlan {
    pub(crate) seed: u64,
    pub(crate) genre: Genre,
    pub(crate) region: u8,
    pub(crate) stance: Stance,
    pub(crate) brand: Option<BrandIndex>,
    pub(crate) rival: Option<BrandIndex>,
    /// The planned event whose hashtag is used.
    pub(crate) tag: Option<u8>,
    /// Whom it addresses by handle at its beginning.
    pub(crate) to: Option<AuthorKey>,
    pub(crate) edited: bool,
}

/// A text, with what a network would know of it.
#[derive(Debug, Default)]
pub(crate) struct Composed {
    pub(crate) text: String,
    /// Brands named by their handle, in order.
    pub(crate) handles: Vec<BrandIndex>,
}

const GLAD: [&str; 6] = ["😍", "🎉", "👍", "😊", "❤️", "👏"];
const CROSS: [&str; 6] = ["😡", "👎", "😤", "🤬", "😭", "🙄"];
const PLAIN: [&str; 5] = ["🤔", "👀", "🙂", "☕", "✈️"];
const TAGS: [&str; 6] = ["#travel", "#service", "#fail", "#monday", "#customerservice", "#fyi"];

/// Composes texts about these brands, with these hashtags.
#[derive(Clone, Debug)]
pub(crate) struct Composer {
    brands: Vec<Brand>,
    tags: Vec<Option<String>>,
}

impl Composer {
    pub(crate) fn new(brands: Vec<Brand>, tags: Vec<Option<String>>) -> Self {
        Self { brands, tags }
    }

    /// The text of a plan.
    pub(crate) fn text(&self, plan: &TextPlan) -> Composed {
        let mut pen = self.pen(plan, plan.seed);
        match plan.genre {
            Genre::Talk | Genre::Answer => pen.talk(),
            Genre::Care => {
                let template = pen.dice.word(pen.grammar.care);
                pen.expand(template);
            }
            Genre::News => pen.article(),
            Genre::Giveaway => pen.paste(&spam::GIVEAWAYS),
            Genre::LinkFarm => pen.paste(&spam::LINK_FARMS),
            Genre::Flood => pen.paste(&spam::FLOODS),
        }
        pen.add_event_tag();
        if plan.edited {
            pen.out.text.push_str(" (edit: ");
            pen.out.text.push_str(pen.grammar.when[0]);
            pen.out.text.push(')');
        }
        pen.out
    }

    /// The title of a plan.
    pub(crate) fn title(&self, plan: &TextPlan) -> String {
        let mut pen = self.pen(plan, plan.seed ^ 0x71_71E);
        pen.formal = true;
        let list = if plan.brand.is_some() { pen.grammar.news } else { pen.grammar.chatter };
        let template = pen.dice.word(list);
        pen.expand(template);
        pen.out.text
    }

    fn pen(&self, plan: &TextPlan, seed: u64) -> Pen<'_> {
        Pen {
            composer: self,
            plan: *plan,
            grammar: REGIONS[usize::from(plan.region)].language,
            dice: Derived::new(seed, 0x7E47),
            formal: plan.genre == Genre::News,
            out: Composed { text: String::with_capacity(160), handles: Vec::new() },
        }
    }
}

struct Pen<'a> {
    composer: &'a Composer,
    plan: TextPlan,
    grammar: &'static Grammar,
    dice: Derived,
    /// Names, not handles or tags.
    formal: bool,
    out: Composed,
}

impl Pen<'_> {
    fn talk(&mut self) {
        if self.dice.chance(0.2) {
            self.out.text.push_str(self.dice.word(self.grammar.openers));
            self.out.text.push(' ');
        }
        let template = self.dice.word(self.templates());
        self.expand(template);
        self.emphasise();
        if self.dice.chance(0.3) {
            let emoji = if self.plan.stance.is_positive() {
                self.dice.word(&GLAD)
            } else if self.plan.stance.is_negative() {
                self.dice.word(&CROSS)
            } else {
                self.dice.word(&PLAIN)
            };
            self.out.text.push(' ');
            self.out.text.push_str(emoji);
        }
        if self.dice.chance(0.12) {
            self.out.text.push(' ');
            self.out.text.push_str(self.dice.word(&TAGS));
        }
    }

    fn templates(&self) -> Lines {
        match (self.plan.brand, self.plan.rival, self.plan.genre) {
            (None, _, Genre::Answer) => self.grammar.replies,
            (None, _, _) => self.grammar.chatter,
            (Some(_), Some(_), _) => self.grammar.versus,
            (Some(_), None, _) => stance_templates(self.grammar, self.plan.stance),
        }
    }

    fn article(&mut self) {
        let sentences = 3 + self.dice.below(3);
        for number in 0..sentences {
            let list = match (self.plan.brand, number % 3) {
                (None, _) => self.grammar.chatter,
                (Some(_), 0) => self.grammar.news,
                (Some(_), 1) => stance_templates(self.grammar, self.plan.stance),
                (Some(_), _) => self.grammar.neutral,
            };
            let template = self.dice.word(list);
            self.expand(template);
            self.out.text.push_str(". ");
        }
        self.out.text.truncate(self.out.text.trim_end().len());
    }

    fn paste(&mut self, pasted: &spam::Pasted) {
        let list = if self.plan.brand.is_some() { pasted.branded } else { pasted.plain };
        let template = self.dice.word(list);
        self.expand(template);
    }

    fn add_event_tag(&mut self) {
        let Some(tag) = self.plan.tag else { return };
        if let Some(Some(tag)) = self.composer.tags.get(usize::from(tag)) {
            self.out.text.push_str(" #");
            self.out.text.push_str(tag);
        }
    }

    fn expand(&mut self, template: &str) {
        let mut rest = template;
        while let Some((before, slot)) = rest.split_once('{') {
            self.out.text.push_str(before);
            let (name, after) = slot.split_once('}').unwrap_or((slot, ""));
            self.fill(name);
            rest = after;
        }
        self.out.text.push_str(rest);
    }

    fn fill(&mut self, slot: &str) {
        match slot {
            "b" => self.name(self.plan.brand),
            "r" => self.name(self.plan.rival),
            "t" => {
                let trade = self.plan.brand.map(|brand| self.composer.brands[brand.get()].trade);
                let things = &self.grammar.things[usize::from(trade == Some(Trade::Telecom))];
                self.out.text.push_str(self.dice.word(things));
            }
            "i" => self.intensify(),
            "g" => self.loudly(self.grammar.good),
            "x" => self.loudly(self.grammar.bad),
            "w" => self.out.text.push_str(self.dice.word(self.grammar.when)),
            "n" => self.out.text.push_str(&(self.dice.below(900) + 100).to_string()),
            unknown => panic!("the grammars are tested to have no slot {unknown}"),
        }
    }

    fn name(&mut self, brand: Option<BrandIndex>) {
        let Some(index) = brand else { return };
        let brand = &self.composer.brands[index.get()];
        let form = if self.formal { 0 } else { self.dice.below(20) };
        match form {
            0..=7 => self.out.text.push_str(&brand.name),
            8..=16 => {
                self.out.handles.push(index);
                self.out.text.push('@');
                self.out.text.push_str(brand.id.as_str());
            }
            _ => {
                self.out.text.push('#');
                self.out.text.push_str(brand.id.as_str());
            }
        }
    }

    /// An intensifier, sometimes drawn out: "sooooo".
    fn intensify(&mut self) {
        let word = self.dice.word(self.grammar.intense);
        let drawn = word.rfind(['a', 'e', 'i', 'o', 'u']).filter(|_| self.dice.chance(0.12));
        let Some(vowel) = drawn else { return self.out.text.push_str(word) };
        self.out.text.push_str(&word[..vowel]);
        for _ in 0..3 + self.dice.below(4) {
            self.out.text.push_str(&word[vowel..=vowel]);
        }
        self.out.text.push_str(&word[vowel + 1..]);
    }

    /// A word, sometimes in capitals.
    fn loudly(&mut self, list: Lines) {
        let word = self.dice.word(list);
        if self.dice.chance(0.08) && !self.formal {
            self.out.text.extend(word.chars().flat_map(char::to_uppercase));
        } else {
            self.out.text.push_str(word);
        }
    }

    fn emphasise(&mut self) {
        let marks = match self.dice.below(12) {
            0 => "!",
            1 => "!!!",
            2 if self.plan.stance.is_negative() => "?!",
            3 => "...",
            _ => "",
        };
        self.out.text.push_str(marks);
    }
}

fn stance_templates(grammar: &'static Grammar, stance: Stance) -> Lines {
    match stance {
        Stance::Positive => grammar.positive,
        Stance::Negative => grammar.negative,
        Stance::Neutral => grammar.neutral,
        Stance::Question => grammar.question,
        Stance::Complaint => grammar.complaint,
        Stance::Suggestion => grammar.suggestion,
        Stance::Compliment => grammar.compliment,
    }
}

/// Whether a mention of this kind has a title on a forum or on the web.
pub(crate) const fn has_title(kind: MentionKind) -> bool {
    matches!(kind, MentionKind::Post | MentionKind::Article)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_about_a_brand_names_it_in_every_language_and_stance() {
        let composer = Composer::new(Brand::invented(), vec![Some("OneTag".into())]);
        for region in 0..REGIONS.len() as u8 {
            for (seed, stance) in (0_u64..280).zip(Stance::ALL.iter().cycle()) {
                let plan = TextPlan {
                    seed,
                    genre: Genre::Talk,
                    region,
                    stance: *stance,
                    brand: Some(BrandIndex::new(0)),
                    rival: (seed % 5 == 0).then_some(BrandIndex::new(1)),
                    tag: Some(0),
                    to: None,
                    edited: seed % 2 == 0,
                };
                let made = composer.text(&plan);
                let lower = made.text.to_lowercase();
                assert!(lower.contains("aerolumo"), "{lower}");
                assert_eq!(lower.contains("kestrava"), plan.rival.is_some(), "{lower}");
                assert!(lower.contains("#onetag") && !lower.contains('{'), "{lower}");
                assert_eq!(made.text, composer.text(&plan).text);
            }
        }
    }
}
