//! Whether a text of a known language is written in Latin letters against its custom.
//!
//! Guarantees: no guess. A language that is written in Latin letters, as Polish always and Serbian
//! often is, raises no question; nor does a text without letters or a language that is not known.

use super::{LanguageModel, ROMANISED, Script, main_script, script_counts};
use crate::token::Tokens;

impl LanguageModel {
    /// Whether the text is romanised, its language being known.
    pub fn is_romanised(&self, tokens: &Tokens<'_>, code: &str) -> Option<bool> {
        let columns = &self.weights.languages;
        let customs =
            columns.iter().filter(|column| column.tag == code).map(|column| column.script);
        let only = Script::ALL.into_iter().filter(|script| script.only_language() == Some(code));
        let (mut has_latin, mut has_others) = (false, false);
        for script in customs.chain(only) {
            has_latin |= script == Script::Latin;
            has_others |= script != Script::Latin;
        }
        debug_assert!(!code.ends_with(ROMANISED), "codes name languages and no spellings");
        let is_latin = main_script(&script_counts(tokens))? == Script::Latin;
        (has_others && !(is_latin && has_latin)).then_some(is_latin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str, declared: Option<&str>) -> (String, Option<bool>) {
        let language = LanguageModel::new().judge(&Tokens::of(text), declared);
        (language.code.to_string(), language.romanised)
    }

    fn check(code: &str, romanised: Option<bool>, texts: &[&str]) {
        for text in texts {
            assert_eq!(judged(text, None), (code.to_owned(), romanised), "{text}");
        }
    }

    #[test]
    fn a_language_in_latin_letters_against_its_custom_is_romanised() {
        check(
            "hi",
            Some(true),
            &[
                "mujhe ye bilkul pasand nahi aaya, paise barbaad ho gaye",
                "ye movie bahut acchi hai, sabko dekhni chahiye ek baar",
            ],
        );
        check("ta", Some(true), &["enna da padam idhu, romba nalla irukku, ellarum paarunga"]);
        check("ml", Some(true), &["ee padam kandu, valare nannayittundu, ellavarum kaananam"]);
        check("ar", Some(true), &["wallah ma 3reft chno ndir m3ak a khouya, mabghitch nhdar"]);
    }

    #[test]
    fn a_language_in_its_own_letters_is_not_romanised() {
        check("hi", Some(false), &["उड़ान देर से है और किसी को नहीं पता क्यों"]);
        check("ar", Some(false), &["الرحلة متأخرة ولا أحد يعرف السبب"]);
        check("el", Some(false), &["Η πτήση άργησε πάλι"]);
        check("ru", Some(false), &["Рейс опять задержали, и никто не знает почему"]);
        check("ja", Some(false), &["飛行機がまた遅れて、理由は誰も知らない"]);
        check("sr", Some(false), &["Лет је опет каснио и нико не зна зашто, ужасно"]);
    }

    #[test]
    fn no_question_arises_of_latin_letters_and_of_what_is_not_known() {
        check("en", None, &["My flight was late again and nobody could tell me why"]);
        check("pl", None, &["Lot jest opóźniony i nikt nie wie dlaczego"]);
        check("und", None, &["", "12 😀 !!", "Zrxqv"]);
        assert_eq!(judged("12 😀 !!", Some("hi")), ("hi".into(), None));
    }

    #[test]
    fn of_a_language_that_a_person_named_the_letters_tell() {
        let model = LanguageModel::new();
        let is_romanised = |text, code| model.is_romanised(&Tokens::of(text), code);
        assert_eq!(is_romanised("i ptisi argise pali", "el"), Some(true));
        assert_eq!(is_romanised("reys opyat zaderzhali", "ru"), Some(true));
        assert_eq!(is_romanised("Рейс опять задержали", "ru"), Some(false));
        assert_eq!(is_romanised("let opet kasni, a niko ne zna zašto", "sr"), None);
        assert_eq!(is_romanised("Der Flug war pünktlich", "de"), None);
        assert_eq!(is_romanised("Der Flug war pünktlich", "tlh"), None);
        assert_eq!(is_romanised("12 😀 !!", "hi"), None);
    }
}
