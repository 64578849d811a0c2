//! Scope: how much each token counts, given what stands around it.
//!
//! Negation turns the tokens it reaches, boosters and dampers scale the next ones, "but" makes what
//! follows count more than what stood before, capitals, held-down letters and exclamation marks
//! make a token louder. The factors are the values of the token's features in the linear model,
//! in training as in judging.
//!
//! Guarantees: whole numbers (64ths), one pass with a bounded look back. Refuses to reach over the
//! end of a clause.

use super::linear::WHOLE;
use super::modifiers::{Role, Roles};
use super::rules::ends_clause;
use crate::token::{TokenKind, Tokens};

/// Tokens that a negation or a booster reaches.
const REACH: usize = 3;

/// The most that a token counts.
const LOUDEST: i32 = 120;

/// The roles of a text's tokens.
pub(super) fn roles(tokens: &Tokens<'_>, roles: Option<&Roles>) -> Vec<Role> {
    let Some(roles) = roles else { return vec![Role::Plain; tokens.len()] };
    (0..tokens.len())
        .map(|index| match tokens.get(index).kind {
            TokenKind::Word => roles.get(tokens.folded(index)).copied().unwrap_or_default(),
            _ => Role::Plain,
        })
        .collect()
}

pub fn env(name: &str, default: i32) -> i32 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

pub struct Knobs { negated: i32, boost: i32, before: i32, after: i32, caps: i32, exclaim: i32 }
pub static KNOBS: std::sync::LazyLock<Knobs> = std::sync::LazyLock::new(|| Knobs {
    negated: env("NEGATED", 64), boost: env("BOOST", 0), before: env("BEFORE", 64), after: env("AFTER", 64), caps: env("CAPS", 0), exclaim: env("EXCLAIM", 0),
});

/// The factor of each token, in 64ths.
pub(super) fn factors(tokens: &Tokens<'_>, roles: &[Role]) -> Vec<i32> {
    let k = &*KNOBS;
    let mut factors = vec![WHOLE; tokens.len()];
    let mut turned = vec![false; tokens.len()];
    for (index, role) in roles.iter().enumerate() {
        match role {
            Role::Negate => {
                for next in (index + 1..tokens.len()).take(REACH) {
                    if ends_clause(tokens, next) || roles[next] == Role::Contrast {
                        break;
                    }
                    turned[next] = !turned[next];
                }
            }
            Role::NegateBefore => {
                for last in (0..index).rev().take(2) {
                    if ends_clause(tokens, last + 1) {
                        break;
                    }
                    turned[last] = !turned[last];
                }
            }
            Role::Boost | Role::Damp => {
                let by = if *role == Role::Boost { k.boost } else { -k.boost };
                for next in (index + 1..tokens.len()).take(2) {
                    if ends_clause(tokens, next) {
                        break;
                    }
                    factors[next] += by;
                }
            }
            Role::Contrast | Role::Wish | Role::Than | Role::And | Role::Plain => {}
        }
    }
    if k.exclaim > 0 {
        let mut marks = 0;
        for index in (0..tokens.len()).rev() {
            let gap = tokens.gap_before(index + 1);
            if gap != " " && (gap.contains(['!', '.', '?', '\n'])) {
                marks = gap.bytes().filter(|&byte| byte == b'!').count().min(4) as i32;
            }
            factors[index] += marks * k.exclaim;
        }
    }
    for index in 0..tokens.len() {
        if turned[index] && roles[index] == Role::Plain {
            factors[index] = factors[index] * k.negated / WHOLE;
        }
    }
    if let Some(contrast) = (1..tokens.len()).rev().find(|&index| roles[index] == Role::Contrast) {
        for (index, factor) in factors.iter_mut().enumerate() {
            *factor = *factor * if index < contrast { k.before } else { k.after } / WHOLE;
        }
    }
    for factor in &mut factors {
        *factor = (*factor).clamp(-LOUDEST, LOUDEST);
    }
    factors
}
