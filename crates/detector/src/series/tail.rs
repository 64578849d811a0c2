//! Tail probabilities of counts that vary more than chance alone: the negative binomial.
//!
//! With mean `m` and dispersion `a` the variance is `m + a m^2`; `P(X >= n) = I_x(n, 1/a)` with
//! `x = m / (m + 1/a)`, the regularised incomplete beta function (Abramowitz and Stegun 26.5.24).
//!
//! Guarantees: logarithms throughout, so that a probability of 1e-1000 still has a size; the same
//! bits on every machine, as no function of the platform's mathematics library is called.
//! Refuses: dispersion below [`LEAST_DISPERSION`], which bounds the work.

use libm::{exp, expm1, lgamma, log, log1p};

/// Relative variance that even the steadiest crowd has beyond chance (3% standard deviation). It
/// bounds the beta function's second argument by 1,000, hence the terms of the fraction.
pub const LEAST_DISPERSION: f64 = 1e-3;
/// Beyond it the counts are all but a lottery, and the mean says nothing.
pub const MOST_DISPERSION: f64 = 20.0;
/// The least mean: about three mentions a day. An emptier stream cannot be told from silence.
pub const LEAST_MEAN: f64 = 0.01;
/// Terms of the continued fraction. It needs some multiple of the square root of the greater
/// argument near the mean, and few in the tail; 4,000 covers counts of a million.
const MOST_TERMS: u32 = 4_000;
/// Relative change at which the fraction has converged.
const CONVERGED: f64 = 1e-13;
/// Keeps the fraction's denominators from zero (Lentz's method).
const TINY: f64 = 1e-300;
/// Doublings in the search for the greatest silent count: 2^63 is beyond any count.
const MOST_DOUBLINGS: u32 = 62;

/// A negative binomial distribution of counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    mean: f64,
    shape: f64,
}

impl Tail {
    /// Of this mean and dispersion, both held within the stated limits.
    pub fn new(mean: f64, dispersion: f64) -> Self {
        let dispersion = dispersion.clamp(LEAST_DISPERSION, MOST_DISPERSION);
        Self { mean: mean.max(LEAST_MEAN), shape: 1.0 / dispersion }
    }

    /// The variance, `m + a m^2`.
    pub fn variance(&self) -> f64 {
        self.mean + self.mean * self.mean / self.shape
    }

    /// The natural logarithm of `P(X >= count)`.
    pub fn ln_upper(&self, count: u64) -> f64 {
        if count == 0 {
            return 0.0;
        }
        let whole = self.mean + self.shape;
        ln_beta(count as f64, self.shape, self.mean / whole, self.shape / whole)
    }

    /// The natural logarithm of `P(X <= count)`.
    pub fn ln_lower(&self, count: u64) -> f64 {
        let whole = self.mean + self.shape;
        ln_beta(self.shape, count as f64 + 1.0, self.shape / whole, self.mean / whole)
    }

    /// The greatest count whose upper tail is still likelier than `ln_p`: the counterfactual "would
    /// not have fired at".
    pub fn greatest_silent(&self, ln_p: f64) -> u64 {
        let mut fires = 1_u64;
        for _ in 0..MOST_DOUBLINGS {
            if self.ln_upper(fires) <= ln_p {
                break;
            }
            fires = fires.saturating_mul(2);
        }
        let mut silent = fires / 2;
        while fires - silent > 1 {
            let middle = silent + (fires - silent) / 2;
            if self.ln_upper(middle) <= ln_p {
                fires = middle;
            } else {
                silent = middle;
            }
        }
        silent
    }
}

/// `ln I_x(a, b)`, with `y = 1 - x` given beside `x` to keep its digits.
fn ln_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let ln_front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y);
    let ln_value = if x < (a + 1.0) / (a + b + 2.0) {
        ln_front + log(fraction(a, b, x) / a)
    } else {
        ln_complement(ln_front + log(fraction(b, a, y) / b))
    };
    ln_value.min(0.0)
}

/// `ln(1 - e^v)` for `v < 0`, without losing the digits at either end.
fn ln_complement(v: f64) -> f64 {
    const LN_HALF: f64 = -std::f64::consts::LN_2;
    let v = v.min(-f64::MIN_POSITIVE);
    if v > LN_HALF { log(-expm1(v)) } else { log1p(-exp(v)) }
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut above = 1.0;
    let mut below = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut value = below;
    for term in 1..=MOST_TERMS {
        let term = f64::from(term);
        let twice = a + 2.0 * term;
        let even = term * (b - term) * x / ((twice - 1.0) * twice);
        below = 1.0 / guard(1.0 + even * below);
        above = guard(1.0 + even / above);
        value *= below * above;
        let odd = -(a + term) * (a + b + term) * x / (twice * (twice + 1.0));
        below = 1.0 / guard(1.0 + odd * below);
        above = guard(1.0 + odd / above);
        let step = below * above;
        value *= step;
        if (step - 1.0).abs() < CONVERGED {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tail summed term by term, an independent path to the same number.
    fn summed(mean: f64, dispersion: f64, count: u64) -> f64 {
        let shape = 1.0 / dispersion;
        let whole = mean + shape;
        let ln_mass = |n: f64| {
            lgamma(n + shape) - lgamma(shape) - lgamma(n + 1.0)
                + shape * log(shape / whole)
                + n * log(mean / whole)
        };
        let first = ln_mass(count as f64);
        let (mut sum, mut n) = (0.0, count as f64);
        loop {
            let term = exp(ln_mass(n) - first);
            sum += term;
            n += 1.0;
            if term < 1e-17 * sum && n > mean {
                return first + log(sum);
            }
        }
    }

    #[test]
    fn the_upper_tail_equals_its_sum_of_terms() {
        for mean in [0.05, 1.0, 7.3, 250.0] {
            for dispersion in [0.001, 0.05, 0.4, 3.0] {
                for count in [1, 2, 10, 60, 400, 3_000] {
                    let (got, want) = (
                        Tail::new(mean, dispersion).ln_upper(count),
                        summed(mean, dispersion, count),
                    );
                    let error = (got - want).abs() / want.abs().max(1e-3);
                    assert!(error < 1e-8, "{mean} {dispersion} {count}: {got} against {want}");
                }
            }
        }
    }

    #[test]
    fn a_well_known_library_gives_the_same_beta() {
        for (mean, dispersion, count) in [(3.0, 0.5, 9_u64), (40.0, 0.1, 80), (900.0, 0.02, 1_400)]
        {
            let shape = 1.0 / dispersion;
            let want =
                statrs::function::beta::beta_reg(count as f64, shape, mean / (mean + shape)).ln();
            let got = Tail::new(mean, dispersion).ln_upper(count);
            assert!((got - want).abs() < 1e-9 * want.abs(), "{got} against {want}");
        }
    }

    #[test]
    fn both_tails_share_the_mass_of_the_count_between_them() {
        let tail = Tail::new(12.0, 0.3);
        for count in 0..60 {
            let below = exp(tail.ln_lower(count));
            let above = exp(tail.ln_upper(count + 1));
            assert!((below + above - 1.0).abs() < 1e-12, "{count}: {below} + {above}");
        }
    }

    #[test]
    fn a_probability_below_the_smallest_float_still_has_a_size() {
        let ln_p = Tail::new(10.0, 0.01).ln_upper(1_000_000);
        assert!(ln_p.is_finite() && ln_p < -5_000.0, "{ln_p}");
    }

    #[test]
    fn the_counterfactual_is_the_last_count_that_stays_silent() {
        for (mean, dispersion) in [(0.01, 0.1), (4.0, 0.5), (300.0, 0.05)] {
            let tail = Tail::new(mean, dispersion);
            let silent = tail.greatest_silent(-10.0);
            assert!(tail.ln_upper(silent) > -10.0 && tail.ln_upper(silent + 1) <= -10.0);
        }
    }
}
