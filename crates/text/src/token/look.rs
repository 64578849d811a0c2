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

impl Look {
    /// The look of what is written, after a gap.
    pub(super) fn of(gap: &[u8], written: &[u8]) -> Self {
        let (mut small, mut capital, mut digit) = (false, false, false);
        for byte in written {
            small |= byte.is_ascii_lowercase();
            capital |= byte.is_ascii_uppercase();
            digit |= byte.is_ascii_digit();
        }
        let mut look = 0;
        if matches!(gap, b"" | b" ") {
            look |= FLOWS;
        }
        if capital && !small && written.len() >= SHOUTED_FROM {
            look |= SHOUTED;
        }
        if digit {
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
