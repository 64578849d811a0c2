//! The languages of one script side by side, so that a text is scored against all of them in one
//! go.
//!
//! Guarantees: whole numbers until the last step, the same as one language after the other. The
//! numbers of `LANES` languages stand together, in pairs of dimensions: one instruction multiplies
//! the pairs of several languages and adds each pair up.

use wide::{i16x8, i32x4};

use super::weights::{Column, DIMENSIONS, Question};

/// Languages of one script at most.
pub(super) const MAX_RIVALS: usize = 128;

/// Languages that stand together.
const LANES: usize = 4;

const PAIRS: usize = DIMENSIONS / 2;

const _: () = assert!(DIMENSIONS.is_multiple_of(2) && MAX_RIVALS.is_multiple_of(LANES));

/// Languages that stand together: for each pair of dimensions, their two numbers.
type Block = [i16x8; PAIRS];

/// The numbers of a script's languages.
#[derive(Debug, Default)]
pub(super) struct Rivals {
    blocks: Vec<Block>,
    biases: Vec<f32>,
}

impl Rivals {
    /// Puts columns side by side.
    pub(super) fn of(columns: &[Column]) -> Self {
        let blocks = columns.chunks(LANES).map(|columns| {
            std::array::from_fn(|pair| {
                let mut numbers = [0; 2 * LANES];
                for (numbers, column) in numbers.chunks_exact_mut(2).zip(columns) {
                    numbers.copy_from_slice(&column.weights()[2 * pair..2 * pair + 2]);
                }
                i16x8::new(numbers)
            })
        });
        let biases = columns.iter().map(Column::bias).collect();
        Self { blocks: blocks.collect(), biases }
    }

    /// The score of each language, in nats.
    pub(super) fn scores(&self, question: &Question) -> [f32; MAX_RIVALS] {
        let mut scores = [0.0; MAX_RIVALS];
        let (pairs, _) = question.total().as_chunks::<2>();
        let asked: Block = std::array::from_fn(|pair| {
            let [left, right] = pairs[pair];
            i16x8::new([left, right, left, right, left, right, left, right])
        });
        let (fours, _) = scores.as_chunks_mut::<LANES>();
        for (scores, block) in fours.iter_mut().zip(&self.blocks) {
            let zero = i32x4::default();
            let sum = block.iter().zip(asked).fold(zero, |sum, (row, asked)| sum + row.dot(asked));
            *scores = sum.to_array().map(|product| question.worth() * product as f32);
        }
        for (score, bias) in scores.iter_mut().zip(&self.biases) {
            *score += bias;
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::super::LanguageModel;
    use super::super::weights::Sum;
    use crate::language::Script;
    use crate::token::Tokens;

    #[test]
    fn all_at_once_is_one_after_the_other() {
        let model = LanguageModel::new();
        for (script, text) in [
            (Script::Latin, "nobody knows why the flight is late, más o menos"),
            (Script::Cyrillic, "никто не знает почему"),
        ] {
            let mut sum = Sum::default();
            let mut known = model.words.words();
            for word in super::super::words_in(&Tokens::of(text), script) {
                sum.add(&model.word(&mut known, word));
            }
            let question = model.weights.question(&sum);
            let scores = model.weights.scores(script, &question);
            for (column, score) in model.weights.of(script).iter().zip(scores) {
                let alone = column.leaning(&question) + column.bias();
                assert_eq!(alone.to_bits(), score.to_bits(), "{}", column.tag);
            }
        }
    }
}
