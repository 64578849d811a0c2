//! What one text says of many brands.
//!
//! Guarantees: each brand is told what it would be told alone, bit by bit; the text is judged once,
//! and brands that are spoken of by the same clauses share one result, that of the whole where all
//! speak of them. A brand costs a pass over the tokens without look-ups, and one over its spans.
//!
//! Refuses: languages without support, as the sentiment of the whole does.

use vigie_types::{Sentiment, Span};

use super::clause::{Clauses, Stretch};
use super::{SentimentModel, Sum, Weighed};
use crate::token::Tokens;

/// Results that are remembered. Twelve brands in as many clauses fit, which is more than people
/// compare; texts that list more are told each of the rest anew.
const REMEMBERED: usize = 12;

/// The brands of one text.
#[derive(Debug)]
pub struct Brands<'j> {
    model: &'j SentimentModel,
    tokens: &'j Tokens<'j>,
    language: &'j str,
    weighed: Option<&'j Weighed>,
    clauses: Option<Clauses>,
    /// What is kept for the brand that is asked for.
    kept: Vec<Stretch>,
    told: Vec<(Vec<Stretch>, Sentiment)>,
}

impl<'j> Brands<'j> {
    /// The brands of a text that was weighed; of one in a language without support nothing is told.
    pub(crate) fn of(
        model: &'j SentimentModel,
        tokens: &'j Tokens<'j>,
        language: &'j str,
        weighed: Option<&'j Weighed>,
    ) -> Self {
        Self { model, tokens, language, weighed, clauses: None, kept: Vec::new(), told: Vec::new() }
    }

    /// How the text speaks of the brand at these spans (bytes of the text, in any order); of the
    /// whole where there are none. `None` in a language that is not supported.
    pub fn sentiment(&mut self, brand: &[Span]) -> Option<Sentiment> {
        let weighed = self.weighed?;
        self.keep(weighed, brand);
        if let Some((_, told)) = self.told.iter().find(|(kept, _)| *kept == self.kept) {
            return Some(told.clone());
        }
        let told = self.tell(weighed);
        if self.told.len() < REMEMBERED {
            self.told.push((self.kept.clone(), told.clone()));
        }
        Some(told)
    }

    /// Says how much of the text is kept for the brand.
    fn keep(&mut self, weighed: &Weighed, brand: &[Span]) {
        if brand.is_empty() {
            self.kept.clear();
            self.kept.push(Stretch::ALL);
            return;
        }
        let looked_at = || Clauses::of(self.tokens, &weighed.roles, &weighed.whole.tokens);
        let clauses = self.clauses.get_or_insert_with(looked_at);
        clauses.keep(self.tokens, brand, &mut self.kept);
    }

    fn tell(&self, weighed: &Weighed) -> Sentiment {
        let tell = |sum: &Sum| self.model.told(self.tokens, sum, self.language, weighed.tier);
        if self.kept == [Stretch::ALL] {
            return tell(&weighed.whole);
        }
        let mut kept = vec![0; self.tokens.len()];
        for stretch in &self.kept {
            kept[stretch.first..].fill(stretch.kept);
        }
        let shown = weighed.shown.iter().zip(kept.iter().copied());
        tell(&Sum::of(&self.model.linear, shown, &weighed.findings.kept(&kept)))
    }
}
