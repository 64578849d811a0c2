//! The canonical text of a tree.
//!
//! Guarantees: reading the text gives an equal tree; equal trees give one text. Operators are in
//! words (`AND`, `NOT`), parentheses stand only where precedence needs them, and words are folded.

use std::fmt::Write as _;

use super::{Account, Expression, Field, Form, Node, Proximity, Text};

/// How tightly an expression binds; an operand that binds less tightly needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
    Near,
    Operand,
}

/// The canonical text.
pub(crate) fn print(node: &Node) -> String {
    let mut text = String::new();
    write(node, Binding::Or, &mut text);
    text
}

/// The canonical text of a field term.
pub(crate) fn print_field(field: &Field) -> String {
    let mut text = String::new();
    write_field(field, &mut text);
    text
}

fn binding(expression: &Expression) -> Binding {
    match expression {
        Expression::Or(_) => Binding::Or,
        Expression::And(_) => Binding::And,
        Expression::Not(_) => Binding::Not,
        Expression::Near(_) => Binding::Near,
        Expression::Text(_) | Expression::Raw(_) | Expression::Field(_) | Expression::List(_) => {
            Binding::Operand
        }
    }
}

fn write(node: &Node, least: Binding, out: &mut String) {
    let needs_parentheses = binding(&node.expression) < least;
    out.push_str(if needs_parentheses { "(" } else { "" });
    match &node.expression {
        Expression::Or(parts) => write_parts(parts, " OR ", Binding::And, out),
        Expression::And(parts) => write_parts(parts, " AND ", Binding::Not, out),
        Expression::Not(inner) => {
            out.push_str("NOT ");
            write(inner, Binding::Not, out);
        }
        Expression::Near(near) => {
            write(&near.left, Binding::Near, out);
            write_proximity(near.proximity, out);
            write(&near.right, Binding::Operand, out);
        }
        Expression::Text(text) => write_text(text, out),
        Expression::Raw(raw) => write_quoted("raw:", &raw.written, out),
        Expression::Field(field) => write_field(field, out),
        Expression::List(name) => {
            out.push_str("@list(");
            out.push_str(name.as_str());
            out.push(')');
        }
    }
    out.push_str(if needs_parentheses { ")" } else { "" });
}

fn write_parts(parts: &[Node], between: &str, least: Binding, out: &mut String) {
    for (index, part) in parts.iter().enumerate() {
        out.push_str(if index > 0 { between } else { "" });
        write(part, least, out);
    }
}

fn write_proximity(proximity: Proximity, out: &mut String) {
    let order = if proximity.ordered { "f" } else { "" };
    let _ = write!(out, " NEAR/{}{order} ", proximity.between);
}

fn write_text(text: &Text, out: &mut String) {
    out.push_str(text.comparison.prefix());
    if is_bare(text) { out.push_str(&text.written) } else { write_quoted("", &text.written, out) }
}

/// Whether a text reads the same without quotes: one word of letters and digits, with its sigil and
/// wildcard, in lower case as no operator is.
fn is_bare(text: &Text) -> bool {
    let [word] = text.words.as_slice() else { return false };
    let (Form::Exact(body) | Form::Pattern(body) | Form::Prefix(body)) = &word.form;
    let is_plain = body.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '?');
    let is_operator = matches!(&*text.written, "AND" | "OR" | "NOT" | "NEAR");
    is_plain && !is_operator && *text.written == word.to_string()
}

fn write_quoted(name: &str, text: &str, out: &mut String) {
    out.push_str(name);
    out.push('"');
    out.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
    out.push('"');
}

/// Writes a value that may hold anything.
fn write_value(name: &str, value: &str, out: &mut String) {
    out.push_str(name);
    let is_plain = value.chars().all(|c| c.is_alphanumeric() || "-_.:@/".contains(c));
    if is_plain { out.push_str(value) } else { write_quoted("", value, out) }
}

fn write_account(name: &str, account: &Account, out: &mut String) {
    match account {
        Account::Id(text) | Account::Name(text) => write_value(name, text, out),
    }
}

fn write_field(field: &Field, out: &mut String) {
    let _ = match field {
        Field::Author(account) => return write_account("author:", account, out),
        Field::To(account) => return write_account("to:", account, out),
        Field::Language(code) => write!(out, "lang:{code}"),
        Field::Country(code) => write!(out, "country:{code}"),
        Field::Region(name) => return write_value("region:", name, out),
        Field::City(name) => return write_value("city:", name, out),
        Field::Site(host) => return write_value("site:", host, out),
        Field::Url(part) => return write_value("url:", part, out),
        Field::Network(name) => write!(out, "network:{name}"),
        Field::Kind(kind) => write!(out, "kind:{}", kind.as_str()),
        Field::Is(property) => write!(out, "is:{}", property.as_str()),
        Field::Has(possession) => write!(out, "has:{}", possession.as_str()),
        Field::Followers(bound) => {
            write!(out, "followers:{}{}", bound.relation.as_str(), bound.value)
        }
        Field::Engagement(bound) => {
            write!(out, "engagement:{}{}", bound.relation.as_str(), bound.value)
        }
        Field::Sentiment(bound) => {
            write!(out, "sentiment:{}{}", bound.relation.as_str(), bound.value)
        }
        Field::SentimentClass(label) => write!(out, "sentiment:{}", label.as_str()),
        Field::Intent(kind) => write!(out, "intent:{}", kind.as_str()),
        Field::Sample(share) => write!(out, "sample:{share}"),
    };
}
