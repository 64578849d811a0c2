//! Matching many queries at once gives what each gives on its own, by definition.

mod reference;

use proptest::prelude::*;
use vigie_query::{Document, Fields, Query, StreamSet};
use vigie_text::Tokens;
use vigie_types::{Language, Mention, MentionKind, Place, StreamId};

/// Few words, so that random queries meet random texts.
const WORDS: [&str; 12] = [
    "cola", "Coca", "#cola", "@cola", "new", "York", "yorks", "at&t", "running", "runs", "café",
    "😀",
];

fn word() -> impl Strategy<Value = String> + Clone {
    prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned)
}

fn leaf() -> impl Strategy<Value = String> {
    let two = (word(), word());
    prop_oneof![
        6 => word(),
        2 => two.clone().prop_map(|(a, b)| format!("\"{a} {b}\"")),
        1 => two.prop_map(|(a, b)| format!("raw:\"{a} {b}\"")),
        1 => word().prop_map(|word| format!("{{{word}}}")),
        1 => prop::sample::select(vec![
            "col*", "y?rk", "stem:run", "fold:cafe", "#col*", "\"coc? c?la\"", "cafe", "\"col* new\"",
        ]).prop_map(str::to_owned),
    ]
}

/// Operands of NEAR: words, alternatives of words, and NEARs of them.
fn operand() -> impl Strategy<Value = String> {
    leaf().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("({})", parts.join(" OR "))),
            (inner.clone(), 0..5_u8, any::<bool>(), inner).prop_map(|(left, n, ordered, right)| {
                format!("({left} NEAR/{n}{} {right})", if ordered { "f" } else { "" })
            }),
        ]
    })
}

fn query() -> impl Strategy<Value = String> {
    let field = prop::sample::select(vec![
        "lang:en",
        "lang:fr",
        "country:FR",
        "kind:reply",
        "followers:>=100",
        "followers:<5",
    ]);
    let simple = prop_oneof![4 => operand(), 1 => field.prop_map(str::to_owned)];
    simple.prop_recursive(4, 16, 6, |inner| {
        let parts = prop::collection::vec(inner.clone(), 2..7);
        prop_oneof![
            parts.clone().prop_map(|parts| format!("({})", parts.join(" OR "))),
            parts.prop_map(|parts| format!("({})", parts.join(" AND "))),
            inner.prop_map(|part| format!("-{part}")),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 0..10).prop_map(|words| words.join(" "))
}

fn fields() -> impl Strategy<Value = (Option<Language>, Option<Place>, Option<Mention>)> {
    let language =
        prop::sample::select(vec![None, Some("en"), Some("fr"), Some("und"), Some("xx")]).prop_map(
            |code| code.map(|code| Language { code: code.into(), ..Language::default() }),
        );
    let place = prop::sample::select(vec![None, Some(None), Some(Some("FR")), Some(Some("DE"))])
        .prop_map(|place| {
            place.map(|country| Place { country: country.map(str::to_owned), ..Place::default() })
        });
    let followers = prop::option::of(prop::sample::select(vec![0_u64, 4, 100, 1_000]));
    let mention = prop::option::of((followers, any::<bool>())).prop_map(|mention| {
        mention.map(|(followers, is_reply)| {
            let mut mention = Mention::default();
            mention.author.followers = followers;
            mention.kind = if is_reply { MentionKind::Reply } else { MentionKind::Post };
            mention
        })
    });
    (language, place, mention)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn many_at_once_equals_one_by_one(
        sources in prop::collection::vec(query(), 1..12),
        body in text(),
        title in prop::option::of(text()),
        (language, place, mention) in fields(),
    ) {
        let queries: Vec<Query> =
            sources.iter().filter_map(|source| Query::parse(source).ok()).collect();
        let (body, title) = (Tokens::of(&body), title.as_deref().map(Tokens::of));
        let fields = Fields {
            mention: mention.as_ref(),
            language: language.as_ref(),
            place: place.as_ref(),
            ..Fields::default()
        };
        let document = Document { title: title.as_ref(), body: &body, fields };
        let id = |index: usize| StreamId::new(format!("{index:03}")).expect("valid");
        let streams =
            StreamSet::compile(queries.iter().enumerate().map(|(index, q)| (id(index), q.clone())));
        let mut hits = Vec::new();
        streams.matches(&document, &mut hits);
        let found: Vec<_> = hits
            .into_iter()
            .map(|hit| (streams.id(hit.stream).clone(), (hit.spans, hit.title_spans)))
            .collect();
        let expected: Vec<_> = queries
            .iter()
            .enumerate()
            .filter_map(|(index, query)| Some((id(index), reference::meets(query, &document)?)))
            .collect();
        prop_assert_eq!(found, expected, "{:?}", queries);
    }
}

/// Pairs of a query and a mention that are compared.
const PAIRS: usize = 1_000_000;

/// Streams that are matched at once: enough that most share terms and anchors.
const STREAMS: usize = 500;

#[test]
fn hundreds_of_streams_at_once_equal_one_by_one() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (query, text, fields) = (query().boxed(), text().boxed(), fields().boxed());
    let (mut compared, mut met) = (0, 0);
    while compared < PAIRS {
        let mut queries = Vec::new();
        while queries.len() < STREAMS {
            let source = query.new_tree(&mut runner).expect("a value").current();
            queries.extend(Query::parse(&source).ok());
        }
        let id = |index: usize| StreamId::new(format!("{index:05}")).expect("valid");
        let streams =
            StreamSet::compile(queries.iter().enumerate().map(|(index, q)| (id(index), q.clone())));
        for _ in 0..STREAMS {
            let body = text.new_tree(&mut runner).expect("a value").current();
            let (language, place, mention) =
                fields.new_tree(&mut runner).expect("a value").current();
            let body = Tokens::of(&body);
            let fields = Fields {
                mention: mention.as_ref(),
                language: language.as_ref(),
                place: place.as_ref(),
                ..Fields::default()
            };
            let document = Document { title: None, body: &body, fields };
            let mut hits = Vec::new();
            streams.matches(&document, &mut hits);
            let mut hits = hits.into_iter().peekable();
            for (index, query) in queries.iter().enumerate() {
                let hit = hits.next_if(|hit| *streams.id(hit.stream) == id(index));
                let found = hit.map(|hit| (hit.spans, hit.title_spans));
                let expected = reference::meets(query, &document);
                met += usize::from(expected.is_some());
                assert_eq!(found, expected, "{query} on {:?}", body.source());
            }
            assert!(hits.next().is_none(), "each hit is of a stream, in the order of the ids");
            compared += queries.len();
        }
    }
    assert!(met * 10 > compared, "{met} of {compared} pairs are met");
}

#[test]
fn random_queries_are_met_and_missed_often_enough_to_tell() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut draw = |strategy: &BoxedStrategy<String>| {
        strategy.new_tree(&mut runner).expect("a value").current()
    };
    let (queries, texts) = (query().boxed(), text().boxed());
    let (mut asked, mut met) = (0, 0);
    for _ in 0..400 {
        let (source, text) = (draw(&queries), draw(&texts));
        let Ok(query) = Query::parse(&source) else { continue };
        let body = Tokens::of(&text);
        let document = Document { title: None, body: &body, fields: Fields::default() };
        asked += 1;
        met += usize::from(reference::meets(&query, &document).is_some());
    }
    assert!(asked > 200, "only {asked} of 400 queries can be asked");
    assert!(met * 10 > asked && met * 10 < asked * 9, "{met} of {asked} are met");
}
