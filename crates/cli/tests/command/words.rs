//! Help, completions, manual pages, configuration and the small commands.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use vigie_service::configuration::Topics;

use crate::support::{Place, command, vigie, vigie_with};

const COMMANDS: [&str; 16] = [
    "demo",
    "up",
    "tag",
    "author",
    "topics",
    "streams",
    "check-config",
    "dead-letters",
    "audit",
    "simulate",
    "detect",
    "match",
    "query",
    "topology",
    "completions",
    "man",
];

#[test]
fn every_command_helps_with_an_example() {
    let all = vigie(["--help"]).well().out;
    for name in COMMANDS {
        assert!(all.contains(name), "{name} is not in --help");
        let help = vigie([name, "--help"]).well().out;
        assert!(help.contains("Example"), "{name}: {help}");
    }
    assert!(vigie(["--version"]).well().out.starts_with("vigie "));
}

#[test]
fn shells_and_manuals_know_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let completions = vigie(["completions", shell]).well().out;
        assert!(completions.contains("dead-letters"), "{shell}");
    }
    let place = Place::new();
    let pages = place.path("man1");
    vigie(["man", pages.to_str().expect("text")]).well();
    for name in COMMANDS {
        assert!(pages.join(format!("vigie-{name}.1")).exists(), "no page for {name}");
    }
}

#[test]
fn every_file_in_deploy_can_be_used() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let mut seen = Vec::new();
    for entry in fs::read_dir(deploy).expect("readable") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let (name, file) = (path.file_name().expect("a name"), path.to_str().expect("text"));
        let name = name.to_str().expect("text").to_owned();
        if name.starts_with("topics") {
            let text = fs::read_to_string(&path).expect("readable");
            Topics::parse(file, &text).expect("topics");
        } else if name.starts_with("streams") {
            vigie(["streams", "check", file]).well();
        } else {
            vigie(["check-config", file]).well();
        }
        seen.push(name);
    }
    assert!(seen.contains(&"vigie.toml".to_owned()), "{seen:?}");
}

#[test]
fn a_wrong_configuration_names_file_line_and_key() {
    let place = Place::new();
    let file = place.write("vigie.toml", "commit_interval = \"100ms\"\ncomit = 1\n");
    let ran = vigie(["check-config", file.to_str().expect("text")]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("vigie.toml: TOML parse error at line 2"), "{}", ran.err);
    assert!(ran.err.contains("unknown field `comit`"), "{}", ran.err);
    let streams = place.write("streams.toml", "[[stream]]\nid = \"a\"\nquery = \"delta AND (\"\n");
    let ran = vigie(["streams", "check", streams.to_str().expect("text")]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("streams.toml:3: the query of stream \"a\""), "{}", ran.err);
    assert_eq!(vigie(["up", "--config", "missing.toml"]).code, Some(2));
    assert_eq!(vigie(["up", "--no-such-option"]).code, Some(2));
}

#[test]
fn a_reader_that_leaves_ends_the_command_quietly() {
    let mut child = command(["simulate", "--seed", "1", "--endless"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary");
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    reader.read_line(&mut line).expect("a line");
    assert!(line.starts_with('{'), "{line}");
    drop(reader);
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn counts_are_judged_row_by_row() {
    let place = Place::new();
    let row = |number: usize| {
        let (day, minutes) = (number / 288 + 1, number % 288 * 5);
        let value = if number == 2_500 { 400 } else { 20 + number % 7 };
        format!("2026-01-{day:02} {:02}:{:02}:00,{value}\n", minutes / 60, minutes % 60)
    };
    let rows: String = (0..2_880).map(row).collect();
    let file = place.write("counts.csv", format!("timestamp,value\n{rows}"));
    let ran = vigie(["detect", "--counts", file.to_str().expect("text")]).well();
    assert_eq!(ran.out.lines().count(), 2_881);
    let header = "timestamp,observed,expected,p_value,anomaly_score,state,alert";
    assert_eq!(ran.out.lines().next(), Some(header));
    let alerts: Vec<&str> = ran.out.lines().filter(|line| line.ends_with(",1")).collect();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].starts_with("2026-01-09 16:20:00,400,"), "{alerts:?}");
    let ran =
        vigie_with(["detect", "--counts", "-"], b"timestamp,value\n2026-01-01 00:00:00,many\n");
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("stdin:2: value: found \"many\""), "{}", ran.err);
}

#[test]
fn a_query_and_the_flow_are_explained() {
    let ran = vigie(["query", "explain", "--json", "(Delta OR @delta) -kind:repost"]).well();
    let told = ran.json();
    assert_eq!(told["canonical"], "(delta OR @delta) AND NOT kind:repost");
    assert_eq!(told["required"], serde_json::json!([["delta", "@delta"]]));
    assert_eq!(told["fields"], serde_json::json!(["kind"]));
    assert_eq!(told["tried_on_every_mention"], false);
    assert_eq!(told["anchors"], serde_json::json!(["@delta", "delta"]));
    let share = told["estimated_candidates"].as_f64().expect("a share");
    assert!((0.01..0.1).contains(&share), "{share}");
    let every = vigie(["query", "explain", "lang:fr"]).well().out;
    assert!(every.contains("tried on every mention"), "{every}");
    let flow = vigie(["topology"]).well().out;
    for name in ["mentions.raw.v1", "vigie-tagger-changelog", "spikes.v1", "scorer"] {
        assert!(flow.contains(name), "{flow}");
    }
    assert!(vigie(["topology", "--format", "mermaid"]).well().out.starts_with("flowchart LR"));
}

#[test]
fn a_query_is_told_which_of_its_fields_the_mapping_lacks() {
    let place = Place::new();
    let mapping = "[ingest.mapping]\nnetwork = { constant = \"murmur\" }\nid = \"key\"\n\
                   author = { id = \"who\", location = \"where\" }\ntext = \"said\"\n\
                   created_at = \"when\"\n";
    let config = place.write("vigie.toml", mapping);
    let explain = |query: &str, options: &[&str]| {
        let fixed = ["query", "explain", "--config", config.to_str().expect("text")];
        vigie(fixed.iter().chain(options).chain([&query])).well()
    };
    let query = "delta followers:>=1000 -country:FR -kind:repost sentiment:<0";
    let told = explain(query, &["--json"]).json();
    let rows = told["depends_on"].as_array().expect("a list").iter();
    let rows: Vec<_> = rows
        .map(|row| {
            let text = |key: &str| row[key].as_str().expect("text").to_owned();
            (text("field"), text("otherwise"), text("mapping"))
        })
        .collect();
    let row = |field: &str, otherwise: &str, mapping: &str| {
        (field.to_owned(), otherwise.to_owned(), mapping.to_owned())
    };
    assert_eq!(
        rows,
        [
            row("followers", "unknown", "never"),
            row("country", "unknown", "of_some"),
            row("kind", "post", "never"),
            row("sentiment", "unknown", "of_some"),
        ]
    );
    assert_eq!(told["depends_on"][0]["told_by"], serde_json::json!(["author.followers"]));
    assert_eq!(told["can_be_met"], false);
    let without = told["depends_on"][3]["not_in_languages"].as_array().expect("a list");
    assert!(!without.is_empty() && without.iter().all(|code| code != "fr"), "{without:?}");
    let out = explain(query, &[]).out;
    for line in [
        "field      followers:>=1000\n             told by author.followers\n             else not known: \
         no match, and `NOT` of it is met\n",
        "does not fill author.followers: the term is never met, and `NOT` of it always\n",
        "fills author.location, not location.country\n",
        "not fill kind, repost_of.id, quote_of.id, reply_to.id, outlet: every mention is taken for a \
         post\n",
        "meets      nothing, as the mapping is\n",
    ] {
        assert!(out.contains(line), "no {line:?} in {out}");
    }
    assert!(!explain("delta -followers:>=1000", &[]).out.contains("meets      nothing"));
    let envelope = vigie(["query", "explain", "--json", query]).well().json();
    assert_eq!(envelope["can_be_met"], true);
    assert_eq!(envelope["depends_on"][0]["mapping"], serde_json::Value::Null);
}

#[test]
fn there_is_no_data_without_a_directory() {
    let place = Place::new();
    let ran = place.ask("nothing", &["audit"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("holds no log yet"), "{}", ran.err);
}

#[test]
fn a_foreign_query_is_translated_and_what_is_lost_is_named() {
    let whole = vigie(["query", "translate", "--from", "x", "(delta OR @delta) -is:retweet"]);
    assert_eq!(whole.well().out, "(delta OR @delta) AND NOT is:repost\n");
    let part = vigie(["query", "translate", "--from", "brandwatch", "delta AND title:news"]);
    assert_eq!((part.code, part.out.as_str()), (Some(1), "delta\n"));
    assert!(part.err.starts_with("column 11: left out `title:news`: "), "{}", part.err);
    let json = vigie(["query", "translate", "--from", "x", "--json", "delta has:media"]);
    let told: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(told["query"], "delta");
    assert_eq!(told["remarks"][0]["written"], "has:media");
    let wrong = vigie(["query", "translate", "--from", "x", "(delta"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("a parenthesis is not closed"), "{}", wrong.err);
}
