//! The nearest known word: what a misspelt operator was perhaps meant to be.

/// The longest text that is compared; known words are shorter than half of it.
const MAXIMUM_LETTERS: usize = 24;

/// The nearest of `known` to `text`, letter case aside, if it is near enough to be a slip: one edit
/// up to four letters, two beyond. Of equally near words the first wins.
pub fn nearest<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let letters: Vec<char> = text.chars().take(MAXIMUM_LETTERS + 1).collect();
    if letters.len() > MAXIMUM_LETTERS {
        return None;
    }
    let lower: Vec<char> = letters.iter().map(char::to_ascii_lowercase).collect();
    let allowed = if lower.len() <= 4 { 1 } else { 2 };
    known
        .into_iter()
        .map(|word| {
            (distance(&lower, &word.to_ascii_lowercase().chars().collect::<Vec<_>>()), word)
        })
        .filter(|&(edits, _)| edits <= allowed)
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, word)| word)
}

/// Optimal string alignment: insert, delete, replace, or swap two neighbours.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before_last = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, &letter) in left.iter().enumerate() {
        let mut current = vec![row + 1; right.len() + 1];
        for (column, &other) in right.iter().enumerate() {
            let replace = last[column] + usize::from(letter != other);
            let mut best = replace.min(last[column + 1] + 1).min(current[column] + 1);
            let is_swap =
                row > 0 && column > 0 && letter == right[column - 1] && left[row - 1] == other;
            if is_swap {
                best = best.min(before_last[column - 1] + 1);
            }
            current[column + 1] = best;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_word_and_a_stranger_none() {
        let known = ["lang", "country", "sentiment"];
        assert_eq!(nearest("snetiment", known), Some("sentiment"));
        assert_eq!(nearest("Lan", known), Some("lang"));
        assert_eq!(nearest("weather", known), None);
        assert_eq!(nearest(&"x".repeat(5_000), known), None);
    }
}
