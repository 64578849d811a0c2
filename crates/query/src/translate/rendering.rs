//! A tree in our words: operators that map, operands where they do, and remarks where not.

use super::Remark;
use super::dialect::Dialect;
use super::operand::{Rendered, render};
use super::piece::{Piece, PieceKind};
use super::tree::Tree;
use crate::limits::MAXIMUM_DISTANCE;

/// Puts trees into our words.
pub(super) struct Rendering<'s> {
    source: &'s str,
    dialect: Dialect,
    remarks: Vec<Remark>,
}

impl<'s> Rendering<'s> {
    pub(super) fn new(source: &'s str, dialect: Dialect) -> Self {
        Self { source, dialect, remarks: Vec::new() }
    }

    /// What was remarked, in the order of the source.
    pub(super) fn remarks(self) -> Vec<Remark> {
        let mut remarks = self.remarks;
        remarks.sort_by_key(|remark| remark.range.start);
        remarks
    }

    /// The tree in our words; none where nothing of it maps.
    pub(super) fn text(&mut self, tree: &Tree<'_>) -> Option<String> {
        match tree {
            Tree::And(parts) => self.joined(parts, " AND "),
            Tree::Or(parts) => self.joined(parts, " OR "),
            Tree::Not(part) => Some(format!("NOT {}", self.text(part)?)),
            Tree::Near(left, operator, right) => {
                let (left, right) = (self.text(left), self.text(right));
                self.near(left, operator, right)
            }
            Tree::Close(group, between, piece) => self.close(group, *between, piece),
            Tree::Operand(piece) => self.operand(piece),
        }
    }

    fn joined(&mut self, parts: &[Tree<'_>], operator: &str) -> Option<String> {
        let texts: Vec<String> = parts.iter().filter_map(|part| self.text(part)).collect();
        match &*texts {
            [] => None,
            [only] => Some(only.clone()),
            _ => Some(format!("({})", texts.join(operator))),
        }
    }

    fn near(
        &mut self,
        left: Option<String>,
        operator: &Piece,
        right: Option<String>,
    ) -> Option<String> {
        let (left, right) = match (left, right) {
            (Some(left), Some(right)) => (left, right),
            (one, other) => return one.or(other),
        };
        let PieceKind::Near(between, is_ordered) = operator.kind else {
            self.change(operator, "sentences are not told apart: both anywhere in the text");
            return Some(format!("({left} AND {right})"));
        };
        if between > MAXIMUM_DISTANCE {
            let reason = format!("{MAXIMUM_DISTANCE} words between at most");
            self.change(operator, &reason);
        }
        let forward = if is_ordered { "f" } else { "" };
        Some(format!("({left} NEAR/{}{forward} {right})", between.min(MAXIMUM_DISTANCE)))
    }

    /// A group whose parts stand near one another: two parts are a `NEAR`.
    fn close(&mut self, group: &Tree<'_>, between: u8, piece: &Piece) -> Option<String> {
        let Tree::And(parts) = group else {
            self.change(piece, "a distance asks for two parts that are joined by `AND`");
            return self.text(group);
        };
        let texts: Vec<String> = parts.iter().filter_map(|part| self.text(part)).collect();
        if texts.len() > 2 {
            self.change(piece, "each part stands near the one before it");
        }
        let between = between.min(MAXIMUM_DISTANCE);
        texts.into_iter().reduce(|near, next| format!("({near} NEAR/{between} {next})"))
    }

    fn operand(&mut self, piece: &Piece) -> Option<String> {
        match render(&piece.kind, self.dialect) {
            Rendered::Text(text) => Some(text),
            Rendered::Changed(text, reason) => {
                self.change(piece, &reason);
                Some(text)
            }
            Rendered::LeftOut(reason) => {
                self.remark(piece, true, &reason);
                None
            }
        }
    }

    fn change(&mut self, piece: &Piece, reason: &str) {
        self.remark(piece, false, reason);
    }

    fn remark(&mut self, piece: &Piece, is_left_out: bool, reason: &str) {
        let range = piece.range.clone();
        let written = self.source[range.clone()].to_owned();
        self.remarks.push(Remark { range, written, is_left_out, reason: reason.to_owned() });
    }
}
