//! The simulated engine: `vigie_runtime::Engine` over a log in memory, failing as its chances say.
//!
//! It keeps the engine's contract to the letter and nothing beyond it: a thread learns of lost
//! partitions late, records arrive in any interleaving, also behind an event that makes the thread
//! rewind, and a record comes twice only after a seek.

use std::collections::BTreeMap;

use vigie_runtime::{
    CommittedPosition, Engine, EngineError, EngineEvent, Fetched, FetchedRecord, Position, Restore,
    Topic, TopicPartition,
};
use vigie_types::{Millis, WallTime};

use crate::group::Member;
use crate::log::{Shared, SimulatedLog};
use crate::partition_log::Patience;
use crate::producer::SimulatedProducer;

/// The text of the error that stands for the death of the thread.
pub const CRASH: &str = "simulated crash";

/// How far one partition was delivered.
#[derive(Clone, Copy, Debug)]
struct Delivery {
    /// None until the thread has sought.
    next: Option<Position>,
    paused: bool,
}

/// The engine of one stream thread over a [`SimulatedLog`].
#[derive(Debug)]
pub struct SimulatedEngine {
    log: SimulatedLog,
    application: String,
    member: Member,
    producer: SimulatedProducer,
    deliveries: BTreeMap<TopicPartition, Delivery>,
    controls: BTreeMap<TopicPartition, Position>,
    asked_back: Vec<TopicPartition>,
}

impl SimulatedEngine {
    /// An engine that joins the group of `application`, which reads `inputs` and, whole,
    /// `controls`.
    pub fn new(
        log: &SimulatedLog,
        application: &str,
        inputs: &[Topic],
        controls: &[Topic],
    ) -> Self {
        let mut shared = log.shared();
        let member = shared.join(application, inputs);
        let partitions = controls.iter().flat_map(|topic| shared.partitions_of(topic));
        let controls = partitions.map(|partition| (partition, Position::START)).collect();
        drop(shared);
        Self {
            log: log.clone(),
            application: application.into(),
            member,
            producer: SimulatedProducer::new(log.clone(), application, member),
            deliveries: BTreeMap::new(),
            controls,
            asked_back: Vec::new(),
        }
    }

    /// Tells the thread what changed hands, and takes part in what changes now.
    fn rebalance(&mut self, events: &mut Vec<EngineEvent>) {
        let log = self.log.clone();
        let mut shared = log.shared();
        for partition in std::mem::take(&mut self.asked_back) {
            self.forget(&partition);
            shared.with_group(&self.application, |group, dice| {
                group.give_up(self.member, &partition, dice);
            });
        }
        let chances = shared.chances;
        let (lost, revoked) =
            (shared.dice.happens(chances.lost), shared.dice.happens(chances.revoked));
        shared.with_group(&self.application, |group, dice| {
            if lost {
                group.take_away(dice);
            }
            if revoked {
                group.ask_back(dice);
            }
        });
        let mine: BTreeMap<TopicPartition, (u64, bool)> =
            shared.with_group(&self.application, |group, _| {
                let owned = group.owned_by(self.member);
                owned.map(|(known, now)| (known.clone(), (now.epoch, now.asked_back))).collect()
            });
        drop(shared);
        self.announce(&mine, events);
    }

    fn announce(
        &mut self,
        mine: &BTreeMap<TopicPartition, (u64, bool)>,
        events: &mut Vec<EngineEvent>,
    ) {
        let kept = self.take_unheard(mine);
        if !kept.is_empty() {
            events.push(EngineEvent::Kept(kept));
        }
        let held = self.producer.owned.clone();
        let is_mine =
            |partition, epoch: &u64| mine.get(partition).is_some_and(|(now, _)| now == epoch);
        let lost: Vec<TopicPartition> = held
            .iter()
            .filter(|(partition, epoch)| !is_mine(*partition, epoch))
            .map(|(partition, _)| partition.clone())
            .collect();
        for partition in &lost {
            self.forget(partition);
        }
        let mut assigned = Vec::new();
        for (partition, (epoch, asked_back)) in mine {
            if self.producer.owned.insert(partition.clone(), *epoch) != Some(*epoch) {
                self.deliveries.insert(partition.clone(), Delivery { next: None, paused: false });
                assigned.push(partition.clone());
            } else if *asked_back {
                self.asked_back.push(partition.clone());
            }
        }
        if !lost.is_empty() {
            events.push(EngineEvent::Lost(lost));
        }
        if !self.asked_back.is_empty() {
            events.push(EngineEvent::Revoked(self.asked_back.clone()));
        }
        if !assigned.is_empty() {
            events.push(EngineEvent::Assigned(assigned));
        }
    }

    /// Some of what was lost and is ours again is taken as if it had been ours all the time.
    fn take_unheard(
        &mut self,
        mine: &BTreeMap<TopicPartition, (u64, bool)>,
    ) -> Vec<TopicPartition> {
        let mut shared = self.log.shared();
        let chance = shared.chances.unheard;
        let mut kept = Vec::new();
        for (partition, epoch) in &mut self.producer.owned {
            let Some((now, _)) = mine.get(partition) else { continue };
            if now != epoch && shared.dice.happens(chance) {
                *epoch = *now;
                kept.push(partition.clone());
            }
        }
        kept
    }

    fn forget(&mut self, partition: &TopicPartition) {
        self.producer.owned.remove(partition);
        self.deliveries.remove(partition);
    }

    /// Delivers something of some partitions, in a random order.
    fn deliver(&mut self, events: &mut Vec<EngineEvent>) {
        let log = self.log.clone();
        let mut shared = log.shared();
        let mut order: Vec<TopicPartition> = self.deliveries.keys().cloned().collect();
        while !order.is_empty() {
            let chosen = shared.dice.below(order.len());
            let partition = order.swap_remove(chosen);
            let chances = shared.chances;
            let delay = chances.delay_of(partition.partition);
            if self.asked_back.contains(&partition) || shared.dice.happens(delay) {
                continue;
            }
            let Some(delivery) = self.deliveries.get_mut(&partition) else { continue };
            let (Some(position), false) = (delivery.next, delivery.paused) else { continue };
            let size = 1 + shared.dice.below(chances.largest_fetch);
            let fetched = fetch(&shared, &partition, position, size);
            if let Some(next) = after(&fetched) {
                delivery.next = Some(next);
                events.push(EngineEvent::Records(fetched));
            }
        }
    }

    fn deliver_control(&mut self, events: &mut Vec<EngineEvent>) {
        let log = self.log.clone();
        let mut shared = log.shared();
        for (partition, position) in &mut self.controls {
            let chances = shared.chances;
            if shared.dice.happens(chances.control_delayed) {
                continue;
            }
            let size = 1 + shared.dice.below(chances.largest_fetch);
            let fetched = fetch(&shared, partition, *position, size);
            if let Some(next) = after(&fetched) {
                *position = next;
                events.push(EngineEvent::Control(fetched));
            }
        }
    }

    /// Dies here if the dice say so.
    fn survive(&self) -> Result<(), EngineError> {
        let mut shared = self.log.shared();
        let chance = shared.chances.crashed;
        if shared.dice.happens(chance) {
            return Err(EngineError::Fatal(CRASH.into()));
        }
        Ok(())
    }
}

fn fetch(shared: &Shared, from: &TopicPartition, position: Position, size: usize) -> Fetched {
    let mut fetched = Fetched::new(from.clone());
    for record in shared.visible(from, position, Patience::Stable).take(size) {
        fetched.push(FetchedRecord {
            offset: record.offset,
            key: &record.key,
            value: record.value.as_deref(),
            timestamp: record.timestamp,
        });
    }
    fetched
}

/// The position behind the last record fetched.
fn after(fetched: &Fetched) -> Option<Position> {
    fetched.iter().last().map(|record| record.offset.next())
}

impl Engine for SimulatedEngine {
    type Producer = SimulatedProducer;

    fn now(&self) -> WallTime {
        self.log.shared().now
    }

    fn poll(&mut self, wait: Millis, events: &mut Vec<EngineEvent>) -> Result<(), EngineError> {
        let before = events.len();
        self.deliver(events);
        self.rebalance(events);
        self.deliver_control(events);
        self.deliver(events);
        let mut shared = self.log.shared();
        let full = wait.get().max(1);
        let busy = shared.dice.below(20.min(full as usize)) as i64 + 1;
        let waited = if events.len() == before { full } else { busy };
        shared.pass(Millis::new(waited));
        Ok(())
    }

    fn committed(
        &mut self,
        partition: &TopicPartition,
    ) -> Result<Option<CommittedPosition>, EngineError> {
        self.survive()?;
        Ok(self.log.shared().committed(&self.application, partition))
    }

    fn restore(&mut self, restores: &mut [Restore<'_>]) -> Result<(), EngineError> {
        self.survive()?;
        let shared = self.log.shared();
        for Restore { changelog, entry } in restores {
            for record in shared.visible(changelog, Position::START, Patience::CommittedNow) {
                entry(&record.key, record.value.as_deref());
            }
        }
        Ok(())
    }

    fn seek(&mut self, partition: &TopicPartition, position: Position) -> Result<(), EngineError> {
        if let Some(delivery) = self.deliveries.get_mut(partition) {
            *delivery = Delivery { next: Some(position), paused: false };
        }
        Ok(())
    }

    fn pause(&mut self, partition: &TopicPartition) {
        if let Some(delivery) = self.deliveries.get_mut(partition) {
            delivery.paused = true;
        }
    }

    fn resume(&mut self, partition: &TopicPartition) {
        if let Some(delivery) = self.deliveries.get_mut(partition) {
            delivery.paused = false;
        }
    }

    fn producer(&mut self) -> &mut SimulatedProducer {
        &mut self.producer
    }

    fn recreate_producer(&mut self) -> Result<(), EngineError> {
        self.survive()?;
        self.producer.renew();
        Ok(())
    }
}

impl Drop for SimulatedEngine {
    fn drop(&mut self) {
        let mut shared = self.log.shared();
        shared.with_group(&self.application, |group, dice| group.leave(self.member, dice));
    }
}
