//! Any text in any suite's language is translated or refused; each remark points at what it names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie_query::{Dialect, translate};

fuzz_target!(|source: &str| {
    for dialect in Dialect::ALL {
        let Ok(done) = translate(source, dialect) else { continue };
        for remark in done.remarks {
            assert_eq!(source[remark.range], remark.written, "a remark names what stands there");
        }
    }
});
