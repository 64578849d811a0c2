//! Runs `cases.txt`, the file that says by example what the language means.

mod case_file;
mod page;
mod reference;

use case_file::{Asked, Case, Outcome, lists, sections};
use vigie_query::{Document, Fields, Query, StreamSet};
use vigie_text::Tokens;
use vigie_types::{
    AuthorId, AuthorKind, Confidence, Intent, IntentKind, Language, Mention, MentionId,
    MentionKind, Network, Place, Reference, Sentiment, SentimentLabel, Span, StreamId, Tier,
    Valence,
};

/// What a `given` line says.
#[derive(Default)]
struct Given {
    mention: Option<Mention>,
    language: Option<Language>,
    sentiment: Option<Sentiment>,
    intents: Vec<Intent>,
    place: Option<Place>,
}

impl Given {
    fn read(line: &str) -> Self {
        let mut given = Self::default();
        for pair in line.split(';') {
            let (name, value) = pair.trim().split_once('=').expect("name=value");
            given.take(name, value);
        }
        given
    }

    fn take(&mut self, name: &str, value: &str) {
        let place = |place: &mut Option<Place>| place.take().unwrap_or_default();
        match name {
            "lang" => self.language = Some(Language { code: value.into(), ..Language::default() }),
            "country" => {
                self.place = Some(Place { country: Some(value.into()), ..place(&mut self.place) });
            }
            "region" => {
                self.place = Some(Place { region: Some(value.into()), ..place(&mut self.place) });
            }
            "city" => {
                self.place = Some(Place { city: Some(value.into()), ..place(&mut self.place) });
            }
            "sentiment" => self.sentiment = Some(sentiment(value.parse().expect("a number"))),
            "intent" => self.intents = value.split(',').map(intent).collect(),
            _ => take_mention(self.mention.get_or_insert_default(), name, value),
        }
    }

    fn fields(&self) -> Fields<'_> {
        Fields {
            mention: self.mention.as_ref(),
            language: self.language.as_ref(),
            sentiment: self.sentiment.as_ref(),
            intents: &self.intents,
            place: self.place.as_ref(),
        }
    }
}

fn take_mention(mention: &mut Mention, name: &str, value: &str) {
    let number = || Some(value.parse().expect("a number"));
    match name {
        "mention" => mention.mention_id = MentionId::new(value).expect("an id"),
        "network" => mention.network = Network::new(value).expect("a network"),
        "kind" => {
            let known = MentionKind::ALL.into_iter().find(|kind| kind.as_str() == value);
            mention.kind = known.expect("a kind");
        }
        "url" => mention.url = Some(value.into()),
        "outlet" => mention.outlet = Some(value.into()),
        "author" => mention.author.handle = Some(value.into()),
        "id" => mention.author.id = AuthorId::new(value).expect("an id"),
        "followers" => mention.author.followers = number(),
        "verified" => mention.author.verified = Some(value == "yes"),
        "bot" => {
            mention.author.kind = if value == "yes" { AuthorKind::Bot } else { AuthorKind::Human };
        }
        "likes" => mention.counts.likes = number(),
        "reposts" => mention.counts.reposts = number(),
        "reply-to" => {
            let author = Some(AuthorId::new(value).expect("an id"));
            mention.references.reply_to = Some(Reference { author, ..Reference::default() });
        }
        _ => panic!("nothing is called {name}"),
    }
}

fn sentiment(score: f32) -> Sentiment {
    let label = if score < 0.0 { SentimentLabel::Negative } else { SentimentLabel::Positive };
    let score = Valence::clamped(score);
    Sentiment { score, label, model: "".into(), tier: Tier::C, tokens: Vec::new() }
}

fn intent(name: &str) -> Intent {
    let kind = IntentKind::ALL.into_iter().find(|kind| kind.as_str() == name).expect("an intent");
    Intent { kind, confidence: Confidence::clamped(1.0), cue: "".into() }
}

/// Takes the marks out of a text and gives the bytes between them.
fn unmark(marked: &str) -> (String, Vec<Span>) {
    let (mut text, mut spans, mut start) = (String::new(), Vec::new(), 0);
    for letter in marked.chars() {
        match letter {
            '«' => start = text.len() as u32,
            '»' => spans.push(Span { start, end: text.len() as u32 }),
            _ => text.push(letter),
        }
    }
    (text, spans)
}

/// What must come of a text: the spans in the text and in the title, or no match.
type Spans = Option<(Vec<Span>, Vec<Span>)>;

/// Matches one query by the index and by the reference; says what is not as expected.
fn check(query: &Query, document: &Document<'_>, expected: &Spans) -> Result<(), String> {
    let id = StreamId::new("case").expect("valid");
    let streams = StreamSet::compile_with([(id, query.clone())], &lists());
    let mut hits = Vec::new();
    streams.matches(document, &mut hits);
    let found = hits.pop().map(|hit| (hit.spans, hit.title_spans));
    let text = document.body.source();
    if found != *expected {
        return Err(format!("{query} on {text:?}: {found:?}, expected {expected:?}"));
    }
    let asks_fields = query.canonical().contains(':')
        || query.canonical().contains("has")
        || !query.lists().is_empty();
    let by_reference = if asks_fields { found } else { reference::meets(query, document) };
    if by_reference == *expected {
        return Ok(());
    }
    Err(format!("{query} on {text:?}: by definition {by_reference:?}, expected {expected:?}"))
}

fn read_spans(list: &str) -> Vec<Span> {
    let span = |pair: &str| {
        let (start, end) = pair.split_once('-').expect("start-end");
        Span { start: start.parse().expect("a number"), end: end.parse().expect("a number") }
    };
    list.split_whitespace().map(span).collect()
}

/// Tries one text of the file.
fn check_case(query: &Query, case: &Case) -> Result<(), String> {
    let given = case.given.map(Given::read).unwrap_or_default();
    let (text, marks) = unmark(case.text);
    let (title, title_marks) = case.title.map(unmark).unzip();
    let body = Tokens::of(&text);
    let title = title.as_deref().map(Tokens::of);
    let document = Document { title: title.as_ref(), body: &body, fields: given.fields() };
    let title_marks = title_marks.unwrap_or_default();
    let expected = match case.outcome {
        Outcome::Meets => Some((marks, title_marks)),
        Outcome::MeetsAt(spans) => Some((read_spans(spans), title_marks)),
        Outcome::Misses => None,
    };
    check(query, &document, &expected)
}

fn check_asked(asked: &Asked, failures: &mut Vec<String>) {
    let query = match Query::parse(asked.query) {
        Ok(query) => query,
        Err(problems) => return failures.push(format!("cases.txt:{}: {problems}", asked.line)),
    };
    for case in &asked.cases {
        if let Err(failure) = check_case(&query, case) {
            failures.push(format!("cases.txt:{}: {failure}", case.line));
        }
    }
}

#[test]
fn every_case_of_the_file_holds() {
    let asked: Vec<Asked> = sections().into_iter().flat_map(|section| section.asked).collect();
    let mut failures = Vec::new();
    for asked in &asked {
        check_asked(asked, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let cases: usize = asked.iter().map(|asked| asked.cases.len()).sum();
    assert!(cases >= 370, "the file has {cases} cases");
}

#[test]
fn a_field_that_is_not_known_is_counted() {
    let query = Query::parse("vin -country:FR").expect("valid");
    let streams = StreamSet::compile([(StreamId::new("vin").expect("valid"), query)]);
    let body = Tokens::of("du vin");
    let document = Document { title: None, body: &body, fields: Fields::default() };
    let (mut hits, mut unknowns) = (Vec::new(), vigie_query::Unknowns::default());
    streams.matches_counting(&document, &mut hits, &mut unknowns);
    let counted: Vec<_> = unknowns.iter().filter(|&(_, count)| count > 0).collect();
    assert_eq!((hits.len(), counted), (1, vec![("country", 1)]));
}

#[test]
fn of_two_streams_with_one_id_the_last_counts() {
    let named =
        |source: &str| (StreamId::new("one").expect("valid"), Query::parse(source).expect("valid"));
    let streams = StreamSet::compile([named("apple"), named("pear")]);
    assert_eq!(streams.len(), 1);
    let body = Tokens::of("pear");
    let mut hits = Vec::new();
    streams.matches(&Document { title: None, body: &body, fields: Fields::default() }, &mut hits);
    assert_eq!(streams.version(hits[0].stream), named("pear").1.version());
}

#[test]
fn only_queries_that_may_be_met_without_a_word_are_tried_on_every_mention() {
    let sources = ["lang:fr", "apple OR lang:fr", "apple lang:fr", "(a OR b) -c", "has:link"];
    let streams = StreamSet::compile(sources.iter().enumerate().map(|(index, source)| {
        let id = StreamId::new(format!("{index}")).expect("valid");
        (id, Query::parse(source).expect("valid"))
    }));
    let unanchored: Vec<_> =
        streams.unanchored().map(|stream| streams.id(stream).as_str().to_owned()).collect();
    assert_eq!(unanchored, ["0", "1", "4"]);
}
