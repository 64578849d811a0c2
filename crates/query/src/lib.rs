//! The boolean query language over mentions: parse, compile, match.
