//! Scores mentions and authors, each score with its terms.
