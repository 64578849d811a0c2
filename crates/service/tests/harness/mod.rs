//! A small real pipeline over a temporary directory, and requests to its routes in process.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;
use vigie_engine_embedded::Log;
use vigie_service::configuration::{Configuration, Span};
use vigie_service::http::Api;
use vigie_service::pipeline::{Input, Pipeline, open_log};
use vigie_types::Millis;

/// How long anything may take on a loaded machine.
const DEADLINE: Duration = Duration::from_mins(2);

/// Two streams, of which mentions may meet both.
const STREAMS: &str = r#"
[[stream]]
id = "delta"
kind = "brand"
query = "delta"

[[stream]]
id = "united"
kind = "competitor"
query = "united"
"#;

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// The body as JSON, of an answer with this status.
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// Asks routes in process.
pub struct Client {
    router: axum::Router,
    runtime: tokio::runtime::Runtime,
}

impl Client {
    pub fn new(api: &Api) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self { router: api.router(), runtime: runtime.expect("a runtime") }
    }

    pub fn ask(&self, method: Method, path: &str, key: Option<&str>, body: &str) -> Reply {
        self.runtime.block_on(self.send(method, path, key, body))
    }

    pub fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None, "").json(200)
    }

    /// Asks until the answer meets the predicate; tells the last answer when it never does.
    pub fn wait(&self, path: &str, is_there: impl Fn(&Value) -> bool) -> Value {
        self.runtime.block_on(async {
            let mut seen = String::new();
            let waited = tokio::time::timeout(DEADLINE, async {
                let mut tick = tokio::time::interval(Duration::from_millis(20));
                loop {
                    tick.tick().await;
                    let reply = self.send(Method::GET, path, None, "").await;
                    if let Ok(value) = serde_json::from_str(&reply.text)
                        && is_there(&value)
                    {
                        return value;
                    }
                    seen = reply.text;
                }
            });
            let waited = waited.await;
            waited.unwrap_or_else(|_| panic!("{path} never was what it should be, last: {seen}"))
        })
    }

    async fn send(&self, method: Method, path: &str, key: Option<&str>, body: &str) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        let text = String::from_utf8(body.to_vec()).expect("text");
        Reply { status, headers, text }
    }
}

/// A pipeline that runs.
pub struct Running {
    pub pipeline: Pipeline,
    pub api: Api,
    pub client: Client,
    pub configuration: Configuration,
}

impl Running {
    /// Starts all services on `directory`, configured as `change` says.
    pub fn start(directory: &TempDir, change: impl FnOnce(&mut Configuration)) -> Self {
        let configuration = configuration(directory.path(), change);
        let log = open_log(&configuration).expect("a log");
        Self::over(log, &configuration, &[])
    }

    pub fn over(log: Arc<Log>, configuration: &Configuration, inputs: &[Input]) -> Self {
        let pipeline = Pipeline::start(log, configuration, inputs).expect("a pipeline");
        let api = Api::live(&pipeline, configuration).expect("ours");
        let client = Client::new(&api);
        client.wait("/health/ready", |answer| answer["ready"] == true);
        Self { pipeline, api, client, configuration: configuration.clone() }
    }

    pub fn push(&self, source: &str, key: Option<&str>, lines: &str) -> Reply {
        self.client.ask(Method::POST, &format!("/v1/mentions?source={source}"), key, lines)
    }

    pub fn wait_until_idle(&self) -> Value {
        self.client.wait("/v1/status", |status| status["idle"] == true)
    }

    /// Commits and ends.
    pub fn stop(self) {
        let Self { pipeline, api, client, configuration: _ } = self;
        drop((api, client));
        pipeline.stop().expect("every service ends well");
    }
}

/// A configuration with short commits, on `directory`.
pub fn configuration(directory: &Path, change: impl FnOnce(&mut Configuration)) -> Configuration {
    let streams = directory.join("streams.toml");
    std::fs::write(&streams, STREAMS).expect("written");
    let mut configuration = Configuration {
        data_directory: directory.join("data"),
        streams: Some(streams),
        commit_interval: Span(Millis::new(20)),
        ..Configuration::default()
    };
    configuration.http.maximum_push_bytes = 64 << 10;
    change(&mut configuration);
    configuration
}

/// One mention of our envelope.
pub fn line(id: usize, author: usize, text: &str) -> String {
    format!(
        r#"{{"network":"murmur","id":"{id}","author":{{"id":"{author}","handle":"h{author}","followers":{}}},"text":"{text}","created_at":"2026-05-01T10:{:02}:{:02}Z"}}"#,
        author * 100,
        id / 60 % 60,
        id % 60,
    )
}

/// Forty mentions of eight authors, one of them broken, one delivered twice.
pub fn lines() -> String {
    let mut lines = String::new();
    for id in 0..40 {
        let text = match id % 4 {
            0 => "I love delta, thanks!",
            1 => "why is my delta flight late? united is worse",
            2 => "united lost my bag, terrible service",
            _ => "nothing to see here",
        };
        writeln!(lines, "{}", line(id, id % 8, text)).expect("written");
    }
    writeln!(lines, "{}", line(0, 0, "I love delta, thanks!")).expect("written");
    lines.push_str("{\"network\": \"murmur\"\n");
    lines
}
