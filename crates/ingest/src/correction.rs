//! The rules that a correction is held to.
//!
//! Guarantees: what leaves names who and when, and corrects something. Refuses: streams that cannot
//! be, languages that are no code, and a correction of a mention that it takes back.

use vigie_schema::CorrectedMention;
use vigie_types::{
    CorrectedSentiment, Correction, Judgement, Mention, Place, Provenance, StreamId,
};

use crate::draft::CorrectionDraft;
use crate::rejection::{Rejection, quote};
use crate::rules::{location, own};

/// The longest name of a person, in bytes: an address of e-mail has 254 at most.
const MAXIMUM_NAME_BYTES: usize = 254;

/// The longest note, in bytes: a paragraph.
const MAXIMUM_NOTE_BYTES: usize = 2_000;

impl CorrectionDraft<'_> {
    /// Holds the correction of a mention to the rules.
    pub(crate) fn finish(self, mention: Mention) -> Result<CorrectedMention, Rejection> {
        let by = self.by.ok_or_else(|| Rejection::missing("correction.by", "who corrects"))?;
        check_length("correction.by", &by.0, 1, MAXIMUM_NAME_BYTES)?;
        let at = self.at.ok_or_else(|| {
            Rejection::missing("correction.at", "when it was corrected, in RFC 3339")
        })?;
        if let Some(note) = &self.note {
            check_length("correction.note", &note.0, 0, MAXIMUM_NOTE_BYTES)?;
        }
        if let Some(code) = &self.language {
            check_language(&code.0)?;
        }
        let whole = self.sentiment.map(|label| CorrectedSentiment { stream: None, label: label.0 });
        let of_streams = self.streams.unwrap_or_default().into_iter().map(|(id, label)| {
            let field = || format!("correction.streams.{id}");
            let stream = StreamId::new(id.as_ref())
                .map_err(|error| Rejection::field(field(), error.to_string()))?;
            Ok(CorrectedSentiment { stream: Some(stream), label: label.0 })
        });
        let correction = Correction {
            by: by.0.into_owned(),
            at: at.0,
            language: self.language.map(|code| code.0.as_ref().into()),
            sentiments: whole.into_iter().map(Ok).chain(of_streams).collect::<Result<_, _>>()?,
            intents: self.intents.map(|intents| intents.into_iter().map(|kind| kind.0).collect()),
            place: location("correction.place", self.place)?
                .map(|place| Place { provenance: Provenance::Corrected, ..place }),
            note: own(self.note),
        };
        if correction.is_empty() {
            let expected = "a language, sentiment, streams, intents or place";
            return Err(Rejection::field("correction", format!("is empty, expected {expected}")));
        }
        let judgement =
            self.judgement.map_or(Ok(Judgement::FIRST), |number| judgement(number.0))?;
        Ok(CorrectedMention { mention, judgement, correction })
    }
}

fn check_length(field: &str, text: &str, least: usize, most: usize) -> Result<(), Rejection> {
    if (least..=most).contains(&text.trim().len()) {
        return Ok(());
    }
    let reason = format!("has {} bytes, expected {least} to {most}", text.trim().len());
    Err(Rejection::field(field, reason))
}

fn check_language(code: &str) -> Result<(), Rejection> {
    let (base, rest) = code.split_once('-').unwrap_or((code, "x"));
    let is_code =
        (2..=3).contains(&base.len()) && base.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_code && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(());
    }
    let reason = format!("found {}, expected a code of ISO 639, such as fr", quote(code));
    Err(Rejection::field("correction.language", reason))
}

fn judgement(number: u64) -> Result<Judgement, Rejection> {
    let number = u32::try_from(number).ok().filter(|number| *number > 0);
    number.map(Judgement::new).ok_or_else(|| {
        Rejection::field("correction.judgement", "is none, expected a number from 1 on")
    })
}
