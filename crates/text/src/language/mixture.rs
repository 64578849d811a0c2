//! Which second language clearly shares a text: code-mixing.
//!
//! Within Latin letters one of the two is English, by far the most frequent partner. Each word that
//! was read leans to one of the two; then the words of each side, taken together, must be that
//! language among all that are known. Across scripts the letters tell.
//!
//! Guarantees: found rarely rather than wrongly. A word or two, names, titles in capitals, hashtags
//! and handles make no mixture. It costs little: the features are those that the language was
//! judged by, and nothing is looked at where one language is far ahead.
//!
//! Refuses: two languages in Latin letters of which neither is English, and what stands behind the
//! place where the language was clear.

use vigie_types::Confidence;

use super::{
    Ballot, Column, LanguageModel, LanguageSum, Script, ScriptCounts, UNDETERMINED, WordSum,
    code_of, eastern, is_eastern, weight,
};
use crate::token::{TokenKind, Tokens};

/// The language that the others mix with.
const ENGLISH: &str = "en";

/// English of West Africa: not told apart from a mixture with English.
const PIDGIN: &str = "pcm";

/// Words that are looked at: what a language takes to be clear, several times over.
const MOST_WORDS: usize = 48;

/// Words that each language has at least: two are a name, a greeting or a title.
const FEWEST_WORDS: u32 = 3;

/// Words below which there is no room for two languages.
const FEWEST_OF_BOTH: usize = 2 * FEWEST_WORDS as usize;

/// How far English may be behind the first language of a whole text for its words to be looked at,
/// in nats: nine texts in ten of one language are passed by.
const FARTHEST: f32 = 17.0;

/// The same of the second language behind English, to which every language has some words alike.
const FARTHEST_FROM_ENGLISH: f32 = 4.3;

/// One word in so many is of the lesser language at least.
const LEAST_SHARE: u32 = 4;

/// How far a word leans to count for a side, in nats: nearer to zero it is a word of both.
const LEAN_OF_WORD: f32 = 0.5;

/// What each side, and what the probability of its language, has to reach; in nats. Measured on
/// tweets in English and Spanish whose words people had labelled, and on texts in one language.
const ENOUGH_OF_SIDE: Enough = Enough { lean: 6.0, probability: 0.8 };

/// The same of a side beside English that is not English: names and codes look like some language
/// out of a hundred sooner than like English.
const ENOUGH_OF_FOREIGN: Enough = Enough { lean: 8.0, probability: 0.8 };

/// The probability of the language of words in other letters: they lean against no rival.
const ENOUGH_IN_OTHER_LETTERS: f32 = 0.9;

/// What a side has to reach: how far it leans from the other language, and its own probability.
struct Enough {
    lean: f32,
    probability: f32,
}

/// The words of a text on the side of one language.
#[derive(Default)]
struct Side {
    words: u32,
    sum: LanguageSum,
}

impl Side {
    fn add(&mut self, word: &WordSum) {
        self.words += 1;
        self.sum.add(word);
    }
}

/// A text's words by the language that they lean to.
#[derive(Default)]
struct Sides {
    first: Side,
    second: Side,
}

impl Sides {
    /// Whether both have their share.
    fn are_shared(&self) -> bool {
        let lesser = self.first.words.min(self.second.words);
        let all = self.first.words + self.second.words;
        lesser >= FEWEST_WORDS && lesser * LEAST_SHARE >= all
    }
}

impl LanguageModel {
    /// The code of the language that shares a text in Latin letters with the first of the ballot.
    pub(super) fn partner(
        &self,
        tokens: &Tokens<'_>,
        heard: usize,
        ballot: &Ballot<'_>,
    ) -> Option<&'static str> {
        let first = ballot.first;
        if first.script != Script::Latin || first.tag == PIDGIN {
            return None;
        }
        if first.tag == ENGLISH {
            return self.partner_of_english(tokens, heard, ballot);
        }
        let english = ballot.columns.iter().position(|column| column.tag == ENGLISH)?;
        if heard < FEWEST_OF_BOTH || ballot.best - ballot.scores[english] > FARTHEST {
            return None;
        }
        let english = &ballot.columns[english];
        let sides = sides(self, tokens, heard, [first, english]);
        let is_mixed = self.are_of(&sides, [first, english], &ENOUGH_OF_SIDE);
        is_mixed.then_some(ENGLISH)
    }

    /// The same beside English: the likeliest of the others, and then the likeliest of the words
    /// that lean to it.
    fn partner_of_english(
        &self,
        tokens: &Tokens<'_>,
        heard: usize,
        ballot: &Ballot<'_>,
    ) -> Option<&'static str> {
        if heard < FEWEST_OF_BOTH || ballot.lead() > FARTHEST_FROM_ENGLISH {
            return None;
        }
        let (english, guess) = (ballot.first, likeliest_other(ballot)?);
        let guessed = sides(self, tokens, heard, [english, guess]);
        if !guessed.are_shared() {
            return None;
        }
        let other = likeliest_other(&self.ballot(&guessed.second.sum, Script::Latin, None)?)?;
        let sides = sides(self, tokens, heard, [english, other]);
        let is_mixed = self.are_of(&sides, [english, other], &ENOUGH_OF_FOREIGN);
        is_mixed.then(|| code_of(other.tag))
    }

    /// Whether both sides have their share and are in their languages.
    fn are_of(&self, sides: &Sides, [first, second]: [&Column; 2], of_second: &Enough) -> bool {
        sides.are_shared()
            && self.is_of(&sides.first, [first, second], &ENOUGH_OF_SIDE)
            && self.is_of(&sides.second, [second, first], of_second)
    }

    /// Whether the words of a side are in the language of the column and not in its rival.
    fn is_of(&self, side: &Side, [column, rival]: [&Column; 2], enough: &Enough) -> bool {
        let question = self.weights.question(&side.sum);
        let lean = column.leaning(&question) - rival.leaning(&question);
        if lean < enough.lean {
            return false;
        }
        let ballot = self.ballot(&side.sum, Script::Latin, None);
        ballot.is_some_and(|ballot| {
            let probability = ballot.probability_of_group();
            ballot.first.tag == column.tag && probability >= enough.probability
        })
    }

    /// The code of the language of words in other letters, where they have their share and the
    /// language of the main letters is clear.
    pub(super) fn beside(
        &self,
        tokens: &Tokens<'_>,
        counts: &ScriptCounts,
        (main, confidence): (Script, Confidence),
    ) -> Option<&'static str> {
        let script = second_script(counts, main)?;
        if confidence.get() < ENOUGH_OF_SIDE.probability {
            return None;
        }
        if let Some(code) = script.only_language() {
            return Some(code);
        }
        let (mut sum, mut heard) = (LanguageSum::default(), 0);
        let mut words = self.words.words();
        for (written, word) in words_as_written(tokens, script).take(MOST_WORDS) {
            if is_plain(written) {
                heard += 1;
                sum.add(&self.word(&mut words, word));
            }
        }
        if heard < FEWEST_WORDS {
            return None;
        }
        let ballot = self.ballot(&sum, script, None)?;
        let is_sure = ballot.probability_of_group() >= ENOUGH_IN_OTHER_LETTERS;
        let tag = ballot.first.tag;
        (is_sure && !matches!(tag, UNDETERMINED | PIDGIN)).then(|| code_of(tag))
    }
}

/// The likeliest that is neither English nor its child nor nonsense.
fn likeliest_other<'m>(ballot: &Ballot<'m>) -> Option<&'m Column> {
    let scored = ballot.columns.iter().zip(&ballot.scores);
    let others =
        scored.filter(|(column, _)| !matches!(column.tag, ENGLISH | PIDGIN | UNDETERMINED));
    others.max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(column, _)| column)
}

/// The words that were read, by the one of two languages that they lean to.
fn sides(
    model: &LanguageModel,
    tokens: &Tokens<'_>,
    heard: usize,
    [first, second]: [&Column; 2],
) -> Sides {
    let mut sides = Sides::default();
    let is_english = second.tag == ENGLISH;
    let mut words = model.words.words();
    let read = words_as_written(tokens, Script::Latin).take(heard.min(MOST_WORDS));
    for (written, word) in read {
        let word = model.word(&mut words, word);
        if word.known == 0 {
            continue;
        }
        let mut alone = LanguageSum::default();
        alone.add(&word);
        let question = model.weights.question(&alone);
        let lean = first.leaning(&question) - second.leaning(&question);
        if lean > LEAN_OF_WORD {
            sides.first.add(&word);
        } else if lean < -LEAN_OF_WORD && is_plain(written) && (is_english || written.len() > 1) {
            sides.second.add(&word);
        }
    }
    sides
}

/// Whether a word is no name, no code and no shout. `I` is a word.
fn is_plain(written: &str) -> bool {
    let is_capital = written.len() > 1 && written.starts_with(char::is_uppercase);
    !is_capital && !written.bytes().any(|byte| byte.is_ascii_digit())
}

/// The words of a script as they are written, and folded.
fn words_as_written<'a>(
    tokens: &'a Tokens<'_>,
    script: Script,
) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
    let words = tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Word);
    let words = words.map(|(index, _)| (tokens.written(index), tokens.folded(index)));
    words.filter(move |(_, folded)| Script::of_word(folded) == Some(script))
}

/// The script of most words beside the main one, where it has its share.
fn second_script(counts: &ScriptCounts, main: Script) -> Option<Script> {
    if counts.iter().sum::<u32>() == counts[main as usize] {
        return None;
    }
    let others = Script::ALL.into_iter().filter(|script| {
        let is_same = *script == main || is_eastern(*script) && is_eastern(main);
        !is_same && (!is_eastern(*script) || *script == eastern(counts))
    });
    let second = others.max_by_key(|script| weight(counts, *script))?;
    let (lesser, main_weight) = (weight(counts, second), weight(counts, main));
    let is_shared = lesser >= FEWEST_WORDS && lesser * LEAST_SHARE >= lesser + main_weight;
    is_shared.then_some(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &[(&str, Option<&str>)], texts: &[&str]) {
        let model = LanguageModel::new();
        for text in texts {
            let language = model.judge(&Tokens::of(text), None);
            let found = (&*language.code, language.mixed_with.as_deref());
            assert!(expected.contains(&found), "{text}: {found:?}");
        }
    }

    #[test]
    fn two_languages_that_share_a_text_are_both_named() {
        check(
            &[("hi", Some("en"))],
            &[
                "yaar ye phone ka battery backup is really good but camera bahut bekar hai",
                "mujhe lagta hai this is the best decision of my life, ab aage dekhte hain",
                "kal meeting hai so please don't be late, warna boss gussa ho jayega",
                "I was waiting for my order since morning lekin abhi tak kuch nahi aaya",
                "maine app update kiya and now it keeps crashing, kya karu samajh nahi aa raha",
            ],
        );
        check(
            &[("es", Some("en")), ("en", Some("es"))],
            &[
                "I was so tired pero mi mamá me hizo limpiar toda la casa",
                "we went to the store y no había nada de lo que yo quería",
            ],
        );
        check(
            &[("tl", Some("en")), ("en", Some("tl"))],
            &[
                "ang ganda ng phone na ito but the battery is so bad, nakakainis talaga",
                "hindi ko alam why my order is still not here, sabi nila kahapon pa",
                "I went to the mall kahapon tapos sobrang daming tao kaya umuwi na lang ako",
            ],
        );
        check(
            &[("id", Some("en"))],
            &["aku suka banget sama fitur ini because it makes my work so much easier"],
        );
    }

    #[test]
    fn letters_of_two_scripts_are_two_languages() {
        check(
            &[("hi", Some("en")), ("en", Some("hi"))],
            &["यह फोन बहुत अच्छा है लेकिन the battery is really very bad"],
        );
        check(
            &[("en", Some("el"))],
            &["my flight was late again and nobody told me why, πολύ κακή εξυπηρέτηση πάλι"],
        );
        check(
            &[("ja", Some("en")), ("en", Some("ja"))],
            &["飛行機がまた遅れて困る because nobody here can tell me why"],
        );
    }

    #[test]
    fn names_titles_and_single_words_are_no_mixture() {
        let model = LanguageModel::new();
        for text in [
            "mi nuevo iPhone es muy bueno y la cámara es increíble #bestphoneever",
            "el nuevo Samsung Galaxy Note me encanta, gracias Amazon Prime",
            "anoche vimos The Lord of the Rings y nos gustó mucho a todos",
            "I ordered tacos al pastor and a quesadilla from the place downtown",
            "we visited Playa del Carmen and San Miguel de Allende last summer",
            "das neue Update vom Windows Explorer ist wirklich nicht gut gelungen",
            "aber das Meeting war okay, der Workshop auch, nur das Feedback fehlt noch",
            "ye movie bahut acchi hai, sabko dekhni chahiye ek baar",
            "j'ai regardé le match hier soir avec mes amis, c'était super cool",
            "napakaganda ng lugar na ito, babalik talaga kami sa susunod na taon",
            "新しい iPhone 15 Pro Max を買いました、とても嬉しい",
            "новый iPhone от Apple мне очень нравится, спасибо",
            "flight AA67 to JFK from gate B3 is late, terminal 5 and LX009 too",
        ] {
            let language = model.judge(&Tokens::of(text), None);
            assert_eq!(language.mixed_with, None, "{text}");
        }
    }
}
