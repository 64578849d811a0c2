//! Every limit of the language, each with the reason for its number.

/// Defines the limits, and the table of them.
macro_rules! limits {
    ($($(#[doc = $line:literal])+ $name:ident: $number:ty = $value:expr;)+) => {
        $($(#[doc = $line])+ pub const $name: $number = $value;)+

        /// Every limit with its number and what stands above it here: what is limited, a colon, and
        /// why so.
        pub const ALL: &[(u64, &str)] = &[$(($value, concat!($($line),+))),+];
    };
}

limits! {
    /// The longest query, in bytes: a list of 1,000 phrases of 40 bytes with their `OR`s, and a
    /// third.
    MAXIMUM_BYTES: usize = 64 * 1024;

    /// The most words, phrases and fields of one query: four lists of 1,000.
    MAXIMUM_TERMS: usize = 4_096;

    /// The deepest nesting: hand-written queries stay below 10; a level costs a few hundred bytes
    /// of stack in each of four nested calls, so 64 levels stay far below the 2 MiB of a spawned
    /// thread.
    MAXIMUM_DEPTH: usize = 64;

    /// The widest `NEAR`, in words between: beyond a long paragraph `AND` says the same.
    MAXIMUM_DISTANCE: u8 = 100;

    /// The fewest letters before a trailing `*`: two letters begin one word in a hundred.
    MINIMUM_PREFIX_LETTERS: usize = 3;

    /// The most diagnostics of one query: a screen; the rest are counted.
    MAXIMUM_DIAGNOSTICS: usize = 20;

    /// The most places of one operand that `NEAR` looks at, in the text's order: a text of 4,096
    /// words is a long article, and a repeated word in a longer one keeps its first 4,096 places.
    MAXIMUM_PLACES: usize = 4_096;

    /// The most spans of one hit, in the text's order: more highlights than a reader can follow.
    MAXIMUM_SPANS: usize = 256;

    /// The most words of an entry of a list: the longest titles and slogans that are looked for.
    MAXIMUM_ENTRY_WORDS: usize = 8;

    /// The longest entry of a list, in bytes: the longest id of an account, and more than eight
    /// words of any language.
    MAXIMUM_ENTRY_BYTES: usize = 512;

    /// The most entries of one list: 8 MB of memory.
    MAXIMUM_ENTRIES: usize = 1_000_000;

    /// The most lists: each that a query asks for is looked for in every mention.
    MAXIMUM_LISTS: usize = 100;
}
