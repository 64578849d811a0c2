//! The syntax of queries: text to tree and back.

mod check;
mod expression;
mod field;
mod field_origin;
mod field_value;
mod lexeme;
mod operand;
mod parser;
mod printer;
mod suggestion;
mod text;

pub use expression::{Expression, Near, Node, Proximity, Raw};
pub use field::{
    Account, Bound, FIELDS, FOREIGN_NAMES, Field, Possession, Property, Relation, WORD_OPERATORS,
};
pub use field_origin::{Judged, Origin, Otherwise};
pub use text::{Comparison, Form, Sort, Text, Word};

pub(crate) use check::check;
pub(crate) use field::folded_name;
pub(crate) use field_value::{ValueProblem, account, site};
pub(crate) use lexeme::{ends_word, is_quote};
pub(crate) use parser::parse;
pub(crate) use printer::{print, print_field};
pub use suggestion::nearest;
