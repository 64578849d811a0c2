//! The engine of one stream thread: its member, its producer, its control topics, its restores.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vigie_runtime::{
    CommittedPosition, Engine, EngineError, EngineEvent, Position, Restore, TopicPartition,
};
use vigie_types::{Millis, WallTime};

use crate::client::{breathe, duration};
use crate::controls::Controls;
use crate::membership::Membership;
use crate::producer::KafkaProducer;
use crate::restorers::Restorers;
use crate::settings::EngineSettings;
use crate::watchdog::{Watch, Watchdog};

/// Everything that does I/O for one stream thread, over a cluster.
pub struct KafkaEngine {
    // Dropped first, so that the consumer's end finds nobody polling.
    membership: Option<Membership>,
    producer: KafkaProducer,
    controls: Option<Controls>,
    has_caught_up: bool,
    restorers: Restorers,
    settings: EngineSettings,
    watch: Watch,
}

impl KafkaEngine {
    /// Fences every older engine of the same identity, ends what it left open, and joins the group.
    ///
    /// # Errors
    /// When the cluster cannot be reached, a topic is missing or a right.
    pub fn open(settings: EngineSettings, watchdog: &Watchdog) -> Result<Self, EngineError> {
        let watch = watchdog.watch(&settings.identity.instance_id());
        let is_member = !settings.inputs.is_empty();
        let membership = is_member.then(|| Membership::join(&settings)).transpose()?;
        let group = membership.as_ref().map(|membership| Arc::clone(membership.consumer()));
        // Before any committed position is read: a predecessor's open transaction would hold the
        // answer back until its time-out.
        let producer = KafkaProducer::open(&settings, &watch, group)?;
        let controls = Controls::open(&settings)?;
        let restorers = Restorers::open(&settings)?;
        let has_caught_up = false;
        Ok(Self { membership, producer, controls, has_caught_up, restorers, settings, watch })
    }

    fn member(&mut self) -> Result<&mut Membership, EngineError> {
        let no_member = || EngineError::Fatal("this engine reads no input".into());
        self.membership.as_mut().ok_or_else(no_member)
    }
}

impl Engine for KafkaEngine {
    type Producer = KafkaProducer;

    #[expect(clippy::disallowed_methods, reason = "an engine is an edge: here the clock is read")]
    fn now(&self) -> WallTime {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        WallTime::from_millis(since_1970.as_millis() as i64)
    }

    fn poll(&mut self, wait: Millis, events: &mut Vec<EngineEvent>) -> Result<(), EngineError> {
        let wait = duration(wait);
        if let Some(controls) = &self.controls {
            if !self.has_caught_up {
                controls.catch_up(events)?;
                self.has_caught_up = true;
            }
            // Without inputs there is nothing else to wait for.
            let patience = if self.membership.is_some() { Duration::ZERO } else { wait };
            controls.poll(patience, events)?;
        }
        match &mut self.membership {
            Some(membership) => {
                let patience = if events.is_empty() { wait } else { Duration::ZERO };
                membership.poll(patience, events)
            }
            None if self.controls.is_none() => {
                breathe(wait);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn committed(
        &mut self,
        partition: &TopicPartition,
    ) -> Result<Option<CommittedPosition>, EngineError> {
        let partitions = std::slice::from_ref(partition);
        Ok(self.member()?.committed(partitions)?.remove(partition))
    }

    fn restore(&mut self, restores: &mut [Restore<'_>]) -> Result<(), EngineError> {
        let Some(membership) = &mut self.membership else {
            return self.restorers.restore(restores, &mut || Ok(()));
        };
        let held = membership.hold();
        let outcome = self.restorers.restore(restores, &mut || membership.serve());
        for partition in &held {
            membership.resume(partition);
        }
        outcome
    }

    fn seek(&mut self, partition: &TopicPartition, position: Position) -> Result<(), EngineError> {
        self.member()?.seek(partition, position)
    }

    fn pause(&mut self, partition: &TopicPartition) {
        if let Some(membership) = &mut self.membership {
            membership.pause(partition);
        }
    }

    fn resume(&mut self, partition: &TopicPartition) {
        if let Some(membership) = &mut self.membership {
            membership.resume(partition);
        }
    }

    fn producer(&mut self) -> &mut KafkaProducer {
        &mut self.producer
    }

    fn recreate_producer(&mut self) -> Result<(), EngineError> {
        let group = self.membership.as_ref().map(|member| Arc::clone(member.consumer()));
        self.producer = KafkaProducer::open(&self.settings, &self.watch, group)?;
        Ok(())
    }
}
