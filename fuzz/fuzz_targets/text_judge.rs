//! Any text is cut into tokens that stand in it, in order, and every judgement keeps its bounds.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vigie_text::Judge;

static JUDGE: LazyLock<Judge> = LazyLock::new(Judge::new);

fuzz_target!(|text: &str| {
    let judged = JUDGE.judge(text, None, Some(text));
    let mut end = 0;
    for (index, token) in judged.tokens.iter().enumerate() {
        let span = token.span.start as usize..token.span.end as usize;
        assert!(end <= span.start && span.start < span.end, "tokens stand in order and hold text");
        assert_eq!(judged.tokens.written(index), &text[span.clone()], "a token stands at its span");
        end = span.end;
    }
    let spans: Vec<_> = judged.tokens.iter().take(1).map(|token| token.span).collect();
    let _ = JUDGE.sentiment_towards(&judged, &spans);
    assert!(!judged.intents.is_empty(), "there is always an intent");
    assert!(judged.noise.level <= 100, "noise goes to 100");
});
