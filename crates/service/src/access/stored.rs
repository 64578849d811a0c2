//! Requests answered in this process, from a log at rest.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use super::{AccessError, Received, Sending};

/// A log at rest, by its routes.
pub(super) struct Stored {
    router: Router,
    runtime: Runtime,
}

impl Stored {
    /// Answers with these routes.
    pub(super) fn new(router: Router) -> Result<Self, AccessError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| failed("answer requests", &error))?;
        Ok(Self { router, runtime })
    }

    /// Asks for a path.
    pub(super) fn get(&self, path_and_query: &str) -> Result<Received, AccessError> {
        self.ask(Request::builder().method(Method::GET).uri(path_and_query), Body::empty())
    }

    /// Sends a body to a path.
    pub(super) fn send(
        &self,
        sending: Sending,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Received, AccessError> {
        let method = match sending {
            Sending::Post => Method::POST,
            Sending::Put => Method::PUT,
        };
        let request = Request::builder().method(method).uri(path);
        self.ask(request.header(header::CONTENT_TYPE, content_type), Body::from(body))
    }

    fn ask(
        &self,
        request: axum::http::request::Builder,
        body: Body,
    ) -> Result<Received, AccessError> {
        let request = request.body(body).map_err(|error| failed("the request", &error))?;
        let uri = request.uri().to_string();
        self.runtime.block_on(async {
            let response = match self.router.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let status = response.status().as_u16();
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
            let body = body.map_err(|error| failed(&uri, &error))?;
            Ok(Received { status, body: body.to_vec() })
        })
    }
}

fn failed(request: &str, error: &dyn std::error::Error) -> AccessError {
    AccessError::Answer { request: request.into(), reason: error.to_string() }
}
