//! Several instances over one log, each owning some of its partitions: who is asked, what is
//! merged, and what is told to be missing.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::harness::{Client, Running, lines};
use axum::http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use vigie_runtime::{Partition, partition_of};
use vigie_service::http::{Api, Instance, Server, serve};
use vigie_service::peers::{Owner, Owners, OwnersError};
use vigie_service::pipeline::Role;

/// The partitions of every topic in the harness.
const PARTITIONS: u32 = 4;

/// What the coordinator of each group says, to all instances.
#[derive(Clone, Default)]
struct Groups(Arc<Mutex<BTreeMap<Role, Vec<Owner>>>>);

impl Groups {
    fn set(&self, role: Role, owners: &[(SocketAddr, &[u32])]) {
        let owner = |(address, numbers): &(SocketAddr, &[u32])| Owner {
            address: Some(address.to_string()),
            partitions: set_of(numbers),
        };
        let owners = owners.iter().map(owner).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(role, owners);
    }

    /// The same of both services that views are made of.
    fn set_both(&self, owners: &[(SocketAddr, &[u32])]) {
        self.set(Role::Detector, owners);
        self.set(Role::Scorer, owners);
    }
}

/// What one instance owns and believes.
#[derive(Clone, Default)]
struct Share {
    here: Arc<Mutex<BTreeSet<Partition>>>,
    groups: Groups,
    asked: Arc<AtomicU64>,
}

impl Share {
    fn hold(&self, numbers: &[u32]) {
        *self.here.lock().unwrap_or_else(PoisonError::into_inner) = set_of(numbers);
    }
}

impl Owners for Share {
    fn here(&self, _service: Role) -> BTreeSet<Partition> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn everywhere(&self, service: Role) -> Result<Vec<Owner>, OwnersError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let groups = self.groups.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(groups.get(&service).cloned().unwrap_or_default())
    }
}

fn set_of(numbers: &[u32]) -> BTreeSet<Partition> {
    numbers.iter().copied().map(Partition::new).collect()
}

/// An instance with its server.
struct Member {
    share: Share,
    client: Client,
    server: Server,
}

impl Member {
    /// An instance over the log of `running` that holds these partitions.
    fn start(running: &Running, groups: &Groups, numbers: &[u32]) -> Self {
        Self::with(running, groups, numbers, |_| {})
    }

    fn with(
        running: &Running,
        groups: &Groups,
        numbers: &[u32],
        change: impl FnOnce(&mut Instance),
    ) -> Self {
        let share = Share { groups: groups.clone(), ..Share::default() };
        share.hold(numbers);
        let mut instance = Instance::of(&running.pipeline, &running.configuration);
        instance.owners = Arc::new(share.clone());
        instance.is_shared = true;
        change(&mut instance);
        let api = Api::of(instance).expect("ours");
        let server = serve(&api, SocketAddr::from(([127, 0, 0, 1], 0))).expect("served");
        Self { share, client: Client::new(&api), server }
    }

    fn address(&self) -> SocketAddr {
        self.server.loopback_address()
    }

    /// Waits until the views are there, which follow what is held within a second.
    fn wait_for_missing(&self, missing: &[u32]) {
        for path in ["/v1/mentions", "/v1/streams"] {
            self.client.wait(path, |answer| answer["missing_partitions"] == json!(missing));
        }
    }

    fn stop(self) {
        let Self { share: _, client, server } = self;
        server.stop();
        drop(client);
    }
}

fn start(directory: &TempDir) -> Running {
    let running = Running::start(directory, |_| {});
    running.push("crm", None, &lines()).json(200);
    running.wait_until_idle();
    running
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// The authors of the harness by whether they are in one of these partitions.
fn authors(numbers: &[u32]) -> Vec<String> {
    let authors = (0..8).map(|author| format!("murmur:{author}"));
    let is_in =
        |author: &String| numbers.contains(&partition_of(author.as_bytes(), PARTITIONS).get());
    authors.filter(is_in).collect()
}

#[test]
fn instances_that_own_half_each_answer_as_one_that_owns_all() {
    let directory = directory();
    let running = start(&directory);
    let groups = Groups::default();
    let members = [&[0, 2][..], &[1, 3]].map(|half| Member::start(&running, &groups, half));
    let [one, other] = &members;
    groups.set_both(&[(one.address(), &[0, 2]), (other.address(), &[1, 3])]);
    let mut paths: Vec<String> = [
        "/v1/streams",
        "/v1/streams/delta/spikes",
        "/v1/streams/united/spikes",
        "/v1/authors?top=3",
        "/v1/authors?top=1000",
        "/v1/mentions",
        "/v1/mentions?limit=3",
        "/v1/mentions?stream=delta&limit=7",
        "/v1/queue",
        "/v1/queue?stream=united&limit=4",
        "/v1/summary",
        "/v1/topics",
        "/v1/audit",
        "/v1/dead-letters",
    ]
    .map(ToOwned::to_owned)
    .into();
    paths.extend(authors(&[0, 1, 2, 3]).iter().map(|author| format!("/v1/authors/{author}")));
    assert!(!authors(&[0, 2]).is_empty() && !authors(&[1, 3]).is_empty(), "both have some");
    for member in &members {
        member.wait_for_missing(&[]);
        for path in &paths {
            assert_eq!(member.client.get(path), running.client.get(path), "{path}");
        }
        let nobody = member.client.ask(Method::GET, "/v1/authors/murmur:77", None, "");
        assert_eq!(nobody.status, 404, "{}", nobody.text);
    }
    members.into_iter().for_each(Member::stop);
    running.stop();
}

#[test]
fn what_nobody_owns_is_told_and_no_older_answer_is_given() {
    let directory = directory();
    let running = start(&directory);
    let member = Member::start(&running, &Groups::default(), &[0, 1]);
    member.wait_for_missing(&[2, 3]);
    let (held, missing) = (authors(&[0, 1]), authors(&[2, 3]));
    for author in &held {
        member.client.get(&format!("/v1/authors/{author}"));
    }
    for author in &missing {
        let path = format!("/v1/authors/{author}");
        let reply = member.client.ask(Method::GET, &path, None, "");
        let problem = reply.json(503);
        assert!(reply.headers.contains_key("retry-after"), "{problem}");
        let number = partition_of(author.as_bytes(), PARTITIONS);
        let expected = format!("nobody answers for partition {number} of the scorer");
        assert!(problem["error"].as_str().is_some_and(|text| text.starts_with(&expected)));
    }
    let silent = Owner { address: None, partitions: set_of(&[2, 3]) };
    let groups = &member.share.groups.0;
    groups.lock().unwrap_or_else(PoisonError::into_inner).insert(Role::Scorer, vec![silent]);
    let path = format!("/v1/authors/{}", missing[0]);
    let told = |answer: &Value| {
        answer["error"].as_str().is_some_and(|text| text.contains("set http.advertised"))
    };
    member.client.wait(&path, told);
    let of = |author: &Value| author["author"].as_str().unwrap_or_default().to_owned();
    let top = member.client.get("/v1/authors?top=100");
    let mut told: Vec<String> =
        top["authors"].as_array().expect("authors").iter().map(of).collect();
    told.sort();
    assert_eq!((told, &top["missing_partitions"]), (held, &json!([2, 3])));
    let streams = member.client.get("/v1/streams");
    for stream in streams["streams"].as_array().expect("streams") {
        let id = stream["id"].as_str().expect("an id");
        let is_missing = partition_of(id.as_bytes(), PARTITIONS).get() > 1;
        assert_eq!(stream["counted"].is_null(), is_missing, "{stream}");
        let path = format!("/v1/streams/{id}/spikes");
        let reply = member.client.ask(Method::GET, &path, None, "");
        assert_eq!(reply.status, if is_missing { 503 } else { 200 }, "{id}");
    }
    let summary = member.client.get("/v1/summary");
    assert_eq!(summary["missing_partitions"], json!({ "detector": [2, 3], "scorer": [2, 3] }));
    member.share.hold(&[]);
    for path in ["/v1/mentions", "/v1/queue", "/v1/streams", "/v1/authors", "/v1/summary"] {
        let reply = member.client.ask(Method::GET, path, None, "");
        assert_eq!((path, reply.status), (path, 503), "{}", reply.text);
    }
    member.stop();
    running.stop();
}

#[test]
fn a_question_that_was_passed_on_is_not_passed_on_again() {
    let directory = directory();
    let running = start(&directory);
    // Each is told that the other owns what neither does.
    let (told_one, told_other) = (Groups::default(), Groups::default());
    let one = Member::start(&running, &told_one, &[0]);
    let other = Member::start(&running, &told_other, &[1]);
    told_one.set_both(&[(other.address(), &[1, 2, 3])]);
    told_other.set_both(&[(one.address(), &[0, 2, 3])]);
    one.wait_for_missing(&[2, 3]);
    let before = other.share.asked.load(Ordering::Relaxed);
    let author = &authors(&[2, 3])[0];
    let reply = one.client.ask(Method::GET, &format!("/v1/authors/{author}"), None, "");
    assert_eq!(reply.status, 503, "{}", reply.text);
    one.client.get("/v1/mentions");
    assert_eq!(other.share.asked.load(Ordering::Relaxed), before, "it asked nobody");
    [one, other].into_iter().for_each(Member::stop);
    running.stop();
}

#[test]
fn partitions_that_move_are_followed_and_views_go_with_them() {
    let directory = directory();
    let running = start(&directory);
    let groups = Groups::default();
    let asker = Member::start(&running, &groups, &[]);
    let first = Member::start(&running, &groups, &[0, 1, 2, 3]);
    let second = Member::start(&running, &groups, &[]);
    groups.set_both(&[(first.address(), &[0, 1, 2, 3])]);
    asker.wait_for_missing(&[]);
    let whole = asker.client.get("/v1/mentions");
    // What the asker was told a moment ago does not hold any more.
    first.share.hold(&[0]);
    second.share.hold(&[1, 2, 3]);
    groups.set_both(&[(first.address(), &[0]), (second.address(), &[1, 2, 3])]);
    second.wait_for_missing(&[]);
    asker.wait_for_missing(&[]);
    assert_eq!(asker.client.get("/v1/mentions"), whole);
    for author in authors(&[0, 1, 2, 3]) {
        asker.client.get(&format!("/v1/authors/{author}"));
    }
    // An owner that is gone leaves a gap at once, and its partitions come back with their views.
    second.stop();
    asker.wait_for_missing(&[1, 2, 3]);
    first.share.hold(&[0, 1, 2, 3]);
    groups.set_both(&[(first.address(), &[0, 1, 2, 3])]);
    asker.wait_for_missing(&[]);
    assert_eq!(asker.client.get("/v1/mentions"), whole);
    [asker, first].into_iter().for_each(Member::stop);
    running.stop();
}

#[test]
fn an_instance_without_ingest_takes_no_pushes_and_is_ready_when_its_threads_have_joined() {
    let directory = directory();
    let running = start(&directory);
    let roles = |instance: &mut Instance| {
        instance.roles = vec![Role::Scorer];
        instance.pushes = None;
    };
    let groups = Groups::default();
    let member = Member::with(&running, &groups, &[], roles);
    for path in ["/v1/mentions", "/v1/dead-letters/0/0/replay"] {
        let problem = member.client.ask(Method::POST, path, None, "").json(421);
        assert!(problem["help"].as_str().is_some_and(|help| help.contains("vigie ingest")));
    }
    assert_eq!(member.client.get("/health/ready"), json!({ "ready": true }));
    let text = member.client.ask(Method::GET, "/metrics", None, "").text;
    assert!(text.contains("vigie_ingest_open_sources"), "{text}");
    let waiting = Member::with(&running, &groups, &[], |instance| instance.stream_threads += 1);
    let reply = waiting.client.ask(Method::GET, "/health/ready", None, "");
    assert!(reply.json(503)["error"].as_str().is_some_and(|text| text.contains("1 threads join")));
    [member, waiting].into_iter().for_each(Member::stop);
    running.stop();
}
