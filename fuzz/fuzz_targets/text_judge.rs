//! Any text is cut into tokens that stand in it, in order, and its language is judged or unknown.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vigie_text::{LanguageModel, Tokens};

static LANGUAGES: LazyLock<LanguageModel> = LazyLock::new(LanguageModel::new);

fuzz_target!(|text: &str| {
    let tokens = Tokens::of(text);
    let mut end = 0;
    for (index, token) in tokens.iter().enumerate() {
        let span = token.span.start as usize..token.span.end as usize;
        assert!(end <= span.start && span.start < span.end, "tokens stand in order and hold text");
        assert_eq!(tokens.written(index), &text[span.clone()], "a token stands at its span");
        let _ = (tokens.folded(index), tokens.gap_before(index));
        end = span.end;
    }
    let _ = LANGUAGES.judge(&tokens, Some("en"));
});
