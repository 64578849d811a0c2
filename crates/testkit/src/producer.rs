//! The simulated producer: one transaction at a time, with a fault at each of its seams.

use std::collections::BTreeMap;

use vigie_runtime::{
    CommitError, CommittedPosition, ProducerRecord, TopicPartition, Transaction,
    TransactionalProducer,
};

use crate::dice::Dice;
use crate::engine::CRASH;
use crate::group::Member;
use crate::log::{Shared, SimulatedLog};
use crate::transactions::TransactionId;

/// What goes wrong with a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Aborted,
    Fenced,
    Crashed,
    InDoubt { commits: bool },
    CrashedInDoubt { commits: bool },
}

/// Where it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seam {
    Begin,
    Send { records_before: usize },
    Positions,
    Commit,
}

/// The producer of one simulated engine.
#[derive(Debug)]
pub struct SimulatedProducer {
    log: SimulatedLog,
    application: String,
    member: Member,
    /// What the engine was told that it owns, with the epoch of each.
    pub(crate) owned: BTreeMap<TopicPartition, u64>,
    in_doubt: bool,
}

impl SimulatedProducer {
    pub(crate) fn new(log: SimulatedLog, application: &str, member: Member) -> Self {
        let owned = BTreeMap::new();
        Self { log, application: application.into(), member, owned, in_doubt: false }
    }

    /// Forgets a doubt: what this producer left open has been ended.
    pub(crate) fn renew(&mut self) {
        self.log.shared().end_of_member(self.member);
        self.in_doubt = false;
    }
}

impl TransactionalProducer for SimulatedProducer {
    type Transaction<'a> = SimulatedTransaction<'a>;

    fn begin(&mut self) -> Result<SimulatedTransaction<'_>, CommitError> {
        assert!(!self.in_doubt, "a producer in doubt is recreated before it is used");
        let mut shared = self.log.shared();
        let fault = roll_fault(&mut shared);
        if let Some((fault @ (Fault::Fenced | Fault::Crashed), Seam::Begin)) = fault {
            return Err(fault.error());
        }
        let id = shared.begin(&self.application, self.member);
        drop(shared);
        Ok(SimulatedTransaction { producer: self, id, fault, sent: 0, ended: false })
    }
}

/// Rolls whether something goes wrong, what, and where.
fn roll_fault(shared: &mut Shared) -> Option<(Fault, Seam)> {
    let chances = shared.chances;
    let dice = &mut shared.dice;
    if dice.happens(chances.in_doubt) {
        return Some((Fault::InDoubt { commits: dice.happens(500) }, Seam::Commit));
    }
    let fault = if dice.happens(chances.aborted) {
        Fault::Aborted
    } else if dice.happens(chances.fenced) {
        Fault::Fenced
    } else if dice.happens(chances.crashed) {
        Fault::Crashed
    } else {
        return None;
    };
    let seam = roll_seam(dice);
    if (fault, seam) == (Fault::Crashed, Seam::Commit) {
        return Some((Fault::CrashedInDoubt { commits: dice.happens(500) }, Seam::Commit));
    }
    Some((fault, seam))
}

fn roll_seam(dice: &mut Dice) -> Seam {
    match dice.below(4) {
        0 => Seam::Begin,
        1 => Seam::Send { records_before: dice.below(8) },
        2 => Seam::Positions,
        _ => Seam::Commit,
    }
}

impl Fault {
    fn error(self) -> CommitError {
        match self {
            Self::Aborted => CommitError::Aborted("simulated".into()),
            Self::Fenced => CommitError::Fenced,
            Self::Crashed | Self::CrashedInDoubt { .. } => CommitError::Fatal(CRASH.into()),
            Self::InDoubt { .. } => CommitError::InDoubt,
        }
    }
}

/// An open transaction of a simulated producer; dropping it aborts it.
#[derive(Debug)]
pub struct SimulatedTransaction<'a> {
    producer: &'a mut SimulatedProducer,
    id: TransactionId,
    fault: Option<(Fault, Seam)>,
    sent: usize,
    ended: bool,
}

impl SimulatedTransaction<'_> {
    /// Fails here if the dice said so.
    fn pass(&mut self, here: Seam) -> Result<(), CommitError> {
        let Some((fault, seam)) = self.fault else { return Ok(()) };
        // A begin that is aborted, or a send that never comes, shows at the next seam.
        let reached = match seam {
            Seam::Begin => true,
            Seam::Send { records_before } => {
                records_before <= self.sent || matches!(here, Seam::Positions | Seam::Commit)
            }
            Seam::Positions => matches!(here, Seam::Positions | Seam::Commit),
            Seam::Commit => here == Seam::Commit,
        };
        if !reached {
            return Ok(());
        }
        let mut shared = self.producer.log.shared();
        match fault {
            Fault::Aborted | Fault::Fenced => shared.end(self.id, false),
            // Nobody is left to end it: it stays pending until it times out.
            Fault::Crashed => {}
            Fault::InDoubt { commits } | Fault::CrashedInDoubt { commits } => {
                shared.leave_in_doubt(self.id, commits);
                self.producer.in_doubt = true;
            }
        }
        drop(shared);
        self.ended = true;
        Err(fault.error())
    }
}

impl Transaction for SimulatedTransaction<'_> {
    fn send(&mut self, record: ProducerRecord<'_>) -> Result<(), CommitError> {
        self.pass(Seam::Send { records_before: self.sent })?;
        self.sent += 1;
        self.producer.log.shared().send(self.id, record);
        Ok(())
    }

    fn send_positions(&mut self, positions: &[CommittedPosition]) -> Result<(), CommitError> {
        self.pass(Seam::Positions)?;
        let producer = &*self.producer;
        let mut shared = producer.log.shared();
        for position in positions {
            let known = producer.owned.get(&position.partition).copied();
            let held = shared
                .with_group(&producer.application, |group, _| group.of(&position.partition))
                .is_some_and(|now| now.owner == Some(producer.member) && known == Some(now.epoch));
            if !held {
                let reason = format!("{} is no longer ours", position.partition);
                return Err(CommitError::Aborted(reason));
            }
        }
        shared.send_positions(self.id, positions);
        Ok(())
    }

    fn commit(mut self) -> Result<(), CommitError> {
        self.pass(Seam::Commit)?;
        self.ended = true;
        self.producer.log.shared().end(self.id, true);
        Ok(())
    }

    fn abort(mut self) -> Result<(), CommitError> {
        self.ended = true;
        self.producer.log.shared().end(self.id, false);
        Ok(())
    }
}

impl Drop for SimulatedTransaction<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.producer.log.shared().end(self.id, false);
        }
    }
}
