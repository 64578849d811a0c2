//! One registry's Confluent API, call by call.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use super::error::RegistryError;
use crate::configuration::{ConfigurationError, RegistryConfiguration};

/// What the API speaks.
const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";

/// How long the registry may take to accept a connection.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// How long an answer may take: a check against all versions on a busy registry takes seconds.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// The longest answer that is taken: our largest schema has 30 kB.
const MAXIMUM_ANSWER_BYTES: u64 = 4 << 20;

/// What the registry says of a schema that might be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compatibility {
    /// Whether it could be.
    pub is_compatible: bool,
    /// Why not, where the registry says so.
    pub messages: Vec<String>,
}

/// One registry.
pub struct RegistryClient {
    url: String,
    agent: Agent,
    authorization: Option<String>,
}

/// An answer: its status and its body.
struct Answer {
    status: u16,
    body: Value,
}

impl RegistryClient {
    /// The registry of the configuration; reads the files it names.
    ///
    /// # Errors
    /// When the settings do not go together, or a file cannot be read or is none of certificates.
    pub fn new(configuration: &RegistryConfiguration) -> Result<Self, ConfigurationError> {
        let file = || configuration.url.clone();
        configuration
            .check()
            .map_err(|reason| ConfigurationError::Invalid { file: file(), reason })?;
        let roots = match &configuration.authority_file {
            None => RootCerts::PlatformVerifier,
            Some(file) => {
                let text = crate::configuration::read(file)?;
                RootCerts::Specific(Arc::new(certificates(&text).map_err(|reason| {
                    ConfigurationError::Invalid { file: file.display().to_string(), reason }
                })?))
            }
        };
        let tls = TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(roots).build();
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(LONGEST_CONNECT))
            .timeout_global(Some(LONGEST_ANSWER))
            // A registry stands beside its brokers, which no proxy leads to either.
            .proxy(None)
            .tls_config(tls)
            .build()
            .new_agent();
        let authorization = configuration.credentials()?.map(|(user, password)| {
            format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
        });
        let url = configuration.url.trim_end_matches('/').to_owned();
        Ok(Self { url, agent, authorization })
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The text of the schema with this id; none where there is no such id.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn schema(&self, id: u32) -> Result<Option<String>, RegistryError> {
        let answer = self.get(&format!("/schemas/ids/{id}"))?;
        if answer.status == 404 {
            return Ok(None);
        }
        let body = self.accepted(answer, || format!("tell the schema {id}"))?;
        self.text(&body, "schema").map(Some)
    }

    /// The id of a schema under a subject; none where it is not registered there.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn find(&self, subject: &str, schema: &str) -> Result<Option<u32>, RegistryError> {
        let path = format!("/subjects/{subject}?normalize=true");
        let answer = self.post(&path, &json!({ "schema": schema }))?;
        if answer.status == 404 {
            return Ok(None);
        }
        let body = self.accepted(answer, || format!("look up the schema of {subject}"))?;
        self.id(&body).map(Some)
    }

    /// Every version that is registered under a subject, by id; none where there is no subject.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn versions(&self, subject: &str) -> Result<BTreeMap<u32, String>, RegistryError> {
        let path = format!("/subjects/{subject}/versions");
        let answer = self.get(&path)?;
        let mut found = BTreeMap::new();
        if answer.status == 404 {
            return Ok(found);
        }
        let list = self.accepted(answer, || format!("list the versions of {subject}"))?;
        for version in list.as_array().ok_or_else(|| self.no_answer(&list))? {
            let answer = self.get(&format!("{path}/{version}"))?;
            // It was deleted since the list was made.
            if answer.status == 404 {
                continue;
            }
            let body = self.accepted(answer, || format!("tell version {version} of {subject}"))?;
            found.insert(self.id(&body)?, self.text(&body, "schema")?);
        }
        Ok(found)
    }

    /// Registers a schema under a subject and gives its id; the same schema keeps its id.
    ///
    /// # Errors
    /// See [`RegistryError`]; a schema that is not compatible is refused.
    pub fn register(&self, subject: &str, schema: &str) -> Result<u32, RegistryError> {
        let path = format!("/subjects/{subject}/versions?normalize=true");
        let answer = self.post(&path, &json!({ "schema": schema }))?;
        let body = self.accepted(answer, || format!("register the schema of {subject}"))?;
        self.id(&body)
    }

    /// Whether a schema is compatible with what the subject holds, by the subject's level.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn compatibility(
        &self,
        subject: &str,
        schema: &str,
    ) -> Result<Compatibility, RegistryError> {
        let path =
            format!("/compatibility/subjects/{subject}/versions?verbose=true&normalize=true");
        let answer = self.post(&path, &json!({ "schema": schema }))?;
        // A subject that there is not has nothing to be compatible with.
        if answer.status == 404 {
            return Ok(Compatibility { is_compatible: true, messages: Vec::new() });
        }
        let body = self.accepted(answer, || format!("compare the schema of {subject}"))?;
        let is_compatible = body["is_compatible"].as_bool().ok_or_else(|| self.no_answer(&body))?;
        let messages = body["messages"].as_array().into_iter().flatten();
        let messages = messages.filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(Compatibility { is_compatible, messages })
    }

    /// The level of compatibility that was set for the subject itself; none where none was.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn level(&self, subject: &str) -> Result<Option<String>, RegistryError> {
        let answer = self.get(&format!("/config/{subject}"))?;
        if answer.status == 404 {
            return Ok(None);
        }
        let body = self.accepted(answer, || format!("tell the level of {subject}"))?;
        self.text(&body, "compatibilityLevel").map(Some)
    }

    /// Sets the level of compatibility of the subject; false where there is no such subject, which
    /// some registries mind.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn set_level(&self, subject: &str, level: &str) -> Result<bool, RegistryError> {
        let request = self.agent.put(format!("{}/config/{subject}", self.url));
        let request = self.authorize(request.header("Content-Type", MEDIA_TYPE));
        let answer = self.answer(request.send(json!({ "compatibility": level }).to_string()))?;
        if answer.status == 404 {
            return Ok(false);
        }
        self.accepted(answer, || format!("set the level of {subject}"))?;
        Ok(true)
    }

    fn get(&self, path: &str) -> Result<Answer, RegistryError> {
        let request = self.authorize(self.agent.get(format!("{}{path}", self.url)));
        self.answer(request.header("Accept", MEDIA_TYPE).call())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Answer, RegistryError> {
        let request = self.authorize(self.agent.post(format!("{}{path}", self.url)));
        let request = request.header("Content-Type", MEDIA_TYPE).header("Accept", MEDIA_TYPE);
        self.answer(request.send(body.to_string()))
    }

    fn authorize<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        match &self.authorization {
            Some(authorization) => request.header("Authorization", authorization),
            None => request,
        }
    }

    fn answer(
        &self,
        response: Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer, RegistryError> {
        let unavailable = |error: ureq::Error| self.unavailable(error.to_string());
        let mut response = response.map_err(unavailable)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAXIMUM_ANSWER_BYTES).read_to_vec();
        let body = body.map_err(unavailable)?;
        let text = String::from_utf8_lossy(&body);
        // Too many requests, too slow, or an error of its own: not of the request.
        if status >= 500 || status == 429 || status == 408 {
            return Err(self.unavailable(format!("status {status}: {}", text.trim())));
        }
        let body = serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into()));
        // A registry that lacks something says so with a code; other servers lack the path.
        if status == 404 && body["error_code"].is_null() {
            let reason = "it knows no such path".into();
            return Err(RegistryError::Answer { url: self.url.clone(), reason });
        }
        Ok(Answer { status, body })
    }

    /// The body of an answer that says yes.
    fn accepted(
        &self,
        answer: Answer,
        attempt: impl FnOnce() -> String,
    ) -> Result<Value, RegistryError> {
        if (200..300).contains(&answer.status) {
            return Ok(answer.body);
        }
        let said = answer.body["message"].as_str().map(str::to_owned);
        let said = said.unwrap_or_else(|| format!("status {}: {}", answer.status, answer.body));
        let remedy = match answer.status {
            401 | 403 => "; see registry.user and registry.password_file",
            _ => "",
        };
        Err(RegistryError::Refused {
            url: self.url.clone(),
            attempt: attempt(),
            reason: format!("{said}{remedy}"),
        })
    }

    fn id(&self, body: &Value) -> Result<u32, RegistryError> {
        let id = body["id"].as_u64().and_then(|id| u32::try_from(id).ok());
        id.ok_or_else(|| self.no_answer(body))
    }

    fn text(&self, body: &Value, field: &str) -> Result<String, RegistryError> {
        body[field].as_str().map(str::to_owned).ok_or_else(|| self.no_answer(body))
    }

    fn unavailable(&self, reason: String) -> RegistryError {
        RegistryError::Unavailable { url: self.url.clone(), reason }
    }

    fn no_answer(&self, body: &Value) -> RegistryError {
        let reason = body.to_string().chars().take(200).collect();
        RegistryError::Answer { url: self.url.clone(), reason }
    }
}

/// The certificates of a PEM file.
fn certificates(text: &str) -> Result<Vec<Certificate<'static>>, String> {
    let mut found = Vec::new();
    for item in parse_pem(text.as_bytes()) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(format!("not PEM: {error}")),
        }
    }
    if found.is_empty() {
        return Err("it holds no certificate in PEM".into());
    }
    Ok(found)
}
