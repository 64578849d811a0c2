//! Scripts: which writing system a letter belongs to, and what that says of the language.
//!
//! Guarantees: one comparison chain per letter. Refuses scripts used by so few texts that nothing
//! here could be checked: they are `Other`, and their language is undetermined.

/// The writing systems told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    /// Latin.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Armenian.
    Armenian,
    /// Hebrew.
    Hebrew,
    /// Arabic.
    Arabic,
    /// Thaana, of the Maldives.
    Thaana,
    /// Devanagari.
    Devanagari,
    /// Bengali.
    Bengali,
    /// Gurmukhi.
    Gurmukhi,
    /// Gujarati.
    Gujarati,
    /// Odia.
    Odia,
    /// Tamil.
    Tamil,
    /// Telugu.
    Telugu,
    /// Kannada.
    Kannada,
    /// Malayalam.
    Malayalam,
    /// Sinhala.
    Sinhala,
    /// Thai.
    Thai,
    /// Lao.
    Lao,
    /// Tibetan.
    Tibetan,
    /// Myanmar.
    Myanmar,
    /// Georgian.
    Georgian,
    /// Ethiopic.
    Ethiopic,
    /// Khmer.
    Khmer,
    /// Hangul.
    Hangul,
    /// Hiragana and katakana.
    Kana,
    /// Chinese characters.
    Han,
    /// Any other.
    Other,
}

impl Script {
    /// How many there are.
    pub const COUNT: usize = Self::Other as usize + 1;

    /// Every script, in the order of their indices.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Latin,
        Self::Cyrillic,
        Self::Greek,
        Self::Armenian,
        Self::Hebrew,
        Self::Arabic,
        Self::Thaana,
        Self::Devanagari,
        Self::Bengali,
        Self::Gurmukhi,
        Self::Gujarati,
        Self::Odia,
        Self::Tamil,
        Self::Telugu,
        Self::Kannada,
        Self::Malayalam,
        Self::Sinhala,
        Self::Thai,
        Self::Lao,
        Self::Tibetan,
        Self::Myanmar,
        Self::Georgian,
        Self::Ethiopic,
        Self::Khmer,
        Self::Hangul,
        Self::Kana,
        Self::Han,
        Self::Other,
    ];

    /// The script with this index.
    pub fn from_index(index: u8) -> Option<Self> {
        Self::ALL.get(usize::from(index)).copied()
    }

    /// The one language of vigie written in it, where there is only one.
    pub const fn only_language(self) -> Option<&'static str> {
        match self {
            Self::Greek => Some("el"),
            Self::Armenian => Some("hy"),
            Self::Thaana => Some("dv"),
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
            Self::Khmer => Some("km"),
            Self::Hangul => Some("ko"),
            Self::Kana => Some("ja"),
            Self::Han => Some("zh"),
            Self::Latin
            | Self::Cyrillic
            | Self::Arabic
            | Self::Devanagari
            | Self::Bengali
            | Self::Ethiopic
            | Self::Hebrew
            | Self::Other => None,
        }
    }

    /// The script of a word: that of its first letter.
    pub fn of_word(word: &str) -> Option<Self> {
        word.chars().find(|letter| letter.is_alphabetic()).map(Self::of)
    }

    /// The script of a letter.
    pub fn of(letter: char) -> Self {
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
