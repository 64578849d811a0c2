//! What is held of authors.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use vigie_scorer::AuthorState;
use vigie_types::{AuthorId, EventTime};

use super::committed::{Service, score_settings};
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
        (status = 404, description = "nothing is held", body = ProblemBody)))]
pub(super) async fn author(State(api): State<Api>, Named(id): Named<String>) -> Answer {
    api.answer(move |shared| shared.author(&id)).await
}

/// Lists the authors of highest score.
#[utoipa::path(get, path = "/v1/authors", tag = "authors", params(Top), responses(
    (status = 200, description = "all scored at one time, the latest that the scorer has seen"),
    (status = 400, body = ProblemBody)))]
pub(super) async fn top(State(api): State<Api>, Asked(asked): Asked<Top>) -> Answer {
    let top = limited(asked.top, 10, MAXIMUM_TOP)?;
    api.answer(move |shared| Ok(json!({ "authors": shared.top_authors(top)? }))).await
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

impl Shared {
    fn author(&self, id: &str) -> Result<Value, Problem> {
        let author = author_id(id)?;
        let Some(state) = self.committed.author(&author)? else {
            return Err(Problem::not_found(
                format!("nothing is held of the author {author}"),
                "an author is held once a mention by them or upon them is scored; ids are exact",
            ));
        };
        let settings = score_settings(&*self.log, &self.schemas)?;
        let at = state.as_of().unwrap_or_default();
        Ok(self.renderers.author(&state.record(&author, at, &settings)))
    }

    /// The authors of highest score at the scorer's latest time; ties by id.
    pub(super) fn top_authors(&self, top: usize) -> Result<Vec<Value>, Problem> {
        let settings = score_settings(&*self.log, &self.schemas)?;
        let Some(at) = self.committed.stream_time(Service::Scorer)? else {
            return Ok(Vec::new());
        };
        let mut best: Vec<(f64, AuthorId, AuthorState)> = Vec::new();
        self.committed.visit_authors(&mut |author, state| {
            let score = state.score(at, &settings).value;
            let is_better = |known: &(f64, AuthorId, AuthorState)| {
                score.total_cmp(&known.0).reverse().then_with(|| author.cmp(&known.1)).is_lt()
            };
            if best.len() == top && !best.last().is_some_and(is_better) {
                return;
            }
            let place = best.iter().position(is_better).unwrap_or(best.len());
            best.insert(place, (score, author.clone(), state.clone()));
            best.truncate(top);
        })?;
        let record = |author: &AuthorId, state: &AuthorState, at: EventTime| {
            self.renderers.author(&state.record(author, at, &settings))
        };
        Ok(best.iter().map(|(_, author, state)| record(author, state, at)).collect())
    }

    fn suppress(&self, id: &str) -> Result<Value, Problem> {
        let author = author_id(id)?;
        let running = self.running("no suppression can be written")?;
        let control =
            Control { log: &*self.log, writer: &*running.control, schemas: &self.schemas };
        let revision = suppress_author(control, &author, now()).map_err(Problem::unreadable)?;
        Ok(json!({ "author": author, "revision": revision }))
    }
}
