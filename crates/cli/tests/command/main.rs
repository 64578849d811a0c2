//! The real binary, as people use it.

mod bad_input;
mod support;
mod tag;
mod up;
mod words;
