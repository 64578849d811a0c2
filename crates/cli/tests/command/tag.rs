//! `vigie tag` and `vigie match`.

use serde_json::{Value, json};

use crate::support::{Place, vigie, vigie_with};

const STREAMS: &str = "[[stream]]\nid = \"aerolumo\"\nquery = 'aerolumo OR @aerolumo'\n\n\
                       [[stream]]\nid = \"quotes\"\nquery = 'kind:quote'\n";

/// The parts of a judgement that do not move with every word of the lexicons.
fn told(line: &Value) -> Value {
    let intents = line["intents"].as_array().expect("a list");
    let intents: Vec<&Value> = intents.iter().map(|intent| &intent["kind"]).collect();
    let streams = line["matches"].as_array().expect("a list");
    let streams: Vec<&Value> = streams.iter().map(|found| &found["stream"]).collect();
    json!({
        "language": line["language"]["code"],
        "sentiment": line["sentiment"]["label"],
        "first intent": intents[0],
        "streams": streams,
        "city": line["place"]["city"],
    })
}

#[test]
fn golden_lines_are_judged_as_they_were() {
    let place = Place::new();
    let streams = place.write("streams.toml", STREAMS);
    let golden = [
        (
            json!({ "text": "Where is my bag? I am not happy with Aerolumo at all :(",
                    "author": { "location": "Boston, MA" }, "n": 1 }),
            json!({ "language": "en", "sentiment": "negative", "first intent": "question",
                    "streams": ["aerolumo"], "city": "Boston" }),
        ),
        (
            json!({ "text": "The crew was wonderful today, thank you so much @aerolumo!" }),
            json!({ "language": "en", "sentiment": "positive", "first intent": "compliment",
                    "streams": ["aerolumo"], "city": null }),
        ),
        (
            json!({ "network": "murmur", "id": "3", "author": { "id": "a" }, "kind": "quote",
                    "text": "They close the gate at noon.", "created_at": "2026-05-01T10:00:00Z",
                    "quote_of": { "id": "1" } }),
            json!({ "language": "en", "sentiment": "neutral", "first intent": "other",
                    "streams": ["quotes"], "city": null }),
        ),
    ];
    let input: Vec<String> = golden.iter().map(|(line, _)| line.to_string()).collect();
    let streams = streams.to_str().expect("text");
    let ran = vigie_with(["tag", "--streams", streams], input.join("\n").as_bytes()).well();
    let lines = ran.lines();
    assert_eq!(lines.len(), golden.len());
    for ((given, expected), found) in golden.iter().zip(&lines) {
        assert_eq!(&told(found), expected, "{given}");
        for (name, value) in given.as_object().expect("an object") {
            assert_eq!(&found[name], value, "{name} is kept");
        }
    }
}

#[test]
fn romanised_and_mixed_text_is_said_to_be_so() {
    let golden = [
        (
            "mujhe ye bilkul pasand nahi aaya, paise barbaad ho gaye",
            ("hi", json!(true), json!(null)),
        ),
        ("उड़ान देर से है और किसी को नहीं पता क्यों", ("hi", json!(false), json!(null))),
        (
            "I was waiting for my order since morning lekin abhi tak kuch nahi aaya",
            ("hi", json!(true), json!("en")),
        ),
        ("nobody could tell me why it was late", ("en", json!(null), json!(null))),
        ("12 😀", ("und", json!(null), json!(null))),
    ];
    let input: Vec<_> =
        golden.iter().map(|(text, _)| json!({ "text": text }).to_string()).collect();
    let lines = vigie_with(["tag"], input.join("\n").as_bytes()).well().lines();
    assert_eq!(lines.len(), golden.len());
    for ((text, (code, romanised, mixed_with)), line) in golden.iter().zip(&lines) {
        let mut language = line["language"].clone();
        language.as_object_mut().expect("an object").remove("confidence");
        let expected = json!({ "code": code, "romanised": romanised, "mixed_with": mixed_with });
        assert_eq!(language, expected, "{text}");
    }
}

#[test]
fn broken_lines_keep_their_place_and_make_the_command_fail() {
    let input = b"{\"text\":\"one\"}\nnonsense\n{\"text\":\"three\"}\n{\"text\":4}\n";
    let ran = vigie_with(["tag"], input);
    assert_eq!(ran.code, Some(1));
    let lines = ran.lines();
    let places: Vec<&Value> = lines.iter().map(|line| &line["line"]).collect();
    assert_eq!(places, [&Value::Null, &json!(2), &Value::Null, &json!(4)]);
    assert_eq!(lines[3]["error"], "text: found a number, expected text");
    assert!(ran.err.contains("stdin:2: ") && ran.err.contains("stdin:4: text"), "{}", ran.err);
}

#[test]
fn foreign_lines_are_tagged_through_a_mapping() {
    let place = Place::new();
    let mapping = "[ingest.mapping]\nnetwork = { constant = \"murmur\" }\nid = \"key\"\n\
                   author = { id = \"who\" }\ntext = \"words\"\ncreated_at = \"at\"\n";
    let config = place.write("vigie.toml", mapping);
    let input = b"{\"key\":\"1\",\"who\":\"ann\",\"words\":\"I love it\",\"at\":\"2026-05-01T10:00:00Z\"}\n\
                  {\"key\":\"2\",\"who\":\"ann\",\"at\":\"2026-05-01T10:00:00Z\"}\n";
    let ran = vigie_with(["tag", "--config", config.to_str().expect("text")], input);
    assert_eq!(ran.code, Some(1));
    let lines = ran.lines();
    assert_eq!(lines[0]["words"], "I love it");
    assert_eq!(lines[0]["sentiment"]["label"], "positive");
    assert!(lines[1]["error"].as_str().is_some_and(|error| error.starts_with("text")), "{lines:?}");
}

#[test]
fn what_is_simulated_can_be_tagged_and_matched() {
    let lines = vigie(["simulate", "--seed", "5", "--mentions", "500"]).well().out;
    let again = vigie(["simulate", "--seed", "5", "--mentions", "500"]).well().out;
    assert_eq!(lines, again, "the same seed gives the same lines");
    let tagged = vigie_with(["tag"], lines.as_bytes());
    assert_eq!(tagged.lines().len(), 500);
    let matched = vigie_with(["match", "aerolumo OR @aerolumo OR #aerolumo"], lines.as_bytes());
    let matched = matched.lines();
    assert!(!matched.is_empty());
    for line in matched {
        let spans = line["spans"].as_array().expect("a list");
        for span in spans {
            let text = span["text"].as_str().expect("a text").to_lowercase();
            assert!(text.contains("aerolumo"), "{line}");
        }
    }
}

#[test]
fn a_wrong_query_is_shown_with_what_was_meant() {
    let ran = vigie_with(["match", "sentimet:<0"], b"");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("did you mean `sentiment:`?"), "{}", ran.err);
}
