//! Adds up what became of every record, from end to end.
//!
//! What is downstream is read first, so that a record on its way looks missing, never double; what
//! stands behind the position that a service had before its tally was read counts as waiting. On a
//! cluster the markers of one commit reach its partitions one after another, within milliseconds:
//! sums that are off while records are on their way are taken again before they are told.

use std::collections::BTreeMap;

use axum::extract::State;
use serde_json::{Value, json};
use vigie_runtime::{FetchedRecord, Position, Tally};
use vigie_schema::{Checkpoint, CountBody, topics};
use vigie_types::SourceId;

use super::committed::Service;
use super::judgements::Judgements;
use super::status::Standing;
use super::{Answer, Api, Problem, ProblemBody, Shared};

/// Adds up the dispositions from end to end.
#[utoipa::path(get, path = "/v1/audit", tag = "operating", responses(
    (status = 200, description = "every sum with ok, and what is missing or double where it is \
        not; settled once nothing is on its way"),
    (status = 500, body = ProblemBody)))]
pub(super) async fn audit(State(api): State<Api>) -> Answer {
    api.answer_audit(Shared::audit).await
}

/// One sum: as many as expected, or what is wrong.
struct Sum {
    expected: u64,
    found: u64,
    waiting: u64,
    wrong: Option<String>,
}

impl Sum {
    /// Compares; up to `on_the_way` missing ones are only waited for.
    fn of(what: &str, expected: u64, found: u64, on_the_way: u64) -> Self {
        let missing = expected.saturating_sub(found);
        let double = found.saturating_sub(expected);
        let (waiting, missing) = if missing <= on_the_way { (missing, 0) } else { (0, missing) };
        let wrong = if double > 0 {
            Some(format!("{double} {what} more than there should be: counted double"))
        } else if missing > 0 {
            Some(format!("{missing} {what} are missing"))
        } else {
            None
        };
        Self { expected, found, waiting, wrong }
    }

    /// The sum beside what it was made of.
    fn beside(&self, mut told: Value) -> Value {
        told["expected"] = json!(self.expected);
        told["found"] = json!(self.found);
        told["waiting"] = json!(self.waiting);
        told["ok"] = json!(self.wrong.is_none());
        told["wrong"] = json!(self.wrong);
        told
    }
}

fn tally_json(tally: &Tally) -> Value {
    json!({
        "processed": tally.processed,
        "late": tally.late,
        "duplicate": tally.duplicate,
        "suppressed": tally.suppressed,
        "dead_lettered": tally.dead_lettered,
    })
}

fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true)
}

/// The records of a service's input.
#[derive(Default)]
struct Counted {
    records: u64,
    on_the_way: u64,
    /// Whether retention has dropped some.
    is_cut: bool,
}

impl Counted {
    /// Compares with what a service has disposed of.
    fn sum(&self, what: &str, tally: &Tally) -> Sum {
        // What retention has dropped cannot be counted any more: the tally is taken for it.
        let expected = if self.is_cut { tally.total() } else { self.records };
        Sum::of(what, expected, tally.total(), self.on_the_way)
    }
}

/// How often an audit is taken that is wrong while something is on its way: a wrong sum stays
/// wrong, and two looks that fall between the markers of one commit are rare.
const ATTEMPTS: u32 = 3;

impl Shared {
    fn audit(&self) -> Result<Value, Problem> {
        let mut audited = self.audit_once()?;
        for _ in 1..ATTEMPTS {
            if is_true(&audited["ok"]) || is_true(&audited["settled"]) {
                break;
            }
            audited = self.audit_once()?;
        }
        Ok(audited)
    }

    fn audit_once(&self) -> Result<Value, Problem> {
        let judgements = self.audit_scored()?;
        let scorer = self.audit_scorer()?;
        let detector = self.audit_detector()?;
        let standing = self.standing(Service::Tagger)?;
        let tallies = self.committed.tallies(Service::Tagger)?;
        let checkpoints = self.committed.stored_checkpoints()?;
        let lag = self.remaining(&standing)?;
        let sources: Vec<Value> = checkpoints.values().map(audit_source).collect();
        let tagger = audit_tagger(&checkpoints, &tallies, lag);
        let all = sources.iter().chain(&tagger).chain([&scorer, &detector, &judgements]);
        let ok = all.fold(true, |ok, sum| ok & is_true(&sum["ok"]));
        let settled = self.committed.has_read_everything()? && self.lag()? == 0;
        Ok(json!({
            "ok": ok,
            "settled": settled,
            "ingest": sources,
            "tagger": tagger,
            "detector": detector,
            "scorer": scorer,
            "scored": judgements,
        }))
    }

    /// The scorer disposes of every record of `author-events.v1`, which has no signals.
    fn audit_scorer(&self) -> Result<Value, Problem> {
        let standing = self.standing(Service::Scorer)?;
        let tally = total(&self.committed.tallies(Service::Scorer)?);
        let counted = self.counted(&standing, &mut |_| Ok(true))?;
        let mut told = tally_json(&tally);
        told["is_cut_by_retention"] = json!(counted.is_cut);
        Ok(counted.sum("author events", &tally).beside(told))
    }

    /// The detector disposes of every record of `counts.v1` but its signals, the watermarks.
    fn audit_detector(&self) -> Result<Value, Problem> {
        let standing = self.standing(Service::Detector)?;
        let tally = total(&self.committed.tallies(Service::Detector)?);
        let mut signals = 0_u64;
        let counted = self.counted(&standing, &mut |record| match self
            .schemas
            .counts
            .decode(record.value.unwrap_or_default())?
            .body
        {
            CountBody::Partial(_) => Ok(true),
            CountBody::Watermark(_) => {
                signals += 1;
                Ok(false)
            }
        })?;
        let mut told = tally_json(&tally);
        told["signals"] = json!(signals);
        told["is_cut_by_retention"] = json!(counted.is_cut);
        Ok(counted.sum("counts", &tally).beside(told))
    }

    /// Counts the records of a service's input, signals left out, and how many of them stand behind
    /// a position that was committed before.
    fn counted(
        &self,
        standing: &Standing,
        is_record: &mut dyn FnMut(&FetchedRecord<'_>) -> Result<bool, Problem>,
    ) -> Result<Counted, Problem> {
        let mut counted = Counted::default();
        for (partition, position) in &standing.positions {
            let (start, end) = (self.log.start(partition)?, self.log.end(partition)?);
            counted.is_cut |= start > Position::START;
            self.scan_partition(partition, (start, end), &mut |record| {
                let counts = u64::from(is_record(record)?);
                counted.records += counts;
                if record.offset.get() >= position.get() {
                    counted.on_the_way += counts;
                }
                Ok(())
            })?;
        }
        Ok(counted)
    }

    /// Each judgement that the scorer has read is on `mentions.scored.v1` once, and the tagger has
    /// made no more of them than it has processed records. A mention that its source delivers again
    /// after the ledger forgot it is judged anew: that is told, and nothing wrong with the log.
    fn audit_scored(&self) -> Result<Value, Problem> {
        let tally = total(&self.committed.tallies(Service::Scorer)?);
        let judgements = Judgements::of(self)?;
        // Read after the judgements: the tagger has processed at least what they come from.
        let processed = total(&self.committed.tallies(Service::Tagger)?).processed;
        let excused = tally.duplicate + tally.suppressed + tally.dead_lettered;
        let unexplained = judgements.missing.count.saturating_sub(excused);
        let invented = judgements.tagged.saturating_sub(processed);
        let wrong = match (unexplained, judgements.double.count + invented) {
            (0, 0) => None,
            (missing, double) => Some(format!(
                "{missing} judgements are missing from {topic} and {double} are there twice",
                topic = topics::MENTIONS_SCORED
            )),
        };
        Ok(json!({
            "records": judgements.records,
            "distinct": judgements.distinct,
            "missing": judgements.missing.count,
            "missing_ids": judgements.missing.names,
            "double": judgements.double.count,
            "double_ids": judgements.double.names,
            "redelivered": judgements.redelivered.count,
            "redelivered_ids": judgements.redelivered.names,
            "is_cut_by_retention": judgements.is_cut,
            "ok": wrong.is_none(),
            "wrong": wrong,
        }))
    }
}

/// Read is raw, suppressed and dead-lettered together.
fn audit_source(checkpoint: &Checkpoint) -> Value {
    let Checkpoint { source, read, raw, suppressed, dead_lettered, .. } = checkpoint;
    let sum = Sum::of("lines", *read, raw + suppressed + dead_lettered, 0);
    sum.beside(json!({
        "source": source,
        "read": read,
        "raw": raw,
        "suppressed": suppressed,
        "dead_lettered": dead_lettered,
    }))
}

/// Every raw record met one disposition in the tagger.
fn audit_tagger(
    checkpoints: &BTreeMap<SourceId, Checkpoint>,
    tallies: &BTreeMap<String, Tally>,
    lag: u64,
) -> Vec<Value> {
    let mut sources: BTreeMap<&str, (u64, Tally)> = BTreeMap::new();
    for (source, checkpoint) in checkpoints {
        sources.entry(source.as_str()).or_default().0 = checkpoint.raw;
    }
    for (source, tally) in tallies {
        sources.entry(source).or_default().1 = *tally;
    }
    let audited = |(source, (raw, tally)): (&str, (u64, Tally))| {
        let mut told = tally_json(&tally);
        // Records that cannot be read name no source, and no source of ours has written them: there
        // is nothing that their number could be held to.
        let is_strange = source.is_empty();
        let raw = if is_strange { tally.dead_lettered } else { raw };
        told["source"] = if is_strange { Value::Null } else { source.into() };
        told["raw"] = json!(raw);
        Sum::of("raw records", raw, tally.total(), lag).beside(told)
    };
    sources.into_iter().map(audited).collect()
}

fn total(tallies: &BTreeMap<String, Tally>) -> Tally {
    let mut total = Tally::default();
    for tally in tallies.values() {
        total += *tally;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: u64, found: u64, on_the_way: u64) -> (u64, Option<String>) {
        let sum = Sum::of("lines", expected, found, on_the_way);
        (sum.waiting, sum.wrong)
    }

    #[test]
    fn what_is_missing_and_what_is_double_is_named() {
        assert_eq!(check(7, 7, 0), (0, None));
        assert_eq!(check(7, 5, 2), (2, None));
        assert_eq!(check(7, 4, 2), (0, Some("3 lines are missing".into())));
        let double = "1 lines more than there should be: counted double".to_owned();
        assert_eq!(check(7, 8, 2), (0, Some(double)));
    }

    #[test]
    fn a_source_that_only_the_tagger_knows_is_double() {
        let tally = Tally { processed: 2, ..Tally::default() };
        let audited = audit_tagger(&BTreeMap::new(), &BTreeMap::from([("a".into(), tally)]), 0);
        assert_eq!(audited[0]["ok"], false);
    }

    #[test]
    fn what_nobody_can_read_adds_up_as_dead_letters() {
        let tally = Tally { dead_lettered: 2, ..Tally::default() };
        let audited = audit_tagger(&BTreeMap::new(), &BTreeMap::from([(String::new(), tally)]), 0);
        assert_eq!((&audited[0]["ok"], &audited[0]["source"]), (&json!(true), &Value::Null));
    }
}
