//! A person's correction of a mention: it goes through ingest, under the author's key, like all
//! that enters.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use vigie_ingest::parse_envelope;
use vigie_runtime::Partition;
use vigie_schema::TaggedMention;
use vigie_types::{AuthorId, AuthorKind, Mention, MentionId, Origin, Reference, SourceId};

use super::committed::Service;
use super::part::{Part, Question};
use super::push::Push;
use super::query::Named;
use super::{Answer, Api, Problem, ProblemBody, Shared};
use crate::pipeline::now;

/// The source of corrections made over the API.
const SOURCE: &str = "corrections";

/// What is so instead; what is left out stays as it was judged.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectionBody {
    /// Who says so.
    by: String,
    /// When, in RFC 3339; now unless given.
    at: Option<String>,
    /// The language: ISO 639.
    language: Option<String>,
    /// negative, neutral or positive: of the whole.
    sentiment: Option<String>,
    /// The same of single streams, by id.
    streams: Option<Map<String, Value>>,
    /// question, criticism, suggestion, compliment, purchase, switch or other.
    intents: Option<Vec<String>>,
    /// city, region, country (ISO 3166-1).
    place: Option<Map<String, Value>>,
    /// Why.
    note: Option<String>,
}

/// Corrects what vigie says of one of the newest mentions.
#[utoipa::path(post, path = "/v1/mentions/{id}/correction", tag = "mentions",
    params(("id" = String, Path, description = "network:native id, percent-encoded")),
    request_body = CorrectionBody,
    responses(
        (status = 200, description = "committed: the mention's next judgement follows"),
        (status = 400, description = "what is wrong with it", body = ProblemBody),
        (status = 404, description = "not among the newest mentions", body = ProblemBody),
        (status = 421, description = "this instance runs no ingest", body = ProblemBody),
        (status = 503, description = "nothing runs", body = ProblemBody)))]
pub(super) async fn correct(
    State(api): State<Api>,
    Named(id): Named<String>,
    body: Bytes,
) -> Answer {
    api.shared.pushes("nothing can be corrected")?;
    let body: CorrectionBody = serde_json::from_slice(&body).map_err(|error| {
        Problem::bad_request(format!("the body: {error}"), "/openapi.json tells the fields")
    })?;
    let mention = MentionId::new(&*id).map_err(|error| {
        Problem::bad_request(error.to_string(), "a mention is network:native-id, as in x:123")
    })?;
    let shared = Arc::clone(&api.shared);
    let found = tokio::task::spawn_blocking(move || shared.one_mention(&mention))
        .await
        .map_err(|error| Problem::unreadable(format!("the mention was not read: {error}")))??;
    let line = line_of(&found, body).to_string();
    parse_envelope(&line, Origin::Live).map_err(|rejection| {
        Problem::bad_request(
            rejection.to_string(),
            "correct a language, sentiment, intent or place",
        )
    })?;
    let push = Push {
        source: SourceId::new(SOURCE).map_err(Problem::unreadable)?,
        body: line.into_bytes(),
        idempotency_key: None,
        replay_of: None,
    };
    let answer = api.shared.push(push).await?;
    Ok(Json(json!({
        "mention_id": found.mention.mention_id,
        "corrects": found.judgement,
        "accepted": answer.accepted,
        "suppressed": answer.suppressed,
    })))
}

/// One of the newest mentions, by id.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct OneMention {
    mention: MentionId,
}

impl Question for OneMention {
    type Answer = Option<TaggedMention>;
    const NAME: &'static str = "one-mention";
    const SERVICE: Service = Service::Scorer;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Option<TaggedMention>>, Problem> {
        let held = shared.views.mentions.read(numbers)?;
        let found = held.iter().find_map(|view| view.get(&self.mention));
        let answer = found.map(|mention| TaggedMention::clone(mention));
        Ok(Part { numbers: held.numbers().clone(), answer })
    }
}

impl Shared {
    fn one_mention(&self, mention: &MentionId) -> Result<TaggedMention, Problem> {
        let question = OneMention { mention: mention.clone() };
        let gathered = self.gather(self.numbers_of(Service::Scorer), &question)?.any()?;
        gathered.parts.into_iter().flatten().next().ok_or_else(|| {
            Problem::not_found(
                format!("{mention} is not among the newest mentions"),
                "push its line with a `correction` in it: docs/envelope.md",
            )
        })
    }
}

/// The mention as a line of the envelope, with what is so instead.
fn line_of(tagged: &TaggedMention, body: CorrectionBody) -> Value {
    let mut line = envelope_of(&tagged.mention);
    let mut correction = json!(body);
    correction["judgement"] = json!(tagged.judgement);
    correction["at"] = json!(body.at.unwrap_or_else(|| now().as_event_time().to_string()));
    line["correction"] = correction;
    line
}

fn envelope_of(mention: &Mention) -> Value {
    let Mention { author, references, counts, .. } = mention;
    let time = |time: Option<vigie_types::EventTime>| time.map(|time| time.to_string());
    let reference = |reference: &Option<Reference>| {
        let Reference { mention, author } = reference.as_ref()?;
        Some(json!({ "id": mention.native(), "author": author.as_ref().map(AuthorId::native) }))
    };
    let mentioned: Vec<&str> = references.mentioned.iter().map(AuthorId::native).collect();
    let is_bot = match author.kind {
        AuthorKind::Bot => Some(true),
        AuthorKind::Human => Some(false),
        AuthorKind::Unknown | AuthorKind::Site => None,
    };
    let person = json!({
        "id": author.id.native(),
        "handle": author.handle,
        "display_name": author.display_name,
        "followers": author.followers,
        "created_at": time(author.created_at),
        "bot": is_bot,
        "verified": author.verified,
        "bio": author.bio,
        "location": author.location,
    });
    let place = mention.location.as_ref().map(
        |place| json!({ "city": place.city, "region": place.region, "country": place.country }),
    );
    json!({
        "network": mention.network,
        "id": mention.mention_id.native(),
        "kind": mention.kind.as_str(),
        // A site stands as the outlet alone.
        "author": (author.kind != AuthorKind::Site).then_some(person),
        "text": mention.text,
        "title": mention.title,
        "language": mention.declared_language,
        "created_at": time(mention.created_at),
        "published_at": time(mention.published_at),
        "url": mention.url,
        "reply_to": reference(&references.reply_to),
        "root": reference(&references.root),
        "repost_of": reference(&references.repost_of),
        "quote_of": reference(&references.quote_of),
        "mentioned": mentioned,
        "counts": {
            "likes": counts.likes,
            "replies": counts.replies,
            "reposts": counts.reposts,
            "quotes": counts.quotes,
            "views": counts.views,
            "as_of": time(counts.as_of),
        },
        "location": place,
        "outlet": mention.outlet,
        "revision": mention.revision,
    })
}

#[cfg(test)]
mod tests {
    use vigie_ingest::Parsed;

    use super::*;

    #[test]
    fn a_mention_comes_back_from_its_line_as_it_was() {
        let line = r#"{"network":"mastodon","id":"7","kind":"reply","author":{"id":"4","handle":"ann",
            "followers":12,"created_at":"2020-01-01T00:00:00Z","bot":false,"location":"here"},
            "text":"at last","title":"t","language":"en","created_at":"2026-05-01T10:00:00.5Z",
            "url":"https://a.example/7?utm_source=x","reply_to":{"id":"6","author":"5"},
            "mentioned":["5","9"],"counts":{"likes":3,"as_of":"2026-05-02T00:00:00Z"},
            "location":{"city":"Lyon","country":"fr"},"revision":2}"#;
        let article = r#"{"network":"web","id":"a","outlet":"paper.example","title":"t","text":"t",
            "published_at":"2026-05-01T10:00:00Z"}"#;
        for line in [line, article] {
            let parsed = parse_envelope(line, Origin::Live).expect("a mention");
            let Parsed::Mention(mention) = &parsed else { panic!("{line} is a mention") };
            let again = parse_envelope(&envelope_of(mention).to_string(), Origin::Live);
            assert_eq!(again, Ok(parsed));
        }
    }
}
