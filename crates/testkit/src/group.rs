//! Which thread owns which partition, as a group coordinator knows it; a thread learns it at its
//! next poll only.

use std::collections::{BTreeMap, BTreeSet};

use vigie_runtime::TopicPartition;

use crate::dice::Dice;

/// One engine in a group; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Member(pub(crate) u64);

/// Who holds a partition. The epoch rises whenever it changes hands, also back to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ownership {
    pub(crate) owner: Option<Member>,
    pub(crate) epoch: u64,
    pub(crate) asked_back: bool,
}

/// The members of one application and what they own.
#[derive(Debug, Default)]
pub(crate) struct Group {
    members: BTreeSet<Member>,
    partitions: BTreeMap<TopicPartition, Ownership>,
}

impl Group {
    pub(crate) fn join(&mut self, member: Member, inputs: Vec<TopicPartition>, dice: &mut Dice) {
        self.members.insert(member);
        for input in inputs {
            let nobody = Ownership { owner: None, epoch: 0, asked_back: false };
            self.partitions.entry(input).or_insert(nobody);
        }
        self.give_out(dice);
    }

    pub(crate) fn leave(&mut self, member: Member, dice: &mut Dice) {
        self.members.remove(&member);
        for ownership in self.partitions.values_mut() {
            if ownership.owner == Some(member) {
                ownership.owner = None;
            }
        }
        self.give_out(dice);
    }

    /// Takes some partition from its owner without asking.
    pub(crate) fn take_away(&mut self, dice: &mut Dice) {
        let held = self.held();
        if let Some(partition) = dice.pick(&held) {
            self.free(partition);
            self.give_out(dice);
        }
    }

    /// Asks the owner of some partition to give it up.
    pub(crate) fn ask_back(&mut self, dice: &mut Dice) {
        let held = self.held();
        let chosen = dice.pick(&held).and_then(|partition| self.partitions.get_mut(partition));
        if let Some(ownership) = chosen {
            ownership.asked_back = true;
        }
    }

    /// The owner gives up what was asked back.
    pub(crate) fn give_up(&mut self, member: Member, partition: &TopicPartition, dice: &mut Dice) {
        if self.of(partition).is_some_and(|ownership| ownership.owner == Some(member)) {
            self.free(partition);
            self.give_out(dice);
        }
    }

    pub(crate) fn of(&self, partition: &TopicPartition) -> Option<Ownership> {
        self.partitions.get(partition).copied()
    }

    pub(crate) fn owned_by(
        &self,
        member: Member,
    ) -> impl Iterator<Item = (&TopicPartition, Ownership)> {
        self.partitions
            .iter()
            .filter(move |(_, ownership)| ownership.owner == Some(member))
            .map(|(partition, ownership)| (partition, *ownership))
    }

    fn held(&self) -> Vec<TopicPartition> {
        let held = self.partitions.iter().filter(|(_, ownership)| ownership.owner.is_some());
        held.map(|(partition, _)| partition.clone()).collect()
    }

    fn free(&mut self, partition: &TopicPartition) {
        if let Some(ownership) = self.partitions.get_mut(partition) {
            ownership.owner = None;
        }
    }

    fn give_out(&mut self, dice: &mut Dice) {
        let members: Vec<Member> = self.members.iter().copied().collect();
        for ownership in self.partitions.values_mut() {
            if ownership.owner.is_none() {
                ownership.owner = dice.pick(&members).copied();
                ownership.epoch += 1;
                ownership.asked_back = false;
            }
        }
    }
}
