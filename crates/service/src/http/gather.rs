//! Asks everybody who owns some of the partitions, and says what is missing.
//!
//! What this process owns it answers itself. Each of the other partitions is asked of one instance,
//! so that no record is told twice. Where an answer does not cover what its instance was asked, the
//! partition has moved: the group is looked at once more, and whoever owns it now is asked.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use vigie_runtime::{Partition, Topic};

use super::committed::Service;
use super::part::{Asked, Question, Told, received, sent};
use super::{Problem, Shared};
use crate::peers::{Client, KnownOwners, Owner, PeerError};
use crate::pipeline::now;

/// Who is asked beside this process.
pub(super) struct Peers {
    pub(super) owners: KnownOwners,
    pub(super) client: Client,
    /// Where others reach this process: it does not ask itself.
    pub(super) address: Option<String>,
}

/// What was answered, by as many as know something.
pub(super) struct Gathered<A> {
    pub(super) parts: Vec<A>,
    /// The partitions that nobody answered for.
    pub(super) missing: BTreeSet<Partition>,
    service: Service,
    /// Why the first of them is missing.
    reason: String,
}

impl<A> Gathered<A> {
    /// Refuses when nobody has answered.
    pub(super) fn any(self) -> Result<Self, Problem> {
        if !self.parts.is_empty() {
            return Ok(self);
        }
        let Self { missing, service, reason, .. } = &self;
        let numbers: Vec<String> = missing.iter().map(ToString::to_string).collect();
        Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!(
                "nobody answers for partition {} of the {} now: {reason}",
                numbers.join(", "),
                service.name()
            ),
            "ask again in a second; no older answer is given, because it could show somebody who \
             was erased or suppressed since",
        ))
    }

    /// The missing partitions as they are told.
    pub(super) fn missing(&self) -> BTreeSet<u32> {
        sent(&self.missing)
    }
}

impl Shared {
    /// All partitions of a service's input.
    pub(super) fn numbers_of(&self, service: Service) -> BTreeSet<Partition> {
        let count = self.layout.get(&Topic::new(service.input())).copied().unwrap_or(0);
        (0..count).map(Partition::new).collect()
    }

    /// The partition of a service's input that a key belongs to.
    pub(super) fn number_of(&self, service: Service, key: &str) -> Partition {
        let count = self.layout.get(&Topic::new(service.input())).copied().unwrap_or(1);
        vigie_runtime::partition_of(key.as_bytes(), count)
    }

    /// Asks whoever owns these partitions.
    pub(super) fn gather<Q: Question>(
        &self,
        asked: BTreeSet<Partition>,
        question: &Q,
    ) -> Result<Gathered<Q::Answer>, Problem> {
        let here = self.peers.owners.here(Q::SERVICE.role());
        let here: BTreeSet<Partition> = asked.intersection(&here).copied().collect();
        let mut gathered = Gathered {
            parts: Vec::new(),
            missing: asked,
            service: Q::SERVICE,
            reason: "it has no owner, or is being restored".into(),
        };
        if !here.is_empty() {
            let part = question.answer(self, &here)?;
            gathered.take(&here, &part.numbers, part.answer);
        }
        if gathered.missing.is_empty() {
            return Ok(gathered);
        }
        let service = Q::SERVICE.role();
        let owners = self.peers.owners.everywhere(service, now());
        let (owners, is_new) = match owners {
            Ok(told) => told,
            Err(error) => return Ok(gathered.because(error.to_string())),
        };
        self.ask_owners(&owners, question, &mut gathered);
        if gathered.missing.is_empty() || is_new {
            return Ok(gathered);
        }
        match self.peers.owners.ask(service, now()) {
            // The same would answer the same, and whoever is away is waited for once.
            Ok(same) if same == owners => {}
            Ok(owners) => self.ask_owners(&owners, question, &mut gathered),
            Err(error) => return Ok(gathered.because(error.to_string())),
        }
        Ok(gathered)
    }

    /// Asks each owner for what is missing of its own.
    fn ask_owners<Q: Question>(
        &self,
        owners: &[Owner],
        question: &Q,
        gathered: &mut Gathered<Q::Answer>,
    ) {
        let mut by_address: BTreeMap<&str, BTreeSet<Partition>> = BTreeMap::new();
        for owner in owners {
            let wanted = owner.partitions.intersection(&gathered.missing);
            match owner.address.as_deref() {
                // What is ours and not held is being restored.
                Some(address) if self.peers.address.as_deref() == Some(address) => {}
                Some(address) => by_address.entry(address).or_default().extend(wanted),
                None if wanted.count() > 0 => {
                    "its owner tells no address: set http.advertised on every instance"
                        .clone_into(&mut gathered.reason);
                }
                None => {}
            }
        }
        by_address.retain(|_, wanted| !wanted.is_empty());
        let asked = |(address, wanted): (&&str, &BTreeSet<Partition>)| {
            let question = Asked { partitions: sent(wanted), question: question.clone() };
            ((*address).to_owned(), question)
        };
        let questions: Vec<(String, Asked<Q>)> = by_address.iter().map(asked).collect();
        let answers: Vec<Result<Told<Q::Answer>, PeerError>> =
            self.peers.client.ask_all(Q::NAME, &questions);
        for (answer, wanted) in answers.into_iter().zip(by_address.values()) {
            match answer {
                Ok(told) => gathered.take(wanted, &received(told.partitions), told.answer),
                Err(error) => {
                    tracing::debug!(%error, "a part of an answer is missing");
                    gathered.reason = error.to_string();
                }
            }
        }
    }
}

impl<A> Gathered<A> {
    /// Takes an answer for the partitions that it covers of those it was asked for.
    fn take(&mut self, wanted: &BTreeSet<Partition>, covered: &BTreeSet<Partition>, answer: A) {
        // An answer for more than was asked would be told twice.
        if covered.is_empty() || !covered.is_subset(wanted) {
            return;
        }
        self.missing.retain(|number| !covered.contains(number));
        self.parts.push(answer);
    }

    fn because(mut self, reason: String) -> Self {
        self.reason = reason;
        self
    }
}
