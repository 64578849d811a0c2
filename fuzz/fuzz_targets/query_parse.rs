//! Any text is a query or is refused; what is a query says the same when printed and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie_query::Query;

fuzz_target!(|source: &str| {
    let Ok(query) = Query::parse(source) else { return };
    let again = Query::parse(query.canonical()).expect("the canonical text is a query");
    assert_eq!(again.canonical(), query.canonical(), "the canonical text stays as it is");
    assert_eq!(again.version(), query.version(), "the version is that of the canonical text");
});
