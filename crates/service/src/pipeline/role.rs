//! The four services.

/// One of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads sources into the raw log.
    Ingest,
    /// Tags mentions.
    Tagger,
    /// Finds spikes.
    Detector,
    /// Scores mentions and authors.
    Scorer,
}

impl Role {
    /// All of them, in the order of the flow.
    pub const ALL: [Self; 4] = [Self::Ingest, Self::Tagger, Self::Detector, Self::Scorer];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Tagger => "tagger",
            Self::Detector => "detector",
            Self::Scorer => "scorer",
        }
    }
}
