//! How often which fault happens, and how records arrive.

use vigie_runtime::Partition;

/// How often which fault happens, in a thousand times, and how records arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chances {
    /// Of a transaction: it is aborted, at any of its seams.
    pub aborted: u32,
    /// Of a transaction: its outcome is in doubt; it took place or not, each as likely.
    pub in_doubt: u32,
    /// Of a transaction: the thread is fenced, at any of its seams.
    pub fenced: u32,
    /// Of a transaction or a restore: the thread crashes within it, at any of its seams.
    pub crashed: u32,
    /// Of a poll: some partition is taken away without asking.
    pub lost: u32,
    /// Of a poll: some partition is asked back and goes to some thread.
    pub revoked: u32,
    /// Of a partition that was lost and came back before its thread was told: it is told as kept.
    pub unheard: u32,
    /// Of a poll: nothing is delivered of the control topics.
    pub control_delayed: u32,
    /// Of a partition at a poll: nothing is delivered.
    pub delivery_delayed: u32,
    /// The partition, of every topic, of which nothing is delivered most of the time.
    pub slow_partition: Option<Partition>,
    /// The most records of one fetch.
    pub largest_fetch: usize,
}

impl Chances {
    /// No fault, no delay, large fetches.
    pub const CALM: Self = Self {
        aborted: 0,
        in_doubt: 0,
        fenced: 0,
        crashed: 0,
        lost: 0,
        revoked: 0,
        unheard: 0,
        control_delayed: 0,
        delivery_delayed: 0,
        slow_partition: None,
        largest_fetch: 1_000,
    };

    /// No fault, but records arrive slowly and in any interleaving.
    pub const SLOW: Self =
        Self { control_delayed: 700, delivery_delayed: 500, largest_fetch: 5, ..Self::CALM };

    /// Everything goes wrong often.
    pub const STORMY: Self = Self {
        aborted: 100,
        in_doubt: 100,
        fenced: 50,
        crashed: 50,
        lost: 60,
        revoked: 60,
        unheard: 700,
        ..Self::SLOW
    };

    /// How often nothing is delivered of this partition at a poll.
    pub(crate) fn delay_of(&self, partition: Partition) -> u32 {
        const MOST_OF_THE_TIME: u32 = 950;
        if self.slow_partition == Some(partition) {
            MOST_OF_THE_TIME
        } else {
            self.delivery_delayed
        }
    }
}
