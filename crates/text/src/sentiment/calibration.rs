//! Offsets that fit a user's own labels: what the logits of negative and positive over neutral need
//! for the model's probabilities to meet them.
//!
//! Guarantees: the same rows give the same offsets; they have the least mean cross-entropy (vector
//! scaling with the slope left at one: Guo et al. 2017, "On Calibration of Modern Neural
//! Networks").
//!
//! Refuses: to say how many rows are enough; few teach the share of each class and little else.

use vigie_types::SentimentLabel;

use super::linear::{Pair, softmax};

/// Steps of Newton's method; a few suffice, since the loss is convex in two numbers.
const STEPS: u32 = 50;

/// Offsets beyond this make a class impossible; where a class has no row, this is where it ends.
const FARTHEST: f32 = 4.0;

/// The offsets that fit the logits of texts to their labels.
pub fn calibrate(rows: &[(Pair, SentimentLabel)]) -> Pair {
    let mut offsets = [0.0_f32; 2];
    for _ in 0..STEPS {
        let (mut slope, mut curve) = ([0.0_f64; 2], [[1e-6_f64, 0.0], [0.0, 1e-6]]);
        for (logits, label) in rows {
            let given = softmax([logits[0] + offsets[0], logits[1] + offsets[1]]);
            let (negative, positive) = (f64::from(given[0]), f64::from(given[2]));
            slope[0] += negative - f64::from(u8::from(*label == SentimentLabel::Negative));
            slope[1] += positive - f64::from(u8::from(*label == SentimentLabel::Positive));
            curve[0][0] += negative * (1.0 - negative);
            curve[1][1] += positive * (1.0 - positive);
            curve[0][1] -= negative * positive;
        }
        let determinant = curve[0][0] * curve[1][1] - curve[0][1] * curve[0][1];
        let step = [
            (curve[1][1] * slope[0] - curve[0][1] * slope[1]) / determinant,
            (curve[0][0] * slope[1] - curve[0][1] * slope[0]) / determinant,
        ];
        for (offset, step) in offsets.iter_mut().zip(step) {
            // Half a step at most: far from the least loss, Newton's method overshoots.
            *offset = (*offset - (step as f32).clamp(-0.5, 0.5)).clamp(-FARTHEST, FARTHEST);
        }
    }
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_meet_the_shares_of_the_labels() {
        let mut rows = Vec::new();
        for number in 0..1_000 {
            let lean = (number % 21 - 10) as f32 / 5.0;
            let label = match number % 10 {
                0..7 => SentimentLabel::Negative,
                7..9 => SentimentLabel::Neutral,
                _ => SentimentLabel::Positive,
            };
            rows.push(([-lean, lean], label));
        }
        let [negative, positive] = calibrate(&rows);
        let mut sums = [0.0_f32; 3];
        for (logits, _) in &rows {
            let given = softmax([logits[0] + negative, logits[1] + positive]);
            for (sum, share) in sums.iter_mut().zip(given) {
                *sum += share;
            }
        }
        for (sum, expected) in sums.iter().zip([700.0, 200.0, 100.0]) {
            assert!((sum - expected).abs() < 1.0, "{sums:?}");
        }
    }

    #[test]
    fn a_class_without_a_row_stays_possible() {
        let rows = vec![([0.1, 0.2], SentimentLabel::Neutral); 600];
        for offset in calibrate(&rows) {
            assert!((-FARTHEST..=FARTHEST).contains(&offset));
        }
    }
}
