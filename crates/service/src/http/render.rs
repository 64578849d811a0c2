//! Records and times as JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vigie_schema::json::Renderer;
use vigie_schema::{
    AuthorRecord, RuleRecord, SpikeBody, SpikeMessage, SpikeRecord, StreamDefinition,
    TaggedMention, topic_schemas, topics,
};
use vigie_types::EventTime;

/// The renderers of the records that answers hold.
pub(super) struct Renderers {
    scored: Renderer,
    spikes: Renderer,
    authors: Renderer,
    rules: Renderer,
}

impl Renderers {
    pub(super) fn new() -> Self {
        let schemas = topic_schemas();
        let of = |name: &str| {
            let topic = schemas.iter().find(|topic| topic.name == name);
            Renderer::new(topic.expect("every topic has a schema").text)
        };
        Self {
            scored: of(topics::MENTIONS_SCORED),
            spikes: of(topics::SPIKES),
            authors: of(topics::AUTHORS),
            rules: of(topics::RULES),
        }
    }

    /// A mention as on `mentions.scored.v1`.
    pub(super) fn mention(&self, mention: &TaggedMention) -> Value {
        self.scored.render(mention)
    }

    /// A spike as on `spikes.v1`.
    pub(super) fn spike(&self, spike: &SpikeRecord) -> Value {
        let body = SpikeBody::SpikeRecord(spike.clone());
        self.spikes.render(&SpikeMessage { body })["body"]["spike"].take()
    }

    /// An author as on `authors.v1`.
    pub(super) fn author(&self, author: &AuthorRecord) -> Value {
        self.authors.render(author)
    }

    /// A stream as on `rules.v1`.
    pub(super) fn stream(&self, stream: &StreamDefinition) -> Value {
        let record = RuleRecord { put: vec![stream.clone()], ..RuleRecord::default() };
        self.rules.render(&record)["put"][0].take()
    }
}

/// A time; before all times is unknown.
pub(super) fn time(time: EventTime) -> Value {
    if time == EventTime::MIN { Value::Null } else { Value::String(time.to_string()) }
}

/// Bytes as text where they are text.
pub(super) fn bytes(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_renders_its_times() {
        let rendered = Renderers::new().spike(&SpikeRecord::default());
        assert_eq!(rendered["opened_at"], "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn bytes_that_are_no_text_are_kept_whole() {
        assert_eq!(bytes(b"caf\xc3\xa9"), json!({ "text": "café" }));
        assert_eq!(bytes(b"\xff\x00"), json!({ "base64": "/wA=" }));
    }
}
