//! Holds what is said of a field's origin to what the matcher knows.

use vigie_query::syntax::{Expression, FIELDS, Origin, Otherwise, Possession, Property};
use vigie_query::{Document, Fields, Query, StreamSet, Unknowns};
use vigie_text::Tokens;
use vigie_types::{
    Author, AuthorId, AuthorKind, Confidence, Intent, IntentKind, Mention, MentionId, MentionKind,
    Network, Place, Reference, StreamId,
};

/// One term of each field, and of those that read different things by their value each.
fn terms() -> impl Iterator<Item = String> {
    let of_fields = FIELDS.iter().map(|(_, example)| (*example).to_owned());
    let properties = Property::ALL.iter().map(|property| format!("is:{}", property.as_str()));
    let possessions = Possession::ALL.iter().map(|it| format!("has:{}", it.as_str()));
    of_fields.chain(properties).chain(possessions).chain(["author:twitter:12".to_owned()])
}

fn origin(term: &str) -> Origin {
    let query = Query::parse(term).expect("valid");
    let Expression::Field(field) = &query.root().expression else { panic!("{term} is no field") };
    field.origin()
}

/// What every mention has.
fn least() -> Mention {
    let author = AuthorId::new("murmur:4").expect("valid");
    Mention {
        network: Network::new("murmur").expect("valid"),
        mention_id: MentionId::new("murmur:1").expect("valid"),
        author: Author { id: author, ..Author::default() },
        ..Mention::default()
    }
}

/// Gives the mention a value of the envelope.
fn give(mention: &mut Mention, path: &str) {
    let some = || Some("some".to_owned());
    match path {
        "id" | "network" | "text" | "title" | "author.id" => {}
        "kind" => mention.kind = MentionKind::Reply,
        "author.handle" => mention.author.handle = some(),
        "author.followers" => mention.author.followers = Some(1),
        "author.verified" => mention.author.verified = Some(true),
        "author.bot" => mention.author.kind = AuthorKind::Human,
        "reply_to.author" => {
            let author = Some(AuthorId::new("murmur:5").expect("valid"));
            mention.references.reply_to = Some(Reference { author, ..Reference::default() });
        }
        "location.country" => {
            mention.location = Some(Place { country: some(), ..Place::default() });
        }
        "location.region" => mention.location = Some(Place { region: some(), ..Place::default() }),
        "location.city" => mention.location = Some(Place { city: some(), ..Place::default() }),
        "url" => mention.url = Some("https://some.example/".to_owned()),
        "outlet" => mention.outlet = some(),
        "counts.likes" => mention.counts.likes = Some(1),
        "counts.replies" => mention.counts.replies = Some(1),
        "counts.reposts" => mention.counts.reposts = Some(1),
        "counts.quotes" => mention.counts.quotes = Some(1),
        _ => panic!("nothing is called {path}"),
    }
}

/// Whether the matcher knows the term's value of this mention.
fn is_known(term: &str, mention: &Mention) -> bool {
    let query = Query::parse(&format!("hi {term}")).expect("valid");
    let streams = StreamSet::compile([(StreamId::new("term").expect("valid"), query)]);
    let body = Tokens::of("hi");
    let (kind, confidence) = (IntentKind::Other, Confidence::clamped(1.0));
    let intents = [Intent { kind, confidence, cue: "".into() }];
    let fields = Fields { mention: Some(mention), intents: &intents, ..Fields::default() };
    let (mut hits, mut unknowns) = (Vec::new(), Unknowns::default());
    streams.matches_counting(
        &Document { title: None, body: &body, fields },
        &mut hits,
        &mut unknowns,
    );
    unknowns.iter().all(|(_, count)| count == 0)
}

#[test]
fn a_term_is_unknown_where_its_origin_says_so_and_each_path_makes_it_known() {
    for term in terms().filter(|term| term != "to:delta") {
        let origin = origin(&term);
        let is_always_known = origin.otherwise != Otherwise::Unknown;
        assert_eq!(is_known(&term, &least()), is_always_known, "{term}: {origin:?}");
        for path in origin.told_by {
            let mut mention = least();
            give(&mut mention, path);
            assert!(is_known(&term, &mention), "{term} is not known from {path}");
        }
    }
}

#[test]
fn whom_a_mention_answers_is_unknown_where_its_parent_has_no_author() {
    let mut mention = least();
    assert!(is_known("to:delta", &mention), "it answers nobody");
    mention.references.reply_to = Some(Reference::default());
    assert!(!is_known("to:delta", &mention));
    give(&mut mention, "reply_to.author");
    assert!(is_known("to:delta", &mention));
}
