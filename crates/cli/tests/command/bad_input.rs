//! Rubbish of every kind: a dead letter or an error that names the place, and the rest goes on.

use std::io::Write as _;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::Place;

fn good(id: u32) -> String {
    format!(
        "{{\"network\":\"murmur\",\"id\":\"{id}\",\"author\":{{\"id\":\"ann\"}},\
         \"text\":\"all is well\",\"created_at\":\"2026-05-01T10:00:{:02}Z\"}}\n",
        id % 60
    )
}

#[test]
fn each_broken_line_is_a_dead_letter_with_its_place_and_reason() {
    let place = Place::new();
    let broken: [(&str, Vec<u8>, &str); 9] = [
        ("invalid UTF-8", b"{\"text\":\"\xff\"}".to_vec(), "is not UTF-8 at byte"),
        ("NUL", b"{\"text\":\"\0\"}".to_vec(), "holds a NUL at byte"),
        ("2 MiB", vec![b'x'; 2 << 20], "1048576"),
        ("wrong type", good(1).replace("\"all is well\"", "7").into(), "text: found integer `7`"),
        ("missing", good(1).replace("\"text\"", "\"title\"").into(), "text: is missing or null"),
        ("unknown", good(1).replace("\"text\"", "\"txet\"").into(), "txet: is no field"),
        ("double", good(1).replace("}\n", ",\"id\":\"9\"}").into(), "id: stands twice"),
        ("no JSON", b"hello".to_vec(), "is not JSON at byte"),
        ("a list", b"[]".to_vec(), "expected an object"),
    ];
    let mut file = good(10).into_bytes();
    for (_, line, _) in &broken {
        file.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        file.push(b'\n');
    }
    file.extend_from_slice(good(11).replace("2026-", "2036-").as_bytes());
    file.extend_from_slice(good(12).as_bytes());
    let input = place.write("rubbish.ndjson", file);
    place.up("data", &[&input], &[]).well();

    let letters = place.ask("data", &["dead-letters", "list", "--json"]).well().lines();
    assert_eq!(letters.len(), broken.len());
    for (line, (what, _, reason)) in (2..).zip(&broken) {
        let at = format!("rubbish.ndjson:{line} ");
        let letter = letters
            .iter()
            .find(|letter| letter["place"].as_str().is_some_and(|place| place.contains(&at)));
        let letter = letter.unwrap_or_else(|| panic!("{what}: no letter at {at}: {letters:#?}"));
        let told = letter["reason"].as_str().expect("a reason");
        assert!(told.contains(reason), "{what}: {told}");
    }
    let scored = place.records("data", "mentions.scored.v1");
    assert_eq!(scored.len(), 3);
    let ahead =
        scored.iter().find(|record| record["value"]["mention"]["mention_id"] == "murmur:11");
    let time = ahead.expect("scored")["value"]["event_time"].to_string();
    assert!(!time.contains("2036-"), "a clock ten years ahead is not believed: {time}");
    let letter = &letters[0];
    let name = format!("{}/{}", letter["partition"], letter["offset"]);
    let shown = place.ask("data", &["dead-letters", "show", &name]).well().json();
    assert!(shown["content"]["text"].is_string() || shown["content"]["base64"].is_string());
    let replayed = place.ask("data", &["dead-letters", "replay", &name]);
    assert!(replayed.err.contains("start `vigie up` on it"), "{}", replayed.err);
}

#[test]
fn inputs_that_cannot_be_read_are_named_and_the_others_are_read() {
    let place = Place::new();
    let (fifo, directory) = (place.path("fifo"), place.path("directory"));
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    std::fs::create_dir(&directory).expect("made");
    let (missing, empty) = (place.path("missing.ndjson"), place.write("empty.ndjson", ""));
    let odd = place.write("mentions.xlsx", "");
    let fine = place.write("fine.ndjson", good(1));
    let inputs = [&*fifo, &*directory, &*missing, &*empty, &*odd, &*fine];
    let ran = place.up("data", &inputs, &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    for words in [
        "fifo is a FIFO, which cannot be read again",
        "directory is a directory",
        "cannot open ",
        "its format cannot be told from its name",
    ] {
        assert!(ran.err.contains(words), "no \"{words}\" in {}", ran.err);
    }
    assert_eq!(place.records("data", "mentions.scored.v1").len(), 1);
}

#[test]
fn a_truncated_file_is_read_as_far_as_it_goes_and_the_others_whole() {
    let place = Place::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    for id in 0..20_000 {
        packed.write_all(good(id).as_bytes()).expect("in memory");
    }
    let mut packed = packed.finish().expect("in memory");
    packed.truncate(packed.len() / 2);
    let cut = place.write("cut.ndjson.gz", packed);
    let fine = place.write("fine.ndjson", good(99_999));
    let ran = place.up("data", &[&cut, &fine], &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("cut.ndjson.gz beyond byte"), "{}", ran.err);
    let audit = place.ask("data", &["audit", "--json"]).well().json();
    let read = |source: &serde_json::Value| source["read"].as_u64().unwrap_or_default();
    let sources = audit["ingest"].as_array().expect("a list");
    assert!(sources.iter().any(|source| (1_000..20_000).contains(&read(source))), "{audit}");
    assert!(sources.iter().any(|source| read(source) == 1), "{audit}");
}
