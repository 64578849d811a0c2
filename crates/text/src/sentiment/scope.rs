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
            TokenKind::Word => roles.get(tokens, index).copied().unwrap_or_default(),
            TokenKind::Number
            | TokenKind::Hashtag
            | TokenKind::Handle
            | TokenKind::Cashtag
            | TokenKind::Url
            | TokenKind::Emoji
            | TokenKind::Emoticon => Role::Plain,
        })
        .collect()
}

/// What a negated token keeps, with its sign turned; measured against 0 and against leaving it.
const NEGATED: i32 = -45;

/// What a booster adds to the next two tokens, and a damper takes away.
const BOOST: i32 = 16;

/// What stands before and after "but".
const BEFORE_CONTRAST: i32 = 48;
const AFTER_CONTRAST: i32 = 80;

/// What each `!` at the end of a clause adds to its tokens, up to four of them.
const EXCLAMATION: i32 = 5;
const MAX_EXCLAMATIONS: usize = 4;

/// The factor of each token, in 64ths.
pub(super) fn factors(tokens: &Tokens<'_>, roles: &[Role]) -> Vec<i32> {
    let mut factors = vec![WHOLE; tokens.len()];
    boost(tokens, roles, &mut factors);
    exclaim(tokens, &mut factors);
    negate(tokens, roles, &mut factors);
    contrast(roles, &mut factors);
    for factor in &mut factors {
        *factor = (*factor).clamp(-LOUDEST, LOUDEST);
    }
    factors
}

fn boost(tokens: &Tokens<'_>, roles: &[Role], factors: &mut [i32]) {
    for (index, role) in roles.iter().enumerate() {
        let by = match role {
            Role::Boost => BOOST,
            Role::Damp => -BOOST,
            Role::Negate
            | Role::NegateBefore
            | Role::Contrast
            | Role::Wish
            | Role::Than
            | Role::And
            | Role::Plain => continue,
        };
        let reached = (index + 1..tokens.len()).take(2);
        let mut changes = false;
        for next in reached.take_while(|&next| !ends_clause(tokens, next)) {
            factors[next] += by;
            changes |= roles[next] == Role::Plain;
        }
        // Beside a word to change, a booster has no say of its own: "extremely bad" is worse than
        // "bad", whatever "extremely" mostly stands with.
        if changes {
            factors[index] = 0;
        }
    }
}

fn exclaim(tokens: &Tokens<'_>, factors: &mut [i32]) {
    let mut marks = 0;
    for index in (0..tokens.len()).rev() {
        let gap = tokens.marks_before(index + 1).unwrap_or_default();
        if gap.contains(['!', '.', '?', '\n']) {
            let calls = gap.bytes().filter(|&byte| byte == b'!').count();
            marks = calls.min(MAX_EXCLAMATIONS) as i32;
        }
        factors[index] += marks * EXCLAMATION;
    }
}

fn negate(tokens: &Tokens<'_>, roles: &[Role], factors: &mut [i32]) {
    if !roles.iter().any(|role| matches!(role, Role::Negate | Role::NegateBefore)) {
        return;
    }
    let mut turned = vec![false; tokens.len()];
    for (index, role) in roles.iter().enumerate() {
        if *role == Role::Negate {
            for next in (index + 1..tokens.len()).take(REACH) {
                if ends_clause(tokens, next) || roles[next] == Role::Contrast {
                    break;
                }
                turned[next] = !turned[next];
            }
        } else if *role == Role::NegateBefore {
            let reached = (0..index).rev().take(2);
            for last in reached.take_while(|&last| !ends_clause(tokens, last + 1)) {
                turned[last] = !turned[last];
            }
        }
    }
    for (index, factor) in factors.iter_mut().enumerate() {
        if turned[index] && roles[index] == Role::Plain {
            *factor = *factor * NEGATED / WHOLE;
        }
    }
}

fn contrast(roles: &[Role], factors: &mut [i32]) {
    let Some(last) = roles.iter().rposition(|role| *role == Role::Contrast) else { return };
    if last == 0 {
        return;
    }
    for (index, factor) in factors.iter_mut().enumerate() {
        let share = if index < last { BEFORE_CONTRAST } else { AFTER_CONTRAST };
        *factor = *factor * share / WHOLE;
    }
}
