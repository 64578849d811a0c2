//! The parser: lexemes to a tree, with as many diagnostics as there are mistakes.
//!
//! Guarantees: `NEAR` binds before `NOT`, `NOT` before `AND`, `AND` before `OR`; words side by side
//! are joined by `AND`; after a mistake it reads on. Work is linear in the query.
//!
//! Refuses: queries beyond the limits of bytes, terms and nesting.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Problems};
use crate::limits::{MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_TERMS};

use super::lexeme::{Lexeme, LexemeKind, lex};
use super::operand;
use super::{Expression, Near, Node};

/// Reads a query.
pub(crate) fn parse(source: &str) -> Result<Node, Diagnostics> {
    let mut problems = Problems::default();
    if source.len() > MAXIMUM_BYTES {
        let bytes = source.len();
        let message = format!("the query has {bytes} bytes, at most {MAXIMUM_BYTES} are allowed");
        problems.add(Diagnostic::new(0..0, message).help("split it into several streams"));
        return Err(problems.of(source));
    }
    let lexemes = lex(source, &mut problems);
    if lexemes.is_empty() && problems.is_empty() {
        problems.add(
            Diagnostic::new(0..0, "the query is empty").expected("expected a word or a field"),
        );
    }
    let end = source.trim_end().len();
    let mut parser = Parser { lexemes: &lexemes, next: 0, end, depth: 0, terms: 0, problems };
    let node = parser.whole();
    match node {
        Some(node) if parser.problems.is_empty() => Ok(node),
        Some(_) | None => Err(parser.problems.of(source)),
    }
}

struct Parser<'l> {
    lexemes: &'l [Lexeme],
    next: usize,
    end: usize,
    depth: usize,
    terms: usize,
    problems: Problems,
}

impl<'l> Parser<'l> {
    fn peek(&self) -> Option<&'l Lexeme> {
        self.lexemes.get(self.next)
    }

    fn peek_kind(&self) -> Option<&'l LexemeKind> {
        self.peek().map(|lexeme| &lexeme.kind)
    }

    /// Where the next lexeme is, or the end of the query.
    fn here(&self) -> Range<usize> {
        self.peek().map_or(self.end..self.end, |lexeme| lexeme.range.clone())
    }

    fn whole(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while self.next < self.lexemes.len() {
            parts.extend(self.alternatives());
            // Only a parenthesis can stop the reading of alternatives before the end.
            if self.peek_kind() == Some(&LexemeKind::Close) {
                let range = self.here();
                self.problems.add(
                    Diagnostic::new(range, "this `)` closes nothing")
                        .help("take it away, or add a `(` before"),
                );
                self.next += 1;
            }
        }
        all_of(parts)
    }

    fn alternatives(&mut self) -> Option<Node> {
        let mut parts: Vec<Node> = self.conjunction().into_iter().collect();
        while self.peek_kind() == Some(&LexemeKind::Or) {
            self.next += 1;
            parts.extend(self.conjunction());
        }
        any_of(parts)
    }

    fn conjunction(&mut self) -> Option<Node> {
        let mut parts: Vec<Node> = self.negation().into_iter().collect();
        loop {
            match self.peek_kind() {
                None | Some(LexemeKind::Or | LexemeKind::Close) => return all_of(parts),
                Some(LexemeKind::And) => self.next += 1,
                Some(_) => {}
            }
            parts.extend(self.negation());
        }
    }

    fn negation(&mut self) -> Option<Node> {
        let start = self.here().start;
        let is_negated = matches!(self.peek_kind(), Some(LexemeKind::Not | LexemeKind::Minus));
        if !is_negated {
            return self.proximity();
        }
        // A run of NOTs is read in a loop: two of them say nothing.
        let mut count = 0;
        while matches!(self.peek_kind(), Some(LexemeKind::Not | LexemeKind::Minus)) {
            self.next += 1;
            count += 1;
        }
        let inner = self.proximity()?;
        Some(if count % 2 == 1 { not(inner, start) } else { inner })
    }

    fn proximity(&mut self) -> Option<Node> {
        let mut left = self.primary();
        while let Some(&LexemeKind::Near(proximity)) = self.peek_kind() {
            let operator = self.here();
            self.next += 1;
            let right = if matches!(self.peek_kind(), Some(LexemeKind::Not | LexemeKind::Minus)) {
                self.negated_operand()
            } else {
                self.primary()
            };
            let is_too_long = left.as_ref().is_some_and(|node| chain(node) == MAXIMUM_DEPTH);
            if is_too_long {
                let message = format!("more than {MAXIMUM_DEPTH} NEARs in a row");
                self.problems.add(Diagnostic::new(operator, message));
            }
            left = match (left, right) {
                (Some(left), Some(right)) if !is_too_long => {
                    let range = left.range.start..right.range.end;
                    let near = Near { left, right, proximity };
                    Some(Node { expression: Expression::Near(Box::new(near)), range })
                }
                (Some(one), _) | (None, Some(one)) => Some(one),
                (None, None) => None,
            };
        }
        left
    }

    /// Refuses `a NEAR/5 NOT b` with the reason, and reads on behind the `NOT`.
    fn negated_operand(&mut self) -> Option<Node> {
        self.problems.add(
            Diagnostic::new(self.here(), "NOT inside NEAR")
                .expected("what is absent stands nowhere, so nothing can be near it")
                .help("write `a AND NOT (a NEAR/5 b)`"),
        );
        self.negation()
    }

    fn primary(&mut self) -> Option<Node> {
        let range = self.here();
        let Some(lexeme) = self.peek() else {
            self.missing_operand(range, "the end of the query");
            return None;
        };
        match &lexeme.kind {
            LexemeKind::Open => self.group(),
            LexemeKind::Close => {
                self.missing_operand(range, "`)`");
                None
            }
            LexemeKind::And | LexemeKind::Or | LexemeKind::Near(_) => {
                self.missing_operand(range, "this operator");
                None
            }
            // `negation` takes these before an operand is asked for.
            LexemeKind::Not | LexemeKind::Minus => self.negation(),
            LexemeKind::Word(_)
            | LexemeKind::Phrase(_)
            | LexemeKind::Raw(_)
            | LexemeKind::Field { .. }
            | LexemeKind::List(_) => {
                self.next += 1;
                self.terms += 1;
                if self.terms == MAXIMUM_TERMS + 1 {
                    let message = format!("more than {MAXIMUM_TERMS} words, phrases and fields");
                    let problem = Diagnostic::new(range.clone(), message)
                        .expected("this is one too many")
                        .help("split the query into several streams");
                    self.problems.add(problem);
                }
                let expression = operand::read(lexeme, &mut self.problems)?;
                Some(Node { expression, range })
            }
        }
    }

    fn missing_operand(&mut self, range: Range<usize>, before: &str) {
        // Where the lexer already complained, the missing operand is its consequence.
        if self.lexemes.is_empty() {
            return;
        }
        self.problems.add(
            Diagnostic::new(range, format!("nothing stands before {before}"))
                .expected("expected a word, a phrase, a field or `(`"),
        );
    }

    fn group(&mut self) -> Option<Node> {
        let open = self.here();
        self.next += 1;
        if self.depth == MAXIMUM_DEPTH {
            self.problems.add(
                Diagnostic::new(open, "parentheses are nested too deep")
                    .expected(format!("at most {MAXIMUM_DEPTH} levels are allowed")),
            );
            // What follows would be judged wrongly: reading ends here.
            self.next = self.lexemes.len();
            return None;
        }
        self.depth += 1;
        let inner = self.alternatives();
        self.depth -= 1;
        let is_closed = self.peek_kind() == Some(&LexemeKind::Close);
        if is_closed {
            let close = self.here();
            self.next += 1;
            return inner.map(|node| Node { range: open.start..close.end, ..node });
        }
        let is_cut_off = self.next >= self.lexemes.len() && !self.problems.is_empty();
        if !is_cut_off || inner.is_some() {
            self.problems.add(
                Diagnostic::new(open, "this `(` is never closed")
                    .expected("opened here")
                    .help("add a `)` where the group ends"),
            );
        }
        inner
    }
}

/// How many NEARs follow one another, left operand in left operand.
fn chain(node: &Node) -> usize {
    let mut length = 0;
    let mut left = node;
    while let Expression::Near(near) = &left.expression {
        length += 1;
        left = &near.left;
    }
    length
}

fn not(inner: Node, start: usize) -> Node {
    let range = start..inner.range.end;
    match inner.expression {
        Expression::Not(innermost) => Node { range, ..*innermost },
        expression @ (Expression::And(_)
        | Expression::Or(_)
        | Expression::Near(_)
        | Expression::Text(_)
        | Expression::Raw(_)
        | Expression::Field(_)
        | Expression::List(_)) => {
            let inner = Node { expression, range: inner.range };
            Node { expression: Expression::Not(Box::new(inner)), range }
        }
    }
}

/// Joins the parts by `AND`, taking in the parts of those that are themselves so joined.
fn all_of(parts: Vec<Node>) -> Option<Node> {
    join(parts, Expression::And, |expression| {
        if let Expression::And(inner) = expression { Ok(inner) } else { Err(expression) }
    })
}

/// Joins the parts by `OR`, taking in the parts of those that are themselves so joined.
fn any_of(parts: Vec<Node>) -> Option<Node> {
    join(parts, Expression::Or, |expression| {
        if let Expression::Or(inner) = expression { Ok(inner) } else { Err(expression) }
    })
}

fn join(
    parts: Vec<Node>,
    make: impl Fn(Vec<Node>) -> Expression,
    take_apart: impl Fn(Expression) -> Result<Vec<Node>, Expression>,
) -> Option<Node> {
    let range = parts.first()?.range.start..parts.last()?.range.end;
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match take_apart(part.expression) {
            Ok(inner) => flat.extend(inner),
            Err(expression) => flat.push(Node { expression, range: part.range }),
        }
    }
    if flat.len() == 1 {
        return flat.pop().map(|only| Node { range, ..only });
    }
    Some(Node { expression: make(flat), range })
}
