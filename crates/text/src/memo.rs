//! A memory of words: what was worked out for a word is kept for the next time it is met. Few words
//! make up most of what is written, so most words of a text cost one look-up.
//!
//! Guarantees: words are compared whole, so what is given is what would be worked out anew; each
//! thread has its own slots and waits for nobody; room is bounded by `SLOTS`, and a word takes the
//! place of another that falls on the same slot.
//!
//! Refuses: words of no or more than `LONGEST` bytes, which are worked out each time.

use std::cell::{RefCell, RefMut};

use thread_local::ThreadLocal;

use crate::mix::{eight, four};

/// Words that each thread keeps: of distinct tweets in English 87 % of words are met again, with
/// half as many slots 82 %. That is 1 MB a thread for sentiment, and 1.3 MB for language.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 14;

/// Bytes of the longest word that is kept: three times eight, less one for its class and length.
const LONGEST: usize = 23;

/// Classes of words: the same word can be several things.
const CLASSES: u8 = 8;

const _: () = assert!((LONGEST + 1) * CLASSES as usize <= u8::MAX as usize + 1);

/// The words of all threads.
pub(crate) struct Memo<V: Send> {
    threads: ThreadLocal<RefCell<Words<V>>>,
}

/// The words of one thread.
pub(crate) struct Words<V> {
    slots: Box<[Slot<V>]>,
}

/// A word and what was worked out; on as few lines of the cache as hold it.
#[derive(Clone, Copy, Default)]
#[repr(align(16))]
struct Slot<V> {
    key: Key,
    value: V,
}

/// A word of 1 to 23 bytes and, in the last byte, its class and length; nothing but zeros is no
/// word.
#[derive(Clone, Copy, Default)]
struct Key {
    first: u64,
    second: u64,
    third: u64,
}

impl<V: Copy + Default + Send> Memo<V> {
    pub(crate) fn new() -> Self {
        Self { threads: ThreadLocal::new() }
    }

    /// The words of this thread.
    ///
    /// # Panics
    /// If they are held already.
    pub(crate) fn words(&self) -> RefMut<'_, Words<V>> {
        let new = || RefCell::new(Words { slots: vec![Slot::default(); SLOTS].into() });
        self.threads.get_or(new).borrow_mut()
    }
}

impl<V: Copy> Words<V> {
    /// What is kept for the word as one of this class, below `CLASSES`; worked out if nothing is.
    pub(crate) fn get(&mut self, word: &str, class: u8, work_out: impl FnOnce() -> V) -> V {
        let Some(key) = Key::of(word, class) else { return work_out() };
        let slot = &mut self.slots[key.slot()];
        if slot.key.is(&key) {
            return slot.value;
        }
        let value = work_out();
        *slot = Slot { key, value };
        value
    }
}

impl<V: Send> std::fmt::Debug for Memo<V> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Memo").finish_non_exhaustive()
    }
}

impl Key {
    /// The key of a word, if it is neither empty nor too long. Its parts may overlap: with the
    /// length they are the word, and no byte is copied on its own.
    fn of(word: &str, class: u8) -> Option<Self> {
        let word = word.as_bytes();
        let length = word.len();
        let (first, second, third) = match length {
            1..=3 => {
                let letters = [word[0], word[length / 2], word[length - 1], 0];
                (u32::from_le_bytes(letters).into(), 0, 0)
            }
            4..=7 => (four(word, 0).into(), four(word, length - 4).into(), 0),
            8..=16 => (eight(word, 0), eight(word, length - 8), 0),
            17..=LONGEST => {
                // Of the last eight bytes those that the first sixteen do not have: seven at most.
                let last = eight(word, length - 8) >> (8 * (LONGEST + 1 - length));
                (eight(word, 0), eight(word, 8), last)
            }
            _ => return None,
        };
        debug_assert!(class < CLASSES, "there are {CLASSES} classes");
        let tag = u64::from(length as u8 * CLASSES + class) << (u64::BITS - u8::BITS);
        Some(Self { first, second, third: third | tag })
    }

    /// Whether it is this one; by its numbers, which stand in registers.
    fn is(&self, other: &Self) -> bool {
        self.first == other.first && self.second == other.second && self.third == other.third
    }

    /// Its slot: products mix upwards, so the upper bits are taken.
    fn slot(&self) -> usize {
        const LEFT: u64 = 0x9e37_79b9_7f4a_7c15;
        const MIDDLE: u64 = 0xbf58_476d_1ce4_e5b9;
        const RIGHT: u64 = 0x94d0_49bb_1331_11eb;
        let mixed = self.first.wrapping_mul(LEFT).rotate_left(23)
            ^ self.second.wrapping_mul(MIDDLE).rotate_left(41)
            ^ (self.third ^ self.third >> 32).wrapping_mul(RIGHT);
        (mixed.wrapping_mul(LEFT) >> (u64::BITS - SLOT_BITS)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_worked_out_once_for_each_class() {
        let memo = Memo::new();
        let mut words = memo.words();
        let long = "a".repeat(LONGEST + 1);
        let mut worked = Vec::new();
        for (word, class) in
            [("fly", 1), ("fly", 1), ("fly", 2), ("", 1), ("", 1), (&*long, 1), (&*long, 1)]
        {
            let value = words.get(word, class, || {
                worked.push((word, class));
                (word.len(), class)
            });
            assert_eq!(value, (word.len(), class));
        }
        assert_eq!(worked, [("fly", 1), ("fly", 2), ("", 1), ("", 1), (&*long, 1), (&*long, 1)]);
    }

    #[test]
    fn words_that_share_a_slot_are_told_apart() {
        let memo = Memo::new();
        let mut words = memo.words();
        for round in 0..2 {
            for number in 0..4 * SLOTS {
                let word = number.to_string();
                let value = words.get(&word, 1, || number);
                assert_eq!(value, number, "round {round}");
            }
        }
    }

    #[test]
    fn words_of_any_length_have_keys_of_their_own() {
        let mut keys = std::collections::HashMap::new();
        for length in 1..=LONGEST {
            let plain = "a".repeat(length);
            let changed = (0..length).map(|at| {
                let mut word = plain.clone();
                word.replace_range(at..=at, "b");
                word
            });
            for word in changed.chain([plain.clone()]) {
                let key = Key::of(&word, 1).expect("it is short");
                assert_eq!(
                    keys.insert((key.first, key.second, key.third), word.clone()),
                    None,
                    "{word}"
                );
            }
        }
    }

    #[test]
    fn each_thread_has_words_of_its_own() {
        let memo = Memo::new();
        let _held = memo.words();
        std::thread::scope(|scope| {
            scope.spawn(|| assert_eq!(memo.words().get("fly", 1, || 7), 7));
        });
    }
}
