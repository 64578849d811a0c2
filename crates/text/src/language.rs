//! The language of a text, with a confidence; `und` below a floor.
//!
//! Two witnesses: the script (many scripts have one language), and within the scripts of many
//! languages a linear model over letters and words, trained on open texts (`docs/training.md`).
//! What the source declares is a prior: it is worth a few words, and it carries a text that says
//! nothing of itself.
//!
//! Guarantees: links, handles, hashtags and emoji do not vote; codes are ISO 639-1 where there is
//! one, and the same text has the same code on every machine. A text in romanised spelling has the
//! code of its language and says so; whether a second language shares it tells `mixture`.
//! Confidence is the probability of the code; it and its nearest relatives (Bosnian, Croatian,
//! Serbian) reach `FLOOR` together, or the code is `und`.
//!
//! Refuses: telling dialects apart (Arabic and Chinese have one code each).

mod grams;
mod mixture;
mod rivals;
mod script;
mod spelling;
mod weights;

use compact_str::CompactString;
use vigie_types::{Confidence, Language};

use crate::memo::{Memo, Words};
use crate::token::{TokenKind, Tokens};
pub use grams::{KEY_BITS, MAX_KEYS, grams, inner_grams};
use rivals::MAX_RIVALS;
pub use script::Script;
pub use weights::{
    Column, DIMENSIONS, GROUPS, HIGHEST_WEIGHT, LanguageWeights, MAGIC, Sum as LanguageSum,
    VERSION, WAYS, WordSum, place,
};

/// Below this a language is not named: such a guess is more often wrong than right. Languages that
/// short texts do not tell apart have to reach it together.
pub const FLOOR: f32 = 0.35;

/// Words whose script is looked at.
const MAX_WORDS: usize = 256;

/// Known features after which no further word is read: what a dozen words have.
const ENOUGH: u32 = 240;

/// Features after which a clear verdict is looked for, and again each time as many more were added.
const CHECKED_EACH: u32 = 120;

/// Lead over the second, in nats, at which the rest of a text is not read: one in four hundred.
const CLEAR_LEAD: f32 = 6.0;

/// The class of remembered words: there is one.
const WORD: u8 = 1;

/// Known features from which the model is heard: fewer are shorter than any word.
const FEWEST: u32 = 3;

/// What a declaration is worth, in nats. Sources are right about nine times in ten where the text
/// itself is in doubt.
const DECLARED: f32 = 2.2;

/// Languages so near to each other that a few words do not tell them apart.
const RELATED: [&[&str]; 5] =
    [&["bs", "hr", "sr"], &["id", "ms"], &["da", "nn", "no"], &["cs", "sk"], &["xh", "zu"]];

/// The model, as trained by `cargo xtask train language`.
const MODEL: &[u8] = include_bytes!("../models/language.bin");

/// Knows languages by their scripts, letters and words; built once.
#[derive(Debug)]
pub struct LanguageModel {
    weights: LanguageWeights,
    words: Memo<WordSum>,
}

impl LanguageModel {
    /// Reads the model that comes with the crate.
    pub fn new() -> Self {
        Self::from_bytes(MODEL)
    }

    /// Reads a model from the bytes of its file, to measure one before it ships.
    ///
    /// # Panics
    /// If the bytes are no model of this version.
    pub fn from_bytes(bytes: &'static [u8]) -> Self {
        match LanguageWeights::read(bytes) {
            Ok(weights) => Self { weights, words: Memo::new() },
            Err(wrong) => panic!("the bytes are {wrong}"),
        }
    }

    /// The codes of the languages that can be found, sorted.
    pub fn codes(&self) -> Vec<&'static str> {
        let of_model = self.weights.languages.iter().map(|column| code_of(column.tag));
        let of_scripts = Script::ALL.into_iter().filter_map(Script::only_language);
        let mut codes: Vec<_> = of_model.chain(of_scripts).collect();
        codes.sort_unstable();
        codes.dedup();
        codes.retain(|code| *code != UNDETERMINED);
        codes
    }

    /// The language of a text, how it is spelled and what shares it; `declared` is what its source
    /// says.
    pub fn judge(&self, tokens: &Tokens<'_>, declared: Option<&str>) -> Language {
        let declared = declared.and_then(known_code);
        let counts = script_counts(tokens);
        let Some(script) = main_script(&counts) else { return from_prior(declared) };
        if script == Script::Other {
            return from_prior(declared);
        }
        let (language, partner) = if let Some(code) = script.only_language() {
            (verdict(related_by_script(script, code, declared), 0.97), None)
        } else {
            let heard = self.ask(tokens, script, declared);
            let Some(Heard { ballot, confidence, words }) = heard else {
                return from_prior(declared);
            };
            let tag = ballot.first.tag;
            if tag == UNDETERMINED {
                return Language::undetermined();
            }
            let partner = self.partner(tokens, words, &ballot);
            let romanised = tag.ends_with(ROMANISED).then_some(true);
            (Language { romanised, ..verdict(code_of(tag), confidence) }, partner)
        };
        let partner =
            partner.or_else(|| self.beside(tokens, &counts, (script, language.confidence)));
        let mixed_with = partner.filter(|code| *code != language.code).map(CompactString::from);
        // Letters that are not Latin are those of a language that has them.
        let romanised = if script == Script::Latin { language.romanised } else { Some(false) };
        Language { romanised, mixed_with, ..language }
    }

    /// The likeliest language of the script and its probability.
    fn ask(
        &self,
        tokens: &Tokens<'_>,
        script: Script,
        declared: Option<&str>,
    ) -> Option<Heard<'_>> {
        let mut sum = LanguageSum::default();
        let mut check_at = CHECKED_EACH;
        let mut known = self.words.words();
        let mut words = 0;
        for word in words_in(tokens, script) {
            words += 1;
            sum.add(&self.word(&mut known, word));
            if sum.known >= check_at {
                check_at = sum.known + CHECKED_EACH;
                let ballot = self.ballot(&sum, script, declared)?;
                if ballot.lead() > CLEAR_LEAD || sum.known >= ENOUGH {
                    let confidence = ballot.probability();
                    return Some(Heard { ballot, confidence, words });
                }
            }
        }
        let ballot = self.ballot(&sum, script, declared).filter(|_| sum.known >= FEWEST)?;
        let confidence = ballot.probability();
        let reached = confidence >= FLOOR || ballot.probability_of_group() >= FLOOR;
        reached.then_some(Heard { ballot, confidence, words })
    }

    /// What the features of one word add up to, remembered or worked out.
    fn word(&self, words: &mut Words<WordSum>, word: &str) -> WordSum {
        words.get(word, WORD, || {
            let mut keys = [0; MAX_KEYS];
            let mut count = 0;
            grams(word, |key| {
                keys[count] = key;
                count += 1;
            });
            self.weights.word(&keys[..count])
        })
    }

    /// The scores of the script's languages.
    fn ballot(
        &self,
        sum: &LanguageSum,
        script: Script,
        declared: Option<&str>,
    ) -> Option<Ballot<'_>> {
        let columns = self.weights.of(script);
        let mut scores = self.weights.scores(script, &self.weights.question(sum));
        if let Some(code) = declared {
            for (column, score) in columns.iter().zip(&mut scores) {
                if code_of(column.tag) == code {
                    *score += DECLARED;
                }
            }
        }
        let (mut first, mut best, mut second) = (0, f32::NEG_INFINITY, f32::NEG_INFINITY);
        for (index, score) in scores[..columns.len()].iter().enumerate() {
            // Of equal scores the earlier in the model stays first.
            if *score > best {
                (second, best, first) = (best, *score, index);
            } else if *score > second {
                second = *score;
            }
        }
        Some(Ballot { columns, scores, first: columns.get(first)?, best, second })
    }
}

impl Default for LanguageModel {
    fn default() -> Self {
        Self::new()
    }
}

/// What the model says of a text.
struct Heard<'m> {
    ballot: Ballot<'m>,
    /// The probability of the first.
    confidence: f32,
    /// Words that were read.
    words: usize,
}

/// The scores of one text.
struct Ballot<'m> {
    columns: &'m [Column],
    /// By column.
    scores: [f32; MAX_RIVALS],
    first: &'m Column,
    best: f32,
    second: f32,
}

/// Scores so far below the best, in nats, do not count: a hundred of them change no digit.
const NEGLIGIBLE: f32 = -14.0;

impl Ballot<'_> {
    /// How far the first is before the second, in nats.
    fn lead(&self) -> f32 {
        self.best - self.second
    }

    /// The probability of the first.
    fn probability(&self) -> f32 {
        1.0 / self.weight_of(|_| true)
    }

    /// The probability of the first and its nearest relatives.
    fn probability_of_group(&self) -> f32 {
        let group = RELATED.iter().find(|group| group.contains(&self.first.tag));
        let weight = group.map_or(1.0, |group| self.weight_of(|tag| group.contains(&tag)));
        weight * self.probability()
    }

    /// The sum of `exp(score - best)` over some languages.
    fn weight_of(&self, counts: impl Fn(&str) -> bool) -> f32 {
        let rivals = self.columns.iter().zip(&self.scores);
        let counted = rivals.filter(|(column, _)| counts(column.tag));
        let lags = counted.map(|(_, score)| score - self.best);
        lags.filter(|lag| *lag > NEGLIGIBLE).map(libm::expf).sum()
    }
}

/// The tag of the model's class of nonsense.
const UNDETERMINED: &str = "und";

/// The end of a tag whose language is written in Latin letters against its custom.
pub const ROMANISED: &str = "-Latn";

fn code_of(tag: &'static str) -> &'static str {
    tag.strip_suffix(ROMANISED).unwrap_or(tag)
}

/// The folded words of a script, which the model is asked about, and learns from.
pub fn words_in<'a>(tokens: &'a Tokens<'_>, script: Script) -> impl Iterator<Item = &'a str> + 'a {
    words(tokens).filter(move |word| Script::of_word(word) == Some(script))
}

fn words<'a>(tokens: &'a Tokens<'_>) -> impl Iterator<Item = &'a str> + 'a {
    tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.kind == TokenKind::Word)
        .map(|(index, _)| tokens.folded(index))
}

/// Words by script.
type ScriptCounts = [u32; Script::COUNT];

fn script_counts(tokens: &Tokens<'_>) -> ScriptCounts {
    let mut counts = [0; Script::COUNT];
    for script in words(tokens).take(MAX_WORDS).filter_map(Script::of_word) {
        counts[script as usize] += 1;
    }
    counts
}

/// The script of most words; kana decides for Japanese wherever it is at least a tenth.
fn main_script(counts: &ScriptCounts) -> Option<Script> {
    let mut main = (Script::Other, 0);
    for script in Script::ALL.into_iter().filter(|script| !is_eastern(*script)) {
        let count = weight(counts, script);
        if count > main.1 {
            main = (script, count);
        }
    }
    if weight(counts, Script::Han) > main.1 {
        return Some(eastern(counts));
    }
    (main.1 > 0).then_some(main.0)
}

/// What the words of a script weigh. Ideographs and kana are one token each: two of them weigh as
/// one word, and they stand in one text. So are the letters of scripts that are not spaced, of
/// which four make a word.
fn weight(counts: &ScriptCounts, script: Script) -> u32 {
    match script {
        Script::Other => 0,
        Script::Kana | Script::Han => {
            (counts[Script::Kana as usize] + counts[Script::Han as usize]).div_ceil(2)
        }
        Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar => {
            counts[script as usize].div_ceil(4)
        }
        Script::Latin
        | Script::Cyrillic
        | Script::Greek
        | Script::Armenian
        | Script::Hebrew
        | Script::Arabic
        | Script::Thaana
        | Script::Devanagari
        | Script::Bengali
        | Script::Gurmukhi
        | Script::Gujarati
        | Script::Odia
        | Script::Tamil
        | Script::Telugu
        | Script::Kannada
        | Script::Malayalam
        | Script::Sinhala
        | Script::Tibetan
        | Script::Georgian
        | Script::Ethiopic
        | Script::Hangul => counts[script as usize],
    }
}

/// Whether a script is of those that Japanese is written in together.
const fn is_eastern(script: Script) -> bool {
    matches!(script, Script::Kana | Script::Han)
}

/// The script that names the language of ideographs and kana.
fn eastern(counts: &ScriptCounts) -> Script {
    let is_japanese = counts[Script::Kana as usize] * 10 >= counts[Script::Han as usize];
    if is_japanese { Script::Kana } else { Script::Han }
}

/// A declared relative of a script's main language is believed: nothing here could tell them apart.
fn related_by_script<'a>(script: Script, code: &'a str, declared: Option<&'a str>) -> &'a str {
    match (script, declared) {
        (Script::Han, Some("ja")) => "ja",
        _ => code,
    }
}

/// What is left when the text does not tell: the declared language, at half confidence.
fn from_prior(declared: Option<&str>) -> Language {
    declared.map_or_else(Language::undetermined, |code| verdict(code, 0.5))
}

fn verdict(code: &str, confidence: f32) -> Language {
    Language::new(code, Confidence::clamped(confidence))
}

/// The first part of a declared tag, if it can be a language (`en-US` gives `en`), under the code
/// that is used here.
fn known_code(declared: &str) -> Option<&str> {
    let code = declared.split(['-', '_']).next()?;
    let shaped = matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    let code = match code {
        "nb" => "no",
        "fil" => "tl",
        "iw" => "he",
        "in" => "id",
        "cmn" | "yue" => "zh",
        other => other,
    };
    (shaped && !matches!(code, "und" | "zxx" | "mul" | "mis")).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, declared: Option<&str>) -> String {
        LanguageModel::new().judge(&Tokens::of(text), declared).code.to_string()
    }

    #[test]
    fn everyday_sentences_are_known() {
        for (expected, text) in [
            ("en", "My flight was late again and nobody could tell me why"),
            ("es", "El vuelo salió tarde y nadie me dijo por qué"),
            ("pt", "O voo atrasou e ninguém me disse por quê, não gostei"),
            ("fr", "Le vol est en retard et personne ne sait pourquoi"),
            ("de", "Der Flug ist zu spät und keiner weiß warum"),
            ("it", "Il volo è in ritardo e nessuno sa perché"),
            ("nl", "De vlucht is te laat en niemand weet waarom het zo is"),
            ("id", "Pesawatnya terlambat dan tidak ada yang tahu kenapa"),
            ("tr", "Uçak çok geç kaldı ve kimse nedenini bilmiyor"),
            ("pl", "Lot jest opóźniony i nikt nie wie dlaczego"),
            ("ru", "Рейс опять задержали, и никто не знает почему"),
            ("uk", "Рейс знову затримали, і ніхто не знає чому"),
            ("ar", "الرحلة متأخرة ولا أحد يعرف السبب"),
            ("fa", "پرواز دیر شد و هیچ کس نمی داند چرا"),
            ("hi", "उड़ान देर से है और किसी को नहीं पता क्यों"),
            ("ja", "飛行機がまた遅れて、理由は誰も知らない"),
            ("zh", "航班又晚点了，没人知道为什么"),
            ("ko", "비행기가 또 늦었는데 아무도 이유를 모른다"),
            ("th", "เที่ยวบินล่าช้าอีกแล้ว"),
            ("el", "Η πτήση άργησε πάλι"),
            ("he", "הטיסה שוב מאחרת"),
        ] {
            assert_eq!(code(text, None), expected, "{text}");
        }
    }

    #[test]
    fn links_handles_hashtags_and_emoji_do_not_vote() {
        assert_eq!(code("@the_and_you https://the.and.to/is #theandyou 😀 :)", None), "und");
        assert_eq!(code("@the_and_you gracias por todo, muy bien https://the.is/", None), "es");
    }

    #[test]
    fn a_text_that_says_nothing_is_undetermined_unless_declared() {
        assert_eq!(code("", None), "und");
        assert_eq!(code("12 😀 !!", None), "und");
        assert_eq!(code("12 😀 !!", Some("fr-CA")), "fr");
        assert_eq!(code("Zrxqv", None), "und");
    }

    #[test]
    fn the_declared_language_is_a_prior_and_not_a_fact() {
        assert_eq!(code("My flight was late again and nobody could tell me why", Some("fr")), "en");
        assert_eq!(code("no", Some("es")), "es");
        assert_eq!(code("東京", Some("ja")), "ja");
        assert_eq!(code("hello", Some("und")), code("hello", None));
    }
}
