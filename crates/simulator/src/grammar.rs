//! Small grammars of ours, one per language: what the simulated people say.
//!
//! A template's slots: `{b}` the brand, `{r}` its rival, `{t}` a thing it sells, `{i}` an
//! intensifier, `{g}` something good, `{x}` something bad, `{w}` a time.
//! Guarantees: every list has an entry, and every template about a brand names it once.
//! Refuses: words of real people or texts from anywhere else.

mod arabic;
mod english;
mod french;
mod german;
mod hindi;
mod italian;
mod japanese;
mod portuguese;
mod spanish;
mod turkish;

pub(crate) use arabic::ARABIC;
pub(crate) use english::ENGLISH;
pub(crate) use french::FRENCH;
pub(crate) use german::GERMAN;
pub(crate) use hindi::HINDI;
pub(crate) use italian::ITALIAN;
pub(crate) use japanese::JAPANESE;
pub(crate) use portuguese::PORTUGUESE;
pub(crate) use spanish::SPANISH;
pub(crate) use turkish::TURKISH;

/// Texts as templates.
pub(crate) type Lines = &'static [&'static str];

/// What one language has to say.
#[derive(Debug)]
pub(crate) struct Grammar {
    /// ISO 639-1.
    pub(crate) code: &'static str,
    /// In favour of the brand.
    pub(crate) positive: Lines,
    /// Against the brand.
    pub(crate) negative: Lines,
    /// Neither.
    pub(crate) neutral: Lines,
    /// Asks the brand.
    pub(crate) question: Lines,
    /// Complains to the brand.
    pub(crate) complaint: Lines,
    /// Proposes something to the brand.
    pub(crate) suggestion: Lines,
    /// Thanks the brand.
    pub(crate) compliment: Lines,
    /// Prefers the brand to its rival.
    pub(crate) versus: Lines,
    /// About no brand.
    pub(crate) chatter: Lines,
    /// Answers that name no brand.
    pub(crate) replies: Lines,
    /// What the brand answers.
    pub(crate) care: Lines,
    /// Headlines.
    pub(crate) news: Lines,
    /// What airlines, and what telephone companies sell, in the singular with its article.
    pub(crate) things: [Lines; 2],
    pub(crate) good: Lines,
    pub(crate) bad: Lines,
    pub(crate) intense: Lines,
    pub(crate) when: Lines,
    pub(crate) openers: Lines,
    pub(crate) bios: Lines,
    /// Names that people give themselves.
    pub(crate) names: Lines,
}

#[cfg(test)]
mod tests {
    use crate::region::REGIONS;

    #[test]
    fn every_template_about_a_brand_names_it_once_and_has_known_slots_only() {
        for region in &REGIONS {
            let grammar = region.language;
            let about = [
                grammar.positive,
                grammar.negative,
                grammar.neutral,
                grammar.question,
                grammar.complaint,
                grammar.suggestion,
                grammar.compliment,
                grammar.versus,
                grammar.news,
            ];
            for template in about.iter().copied().flatten() {
                assert_eq!(template.matches("{b}").count(), 1, "{template}");
                check_slots(template);
            }
            for template in grammar.versus {
                assert_eq!(template.matches("{r}").count(), 1, "{template}");
            }
            for template in
                [grammar.chatter, grammar.replies, grammar.care].iter().copied().flatten()
            {
                assert!(!template.contains("{b}") && !template.contains("{r}"), "{template}");
                check_slots(template);
            }
        }
    }

    fn check_slots(template: &str) {
        for part in template.split('{').skip(1) {
            let slot = part.split_once('}').expect("a slot is closed").0;
            assert!(["b", "r", "t", "i", "g", "x", "w"].contains(&slot), "{template}");
        }
    }
}
