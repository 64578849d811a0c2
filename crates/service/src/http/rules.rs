//! What is to be watched: streams and lists are applied as a whole, and every change stays
//! readable.

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use vigie_schema::{StreamDefinition, topics};
use vigie_types::{AuthorId, ControlRevision, ListKind, ListName, StreamId, StreamKind};

use super::query::{Asked, limited};
use super::{Answer, Api, Problem, ProblemBody, Shared};
use crate::pipeline::{Control, now};
use crate::rules::{
    Applied, ApplyError, Applying, RuleChange, RuleTable, WantedList, WantedRules, WantedSpikes,
    apply,
};

/// The largest body: two lists of a million authors, or 100,000 streams.
const MAXIMUM_BODY_BYTES: usize = 128 << 20;

/// The longest name and reason of who applies something.
const MAXIMUM_NOTE_BYTES: usize = 1_000;

/// How many changes are told unless asked for others, and at most.
const DEFAULT_CHANGES: usize = 20;
const MAXIMUM_CHANGES: usize = 1_000;

/// The most problems that are told at once: a screen.
const MAXIMUM_PROBLEMS: usize = 20;

/// How many letters of a line of a problem are told from its begin, and how many from its end: the
/// longest ids and names, and what is said of them.
const MAXIMUM_LETTERS: usize = 400;
const TAIL_LETTERS: usize = 100;

/// All streams and lists that are to be watched; others are no longer watched.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesBody {
    /// Who applies them.
    by: String,
    /// Why.
    note: Option<String>,
    /// Only if this revision is watched: another one is answered 409.
    if_revision: Option<u64>,
    /// Tell what would change, and change nothing.
    #[serde(default)]
    dry_run: bool,
    /// The streams.
    streams: Vec<StreamBody>,
    /// The lists that their queries name.
    #[serde(default)]
    lists: Vec<ListBody>,
}

/// A stream, as in a file of streams.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamBody {
    id: String,
    /// brand, competitor, theme or campaign; brand unless given.
    #[serde(default)]
    #[schema(value_type = String)]
    kind: StreamKind,
    group: Option<String>,
    query: String,
    /// IANA; UTC unless given.
    timezone: Option<String>,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    spikes: WantedSpikes,
}

/// A list with its entries.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListBody {
    name: String,
    /// authors, sites or words.
    #[schema(value_type = String)]
    kind: ListKind,
    entries: Vec<String>,
}

/// Which changes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    /// Only changes of this stream.
    stream: Option<String>,
    /// How many, newest first: 20 unless given, 1,000 at most.
    limit: Option<usize>,
}

/// Makes these streams and lists the ones that are watched, from one revision on.
#[utoipa::path(put, path = "/v1/streams", tag = "streams",
    request_body = RulesBody,
    responses(
        (status = 200, description = "what differs from before (added, changed, removed), and the \
            revision that is watched from now on; records that enter from a moment later on are \
            judged by it"),
        (status = 400, description = "everything that is wrong; nothing was changed",
            body = ProblemBody),
        (status = 409, description = "if_revision is not what is watched", body = ProblemBody),
        (status = 413, description = "more than 128 MiB", body = ProblemBody),
        (status = 503, description = "nothing runs", body = ProblemBody)))]
pub(super) async fn replace(State(api): State<Api>, request: Request) -> Answer {
    let body = body_of(request).await?;
    api.answer(move |shared| shared.replace_rules(&body)).await
}

/// Tells who changed the streams and lists, when and how, newest first.
#[utoipa::path(get, path = "/v1/streams/history", tag = "streams", params(Changes),
    responses(
        (status = 200, description = "each change with its revision, who applied it (null: the \
            file that a service was started with), when, why, the streams put with their \
            versions, the streams removed, and how many entries lists gained and lost"),
        (status = 400, description = "the limit is out of range", body = ProblemBody)))]
pub(super) async fn history(State(api): State<Api>, Asked(asked): Asked<Changes>) -> Answer {
    api.answer(move |shared| shared.history(&asked)).await
}

async fn body_of(request: Request) -> Result<Bytes, Problem> {
    let body = axum::body::to_bytes(request.into_body(), MAXIMUM_BODY_BYTES).await;
    body.map_err(|error| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the body cannot be read: {error}; at most {MAXIMUM_BODY_BYTES} bytes are taken"
            ),
            "send fewer streams or entries",
        )
    })
}

impl RulesBody {
    fn read(self) -> Result<(WantedRules, Applying), Problem> {
        for text in [Some(&self.by), self.note.as_ref()].into_iter().flatten() {
            if text.trim().is_empty() || text.len() > MAXIMUM_NOTE_BYTES {
                return Err(Problem::bad_request(
                    "`by` or `note` is empty or too long",
                    format!("say who applies the streams, in 1 to {MAXIMUM_NOTE_BYTES} bytes"),
                ));
            }
        }
        let mut problems = Vec::new();
        let streams = self.streams.into_iter();
        let streams = streams.filter_map(|stream| stream.read(&mut problems)).collect();
        let lists = self.lists.into_iter();
        let lists = lists.filter_map(|list| list.read(&mut problems)).collect();
        if !problems.is_empty() {
            return Err(refused(&problems));
        }
        let applying = Applying {
            by: Some(self.by),
            note: self.note,
            at: now(),
            dry_run: self.dry_run,
            if_revision: self.if_revision.map(ControlRevision::new),
        };
        Ok((WantedRules { streams, lists }, applying))
    }
}

/// What is wrong: as many problems as somebody reads at once, and how many more there are.
fn refused(problems: &[String]) -> Problem {
    let (told, more) = problems.split_at(problems.len().min(MAXIMUM_PROBLEMS));
    let mut told: Vec<String> = told.iter().map(|problem| clipped(problem)).collect();
    if !more.is_empty() {
        told.push(format!("and {} more", more.len()));
    }
    Problem::bad_request(
        told.join("\n\n"),
        "nothing was changed; `vigie streams check FILE` tells the lines",
    )
}

/// A problem without most of what is far too long in it.
fn clipped(problem: &str) -> String {
    let clip = |line: &str| match line.char_indices().nth(MAXIMUM_LETTERS) {
        Some((end, _)) => {
            let tail = line.char_indices().rev().nth(TAIL_LETTERS - 1);
            let tail = tail.map_or("", |(start, _)| &line[start.max(end)..]);
            format!("{}… {tail}", &line[..end])
        }
        None => line.to_owned(),
    };
    problem.lines().map(clip).collect::<Vec<_>>().join("\n")
}

impl StreamBody {
    fn read(self, problems: &mut Vec<String>) -> Option<StreamDefinition> {
        let mut wrong = |error: &dyn std::fmt::Display| {
            problems.push(format!("stream \"{}\": {error}", self.id));
        };
        let id = StreamId::new(&self.id).inspect_err(|error| wrong(error)).ok();
        let mut accounts = Vec::new();
        for account in &self.accounts {
            accounts.extend(AuthorId::new(account).inspect_err(|error| wrong(error)));
        }
        Some(StreamDefinition {
            id: id?,
            kind: self.kind,
            group: self.group,
            query: self.query,
            timezone: self.timezone.unwrap_or_else(|| "UTC".into()),
            accounts,
            spikes: self.spikes.into(),
        })
    }
}

impl ListBody {
    fn read(self, problems: &mut Vec<String>) -> Option<WantedList> {
        let mut wrong = |error: &dyn std::fmt::Display| {
            problems.push(format!("list \"{}\": {error}", self.name));
        };
        let name = ListName::new(&self.name).inspect_err(|error| wrong(error)).ok()?;
        let mut list = WantedList::new(name, self.kind);
        for (number, entry) in (1..).zip(&self.entries) {
            if let Err(error) = list.add(entry) {
                wrong(&format_args!("entry {number}: {error}"));
            }
        }
        Some(list)
    }
}

impl From<ApplyError> for Problem {
    fn from(error: ApplyError) -> Self {
        match &error {
            ApplyError::Wrong(problems) => {
                let texts: Vec<String> =
                    problems.iter().map(|problem| problem.text.clone()).collect();
                refused(&texts)
            }
            ApplyError::Moved { .. } => Self::new(
                StatusCode::CONFLICT,
                error.to_string(),
                "look at what was applied (GET /v1/streams/history), then apply again",
            ),
            ApplyError::Control(_) => Self::unreadable(error),
        }
    }
}

/// What was applied, or would be.
fn told(applied: &Applied, dry_run: bool) -> Value {
    json!({
        "revision": applied.revision,
        "dry_run": dry_run,
        "written": applied.is_written,
        "streams": applied.streams,
        "lists": applied.lists,
        "unchanged": applied.unchanged,
    })
}

impl Shared {
    fn replace_rules(&self, body: &[u8]) -> Result<Value, Problem> {
        let body: RulesBody = serde_json::from_slice(body).map_err(|error| {
            Problem::bad_request(format!("the body: {error}"), "/openapi.json tells the fields")
        })?;
        let (wanted, applying) = body.read()?;
        let writer = self.control.as_ref();
        let writer = writer.ok_or_else(|| Problem::nothing_runs("no streams can be applied"))?;
        let control = Control { log: &*self.log, writer: &**writer, schemas: &self.schemas };
        Ok(told(&apply(control, &wanted, &applying)?, applying.dry_run))
    }

    fn history(&self, asked: &Changes) -> Result<Value, Problem> {
        let limit = limited(asked.limit, DEFAULT_CHANGES, MAXIMUM_CHANGES)?;
        let mut table = RuleTable::new();
        let mut changes = std::collections::VecDeque::new();
        let is_asked = |id: &StreamId| asked.stream.as_ref().is_none_or(|it| it == id.as_str());
        let mut take = |record| {
            let Some(change) = table.take(record) else { return };
            let concerns = change.put.iter().any(|stream| is_asked(&stream.id))
                || change.removed.iter().any(&is_asked)
                || asked.stream.is_none();
            if concerns {
                changes.push_front(self.told_change(&change, &table, &is_asked));
                changes.truncate(limit);
            }
        };
        crate::pipeline::read_control(&*self.log, topics::RULES, &self.schemas.rules, &mut take)
            .map_err(Problem::unreadable)?;
        Ok(json!({ "revision": table.revision(), "changes": changes }))
    }

    fn told_change(
        &self,
        change: &RuleChange,
        table: &RuleTable,
        is_asked: &dyn Fn(&StreamId) -> bool,
    ) -> Value {
        let put = change.put.iter().filter(|stream| is_asked(&stream.id)).map(|definition| {
            let mut told = self.renderers.stream(definition);
            told["version"] = json!(table.version_of(definition));
            told
        });
        let removed: Vec<&StreamId> = change.removed.iter().filter(|id| is_asked(id)).collect();
        let lists = change.lists.iter().map(|list| {
            json!({
                "name": list.name,
                "kind": list.kind,
                "version": list.version,
                "added": list.added.len(),
                "removed": list.removed.len(),
            })
        });
        json!({
            "revision": change.revision,
            "changed_at": change.changed_at.to_string(),
            "by": change.by,
            "note": change.note,
            "put": put.collect::<Vec<_>>(),
            "removed": removed,
            "lists": lists.collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Result<(WantedRules, Applying), String> {
        let body: RulesBody = serde_json::from_value(body).map_err(|error| error.to_string())?;
        body.read().map_err(|problem| problem.body().error.clone())
    }

    #[test]
    fn a_body_is_read_whole_or_refused_with_everything_that_is_wrong() {
        let stream = json!({ "id": "delta", "query": "delta" });
        let (wanted, applying) =
            read(json!({ "by": "ann", "streams": [stream], "if_revision": 3 })).expect("valid");
        assert_eq!(wanted.streams[0].timezone, "UTC");
        assert_eq!(applying.if_revision, Some(ControlRevision::new(3)));
        let wrong = read(json!({
            "by": "ann",
            "streams": [{ "id": "Delta", "query": "delta", "accounts": ["nobody"] }],
            "lists": [{ "name": "staff", "kind": "sites", "entries": ["a/b"] }],
        }));
        let wrong = wrong.expect_err("refused");
        for part in [
            "stream \"Delta\": stream id",
            "\"nobody\"",
            "list \"staff\": entry 1: `a/b` is no site",
        ] {
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
        assert!(read(json!({ "by": " ", "streams": [] })).is_err());
        assert!(read(json!({ "by": "ann", "stream": [] })).is_err_and(|it| it.contains("stream")));
    }
}
