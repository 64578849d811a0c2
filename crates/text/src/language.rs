//! The language of a text, with a confidence; `und` below a floor.
//!
//! Three witnesses: the script (many scripts have one language), our lists of function words and
//! telling letters, and, where these are not decisive, the trigram model of the `whatlang` library
//! on a bounded beginning of the text. What the source declares is a prior: it is worth one
//! function word, and it carries a text that says nothing of itself.
//!
//! Guarantees: links, handles, hashtags and emoji do not vote; codes are ISO 639-1 where there is
//! one; confidence is at least `FLOOR`, or the code is `und`.
//!
//! Refuses: telling dialects apart and languages in romanised spelling.

mod script;

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use vigie_types::{Confidence, Language};

use crate::token::{TokenKind, Tokens};
use script::Script;

/// Below this a language is not named. Chosen on our own short texts: single names and laughter
/// fall under it, three function words stand above.
pub const FLOOR: f32 = 0.35;

/// Words that vote at most: later ones do not change the verdict, and cost.
const MAX_VOTERS: usize = 64;

/// Bytes shown to the trigram model at most: its profile of a language settles at about 100
/// letters.
const MAX_TRIGRAM_BYTES: usize = 160;

/// Votes of function words that make the trigram model unnecessary, and the share of them that the
/// winner must have.
const DECISIVE_VOTES: f32 = 2.0;
const DECISIVE_SHARE: f32 = 0.62;

/// The same where hardly anything speaks against: half the votes will do.
const LONE_VOTES: f32 = 1.0;
const LONE_SHARE: f32 = 0.8;

/// Words from which the trigram model is asked: a guess from fewer could not reach the floor.
const TRIGRAM_WORDS: usize = 3;

/// Words from which the trigram model is trusted in full.
const SETTLED_WORDS: f32 = 6.0;

/// What a telling letter is worth, in function words.
const LETTER_VOTE: f32 = 0.5;

const FUNCTION_WORDS: &str = include_str!("../data/function_words.txt");

/// Knows languages by their function words; built once.
#[derive(Debug)]
pub struct LanguageModel {
    codes: Vec<&'static str>,
    /// The languages of a word, as indices into `codes`.
    words: FxHashMap<&'static str, Vec<u8>>,
}

impl LanguageModel {
    /// Reads the lists that come with the crate.
    pub fn new() -> Self {
        let mut codes = Vec::new();
        let mut words: FxHashMap<&'static str, Vec<u8>> = FxHashMap::default();
        for line in FUNCTION_WORDS.lines().filter(|line| !line.starts_with('#')) {
            let Some((code, list)) = line.split_once(':') else { continue };
            let index = codes.len() as u8;
            codes.push(code);
            for word in list.split_whitespace() {
                let languages = words.entry(word).or_default();
                if languages.last() != Some(&index) {
                    languages.push(index);
                }
            }
        }
        // `is` has no list of its own, but letters that tell it.
        codes.push("is");
        Self { codes, words }
    }

    /// The language of a text; `declared` is what its source says.
    pub fn judge(&self, tokens: &Tokens<'_>, declared: Option<&str>) -> Language {
        let declared = declared.and_then(known_code);
        let Some(script) = main_script(tokens) else { return from_prior(declared) };
        if let Some(code) = script.only_language() {
            let code = related_by_script(script, code, declared);
            return verdict(code, 0.97);
        }
        if script == Script::Other {
            return from_prior(declared);
        }
        let ballot = self.count(tokens, script, declared);
        ballot.decide(self, tokens, script, declared)
    }

    fn count(&self, tokens: &Tokens<'_>, script: Script, declared: Option<&str>) -> Ballot {
        let mut ballot = Ballot { votes: vec![0.0; self.codes.len()], words: 0, hits: 0 };
        for index in voters(tokens).take(MAX_VOTERS) {
            let word = tokens.folded(index);
            ballot.words += 1;
            if let Some(languages) = self.words.get(word) {
                ballot.hits += 1;
                let share = 1.0 / languages.len() as f32;
                for &language in languages {
                    ballot.votes[usize::from(language)] += share.max(0.25);
                }
            }
            if !word.is_ascii() {
                self.count_letters(word, &mut ballot);
            }
        }
        if let Some(index) = declared.and_then(|code| self.index(code))
            && writes(self.codes[index]) == script
        {
            ballot.votes[index] += 1.0;
        }
        ballot
    }

    fn count_letters(&self, word: &str, ballot: &mut Ballot) {
        for letter in word.chars().filter(|letter| !letter.is_ascii()).take(16) {
            for code in script::telling_letter(letter) {
                if let Some(index) = self.index(code) {
                    ballot.votes[index] += LETTER_VOTE;
                }
            }
        }
    }

    fn index(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|known| *known == code)
    }
}

impl Default for LanguageModel {
    fn default() -> Self {
        Self::new()
    }
}

/// The votes of one text.
struct Ballot {
    votes: Vec<f32>,
    words: usize,
    hits: usize,
}

impl Ballot {
    fn decide(
        &self,
        model: &LanguageModel,
        tokens: &Tokens<'_>,
        script: Script,
        declared: Option<&str>,
    ) -> Language {
        let (first, best, second) = self.winners();
        let total: f32 = best + second;
        let share = if total > 0.0 { best / total } else { 0.0 };
        // Sure by share and by how much was said: one vote is half an answer, four are nearly one.
        let confidence = share * (1.0 - 0.5_f32.powf(best)).max(0.0);
        let clear = best >= DECISIVE_VOTES && share >= DECISIVE_SHARE;
        if clear || (best >= LONE_VOTES && share >= LONE_SHARE) {
            return verdict(model.codes[first], confidence);
        }
        let asked = if self.words < TRIGRAM_WORDS { None } else { by_trigrams(tokens, script) };
        let Some((code, sure)) = asked else {
            if best <= 0.0 {
                return from_prior(declared);
            }
            return verdict(model.codes[first], confidence);
        };
        if best > 0.0 && code == model.codes[first] {
            return verdict(code, confidence.max(sure).max(0.5));
        }
        // A model of trigrams needs letters to go by: two words are a guess.
        let weighted = sure * (self.words as f32 / SETTLED_WORDS).min(1.0);
        if weighted > confidence {
            return verdict(code, weighted);
        }
        if self.hits == 0 { from_prior(declared) } else { verdict(model.codes[first], confidence) }
    }

    /// The index and votes of the first, and the votes of the second; ties go to the list's order.
    fn winners(&self) -> (usize, f32, f32) {
        let (mut first, mut best, mut second) = (0, 0.0_f32, 0.0_f32);
        for (index, &votes) in self.votes.iter().enumerate() {
            if votes > best {
                second = best;
                (first, best) = (index, votes);
            } else if votes > second {
                second = votes;
            }
        }
        (first, best, second)
    }
}

/// The words that vote.
fn voters<'a>(tokens: &'a Tokens<'_>) -> impl Iterator<Item = usize> + 'a {
    tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.kind == TokenKind::Word)
        .map(|(index, _)| index)
}

/// The script of most words; kana decides for Japanese wherever it is at least a tenth.
fn main_script(tokens: &Tokens<'_>) -> Option<Script> {
    let mut counts = [0_u32; Script::COUNT];
    for index in voters(tokens).take(4 * MAX_VOTERS) {
        let letter = tokens.folded(index).chars().find(|letter| letter.is_alphabetic())?;
        counts[Script::of(letter) as usize] += 1;
    }
    // Ideographs and kana are one token each: two of them weigh as one word.
    let (kana, han) = (counts[Script::Kana as usize], counts[Script::Han as usize]);
    let east = (kana + han).div_ceil(2);
    let mut main = (Script::Other, 0);
    for script in ALPHABETS {
        let count = counts[script as usize];
        if count > main.1 {
            main = (script, count);
        }
    }
    if east > main.1 {
        return Some(if kana * 10 >= han { Script::Kana } else { Script::Han });
    }
    (main.1 > 0).then_some(main.0)
}

/// Scripts whose words are written apart, most used first.
const ALPHABETS: [Script; Script::COUNT - 3] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Arabic,
    Script::Devanagari,
    Script::Greek,
    Script::Hebrew,
    Script::Hangul,
    Script::Thai,
    Script::Bengali,
    Script::Tamil,
    Script::Telugu,
    Script::Kannada,
    Script::Malayalam,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Odia,
    Script::Sinhala,
    Script::Lao,
    Script::Khmer,
    Script::Myanmar,
    Script::Georgian,
    Script::Armenian,
    Script::Ethiopic,
    Script::Tibetan,
    Script::Thaana,
];

/// The script a listed language is written in.
fn writes(code: &str) -> Script {
    match code {
        "ru" | "uk" | "be" | "bg" | "sr" | "mk" | "kk" | "mn" => Script::Cyrillic,
        "ar" | "fa" | "ur" => Script::Arabic,
        "hi" | "mr" | "ne" => Script::Devanagari,
        _ => Script::Latin,
    }
}

/// A declared relative of a script's main language is believed: nothing here could tell them apart.
fn related_by_script<'a>(script: Script, code: &'a str, declared: Option<&'a str>) -> &'a str {
    match (script, declared) {
        (Script::Han, Some("ja")) => "ja",
        (Script::Ethiopic, Some("ti")) => "ti",
        (Script::Hebrew, Some("yi")) => "yi",
        (Script::Bengali, Some("as")) => "as",
        _ => code,
    }
}

/// The verdict of the trigram model over the words, without what does not vote.
fn by_trigrams(tokens: &Tokens<'_>, script: Script) -> Option<(&'static str, f32)> {
    let mut shown = String::with_capacity(MAX_TRIGRAM_BYTES + 32);
    for index in voters(tokens) {
        let word = tokens.folded(index);
        if shown.len() + word.len() >= MAX_TRIGRAM_BYTES {
            break;
        }
        shown.push_str(word);
        shown.push(' ');
    }
    let found = whatlang::detect(&shown)?;
    let code = short_code(found.lang().code())?;
    let foreign = script == Script::Latin && writes(code) != Script::Latin;
    (!foreign).then_some((code, found.confidence() as f32))
}

/// What is left when the text does not tell: the declared language, at half confidence.
fn from_prior(declared: Option<&str>) -> Language {
    declared.map_or_else(Language::undetermined, |code| verdict(code, 0.5))
}

fn verdict(code: &str, confidence: f32) -> Language {
    if confidence < FLOOR {
        return Language::undetermined();
    }
    Language { code: CompactString::from(code), confidence: Confidence::clamped(confidence) }
}

/// The first part of a declared tag, if it can be a language (`en-US` gives `en`).
fn known_code(declared: &str) -> Option<&str> {
    let code = declared.split(['-', '_']).next()?;
    let shaped = matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    (shaped && !matches!(code, "und" | "zxx" | "mul" | "mis")).then_some(code)
}

/// ISO 639-1 for the ISO 639-3 codes of the trigram model.
fn short_code(long: &str) -> Option<&'static str> {
    let pair = SHORT_CODES.iter().find(|(known, _)| *known == long)?;
    Some(pair.1)
}

const SHORT_CODES: [(&str, &str); 70] = [
    ("afr", "af"),
    ("aka", "ak"),
    ("amh", "am"),
    ("ara", "ar"),
    ("aze", "az"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cmn", "zh"),
    ("cym", "cy"),
    ("dan", "da"),
    ("deu", "de"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("guj", "gu"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("ita", "it"),
    ("jav", "jv"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kat", "ka"),
    ("khm", "km"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mya", "my"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("nob", "no"),
    ("ori", "or"),
    ("pan", "pa"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("sna", "sn"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("yid", "yi"),
    ("zul", "zu"),
];

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
