//! Makes what is wanted what is watched.

use std::collections::BTreeMap;

use vigie_schema::{RuleRecord, topics};
use vigie_types::{ControlRevision, WallTime};

use super::change::{Difference, ListDifference, StreamDifference, versions_of};
use super::check::RuleProblem;
use super::table::RuleTable;
use super::wanted::WantedRules;
use crate::pipeline::{Control, ControlError, read_control};

/// Who applies something, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applying {
    /// Who; none for the file that a service is started with.
    pub by: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// When.
    pub at: WallTime,
    /// Tell what would change, and write nothing.
    pub dry_run: bool,
    /// Only if this is the revision that is watched.
    pub if_revision: Option<ControlRevision>,
}

/// What was applied.
#[derive(Debug, PartialEq)]
pub struct Applied {
    /// The revision that is watched from now on.
    pub revision: ControlRevision,
    /// Whether anything was written.
    pub is_written: bool,
    /// The streams that differ from before, by id.
    pub streams: Vec<StreamDifference>,
    /// The lists that do.
    pub lists: Vec<ListDifference>,
    /// How many streams are as they were.
    pub unchanged: usize,
}

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// What is wanted is wrong.
    #[error("{}", texts(.0).join("\n\n"))]
    Wrong(Vec<RuleProblem>),
    /// Somebody else has applied something.
    #[error("revision {found} is watched, not {expected}: somebody has applied something since",
        found = .found.get(), expected = .expected.get())]
    Moved {
        /// What is watched.
        found: ControlRevision,
        /// What was expected.
        expected: ControlRevision,
    },
    /// The topic cannot be read or written.
    #[error(transparent)]
    Control(#[from] ControlError),
}

fn texts(problems: &[RuleProblem]) -> Vec<String> {
    problems.iter().map(|problem| problem.text.clone()).collect()
}

/// Applies what is wanted; nothing is written when it is watched already.
///
/// # Errors
/// When it is wrong, or `rules.v1` cannot be read or written.
pub fn apply(
    control: Control<'_>,
    wanted: &WantedRules,
    applying: &Applying,
) -> Result<Applied, ApplyError> {
    check(wanted)?;
    if applying.dry_run {
        let table = read(control)?;
        let applied = compare(&table, wanted, applying)?;
        return Ok(told(&table, wanted, applied));
    }
    let mut turn = control.turn(topics::RULES)?;
    let table = read(control)?;
    let difference = compare(&table, wanted, applying)?;
    let codec = &control.schemas.rules;
    write(
        &mut |record| turn.append(codec, record, record.revision),
        &table,
        wanted,
        difference,
        applying,
    )
}

/// Applies the file that a service is started with, unless it is the one that the last start had
/// applied: what was applied since then stays.
///
/// # Errors
/// As [`apply`].
pub fn apply_at_start(
    control: Control<'_>,
    wanted: &WantedRules,
    now: WallTime,
) -> Result<Applied, ApplyError> {
    check(wanted)?;
    let mut turn = control.turn(topics::RULES)?;
    let table = read(control)?;
    let difference = Difference::between(&table, wanted);
    let streams: BTreeMap<_, _> =
        wanted.streams.iter().map(|stream| (stream.id.clone(), stream.clone())).collect();
    if table.is_last_start(&streams, &versions_of(wanted)) {
        return Ok(told(&table, wanted, difference));
    }
    let codec = &control.schemas.rules;
    let applying = Applying { at: now, ..Applying::default() };
    write(
        &mut |record| turn.append(codec, record, record.revision),
        &table,
        wanted,
        difference,
        &applying,
    )
}

fn check(wanted: &WantedRules) -> Result<(), ApplyError> {
    let problems = wanted.problems();
    if problems.is_empty() { Ok(()) } else { Err(ApplyError::Wrong(problems)) }
}

fn read(control: Control<'_>) -> Result<RuleTable, ControlError> {
    let mut table = RuleTable::with_entries();
    read_control(control.log, topics::RULES, &control.schemas.rules, &mut |record| {
        table.take(record);
    })?;
    Ok(table)
}

fn compare(
    table: &RuleTable,
    wanted: &WantedRules,
    applying: &Applying,
) -> Result<Difference, ApplyError> {
    match applying.if_revision {
        Some(expected) if expected != table.revision() => {
            Err(ApplyError::Moved { found: table.revision(), expected })
        }
        Some(_) | None => Ok(Difference::between(table, wanted)),
    }
}

/// What would be applied.
fn told(table: &RuleTable, wanted: &WantedRules, difference: Difference) -> Applied {
    let touched = difference.streams.iter().filter(|stream| stream.after.is_some()).count();
    Applied {
        revision: table.revision(),
        is_written: false,
        unchanged: wanted.streams.len() - touched,
        streams: difference.streams,
        lists: difference.lists,
    }
}

/// The records that make what is wanted what is watched, each in its own transaction: a change
/// counts from the last of them on.
fn write(
    append: &mut dyn FnMut(&RuleRecord) -> Result<(), ControlError>,
    table: &RuleTable,
    wanted: &WantedRules,
    mut difference: Difference,
    applying: &Applying,
) -> Result<Applied, ApplyError> {
    let mut records = difference.take_records();
    let mut applied = told(table, wanted, difference);
    if records.is_empty() && applying.by.is_none() && table.revision() > ControlRevision::ZERO {
        // A start with a file that says what is watched already is remembered as one.
        records.push(RuleRecord::default());
    }
    for mut record in records {
        applied.revision = applied.revision.next();
        applied.is_written = true;
        record.revision = applied.revision;
        record.changed_at = applying.at;
        record.by.clone_from(&applying.by);
        record.note.clone_from(&applying.note);
        append(&record)?;
    }
    Ok(applied)
}
