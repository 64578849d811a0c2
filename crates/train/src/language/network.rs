//! The classifier while it learns: a row of floats for each key, a column for each class.
//!
//! Learns by stochastic gradient descent on the cross-entropy within the text's script, with
//! Adagrad steps (Duchi et al. 2011), one accumulator for each row. One thread and seeded dice, so
//! the same inputs give the same model.

use vigie_text::LanguageScript as Script;

/// Numbers in a row.
pub const DIMENSIONS: usize = vigie_text::DIMENSIONS;

/// A row of the model.
pub type Row = [f32; DIMENSIONS];

/// The classifier.
pub struct Network {
    /// By key.
    pub rows: Vec<Row>,
    squares: Vec<f32>,
    /// By class.
    pub columns: Vec<Row>,
    column_squares: Vec<Row>,
    /// By class.
    pub biases: Vec<f32>,
    bias_squares: Vec<f32>,
    scripts: Vec<Script>,
}

/// Smallest curvature: keeps the first step finite.
const SMALLEST: f32 = 1e-6;

impl Network {
    /// A network whose columns are small dice and whose rows are zero.
    pub fn new(keys: usize, scripts: Vec<Script>, mut dice: impl FnMut() -> f32) -> Self {
        let classes = scripts.len();
        let mut columns = vec![[0.0; DIMENSIONS]; classes];
        columns.iter_mut().flatten().for_each(|weight| *weight = dice());
        Self {
            rows: vec![[0.0; DIMENSIONS]; keys],
            squares: vec![SMALLEST; keys],
            columns,
            column_squares: vec![[SMALLEST; DIMENSIONS]; classes],
            biases: vec![0.0; classes],
            bias_squares: vec![SMALLEST; classes],
            scripts,
        }
    }

    /// The mean row of the keys, scaled by the root of their count.
    pub fn hidden(&self, keys: &[u32]) -> Row {
        let mut sum = [0.0; DIMENSIONS];
        for &key in keys {
            for (total, number) in sum.iter_mut().zip(&self.rows[key as usize]) {
                *total += number;
            }
        }
        let scale = 1.0 / (keys.len().max(1) as f32).sqrt();
        sum.map(|total| total * scale)
    }

    /// The probability of each class of a script; zero for the others.
    pub fn probabilities(&self, hidden: &Row, script: Script) -> Vec<f32> {
        let mut scores: Vec<f32> =
            self.columns
                .iter()
                .zip(&self.biases)
                .zip(&self.scripts)
                .map(|((column, bias), written)| {
                    if *written == script { dot(column, hidden) + bias } else { f32::NEG_INFINITY }
                })
                .collect();
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for score in &mut scores {
            *score = libm::expf(*score - highest);
        }
        let total: f32 = scores.iter().sum();
        for score in &mut scores {
            *score /= total;
        }
        scores
    }

    /// Takes a step towards the class; returns the loss in nats before the step.
    pub fn learn(&mut self, keys: &[u32], class: usize, rate: f32) -> f32 {
        let hidden = self.hidden(keys);
        let script = self.scripts[class];
        let mut errors = self.probabilities(&hidden, script);
        let loss = -libm::logf(errors[class].max(1e-9));
        let mut gradient = [0.0; DIMENSIONS];
        for (index, error) in errors.iter_mut().enumerate() {
            if self.scripts[index] != script {
                continue;
            }
            if index == class {
                *error -= 1.0;
            }
            for (place, weight) in gradient.iter_mut().zip(&self.columns[index]) {
                *place += *error * weight;
            }
            step(&mut self.biases[index], &mut self.bias_squares[index], *error, rate * 0.1);
            let column = self.columns[index].iter_mut().zip(&mut self.column_squares[index]);
            for ((weight, square), number) in column.zip(&hidden) {
                step(weight, square, *error * number, rate);
            }
        }
        let scale = 1.0 / (keys.len().max(1) as f32).sqrt();
        let gradient = gradient.map(|place| place * scale);
        let length: f32 = dot(&gradient, &gradient) / DIMENSIONS as f32;
        for &key in keys {
            let square = &mut self.squares[key as usize];
            *square += length;
            let pace = rate / square.sqrt();
            for (number, slope) in self.rows[key as usize].iter_mut().zip(&gradient) {
                *number -= pace * slope;
            }
        }
        loss
    }
}

fn step(weight: &mut f32, square: &mut f32, gradient: f32, rate: f32) {
    *square += gradient * gradient;
    *weight -= rate * gradient / square.sqrt();
}

fn dot(left: &Row, right: &Row) -> f32 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
