//! Clusters: copies of one text in one stream.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{MentionId, StreamId};

/// One cluster of one stream, named by the mention that was first.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClusterId(String);

impl ClusterId {
    /// The cluster of `stream` whose primary is this mention.
    pub fn of(stream: &StreamId, primary: &MentionId) -> Self {
        Self(format!("{stream}/{primary}"))
    }

    /// The text, `stream/mention`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClusterId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for ClusterId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
