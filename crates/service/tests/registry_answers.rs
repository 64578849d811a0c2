//! What a registry may answer, and what we say of it: a small server that answers as it is told.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use vigie_schema::topic_schemas;
use vigie_service::configuration::RegistryConfiguration;
use vigie_service::registry::{RegistryClient, RegistryError, open_schemas};

/// Answers one request after the other with what is given, and passes on what was asked. The last
/// answer is repeated.
struct Told {
    address: SocketAddr,
    requests: Receiver<String>,
}

type Open = Box<dyn FnMut(std::net::TcpStream) -> Option<Box<dyn Stream>> + Send>;

trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

fn tell(answers: &'static [(u16, &str)], mut open: Open) -> Told {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (asked, requests) = channel();
    thread::spawn(move || {
        let mut next = 0;
        for stream in listener.incoming() {
            let Some(mut stream) = open(stream.expect("a connection")) else { continue };
            let request = read_request(&mut *stream);
            let (status, body) = answers[next.min(answers.len() - 1)];
            next += 1;
            let length = body.len();
            let head = format!("HTTP/1.1 {status} Told\r\nContent-Length: {length}\r\n");
            let answer = format!("{head}Connection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).and_then(|()| stream.flush()).expect("taken");
            if asked.send(request).is_err() {
                return;
            }
        }
    });
    Told { address, requests }
}

fn plain(answers: &'static [(u16, &str)]) -> Told {
    tell(answers, Box::new(|stream| Some(Box::new(stream))))
}

/// The head and the body of a request.
fn read_request(stream: &mut dyn Stream) -> String {
    let mut request = Vec::new();
    let mut piece = [0; 8_192];
    loop {
        let read = stream.read(&mut piece).expect("a request");
        request.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if read == 0 || body.len() >= length.map_or(0, |length| length.parse().expect("a number")) {
            return String::from_utf8_lossy(&request).into_owned();
        }
    }
}

fn configuration(told: &Told) -> RegistryConfiguration {
    RegistryConfiguration::plain(format!("http://{}/", told.address))
}

fn client(told: &Told) -> RegistryClient {
    RegistryClient::new(&configuration(told)).expect("a client")
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/registry").join(name)
}

#[test]
fn each_answer_is_told_as_what_it_is() {
    let check = |answer: &'static [(u16, &'static str)], expected: &str| {
        let told = plain(answer);
        let error = client(&told).schema(7).expect_err("an error").to_string();
        let error = error.replace(&told.address.to_string(), "REGISTRY");
        assert_eq!(error, expected);
    };
    check(
        &[(503, "starting")],
        "the schema registry at http://REGISTRY does not answer: status 503: starting; see \
         registry.url",
    );
    check(
        &[(401, r#"{"error_code": 401, "message": "who is there"}"#)],
        "the schema registry at http://REGISTRY refuses to tell the schema 7: who is there; see \
         registry.user and registry.password_file",
    );
    check(
        &[(404, "<html>")],
        "http://REGISTRY does not answer as a schema registry does: it knows no such path; \
         registry.url is the root of the Confluent API",
    );
    check(
        &[(200, "{}")],
        "http://REGISTRY does not answer as a schema registry does: {}; registry.url is the root \
         of the Confluent API",
    );
}

#[test]
fn no_such_id_is_an_answer() {
    let told = plain(&[(404, r#"{"error_code": 40403, "message": "Schema 7 not found"}"#)]);
    assert_eq!(client(&told).schema(7).expect("an answer"), None);
    let request = told.requests.recv().expect("a request");
    assert!(request.starts_with("GET /schemas/ids/7 "), "{request}");
}

#[test]
fn a_start_waits_while_the_registry_is_down_and_ends_when_asked_to() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let waits = std::cell::RefCell::new(Vec::new());
    let opened = open_schemas(&RegistryConfiguration::plain(url), &|span: Duration| {
        waits.borrow_mut().push(span.as_millis());
        waits.borrow().len() == 4
    });
    assert!(matches!(opened, Err(RegistryError::Stopped { .. })));
    assert_eq!(waits.into_inner(), [250, 500, 1_000, 2_000]);
}

#[test]
fn schemas_that_are_not_registered_are_named_with_the_command_to_run() {
    let told = plain(&[(404, r#"{"error_code": 40401, "message": "no subject"}"#)]);
    let Err(error) = open_schemas(&configuration(&told), &|_| true) else {
        panic!("a registry without schemas was good enough");
    };
    let text = error.to_string();
    assert!(text.contains("mentions.raw.v1-value, ingest-checkpoints.v1-value, "), "{text}");
    assert!(text.contains("run `vigie schemas register --registry http://"), "{text}");
    assert_eq!(text.matches("-value").count(), topic_schemas().len());
}

#[test]
fn a_registry_over_tls_with_a_user_is_reached_and_one_that_is_not_trusted_is_not() {
    let read = |name| std::fs::read(fixture(name)).expect("a fixture");
    let identity = native_tls::Identity::from_pkcs8(&read("server.pem"), &read("test-only.key"));
    let acceptor = native_tls::TlsAcceptor::new(identity.expect("a key")).expect("an acceptor");
    let open: Open = Box::new(move |stream| {
        let stream = acceptor.accept(stream).ok()?;
        Some(Box::new(stream) as Box<dyn Stream>)
    });
    let told = tell(&[(200, r#"{"schema": "\"int\""}"#)], open);
    let directory = tempfile::tempdir().expect("a directory");
    let password_file = directory.path().join("password");
    std::fs::write(&password_file, "secret\n").expect("written");
    let mut configuration = RegistryConfiguration {
        url: format!("https://{}", told.address),
        user: Some("vigie".into()),
        password_file: Some(password_file),
        authority_file: None,
    };
    let stranger = RegistryClient::new(&configuration).expect("a client").schema(1);
    assert!(matches!(stranger, Err(RegistryError::Unavailable { .. })), "{stranger:?}");
    configuration.authority_file = Some(fixture("authority.pem"));
    let client = RegistryClient::new(&configuration).expect("a client");
    assert_eq!(client.schema(1).expect("an answer").as_deref(), Some("\"int\""));
    let request = told.requests.recv().expect("a request").to_ascii_lowercase();
    // `vigie:secret` in base 64, in lower case.
    assert!(request.contains("authorization: basic dmlnawu6c2vjcmv0"), "{request}");
    configuration.authority_file = Some(fixture("test-only.key"));
    let Err(error) = RegistryClient::new(&configuration) else { panic!("a key is no authority") };
    assert!(error.to_string().ends_with("it holds no certificate in PEM"), "{error}");
}
