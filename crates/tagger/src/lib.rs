//! Judges each mention: ledger, language, sentiment, streams.
