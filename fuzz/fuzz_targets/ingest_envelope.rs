//! Any line is a mention, a deletion, or a rejection that says why in one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie_ingest::{Parsed, parse_envelope};
use vigie_types::Origin;

fuzz_target!(|line: &str| {
    match parse_envelope(line, Origin::File) {
        Ok(Parsed::Mention(mention)) => {
            assert!(!mention.mention_id.as_str().is_empty(), "a mention has an id");
        }
        Ok(_) => {}
        Err(rejection) => {
            assert!(!rejection.reason.is_empty(), "a rejection has a reason");
            assert!(!rejection.to_string().contains('\n'), "a rejection is one line");
        }
    }
});
