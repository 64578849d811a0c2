//! Pushes: lines that somebody sends, each answered after its commit and, under a key, only once.

use std::collections::BTreeMap;

use vigie_schema::{Checkpoint, CheckpointDetail, PushCheckpoint};
use vigie_types::{Millis, SourceId, WallTime};

use super::account::Account;
use super::answer::{PushAnswer, PushBody, PushError, PushRequest, Reply};
use super::intake::{Intake, Reading, Received};
use super::stamper::Stamper;
use crate::source::{MAXIMUM_BROKEN_BYTES, MAXIMUM_LINE_BYTES};

/// How long the answer under a key is kept.
pub const KEPT: Millis = Millis::hours(24);

/// After so long without a push the source leaves, and its last bucket closes.
pub const IDLE: Millis = Millis::seconds(30);

/// What separates the source from the key in a checkpoint's name.
const KEY_MARK: char = '#';

/// The pushes of a group.
#[derive(Default)]
pub(super) struct Pushes {
    accounts: BTreeMap<SourceId, PushAccount>,
    answers: BTreeMap<String, Checkpoint>,
    pending: Vec<(Reply, PushAnswer)>,
}

struct PushAccount {
    account: Account,
    last_push: WallTime,
}

impl Pushes {
    /// Takes a restored checkpoint if it is of a push's answer; gives it back if it is of a source.
    pub(super) fn restore(&mut self, checkpoint: Checkpoint) -> Option<Checkpoint> {
        match checkpoint.detail {
            Some(CheckpointDetail::PushCheckpoint(_)) => {
                self.answers.insert(checkpoint.source.to_string(), checkpoint);
                None
            }
            Some(CheckpointDetail::FileCheckpoint(_)) | None => Some(checkpoint),
        }
    }

    /// Stages a push; it is answered by [`Pushes::answer`].
    pub(super) fn take(
        &mut self,
        request: PushRequest,
        tools: &mut Tools<'_>,
        known: Option<&Checkpoint>,
    ) {
        let name = request
            .idempotency_key
            .as_ref()
            .map(|key| format!("{}{KEY_MARK}{key}", request.source));
        if let Some(answer) = name.as_ref().and_then(|name| self.repeated(name)) {
            self.pending.push((request.reply, answer));
            return;
        }
        let entry = self.accounts.entry(request.source.clone()).or_insert_with(|| PushAccount {
            account: Account::open(request.source.clone(), tools.disorder, known),
            last_push: tools.now,
        });
        entry.last_push = tools.now;
        let account = &mut entry.account;
        account.ended = false;
        account.left = false;
        let before = account.clone();
        match request.body {
            // One record, whatever it holds: a CSV row may have line ends inside.
            PushBody::DeadLetter { bytes, place } => {
                take_line(account, &bytes, &place, Some(&place), tools);
            }
            PushBody::Lines(lines) => {
                for (index, line) in lines.split(|byte| *byte == b'\n').enumerate() {
                    let place = format!("{}:{}", account.source, index + 1);
                    take_line(account, line, &place, None, tools);
                }
            }
            PushBody::Backfill(mentions) => {
                account.brings_the_past = true;
                for backfilled in mentions {
                    tools.intake.take_backfilled(account, tools.stamper, backfilled, tools.now);
                }
            }
        }
        let answer = PushAnswer {
            accepted: account.raw - before.raw,
            dead_lettered: account.dead_lettered - before.dead_lettered,
            suppressed: account.suppressed - before.suppressed,
            repeated: false,
        };
        if let Some(name) = name {
            self.keep(&name, answer, tools);
        }
        self.pending.push((request.reply, answer));
    }

    fn repeated(&self, name: &str) -> Option<PushAnswer> {
        match self.answers.get(name)?.detail {
            Some(CheckpointDetail::PushCheckpoint(kept)) => Some(PushAnswer {
                accepted: kept.accepted,
                dead_lettered: kept.dead_lettered,
                suppressed: kept.suppressed,
                repeated: true,
            }),
            Some(CheckpointDetail::FileCheckpoint(_)) | None => None,
        }
    }

    fn keep(&mut self, name: &str, answer: PushAnswer, tools: &mut Tools<'_>) {
        let Ok(source) = SourceId::new(name) else { return };
        let checkpoint = Checkpoint {
            source,
            updated_at: tools.now,
            detail: Some(CheckpointDetail::PushCheckpoint(PushCheckpoint {
                accepted: answer.accepted,
                dead_lettered: answer.dead_lettered,
                suppressed: answer.suppressed,
            })),
            ..Checkpoint::default()
        };
        tools.intake.stage_checkpoint(name, Some(&checkpoint), tools.now);
        self.answers.insert(name.into(), checkpoint);
    }

    /// Ends sources that fell idle and forgets answers that are too old; true if there was any.
    pub(super) fn tidy(&mut self, tools: &mut Tools<'_>) -> bool {
        let mut changed = false;
        for push in self.accounts.values_mut() {
            if !push.account.ended && tools.now - push.last_push >= IDLE {
                push.account.ended = true;
                push.account.left = true;
                changed = true;
            }
        }
        let oldest = tools.now - KEPT;
        let stale: Vec<String> = self
            .answers
            .iter()
            .filter(|(_, checkpoint)| checkpoint.updated_at < oldest)
            .map(|(name, _)| name.clone())
            .collect();
        for name in stale {
            tools.intake.stage_checkpoint(&name, None, tools.now);
            self.answers.remove(&name);
            changed = true;
        }
        changed
    }

    /// The accounts, so that promises and checkpoints are staged with what they cover.
    pub(super) fn accounts(&mut self) -> impl Iterator<Item = &mut Account> {
        self.accounts.values_mut().map(|push| &mut push.account)
    }

    /// Answers everything that waits: the commit took place, or it did not.
    pub(super) fn answer(&mut self, outcome: &Result<(), String>) {
        for (reply, answer) in self.pending.drain(..) {
            reply(match outcome {
                Ok(()) => Ok(answer),
                Err(reason) => Err(PushError::Unavailable(reason.clone())),
            });
        }
    }
}

/// What a push is taken in with.
pub(super) struct Tools<'a> {
    pub(super) intake: &'a mut Intake,
    pub(super) reading: &'a Reading,
    pub(super) stamper: &'a Stamper,
    pub(super) disorder: Millis,
    pub(super) now: WallTime,
}

fn take_line(
    account: &mut Account,
    line: &[u8],
    place: &str,
    replay_of: Option<&str>,
    tools: &mut Tools<'_>,
) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() {
        return;
    }
    let kept = &line[..line.len().min(MAXIMUM_BROKEN_BYTES)];
    let reason;
    let text = if line.len() > MAXIMUM_LINE_BYTES {
        reason = format!("the line has {} bytes, at most {MAXIMUM_LINE_BYTES}", line.len());
        Err((kept, reason.as_str()))
    } else {
        match std::str::from_utf8(line) {
            Ok(text) => Ok(text),
            Err(error) => {
                reason = format!("invalid UTF-8 at byte {}", error.valid_up_to());
                Err((kept, reason.as_str()))
            }
        }
    };
    let received = Received { line: text, place, at: tools.now, replay_of };
    tools.intake.take(account, tools.reading, tools.stamper, &received);
}
