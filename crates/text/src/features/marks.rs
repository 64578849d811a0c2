//! What the punctuation behind a token says.

/// The number of what stands in a gap; `None` where nothing is told by it.
pub(super) fn of(gap: &str) -> Option<u32> {
    let (mut calls, mut asks, mut dots) = (0, 0, 0);
    let mut quoted = false;
    for letter in gap.chars().take(MAX_MARKS) {
        match letter {
            '!' | '！' | '¡' => calls += 1,
            '?' | '？' | '؟' | '¿' => asks += 1,
            '.' => dots += 1,
            '…' => dots += 3,
            '"' | '“' | '”' | '«' | '»' | '「' | '」' => quoted = true,
            _ => {}
        }
    }
    Some(match (calls, asks) {
        (1.., 1..) => 10,
        (1, 0) => 11,
        (2.., 0) => 12,
        (0, 1) => 13,
        (0, 2..) => 14,
        _ if dots >= 2 => 15,
        _ if quoted => 16,
        _ => return None,
    })
}

/// Characters of one gap that are looked at: further ones repeat.
const MAX_MARKS: usize = 16;
