//! How state is written into a changelog: one version byte, then postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::disposition::Rejection;
use crate::processor::Processor;

/// The version of [`crate::TaskProgress`] as it is written.
pub(crate) const PROGRESS_VERSION: u8 = 1;

/// Reads one state of a processor from the value of a changelog entry, for readers when no task
/// runs.
///
/// # Errors
/// When the state is unreadable or of another version.
pub fn read_state<P: Processor>(value: &[u8]) -> Result<P::State, Rejection> {
    decode(P::STATE_VERSION, value).map_err(Rejection::new)
}

/// Appends a version and the state.
pub(crate) fn encode<S: Serialize>(version: u8, state: &S, into: &mut Vec<u8>) {
    into.push(version);
    let bytes = std::mem::take(into);
    *into = postcard::to_extend(state, bytes).expect("a state is made of plain serde types");
}

/// Reads a state of this version.
pub(crate) fn decode<S: DeserializeOwned>(version: u8, bytes: &[u8]) -> Result<S, String> {
    match bytes.split_first() {
        Some((found, state)) if *found == version => {
            postcard::from_bytes(state).map_err(|error| format!("the state is unreadable: {error}"))
        }
        Some((found, _)) => Err(format!(
            "the state is of version {found}, this binary reads version {version}: \
             start a new application version, which reads the log anew"
        )),
        None => Err("the state is empty".into()),
    }
}
