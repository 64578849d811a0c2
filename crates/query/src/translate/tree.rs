//! The tree of a foreign query: what binds more tightly than what is the same in all suites, and as
//! here: proximity, then exclusion, then `AND` or nothing, then `OR`.

use super::piece::{Piece, PieceKind};
use crate::diagnostic::{Diagnostic, Problems};
use crate::limits::MAXIMUM_DEPTH;

/// A part of a query.
#[derive(Debug)]
pub(super) enum Tree<'p> {
    And(Vec<Tree<'p>>),
    Or(Vec<Tree<'p>>),
    Not(Box<Tree<'p>>),
    /// Two operands and the operator between them.
    Near(Box<Tree<'p>>, &'p Piece, Box<Tree<'p>>),
    /// A group whose parts stand near one another, and where that is said.
    Close(Box<Tree<'p>>, u8, &'p Piece),
    Operand(&'p Piece),
}

/// Reads a tree; says what is wrong if there is none.
pub(super) fn read<'p>(
    pieces: &'p [Piece],
    source: &str,
    problems: &mut Problems,
) -> Option<Tree<'p>> {
    let mut reader = Reader { pieces, at: 0, end: source.len(), depth: 0, problems };
    let tree = reader.alternatives()?;
    if let Some(piece) = reader.peek() {
        let range = piece.range.clone();
        reader.problems.add(Diagnostic::new(range, "a parenthesis closes nothing"));
        return None;
    }
    Some(tree)
}

struct Reader<'p, 'x> {
    pieces: &'p [Piece],
    at: usize,
    /// Where the source ends.
    end: usize,
    depth: usize,
    problems: &'x mut Problems,
}

impl<'p> Reader<'p, '_> {
    fn peek(&self) -> Option<&'p Piece> {
        self.pieces.get(self.at)
    }

    fn takes(&mut self, kind: &PieceKind) -> bool {
        let takes = self.peek().is_some_and(|piece| piece.kind == *kind);
        self.at += usize::from(takes);
        takes
    }

    fn alternatives(&mut self) -> Option<Tree<'p>> {
        let mut parts = vec![self.conjunction()?];
        while self.takes(&PieceKind::Or) {
            parts.push(self.conjunction()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Tree::Or(parts) })
    }

    fn conjunction(&mut self) -> Option<Tree<'p>> {
        let mut parts = vec![self.exclusion()?];
        while let Some(piece) = self.peek() {
            match piece.kind {
                PieceKind::Or | PieceKind::Close(_) => break,
                PieceKind::And => self.at += 1,
                PieceKind::Open
                | PieceKind::Not
                | PieceKind::Near(..)
                | PieceKind::Sentence
                | PieceKind::Phrase(..)
                | PieceKind::Raw(_)
                | PieceKind::Word(_)
                | PieceKind::Field(..) => {}
            }
            parts.push(self.exclusion()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Tree::And(parts) })
    }

    fn exclusion(&mut self) -> Option<Tree<'p>> {
        let mut is_excluded = false;
        while self.takes(&PieceKind::Not) {
            is_excluded = !is_excluded;
        }
        let tree = self.proximity()?;
        Some(if is_excluded { Tree::Not(Box::new(tree)) } else { tree })
    }

    fn proximity(&mut self) -> Option<Tree<'p>> {
        let mut tree = self.operand()?;
        let mut operators = 0;
        while let Some(piece) = self.peek()
            && matches!(piece.kind, PieceKind::Near(..) | PieceKind::Sentence)
        {
            self.at += 1;
            operators += 1;
            if operators > MAXIMUM_DEPTH {
                let message = format!("more than {MAXIMUM_DEPTH} distances in a row");
                return self.fail(piece.range.clone(), message);
            }
            let right = self.operand()?;
            tree = Tree::Near(Box::new(tree), piece, Box::new(right));
        }
        Some(tree)
    }

    fn operand(&mut self) -> Option<Tree<'p>> {
        let Some(piece) = self.peek() else {
            return self.fail(self.end..self.end, "the query ends where something is missing");
        };
        self.at += 1;
        match &piece.kind {
            PieceKind::Phrase(..)
            | PieceKind::Raw(_)
            | PieceKind::Word(_)
            | PieceKind::Field(..) => Some(Tree::Operand(piece)),
            PieceKind::Open => self.group(piece),
            PieceKind::Close(_)
            | PieceKind::And
            | PieceKind::Or
            | PieceKind::Not
            | PieceKind::Near(..)
            | PieceKind::Sentence => {
                self.fail(piece.range.clone(), "something is missing before this")
            }
        }
    }

    /// What stands in the parentheses that were opened.
    fn group(&mut self, open: &'p Piece) -> Option<Tree<'p>> {
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            let message = format!("more than {MAXIMUM_DEPTH} levels of parentheses");
            return self.fail(open.range.clone(), message);
        }
        let tree = self.alternatives()?;
        self.depth -= 1;
        let close = self.peek();
        self.at += 1;
        match close.map(|piece| (piece, &piece.kind)) {
            Some((piece, PieceKind::Close(Some(between)))) => {
                Some(Tree::Close(Box::new(tree), *between, piece))
            }
            Some((_, PieceKind::Close(None))) => Some(tree),
            _ => self.fail(open.range.clone(), "a parenthesis is not closed"),
        }
    }

    fn fail(
        &mut self,
        range: std::ops::Range<usize>,
        message: impl Into<String>,
    ) -> Option<Tree<'p>> {
        self.problems.add(Diagnostic::new(range, message));
        None
    }
}
