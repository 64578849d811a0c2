//! How a token looks: what is asked so often that it is told once, as the token is cut.

/// What holds for a token as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look(u8);

/// Nothing but at most one space stands before it.
const FLOWS: u8 = 1;
/// Three bytes or more, with capitals and without small letters of ASCII.
const SHOUTED: u8 = 2;
/// It has a digit of ASCII.
const NUMBERED: u8 = 4;

/// Bytes of the shortest token that can be shouted: `I` and `OK` are written so by everybody.
const SHOUTED_FROM: usize = 3;

/// Which letters and digits of ASCII there are among some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters(u8);

const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 4;

/// What each byte is.
const BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let letter = byte as u8;
        if letter.is_ascii_lowercase() {
            bytes[byte] = SMALL;
        } else if letter.is_ascii_uppercase() {
            bytes[byte] = CAPITAL;
        } else if letter.is_ascii_digit() {
            bytes[byte] = DIGIT;
        }
        byte += 1;
    }
    bytes
};

impl Letters {
    pub(super) fn of(written: &[u8]) -> Self {
        Self(written.iter().fold(0, |all, byte| all | BYTES[usize::from(*byte)]))
    }

    /// Takes one more byte; whether it is a letter or a digit.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let class = BYTES[usize::from(byte)];
        self.0 |= class;
        class != 0
    }

    pub(super) fn has_letters(self) -> bool {
        self.0 & (SMALL | CAPITAL) != 0
    }

    pub(super) fn has_capitals(self) -> bool {
        self.0 & CAPITAL != 0
    }

    pub(super) fn has_digits(self) -> bool {
        self.0 & DIGIT != 0
    }
}

impl Look {
    /// The look of what is written, after a gap.
    pub(super) fn of(gap: &[u8], length: usize, letters: Letters) -> Self {
        let mut look = 0;
        if matches!(gap, b"" | b" ") {
            look |= FLOWS;
        }
        if letters.0 & (SMALL | CAPITAL) == CAPITAL && length >= SHOUTED_FROM {
            look |= SHOUTED;
        }
        if letters.has_digits() {
            look |= NUMBERED;
        }
        Self(look)
    }

    pub(super) fn flows(self) -> bool {
        self.0 & FLOWS != 0
    }

    pub(super) fn is_shouted(self) -> bool {
        self.0 & SHOUTED != 0
    }

    pub(super) fn is_numbered(self) -> bool {
        self.0 & NUMBERED != 0
    }
}
