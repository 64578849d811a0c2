//! `vigie up` and the commands that read back what it made.

use std::io::Write as _;
use std::process::{Child, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Place, command, wait_for};

const STREAMS: &str = "[[stream]]\nid = \"aerolumo\"\nquery = 'aerolumo OR @aerolumo'\n";

/// Lines of a shape that is not ours.
const LINES: &str = r#"{"key": "1", "who": "ann", "words": "Aerolumo lost my bag again, terrible", "at": "2026-05-01T10:00:00Z", "likes": 3}
{"key": "2", "who": "bob", "words": "I love flying with @aerolumo", "at": "2026-05-01T10:01:00Z", "likes": 0}
{"key": "3", "who": "ann", "words": "When does the gate open, @aerolumo?", "at": "2026-05-01T10:02:00Z", "likes": 12}
{"key": "4", "who": "cem", "words": "Lovely weather today", "at": "2026-05-01T10:03:00Z", "likes": 1}
"#;

/// The same as rows.
const ROWS: &str = "key,who,words,at,likes
1,ann,\"Aerolumo lost my bag again, terrible\",2026-05-01T10:00:00Z,3
2,bob,I love flying with @aerolumo,2026-05-01T10:01:00Z,0
3,ann,\"When does the gate open, @aerolumo?\",2026-05-01T10:02:00Z,12
4,cem,Lovely weather today,2026-05-01T10:03:00Z,1
";

const CONFIGURATION: &str = "streams = \"streams.toml\"\n[ingest.mapping]\n\
                             network = { constant = \"murmur\" }\nid = \"key\"\n\
                             author = { id = \"who\" }\ntext = \"words\"\ncreated_at = \"at\"\n\
                             counts = { likes = \"likes\" }\n";

/// A process that does not outlive its test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already when the test went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn stage() -> (Place, String) {
    let place = Place::new();
    place.write("streams.toml", STREAMS);
    let configuration = place.write("vigie.toml", CONFIGURATION);
    (place, configuration.to_str().expect("text").to_owned())
}

/// The scored mentions, without when and from where they came and without the score, which depends
/// on what its author's neighbours did before.
fn mentions(place: &Place, data: &str) -> Vec<String> {
    let mut mentions: Vec<String> = place
        .records(data, "mentions.scored.v1")
        .into_iter()
        .map(|mut record| {
            let fields = record["value"].as_object_mut().expect("an object");
            for name in ["ingested_at", "source", "score"] {
                fields.remove(name);
            }
            record["value"].to_string()
        })
        .collect();
    mentions.sort_unstable();
    mentions
}

fn check_read_back(place: &Place) {
    let audit = place.ask("data", &["audit", "--json"]).well().json();
    assert_eq!(audit["ok"], true, "{audit}");
    assert_eq!(audit["ingest"][0]["read"], 4);
    assert!(place.ask("data", &["audit"]).well().out.contains("Everything adds up."));
    let author = place.ask("data", &["author", "murmur:ann", "--json"]).well().json();
    assert_eq!(author["mentions"], 2);
    let terms = author["score"]["terms"].as_array().expect("a list");
    let sum: f64 = terms.iter().filter_map(|term| term["value"].as_f64()).sum();
    assert!((sum - author["score"]["value"].as_f64().expect("a number")).abs() < 1e-9);
    assert!(place.ask("data", &["author", "murmur:ann"]).well().out.contains("murmur:ann"));
    let streams = place.ask("data", &["streams", "list", "--json"]).well().lines();
    assert_eq!(streams[0]["counted"]["mentions"], 3);
    assert!(place.ask("data", &["topics", "list"]).well().out.contains("mentions.scored.v1"));
    assert_eq!(place.records("data", "mentions.scored.v1").len(), 4);
    assert!(!place.records("data", "authors.v1").is_empty());
    assert!(place.ask("data", &["dead-letters", "list"]).well().err.contains("0 of 0"));
    let unknown = place.ask("data", &["author", "murmur:nobody"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("nothing is held of the author murmur:nobody"), "{}", unknown.err);
}

#[test]
fn what_was_read_can_be_read_back_after_the_end_and_while_it_runs() {
    let (place, configuration) = stage();
    let input = place.write("mentions.ndjson", LINES);
    place.up("data", &[&input], &["--config", &configuration]).well();
    check_read_back(&place);

    let running = command(["up", "--listen", "127.0.0.1:0", "--config", &configuration])
        .arg("--data")
        .arg(place.path("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary");
    let mut running = Running(running);
    wait_for("the API", || {
        let lock = std::fs::read_to_string(place.path("data").join("vigie.lock"));
        let lock = lock.unwrap_or_default();
        if !lock.contains("127.0.0.1") {
            return Err(lock);
        }
        // Right after the start it does not know yet that there is nothing left to read.
        let audit = place.ask("data", &["audit", "--json"]).well();
        if audit.json()["settled"] == true { Ok(()) } else { Err(audit.out) }
    });
    check_read_back(&place);
    kill_process(Pid::from_child(&running.0), Signal::TERM).expect("it runs");
    assert!(running.0.wait().expect("an end").success());
}

#[test]
fn a_second_run_adds_nothing_and_a_longer_file_is_gone_on_with() {
    let (place, configuration) = stage();
    let input = place.write("mentions.ndjson", LINES);
    let options = ["--config", configuration.as_str()];
    place.up("data", &[&input], &options).well();
    let first = mentions(&place, "data");
    place.up("data", &[&input], &options).well();
    assert_eq!(mentions(&place, "data"), first);
    let fifth = "{\"key\": \"5\", \"who\": \"ann\", \"words\": \"more\", \
                 \"at\": \"2026-05-01T10:04:00Z\"}\n";
    place.write("mentions.ndjson", format!("{LINES}{fifth}"));
    place.up("data", &[&input], &options).well();
    assert_eq!(mentions(&place, "data").len(), 5);
    place.write("mentions.ndjson", fifth);
    let replaced = place.up("data", &[&input], &options);
    assert_eq!(replaced.code, Some(1));
    assert!(replaced.err.contains("no longer begins with"), "{}", replaced.err);
}

#[test]
fn csv_and_compressed_files_give_the_same_mentions() {
    let (place, configuration) = stage();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(LINES.as_bytes()).expect("in memory");
    let inputs = [
        ("plain", place.write("a.ndjson", LINES)),
        ("packed", place.write("b.ndjson.gz", packed.finish().expect("in memory"))),
        ("rows", place.write("c.csv", ROWS)),
    ];
    for (data, input) in &inputs {
        place.up(data, &[input], &["--config", &configuration]).well();
    }
    let expected = mentions(&place, "plain");
    assert_eq!(expected.len(), 4);
    assert_eq!(mentions(&place, "packed"), expected);
    assert_eq!(mentions(&place, "rows"), expected);
}

#[test]
fn a_mapping_says_what_it_cannot_fill_and_is_refused_where_it_fits_nothing() {
    let (place, _) = stage();
    let more = CONFIGURATION.replace("created_at", "url = \"link\"\ncreated_at");
    let configuration = place.write("more.toml", more).to_str().expect("text").to_owned();
    let input = place.write("mentions.ndjson", LINES);
    let ran = place.up("data", &[&input], &["--config", &configuration]).well();
    assert!(ran.err.contains("nothing fills url: no record has \"link\""), "{}", ran.err);

    let none = CONFIGURATION.replace("\"words\"", "\"speech\"");
    let configuration = place.write("none.toml", none).to_str().expect("text").to_owned();
    let input = place.write("many.ndjson", LINES.repeat(5));
    let ran = place.up("other", &[&input], &["--config", &configuration]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("the mapping fits nothing"), "{}", ran.err);
}

#[test]
fn an_author_can_be_measured_no_more() {
    let (place, configuration) = stage();
    let input = place.write("mentions.ndjson", LINES);
    place.up("data", &[&input], &["--config", &configuration]).well();
    let refused = place.ask("data", &["author", "murmur:ann", "--suppress"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("start `vigie up` on it"), "{}", refused.err);
}

#[test]
fn the_demonstration_finds_what_was_planned() {
    let ran = crate::support::vigie(["demo", "--exit", "--mentions", "20000"]).well();
    for words in
        ["Mentions by stream", "planned bursts found", "answer first", "Everything adds up"]
    {
        assert!(ran.out.contains(words), "no \"{words}\" in:\n{}", ran.out);
    }
    assert!(!ran.out.contains("NaN"), "{}", ran.out);
}

#[test]
fn records_of_a_topic_are_whole_json() {
    let (place, configuration) = stage();
    let input = place.write("mentions.ndjson", LINES);
    place.up("data", &[&input], &["--config", &configuration]).well();
    let last = place.ask("data", &["topics", "tail", "mentions.raw.v1", "--limit", "1"]).well();
    let last: Vec<Value> = last.lines();
    assert_eq!(last.len(), 1);
    assert!(last[0]["value"]["place"].is_string(), "{last:?}");
    let missing = place.ask("data", &["topics", "tail", "mentions.v9"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("there is no topic mentions.v9"), "{}", missing.err);
}
