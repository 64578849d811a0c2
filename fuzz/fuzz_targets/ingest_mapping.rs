//! Any mapping is compiled or refused, and whatever it reads then is a mention or a rejection.
//!
//! The input is a mapping in TOML up to the first NUL, then a header, then one line or row.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie_ingest::{Mapping, source::Header};
use vigie_types::Origin;

fuzz_target!(|input: &str| {
    let mut parts = input.splitn(3, '\0');
    let [Some(mapping), Some(header), Some(line)] = [(); 3].map(|()| parts.next()) else { return };
    let Ok(mapping) = toml::from_str::<Mapping>(mapping) else { return };
    if let Err(rejection) = mapping.parse(line, Origin::File) {
        assert!(!rejection.reason.is_empty(), "a rejection has a reason");
    }
    let Ok(header) = Header::parse(header) else { return };
    if let Ok(rows) = mapping.bind(&header) {
        let _ = rows.parse(line, Origin::File);
    }
});
