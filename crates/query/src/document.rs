//! What is matched, and what comes of it.

use vigie_text::Tokens;
use vigie_types::{Intent, Language, Mention, Place, Sentiment, Span};

use crate::syntax::{FIELDS, Field};

/// One mention, ready to be matched.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    /// The tokens of the title, of an article.
    pub title: Option<&'d Tokens<'d>>,
    /// The tokens of the text.
    pub body: &'d Tokens<'d>,
    /// What is known besides the words.
    pub fields: Fields<'d>,
}

/// What is known of a mention besides its words; each may be unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'d> {
    /// The envelope.
    pub mention: Option<&'d Mention>,
    /// The language; unknown also when undetermined.
    pub language: Option<&'d Language>,
    /// The sentiment of the whole.
    pub sentiment: Option<&'d Sentiment>,
    /// What the author wants; empty is unknown.
    pub intents: &'d [Intent],
    /// Where it was said from; when unknown, the envelope's own location serves.
    pub place: Option<&'d Place>,
}

/// A stream of a [`StreamSet`](crate::StreamSet), by its position in the order of the ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamIndex(pub(crate) u32);

/// A stream that a document meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The stream.
    pub stream: StreamIndex,
    /// Where in the text its words stand, in order and without repetition; they may overlap. Words
    /// of an alternative that is not met, or below a NOT, have no span. Empty when only fields or
    /// words of the title were met. At most [`MAXIMUM_SPANS`](crate::limits::MAXIMUM_SPANS).
    pub spans: Vec<Span>,
    /// The same in the title.
    pub title_spans: Vec<Span>,
}

/// How often a field was asked for and not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknowns {
    counts: [u64; FIELDS.len()],
}

impl Unknowns {
    /// Every field with its count, in the order of the reference page.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        FIELDS.iter().zip(self.counts).map(|((name, _), count)| (*name, count))
    }

    pub(crate) fn count(&mut self, field: &Field) {
        let position = FIELDS.iter().position(|(name, _)| *name == field.name());
        self.counts[position.expect("every field is in the table of fields")] += 1;
    }
}
