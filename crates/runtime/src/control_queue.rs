//! Control records on their way to the tables: in order, and kept while one cannot be read yet.
//!
//! A record that cannot be read yet holds back those behind it, of every control topic: tasks wait
//! for exact revisions, so the order in which topics are read changes no judgement. Control topics
//! are kept whole in memory once they are read, so the queue needs no limit of its own.

use std::collections::VecDeque;
use std::ops::Deref;

use crate::control::{ControlFeed, Untaken};
use crate::disposition::Rejection;
use crate::record::Fetched;

/// Control records that no table has taken yet.
#[derive(Debug, Default)]
pub struct ControlQueue {
    waiting: VecDeque<Fetched>,
    /// How many records of the first batch were taken.
    taken: usize,
}

impl ControlQueue {
    /// Appends what an engine delivered.
    pub fn push(&mut self, fetched: Fetched) {
        self.waiting.push_back(fetched);
    }

    /// Whether everything pushed was taken.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Gives the tables, one a topic, what they can read; returns why records were refused.
    ///
    /// # Errors
    /// When records are missing.
    pub fn feed<F: Deref<Target = dyn ControlFeed>>(
        &mut self,
        tables: &[F],
    ) -> Result<Vec<Rejection>, Rejection> {
        let mut refused = Vec::new();
        while let Some(fetched) = self.waiting.front() {
            let table = tables.iter().find(|table| *table.topic() == fetched.from.topic);
            while let (Some(table), Some(record)) = (table, fetched.get(self.taken)) {
                match table.take(record.value.unwrap_or_default()) {
                    Ok(()) => self.taken += 1,
                    Err(Untaken::NotYet(_)) => return Ok(refused),
                    Err(Untaken::Refused(rejection)) => {
                        let place = format!("{}, offset {}", fetched.from, record.offset.get());
                        refused.push(Rejection::new(format!("{place}: {rejection}")));
                        self.taken += 1;
                    }
                    Err(Untaken::Gap(rejection)) => return Err(rejection),
                }
            }
            self.waiting.pop_front();
            self.taken = 0;
        }
        Ok(refused)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use vigie_types::EventTime;

    use super::*;
    use crate::record::{FetchedRecord, Offset, Partition, Topic, TopicPartition};

    /// Takes single bytes up to the one that it cannot read yet.
    struct Table {
        topic: Topic,
        taken: Mutex<(u8, Vec<u8>)>,
    }

    impl Table {
        fn new(name: &str) -> Self {
            Self { topic: Topic::new(name), taken: Mutex::new((2, Vec::new())) }
        }

        fn read_up_to(&self, limit: u8) {
            self.taken.lock().expect("no panic").0 = limit;
        }

        fn taken(&self) -> Vec<u8> {
            self.taken.lock().expect("no panic").1.clone()
        }
    }

    impl ControlFeed for Table {
        fn topic(&self) -> &Topic {
            &self.topic
        }

        fn take(&self, value: &[u8]) -> Result<(), Untaken> {
            let mut taken = self.taken.lock().expect("no panic");
            match value[0] {
                0 => return Err(Untaken::Refused(Rejection::new("zero"))),
                99 => return Err(Untaken::Gap(Rejection::new("a gap"))),
                byte if byte > taken.0 => return Err(Untaken::NotYet("later".into())),
                byte => taken.1.push(byte),
            }
            drop(taken);
            Ok(())
        }
    }

    fn fetched(topic: &str, values: &[u8]) -> Fetched {
        let mut fetched = Fetched::new(TopicPartition::new(&Topic::new(topic), Partition::new(0)));
        for (offset, value) in values.iter().enumerate() {
            let value = Some(std::slice::from_ref(value));
            let (offset, timestamp) = (Offset::new(offset as u64), EventTime::default());
            fetched.push(FetchedRecord { offset, key: b"", value, timestamp });
        }
        fetched
    }

    #[test]
    fn what_cannot_be_read_yet_is_given_again_and_nothing_twice() {
        let (rules, scores) = (Table::new("rules"), Table::new("scores"));
        let tables: [&dyn ControlFeed; 2] = [&rules, &scores];
        let mut queue = ControlQueue::default();
        queue.push(fetched("rules", &[1, 2, 3]));
        queue.push(fetched("scores", &[1]));
        queue.push(fetched("nobody's", &[0]));
        queue.feed(&tables).expect("nothing is wrong");
        assert_eq!((rules.taken(), scores.taken()), (vec![1, 2], vec![]));
        queue.feed(&tables).expect("nothing is wrong");
        assert!(!queue.is_empty());
        rules.read_up_to(9);
        queue.feed(&tables).expect("nothing is wrong");
        assert_eq!((rules.taken(), scores.taken()), (vec![1, 2, 3], vec![1]));
        assert!(queue.is_empty());
    }

    #[test]
    fn what_can_never_be_read_is_told_and_the_rest_goes_on() {
        let mut queue = ControlQueue::default();
        queue.push(fetched("rules", &[1, 0, 2]));
        let rules = Table::new("rules");
        let tables: [&dyn ControlFeed; 1] = [&rules];
        assert_eq!(queue.feed(&tables), Ok(vec![Rejection::new("rules/0, offset 1: zero")]));
        assert_eq!((rules.taken(), queue.is_empty()), (vec![1, 2], true));
        queue.push(fetched("rules", &[99]));
        assert_eq!(queue.feed(&tables), Err(Rejection::new("a gap")));
    }
}
