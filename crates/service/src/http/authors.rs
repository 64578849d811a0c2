//! What is held of authors.

use std::collections::BTreeSet;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::IntoParams;
use vigie_runtime::Partition;
use vigie_scorer::AuthorState;
use vigie_types::{AuthorId, EventTime};

use super::committed::{Lookup, Service};
use super::gather::Gathered;
use super::part::{Part, Question};
use super::query::{Asked, Named, limited};
use super::{Answer, Api, Problem, ProblemBody, Shared};
use crate::pipeline::{Control, now, suppress as suppress_author};

/// The most authors of one answer.
const MAXIMUM_TOP: usize = 1_000;

/// Which authors.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Top {
    /// How many, from 1 to 1,000; 10 unless given.
    top: Option<usize>,
}

/// Gives everything that is held of an author, with the score's terms.
#[utoipa::path(get, path = "/v1/authors/{id}", tag = "authors",
    params(("id" = String, Path, description = "network:native id, percent-encoded")),
    responses(
        (status = 200, description = "the author's state, scored at its latest event"),
        (status = 404, description = "nothing is held", body = ProblemBody),
        (status = 503, description = "nobody owns the author's partition at the moment: it moves \
            or is being restored; no older answer is given", body = ProblemBody)))]
pub(super) async fn author(State(api): State<Api>, Named(id): Named<String>) -> Answer {
    api.answer(move |shared| shared.author(&id)).await
}

/// Lists the authors of highest score.
#[utoipa::path(get, path = "/v1/authors", tag = "authors", params(Top), responses(
    (status = 200, description = "all scored at one time, the latest that the scorer has seen; \
        missing_partitions: those that nobody answered for"),
    (status = 400, body = ProblemBody),
    (status = 503, description = "all partitions are missing", body = ProblemBody)))]
pub(super) async fn top(State(api): State<Api>, Asked(asked): Asked<Top>) -> Answer {
    let top = limited(asked.top, 10, MAXIMUM_TOP)?;
    api.answer(move |shared| {
        let found = TopFound::of(shared.top_authors(top)?.any()?, top);
        Ok(json!({ "authors": found.authors, "missing_partitions": found.missing }))
    })
    .await
}

/// Takes an author off every measurement from now on.
#[utoipa::path(post, path = "/v1/authors/{id}/suppress", tag = "authors",
    params(("id" = String, Path, description = "network:native id, percent-encoded")),
    responses(
        (status = 200, description = "the revision of suppressions.v1 that says so"),
        (status = 400, description = "no author id", body = ProblemBody),
        (status = 503, description = "nothing runs", body = ProblemBody)))]
pub(super) async fn suppress(State(api): State<Api>, Named(id): Named<String>) -> Answer {
    api.answer(move |shared| shared.suppress(&id)).await
}

fn author_id(id: &str) -> Result<AuthorId, Problem> {
    AuthorId::new(id).map_err(|error| {
        Problem::bad_request(error.to_string(), "an author is network:native-id, as in twitter:123")
    })
}

/// What is held of one author, as it is told; null when nothing is.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct OfAuthor {
    author: AuthorId,
}

impl Question for OfAuthor {
    type Answer = Value;
    const NAME: &'static str = "author";
    const SERVICE: Service = Service::Scorer;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Value>, Problem> {
        let number = shared.number_of(Self::SERVICE, self.author.as_str());
        let is_asked = numbers.contains(&number);
        let lookup =
            if is_asked { shared.committed.author(number, &self.author)? } else { Lookup::NotHeld };
        let answer = match lookup {
            Lookup::NotHeld => return Ok(Part { numbers: BTreeSet::new(), answer: Value::Null }),
            Lookup::Nothing => Value::Null,
            Lookup::Found(state) => {
                let settings = shared.views.controls.score_settings()?;
                let at = state.as_of().unwrap_or_default();
                shared.renderers.author(&state.record(&self.author, at, &settings))
            }
        };
        Ok(Part { numbers: BTreeSet::from([number]), answer })
    }
}

/// Who has the highest scores.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct TopAuthors {
    top: usize,
    /// When they are scored; at the latest time that is known to whoever answers unless given.
    at: Option<EventTime>,
}

/// An author with the score, and what is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Scored {
    score: f64,
    author: AuthorId,
    told: Value,
}

impl Question for TopAuthors {
    type Answer = Vec<Scored>;
    const NAME: &'static str = "top-authors";
    const SERVICE: Service = Service::Scorer;

    fn answer(
        &self,
        shared: &Shared,
        numbers: &BTreeSet<Partition>,
    ) -> Result<Part<Vec<Scored>>, Problem> {
        let settings = shared.views.controls.score_settings()?;
        let at = match self.at {
            Some(at) => Some(at),
            None => shared.committed.stream_time(Self::SERVICE)?,
        };
        let Some(at) = at else {
            return Ok(Part { numbers: numbers.clone(), answer: Vec::new() });
        };
        let mut covered = BTreeSet::new();
        let mut best: Vec<(f64, AuthorId, AuthorState)> = Vec::new();
        for number in numbers {
            let mut best_with_number = best.clone();
            let is_held = shared.committed.visit_authors(*number, &mut |author, state| {
                let score = state.score(at, &settings).value;
                let is_better = |known: &(f64, AuthorId, AuthorState)| {
                    score.total_cmp(&known.0).reverse().then_with(|| author.cmp(&known.1)).is_lt()
                };
                let best = &mut best_with_number;
                if best.len() == self.top && !best.last().is_some_and(is_better) {
                    return;
                }
                let place = best.iter().position(is_better).unwrap_or(best.len());
                best.insert(place, (score, author.clone(), state.clone()));
                best.truncate(self.top);
            })?;
            // What was visited of a partition that was given up meanwhile is not the whole.
            if is_held {
                best = best_with_number;
                covered.insert(*number);
            }
        }
        let scored = |(score, author, state): (f64, AuthorId, AuthorState)| {
            let told = shared.renderers.author(&state.record(&author, at, &settings));
            Scored { score, author, told }
        };
        Ok(Part { numbers: covered, answer: best.into_iter().map(scored).collect() })
    }
}

/// The highest scores of all that answered.
pub(super) struct TopFound {
    pub(super) authors: Vec<Value>,
    pub(super) missing: BTreeSet<u32>,
}

impl TopFound {
    /// The highest of all, ties by id.
    pub(super) fn of(gathered: Gathered<Vec<Scored>>, top: usize) -> Self {
        let missing = gathered.missing();
        let mut scored: Vec<Scored> = gathered.parts.into_iter().flatten().collect();
        scored.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.author.cmp(&other.author))
        });
        let authors = scored.into_iter().take(top).map(|scored| scored.told).collect();
        Self { authors, missing }
    }
}

impl Shared {
    fn author(&self, id: &str) -> Result<Value, Problem> {
        let author = author_id(id)?;
        let number = self.number_of(OfAuthor::SERVICE, author.as_str());
        let question = OfAuthor { author };
        let gathered = self.gather(BTreeSet::from([number]), &question)?.any()?;
        match gathered.parts.into_iter().next() {
            Some(Value::Null) | None => Err(Problem::not_found(
                format!("nothing is held of the author {}", question.author),
                "an author is held once a mention by them or upon them is scored; ids are exact",
            )),
            Some(told) => Ok(told),
        }
    }

    /// The authors of highest score at the scorer's latest time, as their owners know them.
    pub(super) fn top_authors(&self, top: usize) -> Result<Gathered<Vec<Scored>>, Problem> {
        let question = TopAuthors { top, at: self.scorer_time()? };
        self.gather(self.numbers_of(TopAuthors::SERVICE), &question)
    }

    fn suppress(&self, id: &str) -> Result<Value, Problem> {
        let author = author_id(id)?;
        let writer = self.control.as_ref();
        let writer =
            writer.ok_or_else(|| Problem::nothing_runs("no suppression can be written"))?;
        let control = Control { log: &*self.log, writer: &**writer, schemas: &self.schemas };
        let revision = suppress_author(control, &author, now()).map_err(Problem::unreadable)?;
        Ok(json!({ "author": author, "revision": revision }))
    }
}
