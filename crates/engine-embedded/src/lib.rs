//! The embedded engine: a durable log in one directory.
