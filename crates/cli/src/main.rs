//! Placeholder entry, replaced as the crate grows.
fn main() {}
