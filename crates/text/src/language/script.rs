//! Scripts: which writing system a letter belongs to, and what that says of the language.
//!
//! Guarantees: one comparison chain per letter. Refuses scripts used by so few texts that nothing
//! here could be checked: they are `Other`, and their language is undetermined.

/// The writing systems told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Cyrillic,
    Greek,
    Armenian,
    Hebrew,
    Arabic,
    Thaana,
    Devanagari,
    Bengali,
    Gurmukhi,
    Gujarati,
    Odia,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Lao,
    Tibetan,
    Myanmar,
    Georgian,
    Ethiopic,
    Khmer,
    Hangul,
    Kana,
    Han,
    Other,
}

impl Script {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Other as usize + 1;

    /// The one language of vigie written in it, where there is only one.
    pub(super) const fn only_language(self) -> Option<&'static str> {
        match self {
            Self::Greek => Some("el"),
            Self::Armenian => Some("hy"),
            Self::Hebrew => Some("he"),
            Self::Thaana => Some("dv"),
            Self::Bengali => Some("bn"),
            Self::Gurmukhi => Some("pa"),
            Self::Gujarati => Some("gu"),
            Self::Odia => Some("or"),
            Self::Tamil => Some("ta"),
            Self::Telugu => Some("te"),
            Self::Kannada => Some("kn"),
            Self::Malayalam => Some("ml"),
            Self::Sinhala => Some("si"),
            Self::Thai => Some("th"),
            Self::Lao => Some("lo"),
            Self::Tibetan => Some("bo"),
            Self::Myanmar => Some("my"),
            Self::Georgian => Some("ka"),
            Self::Ethiopic => Some("am"),
            Self::Khmer => Some("km"),
            Self::Hangul => Some("ko"),
            Self::Kana => Some("ja"),
            Self::Han => Some("zh"),
            Self::Latin | Self::Cyrillic | Self::Arabic | Self::Devanagari | Self::Other => None,
        }
    }

    /// The script of a letter.
    pub(super) fn of(letter: char) -> Self {
        match letter {
            '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Self::Latin,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Self::Greek,
            '\u{400}'..='\u{52f}' => Self::Cyrillic,
            '\u{530}'..='\u{58f}' => Self::Armenian,
            '\u{590}'..='\u{5ff}' => Self::Hebrew,
            '\u{600}'..='\u{77f}'
            | '\u{8a0}'..='\u{8ff}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefe}' => Self::Arabic,
            '\u{780}'..='\u{7bf}' => Self::Thaana,
            '\u{900}'..='\u{97f}' => Self::Devanagari,
            '\u{980}'..='\u{9ff}' => Self::Bengali,
            '\u{a00}'..='\u{a7f}' => Self::Gurmukhi,
            '\u{a80}'..='\u{aff}' => Self::Gujarati,
            '\u{b00}'..='\u{b7f}' => Self::Odia,
            '\u{b80}'..='\u{bff}' => Self::Tamil,
            '\u{c00}'..='\u{c7f}' => Self::Telugu,
            '\u{c80}'..='\u{cff}' => Self::Kannada,
            '\u{d00}'..='\u{d7f}' => Self::Malayalam,
            '\u{d80}'..='\u{dff}' => Self::Sinhala,
            '\u{e00}'..='\u{e7f}' => Self::Thai,
            '\u{e80}'..='\u{eff}' => Self::Lao,
            '\u{f00}'..='\u{fff}' => Self::Tibetan,
            '\u{1000}'..='\u{109f}' => Self::Myanmar,
            '\u{10a0}'..='\u{10ff}' => Self::Georgian,
            '\u{1200}'..='\u{139f}' => Self::Ethiopic,
            '\u{1780}'..='\u{17ff}' => Self::Khmer,
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Self::Hangul,
            '\u{3040}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' => Self::Kana,
            '\u{2e80}'..='\u{2fdf}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' => Self::Han,
            _ => Self::Other,
        }
    }
}

/// The languages that a letter speaks for, within its script; empty for most.
pub(super) fn telling_letter(letter: char) -> &'static [&'static str] {
    match letter {
        'ї' | 'є' | 'ґ' => &["uk"],
        'ў' => &["be"],
        'ђ' | 'ћ' => &["sr"],
        'љ' | 'њ' | 'џ' | 'ј' => &["sr", "mk"],
        'ќ' | 'ѓ' | 'ѕ' => &["mk"],
        'қ' | 'ұ' | 'һ' | 'ә' | 'ғ' | 'ң' => &["kk"],
        'ө' | 'ү' => &["mn", "kk"],
        'ы' => &["ru", "be", "kk", "mn"],
        'э' => &["ru", "be", "mn"],
        'і' => &["uk", "be", "kk"],
        'ъ' => &["bg"],
        'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ھ' => &["ur"],
        'پ' | 'چ' | 'ژ' | 'گ' | 'ی' | 'ک' => &["fa", "ur"],
        'ة' | 'ى' | 'ي' | 'ك' => &["ar"],
        'ř' | 'ě' | 'ů' => &["cs"],
        'ľ' | 'ĺ' | 'ŕ' => &["sk"],
        'ñ' | '¿' | '¡' => &["es"],
        'ã' | 'õ' => &["pt"],
        'ß' => &["de"],
        'ğ' | 'ı' => &["tr"],
        'ə' => &["az"],
        'ą' | 'ę' => &["pl", "lt"],
        'ł' | 'ż' | 'ś' => &["pl"],
        'ő' | 'ű' => &["hu"],
        'ș' | 'ț' | 'ă' => &["ro"],
        'ļ' | 'ņ' | 'ķ' => &["lv"],
        'ė' | 'ų' => &["lt"],
        'đ' => &["vi", "hr"],
        'ø' | 'æ' => &["da", "no"],
        'å' => &["sv", "da", "no"],
        'ð' | 'þ' => &["is"],
        'ơ' | 'ư' | 'ạ' | 'ế' | 'ộ' | 'ệ' | 'ấ' | 'ả' | 'ể' => &["vi"],
        _ => &[],
    }
}
