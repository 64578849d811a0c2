//! How each part of a writer's schema is read as a part of ours, worked out once.
//!
//! The rules are those of the Avro specification 1.12, "Schema Resolution". Beyond them a change of
//! logical type is refused, because the same number would then mean something else. What cannot be
//! read is a step too: it matters only where a datum has it.

use std::collections::HashMap;

use serde_avro_fast::schema::{
    Enum, LogicalType, Record, RegularType, SchemaKey, SchemaMut, SchemaNode, Union,
};

use super::reader::Reader;

/// The place of a step in its plan.
pub(super) type StepId = usize;

/// How one value is made of what the writer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The bytes are the same, and as long as these say.
    Copy(Width),
    /// A number becomes one of another kind.
    Promote(Promotion),
    /// A list, item by item.
    Array(StepId),
    /// A map, value by value.
    Map(StepId),
    /// What each field of the writer is, and where each of ours comes from, in our order.
    Record(Vec<SchemaKey>, Vec<FieldStep>),
    /// Our symbol for each of the writer's; none where it is not known and there is no default.
    Enum(Vec<Option<usize>>),
    /// The step of each branch of the writer's union.
    FromUnion(Vec<StepId>),
    /// This branch of our union.
    IntoUnion(usize, StepId),
    /// It cannot be read.
    Conflict(String),
}

/// How long a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// So many bytes.
    Fixed(usize),
    /// A variable-length number.
    Number,
    /// As its length before it says.
    Prefixed,
}

/// Which number becomes which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promotion {
    /// Integers of 32 and 64 bits are written alike.
    IntegerToFloat,
    /// As above.
    IntegerToDouble,
    /// Exact.
    FloatToDouble,
}

/// Where a field of ours comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FieldStep {
    /// From this field of the writer.
    Written(usize, StepId),
    /// The writer has no such field.
    Default(Vec<u8>),
}

/// A plan in the making.
pub(super) struct Planner<'a> {
    writer: &'a SchemaMut,
    reader: &'a Reader,
    steps: Vec<Step>,
    /// Pairs already met: a type may contain itself.
    known: HashMap<(usize, usize), StepId>,
}

impl<'a> Planner<'a> {
    /// Every step; the first one is that of the whole value.
    pub(super) fn plan(writer: &'a SchemaMut, reader: &'a Reader) -> Vec<Step> {
        let mut planner = Self { writer, reader, steps: Vec::new(), known: HashMap::new() };
        planner.step(SchemaKey::root(), SchemaKey::root());
        planner.steps
    }

    fn step(&mut self, from: SchemaKey, into: SchemaKey) -> StepId {
        if let Some(known) = self.known.get(&(from.idx(), into.idx())) {
            return *known;
        }
        let id = self.steps.len();
        self.known.insert((from.idx(), into.idx()), id);
        self.steps.push(Step::Conflict(String::new()));
        self.steps[id] = self.resolve(from, into);
        id
    }

    fn resolve(&mut self, from: SchemaKey, into: SchemaKey) -> Step {
        let (writer, reader) = (&self.writer[from], &self.reader.schema[into]);
        match (&writer.type_, &reader.type_) {
            (RegularType::Union(union), _) => {
                Step::FromUnion(union.variants.iter().map(|from| self.step(*from, into)).collect())
            }
            (_, RegularType::Union(union)) => self.choose_branch(from, union),
            _ if logical(writer) != logical(reader) || !self.matches(from, into) => {
                let (written, read) = (describe(writer), describe(reader));
                Step::Conflict(format!("{written} cannot be read as {read}"))
            }
            (RegularType::Array(from), RegularType::Array(into)) => {
                Step::Array(self.step(from.items, into.items))
            }
            (RegularType::Map(from), RegularType::Map(into)) => {
                Step::Map(self.step(from.values, into.values))
            }
            (RegularType::Record(from), RegularType::Record(into)) => self.record(from, into),
            (RegularType::Enum(from), RegularType::Enum(into)) => self.symbols(from, into),
            (from, into) => simple(from, into).expect("what matches otherwise is simple"),
        }
    }

    /// Whether two types match without looking inside; unions match nothing.
    fn matches(&self, from: SchemaKey, into: SchemaKey) -> bool {
        let (from, read) = (&self.writer[from].type_, &self.reader.schema[into].type_);
        match (from, read) {
            (RegularType::Array(_), RegularType::Array(_))
            | (RegularType::Map(_), RegularType::Map(_)) => true,
            (RegularType::Record(_), RegularType::Record(_))
            | (RegularType::Enum(_), RegularType::Enum(_)) => self.is_called(from, into),
            (RegularType::Fixed(_), RegularType::Fixed(_)) => {
                self.is_called(from, into) && simple(from, read).is_some()
            }
            (from, read) => simple(from, read).is_some(),
        }
    }

    fn is_called(&self, from: &RegularType, into: SchemaKey) -> bool {
        from.name().is_some_and(|name| self.reader.is_called(into, name.name()))
    }

    /// The first branch of the same type, else the first that the value can become.
    fn choose_branch(&mut self, from: SchemaKey, union: &Union) -> Step {
        let kind = std::mem::discriminant(&self.writer[from].type_);
        let is_same = |into: &SchemaKey| {
            kind == std::mem::discriminant(&self.reader.schema[*into].type_)
                && self.matches(from, *into)
        };
        let branch = union.variants.iter().position(is_same);
        let branch =
            branch.or_else(|| union.variants.iter().position(|into| self.matches(from, *into)));
        match branch {
            Some(branch) => Step::IntoUnion(branch, self.step(from, union.variants[branch])),
            None => Step::Conflict(format!(
                "{} is no branch of our union",
                describe(&self.writer[from])
            )),
        }
    }

    fn record(&mut self, from: &Record, into: &Record) -> Step {
        let name = into.name.fully_qualified_name();
        let mut fields = Vec::with_capacity(into.fields.len());
        for field in &into.fields {
            let aliases = self.reader.field_aliases(name, &field.name);
            let called = |wanted: &str| from.fields.iter().position(|field| field.name == wanted);
            let written =
                called(&field.name).or_else(|| aliases.iter().find_map(|alias| called(alias)));
            let Some(at) = written else {
                let default = self.reader.default_bytes(name, &field.name, field.type_);
                let Some(bytes) = default else {
                    return Step::Conflict(format!("{name}.{} is missing", field.name));
                };
                fields.push(FieldStep::Default(bytes));
                continue;
            };
            fields.push(FieldStep::Written(at, self.step(from.fields[at].type_, field.type_)));
        }
        Step::Record(from.fields.iter().map(|field| field.type_).collect(), fields)
    }

    fn symbols(&self, from: &Enum, into: &Enum) -> Step {
        let default = self.reader.default_symbol(into.name.fully_qualified_name(), &into.symbols);
        let ours = |symbol: &String| into.symbols.iter().position(|known| known == symbol);
        Step::Enum(from.symbols.iter().map(|symbol| ours(symbol).or(default)).collect())
    }
}

/// Whether a datum is the same before and after the plan.
pub(super) fn changes_nothing(steps: &[Step]) -> bool {
    // A branch is chosen where none was before.
    let adds_branch = |id: &StepId| matches!(steps[*id], Step::IntoUnion(..));
    let keeps = |step: &Step| match step {
        Step::Copy(_) | Step::IntoUnion(..) => true,
        Step::Array(items) | Step::Map(items) => !adds_branch(items),
        Step::Record(written, fields) => {
            written.len() == fields.len()
                && fields.iter().enumerate().all(|(at, field)| match field {
                    FieldStep::Written(from, step) => *from == at && !adds_branch(step),
                    FieldStep::Default(_) => false,
                })
        }
        Step::Enum(ours) => ours.iter().enumerate().all(|(at, ours)| *ours == Some(at)),
        Step::FromUnion(branches) => branches
            .iter()
            .enumerate()
            .all(|(at, branch)| matches!(steps[*branch], Step::IntoUnion(ours, _) if ours == at)),
        Step::Promote(_) | Step::Conflict(_) => false,
    };
    !adds_branch(&0) && steps.iter().all(keeps)
}

/// How a value without parts becomes another; none where it cannot.
fn simple(from: &RegularType, into: &RegularType) -> Option<Step> {
    use RegularType::{Boolean, Bytes, Double, Fixed, Float, Int, Long, Null, String};
    Some(match (from, into) {
        (Null, Null) => Step::Copy(Width::Fixed(0)),
        (Boolean, Boolean) => Step::Copy(Width::Fixed(1)),
        (Int, Int | Long) | (Long, Long) => Step::Copy(Width::Number),
        (Int | Long, Float) => Step::Promote(Promotion::IntegerToFloat),
        (Int | Long, Double) => Step::Promote(Promotion::IntegerToDouble),
        (Float, Float) => Step::Copy(Width::Fixed(4)),
        (Float, Double) => Step::Promote(Promotion::FloatToDouble),
        (Double, Double) => Step::Copy(Width::Fixed(8)),
        (Bytes | String, Bytes | String) => Step::Copy(Width::Prefixed),
        (Fixed(from), Fixed(into)) if from.size == into.size => Step::Copy(Width::Fixed(into.size)),
        _ => return None,
    })
}

fn logical(node: &SchemaNode) -> Option<&str> {
    node.logical_type.as_ref().map(LogicalType::as_str)
}

/// A type as a person calls it.
fn describe(node: &SchemaNode) -> String {
    let kind = match &node.type_ {
        RegularType::Null => "null",
        RegularType::Boolean => "a boolean",
        RegularType::Int => "an int",
        RegularType::Long => "a long",
        RegularType::Float => "a float",
        RegularType::Double => "a double",
        RegularType::Bytes => "bytes",
        RegularType::String => "a string",
        RegularType::Array(_) => "an array",
        RegularType::Map(_) => "a map",
        RegularType::Union(_) => "a union",
        RegularType::Record(_) => "the record",
        RegularType::Enum(_) => "the enum",
        RegularType::Fixed(_) => "the fixed",
    };
    let named = node.type_.name().map(|name| format!("{kind} {}", name.fully_qualified_name()));
    let described = named.unwrap_or_else(|| kind.to_owned());
    match logical(node) {
        Some(logical) => format!("{described} ({logical})"),
        None => described,
    }
}
