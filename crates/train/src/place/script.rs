//! Scripts of names, and which script a language is written in.

/// A script that names are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Latin,
    Other(&'static str),
}

/// Scripts by the characters they have, with the languages that are written in them.
const SCRIPTS: [(&str, u32, u32, &[&str]); 22] = [
    ("Greek", 0x370, 0x3ff, &["el"]),
    (
        "Cyrillic",
        0x400,
        0x52f,
        &["ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "tt", "ba", "cv"],
    ),
    ("Armenian", 0x530, 0x58f, &["hy"]),
    ("Hebrew", 0x590, 0x5ff, &["he", "yi"]),
    ("Arabic", 0x600, 0x6ff, &["ar", "fa", "ur", "ps", "ku", "ckb", "sd", "ug", "ks"]),
    ("Devanagari", 0x900, 0x97f, &["hi", "mr", "ne"]),
    ("Bengali", 0x980, 0x9ff, &["bn", "as"]),
    ("Gurmukhi", 0xa00, 0xa7f, &["pa"]),
    ("Gujarati", 0xa80, 0xaff, &["gu"]),
    ("Oriya", 0xb00, 0xb7f, &["or"]),
    ("Tamil", 0xb80, 0xbff, &["ta"]),
    ("Telugu", 0xc00, 0xc7f, &["te"]),
    ("Kannada", 0xc80, 0xcff, &["kn"]),
    ("Malayalam", 0xd00, 0xd7f, &["ml"]),
    ("Sinhala", 0xd80, 0xdff, &["si"]),
    ("Thai", 0xe00, 0xe7f, &["th"]),
    ("Lao", 0xe80, 0xeff, &["lo"]),
    ("Burmese", 0x1000, 0x109f, &["my"]),
    ("Georgian", 0x10a0, 0x10ff, &["ka"]),
    ("Ethiopic", 0x1200, 0x137f, &["am", "ti"]),
    ("Kana and ideographs", 0x3040, 0x9fff, &["ja", "zh", "yue"]),
    ("Hangul", 0xac00, 0xd7a3, &["ko"]),
];

impl Script {
    /// The script of a name, if it is written in one of ours alone.
    pub fn of(name: &str) -> Option<Self> {
        let mut found = None;
        for letter in name.chars().filter(|letter| letter.is_alphabetic()) {
            let code = letter as u32;
            let script = match letter {
                'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                    Self::Latin
                }
                _ => {
                    let holds =
                        |script: &&(&str, u32, u32, _)| (script.1..=script.2).contains(&code);
                    Self::Other(SCRIPTS.iter().find(holds)?.0)
                }
            };
            if found.is_some_and(|found| found != script) {
                return None;
            }
            found = Some(script);
        }
        found
    }

    /// Whether one of these languages, codes with commas between them, is written in it.
    pub fn is_of(self, languages: &str) -> bool {
        let Self::Other(name) = self else { return false };
        languages.split(',').any(|code| {
            let code = code.split('-').next().unwrap_or(code);
            SCRIPTS.iter().any(|script| script.0 == name && script.3.contains(&code))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_native_if_its_script_is_that_of_a_language_there() {
        for (name, languages, native) in [
            ("Москва", "ru,tt", true),
            ("Париж", "fr-FR,frp", false),
            ("München", "de", false),
            ("東京", "ja", true),
            ("東京 Tokyo", "ja", false),
            ("القاهرة", "ar-EG,en,fr", true),
        ] {
            assert_eq!(Script::of(name).is_some_and(|it| it.is_of(languages)), native, "{name}");
        }
    }
}
