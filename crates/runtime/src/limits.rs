//! The runtime's limits: every number was chosen, and errors name it.

/// What one task and one commit may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Records staged before a commit is made early. 20,000 outputs of half a kilobyte are 10 MB.
    pub staged_records: usize,
    /// Bytes staged before a commit is made early.
    pub staged_bytes: usize,
    /// Changed states held before a commit is made early.
    pub staged_states: usize,
    /// The longest key, in bytes: the longest identifier twice.
    pub key_bytes: usize,
    /// The largest encoded state of one key: what a changelog record may hold.
    pub state_bytes: usize,
    /// The most outputs of one record: a mention that meets every one of 10,000 streams.
    pub outputs_per_record: usize,
    /// How many records in a row may be dead-lettered before the task stops: if everything is bad,
    /// the cause is not the data.
    pub dead_letters_in_a_row: u64,
    /// How often an outcome in doubt is asked for before the thread ends.
    pub doubt_retries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            staged_records: 20_000,
            staged_bytes: 32 << 20,
            staged_states: 20_000,
            key_bytes: 1_024,
            state_bytes: 1 << 20,
            outputs_per_record: 20_000,
            dead_letters_in_a_row: 10_000,
            doubt_retries: 5,
        }
    }
}
