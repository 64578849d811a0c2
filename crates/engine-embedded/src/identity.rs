//! Identities: which engine of this process may commit for an application, and what it reads.
//!
//! One at a time: a newer engine of the same application fences the older one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::catalog::Slot;

/// What an engine commits as.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub application: Arc<str>,
    epoch: u64,
}

#[derive(Debug, Default)]
struct Newest {
    epoch: u64,
    inputs: Vec<Slot>,
}

/// The newest engine of each application of this process.
#[derive(Debug, Default)]
pub(crate) struct Identities(Mutex<BTreeMap<Arc<str>, Newest>>);

impl Identities {
    /// A new identity of the application, which reads these inputs; fences every older one.
    pub fn begin(&self, application: &str, inputs: Vec<Slot>) -> Identity {
        let mut newest = self.lock();
        let entry = newest.entry(application.into()).or_default();
        entry.epoch += 1;
        entry.inputs = inputs;
        Identity { application: application.into(), epoch: entry.epoch }
    }

    /// Ends the reading of an engine that is dropped; a newer one reads on.
    pub fn end(&self, identity: &Identity) {
        if let Some(newest) = self.lock().get_mut(&identity.application)
            && newest.epoch == identity.epoch
        {
            newest.inputs.clear();
        }
    }

    /// Whether a newer engine has taken over.
    pub fn fences(&self, identity: &Identity) -> bool {
        self.lock().get(&identity.application).is_some_and(|newest| newest.epoch > identity.epoch)
    }

    /// The applications that read the partition in this process.
    pub fn readers(&self, slot: Slot) -> Vec<Arc<str>> {
        let newest = self.lock();
        let readers = newest.iter().filter(|(_, newest)| newest.inputs.contains(&slot));
        readers.map(|(application, _)| Arc::clone(application)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Newest>> {
        self.0.lock().expect("nobody panics holding this lock")
    }
}
