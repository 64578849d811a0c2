//! Avro's rules of schema resolution, one by one.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_avro_fast::ser::SerializerConfig;
use serde_avro_fast::{Schema, from_datum_slice, to_datum_vec};

use super::*;

/// Writes with the one schema and reads with the other.
fn read<W: Serialize, R: DeserializeOwned>(
    value: &W,
    writer: &str,
    reader: &str,
) -> Result<R, Reason> {
    let schema: Schema = writer.parse().expect("a schema");
    let datum =
        to_datum_vec(value, &mut SerializerConfig::new(&schema)).expect("a value of the schema");
    let resolution = Resolution::new(writer, &Reader::new(reader)).expect("a schema");
    let rewritten = resolution.rewrite(&datum)?;
    if resolution.changes_nothing() {
        assert_eq!(rewritten, datum, "what changes nothing");
    }
    let own: Schema = reader.parse().expect("a schema");
    Ok(from_datum_slice(&rewritten, &own).expect("a datum of ours"))
}

fn record(fields: &[&str]) -> String {
    format!(
        r#"{{"type": "record", "name": "A", "namespace": "n", "fields": [{}]}}"#,
        fields.join(",")
    )
}

const NUMBER: &str = r#"{"name": "number", "type": "long", "default": 7}"#;
const TEXT: &str = r#"{"name": "text", "type": "string", "default": "écrit"}"#;
const MAYBE: &str = r#"{"name": "maybe", "type": ["null", "string"], "default": null}"#;
const LIST: &str = r#"{"name": "list", "type": {"type": "array", "items":
    {"type": "record", "name": "Item", "fields": [{"name": "id", "type": "int", "default": 1}]}},
    "default": [{"id": 3}, {}]}"#;
const COLOUR: &str = r#"{"name": "colour", "type": {"type": "enum", "name": "Colour",
    "symbols": ["grey", "red"], "default": "grey"}, "default": "red"}"#;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Item {
    id: i32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Colour {
    #[default]
    Grey,
    Red,
    Blue,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Whole {
    number: i64,
    text: String,
    maybe: Option<String>,
    list: Vec<Item>,
    colour: Colour,
}

fn whole() -> Whole {
    let list = vec![Item { id: -5 }, Item { id: 5 }];
    Whole { number: -1, text: "a".into(), maybe: Some("b".into()), list, colour: Colour::Red }
}

#[test]
fn the_same_schema_in_other_words_changes_nothing() {
    let ours = record(&[NUMBER, TEXT, MAYBE, LIST, COLOUR]);
    let theirs = ours.replace(r#""type": "long""#, r#""doc": "Why.", "type": "long""#);
    let resolution = Resolution::new(&theirs, &Reader::new(&ours)).expect("a schema");
    assert!(resolution.changes_nothing());
    assert_eq!(read::<_, Whole>(&whole(), &theirs, &ours), Ok(whole()));
}

#[test]
fn fields_are_found_by_name_in_any_order_and_unknown_ones_are_skipped() {
    #[derive(Serialize)]
    struct Later {
        colour: Colour,
        links: Vec<String>,
        text: &'static str,
        list: Vec<Item>,
        maybe: Option<&'static str>,
        number: i64,
        weights: Vec<f64>,
    }
    let links = r#"{"name": "links", "type": {"type": "array", "items": "string"}}"#;
    let weights = r#"{"name": "weights", "type": {"type": "array", "items": "double"}}"#;
    let theirs = record(&[COLOUR, links, TEXT, LIST, MAYBE, NUMBER, weights]);
    let written = Later {
        colour: Colour::Red,
        links: vec!["x".into(), String::new()],
        text: "a",
        list: whole().list,
        maybe: Some("b"),
        number: -1,
        weights: vec![0.5],
    };
    let ours = record(&[NUMBER, TEXT, MAYBE, LIST, COLOUR]);
    assert_eq!(read(&written, &theirs, &ours), Ok(whole()));
}

#[test]
fn a_field_that_the_writer_lacks_takes_our_default() {
    #[derive(Serialize)]
    struct Empty {}
    let ours = record(&[NUMBER, TEXT, MAYBE, LIST, COLOUR]);
    let expected = Whole {
        number: 7,
        text: "écrit".into(),
        maybe: None,
        list: vec![Item { id: 3 }, Item { id: 1 }],
        colour: Colour::Red,
    };
    assert_eq!(read(&Empty {}, &record(&[]), &ours), Ok(expected));
    let without = record(&[r#"{"name": "number", "type": "long"}"#]);
    let missing = read::<_, Item>(&Empty {}, &record(&[]), &without);
    assert_eq!(missing, Err("n.A.number is missing".into()));
}

#[test]
fn a_symbol_that_we_do_not_know_becomes_our_default_symbol() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Coloured {
        colour: Colour,
    }
    let theirs = record(&[&COLOUR.replace(r#"["grey", "red"]"#, r#"["red", "blue", "grey"]"#)]);
    let ours = record(&[COLOUR]);
    for (written, expected) in
        [(Colour::Red, Colour::Red), (Colour::Grey, Colour::Grey), (Colour::Blue, Colour::Grey)]
    {
        let found = read(&Coloured { colour: written }, &theirs, &ours);
        assert_eq!(found, Ok(Coloured { colour: expected }));
    }
    let strict = ours.replace(r#", "default": "grey""#, "");
    let found = read::<_, Coloured>(&Coloured { colour: Colour::Blue }, &theirs, &strict);
    assert_eq!(found, Err("a symbol is unknown, and the enum has no default".into()));
}

#[test]
fn a_record_of_another_name_is_refused_unless_it_is_an_alias() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Numbered {
        number: i64,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Counted {
        count: i64,
    }
    let ours = record(&[NUMBER]);
    let theirs = ours.replace(r#""A""#, r#""B""#);
    let found = read::<_, Numbered>(&Numbered { number: 1 }, &theirs, &ours);
    assert_eq!(found, Err("the record n.B cannot be read as the record n.A".into()));
    let renamed = ours.replace(r#""A""#, r#""A", "aliases": ["B"]"#);
    assert_eq!(read(&Numbered { number: 1 }, &theirs, &renamed), Ok(Numbered { number: 1 }));
    let field = ours.replace(r#""number""#, r#""count", "aliases": ["number"]"#);
    assert_eq!(read(&Numbered { number: 1 }, &ours, &field), Ok(Counted { count: 1 }));
}

#[test]
fn numbers_grow_and_branches_are_chosen() {
    fn check<W: Serialize, R: DeserializeOwned + PartialEq + std::fmt::Debug>(
        written: &W,
        writer: &str,
        reader: &str,
        expected: Result<R, &'static str>,
    ) {
        assert_eq!(
            read(written, writer, reader),
            expected.map_err(Reason::from),
            "{writer} {reader}"
        );
    }
    check(&-3_i32, r#""int""#, r#""long""#, Ok(-3_i64));
    check(&-3_i32, r#""int""#, r#""float""#, Ok(-3_f32));
    check(&i64::MIN, r#""long""#, r#""double""#, Ok(i64::MIN as f64));
    check(&0.5_f32, r#""float""#, r#""double""#, Ok(0.5_f64));
    check(&3_i64, r#""long""#, r#"["null", "double"]"#, Ok(Some(3_f64)));
    check(&Some(3_i32), r#"["null", "int"]"#, r#"["null", "long"]"#, Ok(Some(3_i64)));
    check(&Some(3_i32), r#"["int", "null"]"#, r#"["null", "long"]"#, Ok(Some(3_i64)));
    check(&Some(3_i32), r#"["null", "int"]"#, r#""int""#, Ok(3_i32));
    check::<_, i32>(
        &None::<i32>,
        r#"["null", "int"]"#,
        r#""int""#,
        Err("null cannot be read as an int"),
    );
    check::<_, i32>(&1_i64, r#""long""#, r#""int""#, Err("a long cannot be read as an int"));
    check::<_, Option<String>>(
        &true,
        r#""boolean""#,
        r#"["null", "string"]"#,
        Err("a boolean is no branch of our union"),
    );
    let (micros, millis) = (
        r#"{"type": "long", "logicalType": "timestamp-micros"}"#,
        r#"{"type": "long", "logicalType": "timestamp-millis"}"#,
    );
    let expected = "a long (timestamp-micros) cannot be read as a long (timestamp-millis)";
    check::<_, i64>(&1_i64, micros, millis, Err(expected));
    check::<_, i64>(
        &1_i64,
        r#""long""#,
        millis,
        Err("a long cannot be read as a long (timestamp-millis)"),
    );
}

#[test]
fn types_that_contain_themselves_are_read() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Node {
        id: i32,
        next: Option<Box<Node>>,
    }
    let ours = r#"{"type": "record", "name": "Node", "fields": [
        {"name": "id", "type": "int"}, {"name": "next", "type": ["null", "Node"]}]}"#;
    let theirs = r#"{"type": "record", "name": "Node", "fields": [
        {"name": "next", "type": ["Node", "null"]}, {"name": "id", "type": "int"}]}"#;
    let chain = |depth| (0..depth).fold(None, |next, id| Some(Box::new(Node { id, next })));
    let node = *chain(9).expect("one");
    assert_eq!(read(&node, theirs, ours), Ok(*chain(9).expect("one")));
    let deep = *chain(60).expect("one");
    let refused = read::<_, Node>(&deep, theirs, ours);
    assert_eq!(refused, Err("the value is nested deeper than 64 levels".into()));
}

#[test]
fn a_writers_schema_that_is_none_is_refused() {
    let ours = Reader::new(r#""int""#);
    assert!(Resolution::new("{", &ours).is_err());
    let endless = r#"{"type": "record", "name": "A", "fields": [{"name": "a", "type": "A"}]}"#;
    assert!(Resolution::new(endless, &ours).is_err());
}

#[test]
fn what_goes_on_behind_the_end_is_refused() {
    let resolution = Resolution::new(r#""int""#, &Reader::new(r#""long""#)).expect("a schema");
    assert_eq!(resolution.rewrite(&[2, 2]), Err("the value goes on behind its end".into()));
}
