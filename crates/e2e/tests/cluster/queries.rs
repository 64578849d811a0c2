//! Whichever instance is asked, the answer is that of the whole log; what moves is told.

use std::ffi::OsString;
use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};
use vigie_e2e::{Member, Return, Stage, StageSettings};
use vigie_service::access::Access;
use vigie_service::pipeline::Role;

use crate::support::{Ground, LONGEST_RUN, MENTIONS, undisturbed};

/// A session of 6 s, and what a restore and the views take after it.
const LONGEST_MOVE: Duration = Duration::from_secs(30);

/// Instances that answer.
const SERVING: [(Role, u32); 5] = [
    (Role::Tagger, 0),
    (Role::Detector, 0),
    (Role::Detector, 1),
    (Role::Scorer, 0),
    (Role::Scorer, 1),
];

/// An instance by its address.
struct Instance {
    member: Member,
    address: String,
    agent: ureq::Agent,
}

impl Instance {
    /// Starts a service that others reach.
    fn start(stage: &mut Stage, role: Role, ordinal: u32) -> Self {
        // Whoever binds it next gets it, which is the process that is started now.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let member = Member { role, ordinal };
        let arguments = ["--listen", &address, "--advertised", &address].map(OsString::from);
        stage.fleet.add(member, &arguments).unwrap();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)));
        Self { member, address, agent: config.build().new_agent() }
    }

    /// Status, whether it says when to ask again, and the answer; none while it is not up.
    fn ask(&self, path: &str) -> Option<(u16, bool, Value)> {
        let mut response = self.agent.get(format!("http://{}{path}", self.address)).call().ok()?;
        let retry = response.headers().contains_key("retry-after");
        let value = response.body_mut().read_json().ok()?;
        Some((response.status().as_u16(), retry, value))
    }

    fn get(&self, path: &str) -> Value {
        let (status, _, value) = self.ask(path).unwrap();
        assert_eq!(status, 200, "{}{path}: {value}", self.member);
        value
    }

    /// Whether everything that answers are made of is there.
    fn is_whole(&self) -> bool {
        ["/v1/mentions", "/v1/streams", "/v1/authors"].iter().all(|path| {
            self.ask(path).is_some_and(|(_, _, answer)| answer["missing_partitions"] == json!([]))
        })
    }
}

/// What is asked of everybody: views, authors, and the log.
fn paths(whole: &Access) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/v1/streams",
        "/v1/authors?top=50",
        "/v1/mentions?limit=200",
        "/v1/queue?limit=100",
        "/v1/summary",
        "/v1/status",
        "/v1/audit",
        "/v1/dead-letters",
    ]
    .map(ToOwned::to_owned)
    .into();
    let top = whole.get("/v1/authors?top=20").unwrap();
    for author in top["authors"].as_array().unwrap() {
        let id = author["author"].as_str().unwrap().replace(':', "%3A");
        paths.push(format!("/v1/authors/{id}"));
    }
    let streams = whole.get("/v1/streams").unwrap();
    for stream in streams["streams"].as_array().unwrap() {
        let id = stream["id"].as_str().unwrap();
        paths.push(format!("/v1/streams/{id}/spikes"));
        paths.push(format!("/v1/mentions?stream={id}&limit=30"));
    }
    paths
}

#[test]
fn every_instance_answers_as_the_whole_log_and_says_what_moves() {
    let ground = Ground::take(&[]);
    let (workload, expected) = undisturbed(ground.directory.path(), 17, MENTIONS);
    let mut stage = ground.stage(&workload, &StageSettings::default());
    let instances = SERVING.map(|(role, ordinal)| Instance::start(&mut stage, role, ordinal));
    stage.start_ingest(0, &workload.mentions()).unwrap();
    stage.drain(LONGEST_RUN).unwrap();
    let are_whole = |stage: &mut Stage, instances: &[Instance]| {
        let are_whole = |_: &mut Stage| Ok(instances.iter().all(Instance::is_whole));
        stage.until("every instance answers whole", LONGEST_MOVE, are_whole).unwrap();
    };
    are_whole(&mut stage, &instances);
    // What scorers have seen is looked at every ten seconds by those who are none.
    let whole = stage.access().unwrap();
    let must_be = |stage: &mut Stage, instance: &Instance, (path, expected): &(String, Value)| {
        let is_alike =
            |_: &mut Stage| Ok(instance.ask(path) == Some((200, false, expected.clone())));
        let what = format!("{} answers {path} as the log does", instance.member);
        stage.until(&what, LONGEST_MOVE, is_alike).unwrap();
    };
    let answer = |path: String| {
        let answer = whole.get(&path).unwrap();
        (path, answer)
    };
    let answers: Vec<(String, Value)> = paths(&whole).into_iter().map(answer).collect();
    assert!(answers.len() > 30, "{answers:?}");
    for instance in &instances {
        assert_eq!(instance.get("/health/ready"), json!({ "ready": true }));
        for answer in &answers {
            must_be(&mut stage, instance, answer);
        }
    }

    // A scorer is gone without a word: its half is missing until the group gives it to the other.
    let [tagger, _, _, _, scorer] = &instances;
    stage.fleet.kill(scorer.member, Return::Never).unwrap();
    let (_, _, answer) = tagger.ask("/v1/mentions?limit=200").unwrap();
    let missing = answer["missing_partitions"].as_array().unwrap();
    assert!(!missing.is_empty() && missing.len() < 4, "{answer}");
    let of_authors: Vec<(u16, bool)> = answers
        .iter()
        .filter(|(path, _)| path.starts_with("/v1/authors/"))
        .map(|(path, _)| tagger.ask(path).map(|(status, retry, _)| (status, retry)).unwrap())
        .collect();
    assert!(of_authors.contains(&(503, true)), "{of_authors:?}");
    assert!(of_authors.iter().all(|told| [(200, false), (503, true)].contains(told)));
    assert_eq!(tagger.get("/v1/streams")["missing_partitions"], json!([]));
    let left = &instances[..4];
    are_whole(&mut stage, left);
    for instance in left {
        for answer in &answers {
            must_be(&mut stage, instance, answer);
        }
    }
    ground.must_be_exact(&mut stage, &expected);
}
