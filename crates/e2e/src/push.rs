//! Pushing mentions as a source of its own does: one body of lines, one answer.

use std::time::Duration;

/// How long a sender waits for an answer: longer than ingest holds on to a commit.
const LONGEST_ANSWER: Duration = Duration::from_secs(90);

/// A body of so many mentions, each by the sender and of about 560 bytes; the same sender gives the
/// same ids.
pub fn body(sender: usize, mentions: usize) -> String {
    let text = "x".repeat(400);
    let line = |at: usize| {
        format!(
            "{{\"network\":\"pushed\",\"id\":\"{sender}-{at}\",\"author\":{{\"id\":\"a{sender}\"}},\
             \"text\":\"{text}\",\"created_at\":\"2026-01-01T00:00:00Z\"}}\n"
        )
    };
    (0..mentions).map(line).collect()
}

/// Pushes a body to an ingest; the status of the answer, none where there was no answer in time.
pub fn push(address: &str, source: &str, body: &str) -> Option<u16> {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(LONGEST_ANSWER))
        .proxy(None)
        .build()
        .new_agent();
    let answer = agent
        .post(format!("http://{address}/v1/mentions?source={source}"))
        .content_type("application/x-ndjson")
        .send(body.as_bytes());
    answer.ok().map(|answer| answer.status().as_u16())
}
