//! What the tokeniser makes of texts, hostile ones included.

use proptest::prelude::*;

use super::*;

fn kinds(text: &str) -> Vec<(TokenKind, String)> {
    let tokens = Tokens::of(text);
    (0..tokens.len())
        .map(|index| (tokens.get(index).kind, tokens.folded(index).to_owned()))
        .collect()
}

fn words(text: &str) -> Vec<String> {
    kinds(text).into_iter().map(|(_, folded)| folded).collect()
}

#[test]
fn words_are_cut_as_uax_29_cuts_them() {
    for (text, expected) in [
        ("Don't stop, 3.5 is 1,000!", vec!["don't", "stop", "3.5", "is", "1,000"]),
        ("AT&T Google+ Coca-Cola", vec!["at", "t", "google", "coca", "cola"]),
        ("delay:bad RT @x: y", vec!["delay", "bad", "rt", "x", "y"]),
        ("L’été à São Paulo", vec!["l'été", "à", "são", "paulo"]),
        ("don’t U.S.A. 4th", vec!["don't", "u.s.a", "4th"]),
        ("Привет, мир", vec!["привет", "мир"]),
        ("中文 テスト です", vec!["中", "文", "テスト", "で", "す"]),
        ("한국어 좋아요", vec!["한국어", "좋아요"]),
        ("\u{200f}שלום\u{200f} עולם", vec!["שלום", "עולם"]),
        ("__ _a a_b", vec!["_a", "a_b"]),
        ("", vec![]),
        (" \n\t ... —", vec![]),
    ] {
        assert_eq!(words(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_seen_hides_no_word_and_cuts_none() {
    for (text, expected) in [
        ("co\u{200b}la", vec!["cola"]),
        ("co\u{ad}la c\u{2060}o\u{feff}la", vec!["cola", "cola"]),
        ("co\u{200c}la co\u{200d}la co\u{fe0f}la co\u{e0100}la", vec!["cola"; 4]),
        ("\u{feff}cola\u{200b} \u{200b}cola", vec!["cola"; 2]),
        ("c\u{200b}o\u{200b}\u{200b}\u{ad}\u{200b}l\u{200b}a", vec!["cola"]),
        ("co&#8203;la co&shy;la co<wbr>la", vec!["cola"; 3]),
        ("ко\u{200b}ла κό\u{200b}λα 코\u{200b}라", vec!["кола", "κόλα", "코라"]),
        ("1\u{200b}000 747\u{200b}s", vec!["1000", "747s"]),
        ("#co\u{200b}la #ไทย\u{200b}ดี", vec!["cola", "ไทย", "ด\u{e35}"]),
        ("hi,\u{200b}you: \u{200b} ok", vec!["hi", "you", "ok"]),
        ("漢\u{200b}字 テ\u{200b}スト", vec!["漢", "字", "テ", "スト"]),
        ("រ\u{200b}cola", vec!["រ", "cola"]),
        ("می\u{200c}خواهم क्\u{200d}ष", vec!["میخواهم", "क्ष"]),
        ("@delta\u{200b}thanks", vec!["delta", "thanks"]),
        ("https://e.org/a\u{200b}b", vec!["https://e.org/a", "b"]),
        ("\u{3164} \u{ffa0} \u{115f}", vec![]),
    ] {
        assert_eq!(words(text), expected, "{text:?}");
    }
    let tokens = Tokens::of("a co\u{200b}la\u{200b}!");
    assert_eq!(tokens.written(1), "co\u{200b}la");
}

#[test]
fn sigils_make_one_token_and_fold_without_it() {
    use TokenKind::{Cashtag, Handle, Hashtag, Number, Word};
    for (text, expected) in [
        ("#WorstAirline!", vec![(Hashtag, "worstairline")]),
        ("#über_2 ＃東京 #1", vec![(Hashtag, "über_2"), (Hashtag, "東京"), (Number, "1")]),
        ("@Delta's", vec![(Handle, "delta"), (Word, "s")]),
        ("@ana@mastodon.social ok", vec![(Handle, "ana@mastodon.social"), (Word, "ok")]),
        ("@ana.bsky.social.", vec![(Handle, "ana.bsky.social")]),
        ("@united.Thanks", vec![(Handle, "united"), (Word, "thanks")]),
        (
            "$BRK.A up, $5 down",
            vec![(Cashtag, "brk.a"), (Word, "up"), (Number, "5"), (Word, "down")],
        ),
        ("a#b me@example.org", vec![(Word, "a"), (Word, "b"), (Word, "me"), (Word, "example.org")]),
        ("谢谢@delta", vec![(Word, "谢"), (Word, "谢"), (Handle, "delta")]),
        ("# @ $ ##", vec![]),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(kind, folded)| (kind, folded.to_owned())).collect();
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn links_end_where_the_sentence_goes_on() {
    use TokenKind::{Url, Word};
    for (text, expected) in [
        ("See https://example.org/a?b=C.", vec![(Word, "see"), (Url, "https://example.org/a?b=c")]),
        ("(http://e.org/x_(y))", vec![(Url, "http://e.org/x_(y)")]),
        ("bit.ly/Ab1, ok", vec![(Url, "bit.ly/ab1"), (Word, "ok")]),
        ("WWW.Example.org!", vec![(Url, "www.example.org")]),
        ("booking.com and/or", vec![(Word, "booking.com"), (Word, "and"), (Word, "or")]),
        (
            "https://e.jp/aを見て",
            vec![(Url, "https://e.jp/a"), (Word, "を"), (Word, "見"), (Word, "て")],
        ),
        ("http:// www. https", vec![(Word, "http"), (Word, "www"), (Word, "https")]),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(kind, folded)| (kind, folded.to_owned())).collect();
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn an_emoji_sequence_is_one_token() {
    for sequence in ["😀", "❤️", "👍🏽", "👩‍👩‍👧‍👦", "🇫🇷", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "#️⃣", "*️⃣", "🏳️‍🌈", "☺", "🤷🏾‍♀️"]
    {
        let text = format!("a {sequence}b");
        let tokens = Tokens::of(&text);
        let found: Vec<_> = (0..tokens.len()).map(|index| tokens.written(index)).collect();
        assert_eq!(found, ["a", sequence, "b"], "{sequence}");
        assert_eq!(tokens.get(1).kind, TokenKind::Emoji, "{sequence}");
    }
    assert_eq!(words("❤️❤❤\u{fe0e}"), ["❤", "❤", "❤"]);
    assert_eq!(words("©\u{fe0e} ©\u{fe0f} ↔\u{fe0e}"), ["©"]);
    assert_eq!(words("🇫🇷🇩🇪🇫"), ["🇫🇷", "🇩🇪", "🇫"]);
    assert_eq!(words("© ↔ ™"), Vec::<String>::new());
}

#[test]
fn a_skin_tone_is_told_and_not_folded() {
    for (written, folded) in
        [("👍🏻", "👍"), ("👍🏽", "👍"), ("👍🏿", "👍"), ("🤷🏾‍♀️", "🤷‍♀"), ("✌️🏽", "✌"), ("👩🏽‍🤝‍👩🏿", "👩‍🤝‍👩")]
    {
        let tokens = Tokens::of(written);
        assert_eq!((tokens.len(), tokens.written(0), tokens.folded(0)), (1, written, folded));
        assert!(tokens.is_toned(0), "{written}");
    }
    let tokens = Tokens::of("🏽 👍 a");
    assert_eq!([0, 1, 2].map(|index| tokens.folded(index)), ["🏽", "👍", "a"]);
    assert!(![0, 1, 2].iter().any(|&index| tokens.is_toned(index)));
}

#[test]
fn a_face_is_an_emoticon_and_punctuation_is_not() {
    for face in [
        ":)",
        ":-(",
        ";)",
        ":D",
        ":'(",
        ":P",
        "<3",
        "</3",
        "^_^",
        ">:(",
        "=)",
        "(:",
        "-_-",
        "o_O",
        "T_T",
        "¯\\_(ツ)_/¯",
        ":))))",
        ":/",
        "\\o/",
    ] {
        let text = format!("well {face} ok");
        let tokens = Tokens::of(&text);
        let faces: Vec<_> = (0..tokens.len())
            .filter(|&index| tokens.get(index).kind == TokenKind::Emoticon)
            .map(|index| tokens.written(index))
            .collect();
        assert_eq!(faces, [face], "{text}");
    }
    for text in ["note:Done", "at 10:30", "(one):two", "a=3", "http://", "Vitamin D: good", "1:3"] {
        assert!(kinds(text).iter().all(|(kind, _)| *kind != TokenKind::Emoticon), "{text}");
    }
    assert_eq!(kinds("thanks:)").len(), 2);
}

#[test]
fn hostile_texts_are_cut_in_bounded_time() {
    let marks = format!("a{}", "\u{301}".repeat(50_000));
    let mixed_marks = "\u{301}\u{323}".repeat(25_000);
    let mids = "a.".repeat(50_000);
    for (name, text) in [
        ("100 kB of one letter", "a".repeat(100_000)),
        ("10,000 emoji", "😀".repeat(10_000)),
        ("joined emoji", "👩\u{200d}".repeat(10_000)),
        ("50,000 combining marks", marks),
        ("marks without a letter", mixed_marks),
        ("deep right-to-left marks", "\u{202e}\u{2067}\u{200f}".repeat(20_000)),
        ("hashes", "#".repeat(100_000)),
        ("handles", "@a".repeat(50_000)),
        ("handles with dashes", "@a-".repeat(30_000)),
        ("letters and full stops", mids),
        ("wide mids", "é.".repeat(30_000)),
        ("open links", "http://".repeat(15_000)),
        ("links and noise", format!("http://a{}", "!".repeat(100_000))),
        ("half faces", ":'-".repeat(30_000)),
        ("regional indicators", "🇫".repeat(10_001)),
        ("tags", format!("🏴{}", "\u{e0061}".repeat(10_000))),
        ("ideographs", "漢".repeat(30_000)),
        ("zero-width spaces", format!("a{}b", "\u{200b}".repeat(50_000))),
        ("zero-width spaces without letters", "\u{200b}".repeat(100_000)),
        ("zero-width spaces between letters", "a\u{200b}".repeat(30_000)),
        ("zero-width spaces in a hashtag", format!("#a{}b", "\u{200b}\u{ad}".repeat(30_000))),
        ("long ligatures", "ﷺ".repeat(10_000)),
    ] {
        let tokens = Tokens::of(&text);
        assert!(tokens.len() <= text.len(), "{name}");
    }
}

/// What must hold of the tokens of any text.
pub(crate) fn check(text: &str) {
    let tokens = Tokens::of(text);
    let mut end = 0;
    for index in 0..tokens.len() {
        let span = tokens.get(index).span;
        assert!(span.start >= end && span.end > span.start, "{text:?}");
        end = span.end;
        let _ = (tokens.written(index), tokens.folded(index), tokens.gap_before(index));
    }
    let _ = tokens.gap_before(tokens.len());
}

proptest! {
    #[test]
    fn any_text_is_cut_in_order_on_character_borders(text in ".{0,60}") {
        check(&text);
    }

    #[test]
    fn any_mix_of_dangerous_pieces_is_cut(pieces in proptest::collection::vec(
        prop_oneof![
            Just("#"), Just("@"), Just("$"), Just("http://"), Just("www."), Just("."), Just(":"),
            Just("-"), Just("'"), Just("\u{200d}"), Just("\u{fe0f}"), Just("\u{20e3}"), Just("1"),
            Just("a"), Just("é"), Just("漢"), Just("😀"), Just("🇫"), Just("\u{200b}"), Just("\u{ad}"),
            Just("\u{301}"), Just("\u{200f}"),
            Just(" "), Just("/"), Just("_"), Just("ไทย"), Just("¯"), Just("("), Just(")"),
            Just("ﷺ"),
        ], 0..30)) {
        check(&pieces.concat());
    }

    #[test]
    fn ascii_words_are_the_words_of_the_library(text in "[a-zA-Z0-9_.,' -]{0,30}") {
        use unicode_segmentation::UnicodeSegmentation;
        let expected: Vec<_> = text
            .split_word_bounds()
            .filter(|unit| unit.contains(char::is_alphanumeric))
            .map(str::to_lowercase)
            .collect();
        let mut found = words(&text);
        found.retain(|word| word.contains(char::is_alphanumeric));
        prop_assert_eq!(found, expected);
    }
}
