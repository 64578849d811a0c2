//! What is held against what, once everything has been read and judged.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use vigie_local_kafka::{Tools, cache_of_tests};
use vigie_service::access::Access;

use crate::foreign::{ForeignCount, count_scored};
use crate::image::{Detail, Image, must_equal};
use crate::stage::Stage;
use crate::transactions::must_all_have_ended;
use crate::workload::Workload;

/// What was found besides that the runs are equal.
pub struct Verdict {
    /// The audit, which adds up.
    pub audit: Value,
    /// What a client has read that is not ours.
    pub foreign: ForeignCount,
}

/// Ends the services and holds what they have left to an undisturbed run, to the audit, to a client
/// that is not ours and to Kafka's list of transactions.
///
/// # Errors
/// What differs, in words.
pub fn verdict(stage: &mut Stage, workload: &Workload, expected: &Image) -> Result<Verdict> {
    stage.fleet.stop_all()?;
    let found = stage.image(Detail::Digest)?;
    if let Err(error) = must_equal(expected, &found) {
        return Err(in_words(stage, workload).err().unwrap_or(error));
    }
    let audit = stage.must_add_up()?;
    let cache = cache_of_tests()?;
    let foreign = count_scored(&cache, &stage.bootstrap)?;
    let judgements = expected.count("mentions") as u64;
    ensure!(foreign.records == judgements, "of {judgements} judgements, {foreign:?}");
    // A mention that its source delivers again beyond the ledger is judged anew, in every run.
    let distinct = distinct_undisturbed(workload)?;
    ensure!(foreign.distinct == distinct, "of {distinct} different judgements, {foreign:?}");
    must_all_have_ended(&Tools::install(&cache)?, &stage.bootstrap)?;
    Ok(Verdict { audit, foreign })
}

/// How many different judgements the undisturbed run has made.
fn distinct_undisturbed(workload: &Workload) -> Result<u64> {
    let audit = Access::open(&workload.undisturbed_data())?.get("/v1/audit")?;
    audit["scored"]["distinct"].as_u64().context("an audit counts different judgements")
}

/// The same comparison with the whole text of each record, where digests have told of a difference.
fn in_words(stage: &Stage, workload: &Workload) -> Result<()> {
    let expected = workload.undisturbed(&[], Detail::Whole)?;
    must_equal(&expected, &stage.image(Detail::Whole)?)
}

impl Verdict {
    /// How many lines ingest has read.
    pub fn read(&self) -> u64 {
        let sources = self.audit["ingest"].as_array().into_iter().flatten();
        sources.filter_map(|source| source["read"].as_u64()).sum()
    }
}
