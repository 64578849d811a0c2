//! Seeded synthetic social networks whose truth is known.
