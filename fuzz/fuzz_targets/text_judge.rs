//! Any text is cut into tokens that stand in it, in order, and every judgement keeps its bounds.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vigie_text::Judge;
use vigie_types::Span;

static JUDGE: LazyLock<Judge> = LazyLock::new(Judge::new);

fuzz_target!(|text: &str| {
    // The first word is also what the source declares, and the whole is where the author is.
    let declared = text.split_whitespace().next();
    let judged = JUDGE.judge(text, declared, Some(text));
    let mut end = 0;
    for (index, token) in judged.tokens.iter().enumerate() {
        let span = token.span.start as usize..token.span.end as usize;
        assert!(end <= span.start && span.start < span.end, "tokens stand in order and hold text");
        assert_eq!(judged.tokens.written(index), &text[span.clone()], "a token stands at its span");
        end = span.end;
    }
    // Brands that nothing, the first token, every other token and the whole text are.
    let every_other: Vec<_> = judged.tokens.iter().step_by(2).map(|token| token.span).collect();
    let first = &every_other[..every_other.len().min(1)];
    let whole = [Span { start: 0, end: text.len() as u32 }];
    let mut brands = JUDGE.brands(&judged);
    for spans in [&[], first, &every_other, &whole] {
        let Some(sentiment) = brands.sentiment(spans) else { continue };
        assert!((-1.0..=1.0).contains(&sentiment.score.get()), "a score is within -1 and 1");
    }
    assert!(!judged.intents.is_empty(), "there is always an intent");
    assert!(judged.noise.level <= 100, "noise goes to 100");
});
