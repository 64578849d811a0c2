//! The processor: one raw record in, tagged mention, interactions and counts out.

use std::sync::Arc;

use vigie_query::{Document, Fields, Unknowns};
use vigie_runtime::{Context, Emitter, Judged, Processor, Record, Rejection, StateUpdate};
use vigie_schema::{
    AuthorEvent, BackfilledMention, CorrectedMention, CountRecord, Deletion, RawBody, RawRecord,
    TaggedMention, WhatHappened,
};
use vigie_text::{Judge, Tokens};
use vigie_types::{AuthorId, Correction, EventTime, Judgement, Mention, Status, StreamMatch};

use crate::backfill::{Amendment, amend};
use crate::change;
use crate::corrections;
use crate::interactions::interactions_of;
use crate::ledger::{Known, Ledger, Told, content_hash};
use crate::partials::{added_by, counts_of, counts_taken_back};
use crate::reading::Reading;
use crate::rules::RuleSet;
use crate::unknown_fields::UnknownFields;

/// What the tagger emits.
#[derive(Clone, Debug, PartialEq)]
pub enum TaggerOutput {
    /// To `author-events.v1`.
    AuthorEvent(Box<AuthorEvent>),
    /// To `counts.v1`.
    Count(Box<CountRecord>),
}

/// Judges mentions; holds the text models, which are the same in every task, and counts what it is
/// asked and does not know, which no judgement depends on.
#[derive(Clone)]
pub struct Tagger {
    judge: Arc<Judge>,
    unknown_fields: Arc<UnknownFields>,
}

impl Tagger {
    /// A tagger over these models.
    pub fn new(judge: Arc<Judge>) -> Self {
        Self { judge, unknown_fields: Arc::default() }
    }

    /// The same, which counts into these sums with whoever else does.
    #[must_use]
    pub fn counting_into(self, unknown_fields: Arc<UnknownFields>) -> Self {
        Self { unknown_fields, ..self }
    }

    /// Tags one mention with the streams of `rules`; no state takes part.
    pub fn tag<'t>(&self, mention: &'t Mention, rules: &RuleSet) -> (TaggedMention, Tokens<'t>) {
        self.tag_corrected(mention, rules, None)
    }

    /// The same, with what a person said of it.
    fn tag_corrected<'t>(
        &self,
        mention: &'t Mention,
        rules: &RuleSet,
        correction: Option<&Correction>,
    ) -> (TaggedMention, Tokens<'t>) {
        let declared = mention.declared_language.as_deref();
        let location = mention.author.location.as_deref();
        let mut judged = match correction.and_then(corrections::language) {
            Some(language) => self.judge.judge_in(&mention.text, language, location),
            None => self.judge.judge(&mention.text, declared, location),
        };
        if let Some(correction) = correction {
            corrections::lay_over(&mut judged, correction);
        }
        let corrected_place = correction.and_then(|correction| correction.place.clone());
        let given_place = corrected_place.or_else(|| mention.location.clone());
        let place = given_place.or_else(|| judged.place.clone());
        let title = mention.title.as_deref().map(Tokens::of);
        let document = Document {
            title: title.as_ref(),
            body: &judged.tokens,
            fields: Fields {
                mention: Some(mention),
                language: Some(&judged.language),
                sentiment: judged.sentiment.as_ref(),
                intents: &judged.intents,
                place: place.as_ref(),
            },
        };
        let mut hits = Vec::new();
        let mut unknowns = Unknowns::default();
        let compiled = rules.compiled();
        compiled.matches_counting(&document, &mut hits, &mut unknowns);
        self.unknown_fields.add(&unknowns);
        let mut brands = self.judge.brands(&judged);
        let matches = hits
            .into_iter()
            .map(|hit| {
                let stream = compiled.id(hit.stream).clone();
                let corrected = correction.and_then(|correction| correction.sentiment_of(&stream));
                let sentiment = match corrected {
                    Some(label) => Some(corrections::sentiment(label)),
                    None => brands.sentiment(&hit.spans),
                };
                let version = compiled.version(hit.stream).clone();
                StreamMatch { stream, version, sentiment, spans: hit.spans }
            })
            .collect();
        let tagged = TaggedMention {
            language: judged.language,
            sentiment: judged.sentiment,
            intents: judged.intents,
            noise: judged.noise,
            fingerprint: judged.fingerprint,
            place,
            matches,
            correction: correction.cloned(),
            ..TaggedMention::default()
        };
        (tagged, judged.tokens)
    }

    fn judge_mention(
        &self,
        ledger: &Ledger,
        mention: &Mention,
        at: &At<'_>,
        out: &mut Emitter<'_, TaggerOutput>,
    ) -> Judged<Ledger> {
        let reading = at.reading(mention);
        let first = Told {
            mention,
            judgement: Judgement::FIRST,
            correction: None,
            reading,
            previous: None,
        };
        let ledger = match ledger.recognise(mention, content_hash(mention), reading) {
            Known::Redelivered => return Judged::Duplicate,
            Known::New => self.tell(ledger, &first, at, out),
            Known::Edited(entry) => {
                let told = Told {
                    judgement: entry.judgement.next(),
                    previous: entry.added.as_deref(),
                    ..first
                };
                self.tell(ledger, &told, at, out)
            }
            Known::Recounted(entry) => {
                let told = Told {
                    judgement: entry.judgement.next(),
                    previous: entry.added.as_deref(),
                    correction: entry.correction.as_deref().cloned(),
                    ..first
                };
                self.tell_if_moved(ledger, &told, at, out)
            }
        };
        Judged::Processed(StateUpdate::Put(ledger))
    }

    /// Tags a mention with its newer counts, and tells it only when it enters or leaves a stream
    /// that asks for them.
    fn tell_if_moved(
        &self,
        ledger: &Ledger,
        told: &Told<'_>,
        at: &At<'_>,
        out: &mut Emitter<'_, TaggerOutput>,
    ) -> Ledger {
        let rules = at.context.control;
        let judged = self.tag_corrected(told.mention, rules, told.correction.as_ref());
        if change::moves_engagement(told.previous, &judged.0.matches, rules.compiled()) {
            tell_judged(ledger, told, judged, at, out)
        } else {
            ledger.with_reading(&told.mention.mention_id, told.reading)
        }
    }

    /// Judges a mention again as a person corrected it.
    fn judge_correction(
        &self,
        ledger: &Ledger,
        corrected: &CorrectedMention,
        at: &At<'_>,
        out: &mut Emitter<'_, TaggerOutput>,
    ) -> Result<Judged<Ledger>, Rejection> {
        let CorrectedMention { mention, judgement, correction } = corrected;
        let refuse =
            |why: &str| Err(Rejection::new(format!("correction: {} {why}", mention.mention_id)));
        let entry = ledger.find(&mention.mention_id);
        let (last, correction) = match entry {
            // Beyond the ledger: the record says which judgement was corrected.
            None => (*judgement, correction.clone()),
            Some(entry) if entry.deleted => return refuse("was deleted by its source"),
            Some(entry) if !entry.says(content_hash(mention)) => {
                return refuse("says something else by now: correct its newest judgement");
            }
            Some(entry) => {
                let Some(correction) = newest_of(entry.correction.as_deref(), correction) else {
                    return Ok(Judged::Duplicate);
                };
                (entry.judgement, correction)
            }
        };
        let previous = entry.and_then(|entry| entry.added.as_deref());
        let correction = Some(correction);
        let reading = at.reading(mention);
        let told = Told { mention, judgement: last.next(), correction, reading, previous };
        Ok(Judged::Processed(StateUpdate::Put(self.tell(ledger, &told, at, out))))
    }

    /// Holds a mention to one stream, and tells what that adds to what was told of it or takes
    /// away; nothing where it was told already, or the mention says something else by now.
    fn judge_backfilled(
        &self,
        ledger: &Ledger,
        backfilled: &BackfilledMention,
        at: &At<'_>,
        out: &mut Emitter<'_, TaggerOutput>,
    ) -> Judged<Ledger> {
        let mention = &backfilled.mention;
        let entry = ledger.find(&mention.mention_id);
        if entry.is_some_and(|entry| entry.deleted || !entry.says(content_hash(mention))) {
            return Judged::Duplicate;
        }
        let correction = entry.and_then(|entry| entry.correction.as_deref());
        let rules = at.context.control;
        let (tagged, tokens) = self.tag_corrected(mention, rules, correction);
        let tagged = TaggedMention { mention: mention.clone(), ..at.place(tagged) };
        let Some(amendment) = amend(tagged, backfilled, entry) else { return Judged::Duplicate };
        let Amendment { tagged, taken_back, added, whole } = amendment;
        let Mention { author, mention_id, .. } = &tagged.mention;
        emit_counts(out, counts_taken_back(&taken_back, &author.id, mention_id));
        emit_counts(out, counts_of(&tagged, &added, &tokens));
        // What is beyond the ledger stays beyond it: the record tells what was told before.
        let update = match entry {
            Some(_) => StateUpdate::Put(ledger.with_added(mention_id, whole)),
            None => StateUpdate::Keep,
        };
        emit_own(out, tagged);
        Judged::Processed(update)
    }

    /// Tags a mention, takes back what it had added, and tells what it adds now.
    fn tell(
        &self,
        ledger: &Ledger,
        told: &Told<'_>,
        at: &At<'_>,
        out: &mut Emitter<'_, TaggerOutput>,
    ) -> Ledger {
        let Told { mention, correction, .. } = told;
        let judged = self.tag_corrected(mention, at.context.control, correction.as_ref());
        tell_judged(ledger, told, judged, at, out)
    }
}

/// Takes back what a mention had added, and tells what it adds as it is judged now.
fn tell_judged(
    ledger: &Ledger,
    told: &Told<'_>,
    (tagged, tokens): (TaggedMention, Tokens<'_>),
    at: &At<'_>,
    out: &mut Emitter<'_, TaggerOutput>,
) -> Ledger {
    let Told { mention, judgement, previous, .. } = *told;
    let tagged = TaggedMention {
        mention: mention.clone(),
        judgement,
        withdrawn: change::withdrawn(previous, &tagged.matches),
        ..at.place(tagged)
    };
    let added = added_by(&tagged);
    if let Some(previous) = previous {
        let taken_back = change::beyond(previous, added.as_ref());
        let Mention { author, mention_id, .. } = &tagged.mention;
        emit_counts(out, counts_taken_back(&taken_back, &author.id, mention_id));
    }
    if let Some(added) = &added {
        let added = change::beyond(added, previous);
        for part in change::apart(added, ledger.find(&mention.mention_id)) {
            emit_counts(out, counts_of(&tagged, &part, &tokens));
        }
    }
    if judgement == Judgement::FIRST {
        emit_interactions(out, &tagged);
    }
    let ledger = ledger.with(told, at.record.event_time, added);
    emit_own(out, tagged);
    ledger
}

/// Both corrections together, the later one over the earlier; none when nothing is new.
fn newest_of(known: Option<&Correction>, correction: &Correction) -> Option<Correction> {
    let Some(known) = known else { return Some(correction.clone()) };
    let together = if correction.at < known.at {
        known.clone().over(correction)
    } else {
        correction.clone().over(known)
    };
    (together != *known).then_some(together)
}

/// Where a record stands and what it is judged with.
struct At<'a> {
    record: &'a Record<'a, RawRecord>,
    context: &'a Context<'a, RuleSet>,
}

impl At<'_> {
    /// The counts of a mention, to be remembered; none where no stream asks for them.
    fn reading(&self, mention: &Mention) -> Option<Reading> {
        let is_asked = self.context.control.compiled().has_engagement_terms();
        if is_asked { Reading::of(&mention.counts) } else { None }
    }

    /// The mention with where it came from and when it happened.
    fn place(&self, tagged: TaggedMention) -> TaggedMention {
        TaggedMention {
            event_time: self.record.event_time,
            ingested_at: self.record.value.heard_at,
            late: self.context.late,
            source: self.record.value.source.clone(),
            stamps: self.record.value.stamps,
            ..tagged
        }
    }
}

fn judge_deletion(
    ledger: &Ledger,
    deletion: &Deletion,
    author: &AuthorId,
    at: &At<'_>,
    out: &mut Emitter<'_, TaggerOutput>,
) -> Judged<Ledger> {
    let Some(entry) = ledger.find(&deletion.mention_id) else {
        // Beyond the ledger: nothing of it can be taken back.
        return Judged::Processed(StateUpdate::Keep);
    };
    if entry.deleted {
        return Judged::Duplicate;
    }
    let mut mention = Mention { mention_id: deletion.mention_id.clone(), ..Mention::default() };
    mention.author.id = author.clone();
    let matches = entry.added.iter().flat_map(|added| &added.counted);
    let tagged = TaggedMention {
        mention,
        status: Status::Deleted,
        judgement: entry.judgement.next(),
        withdrawn: change::withdrawn(entry.added.as_deref(), &[]),
        matches: matches
            .map(|counted| StreamMatch {
                stream: counted.stream.clone(),
                version: counted.version.clone(),
                spans: Vec::new(),
                sentiment: None,
            })
            .collect(),
        ..at.place(TaggedMention::default())
    };
    if let Some(added) = entry.added.as_deref() {
        emit_counts(out, counts_taken_back(added, author, &deletion.mention_id));
    }
    emit_own(out, tagged);
    Judged::Processed(StateUpdate::Put(ledger.with_deleted(&deletion.mention_id)))
}

fn emit_counts(out: &mut Emitter<'_, TaggerOutput>, counts: Vec<CountRecord>) {
    for count in counts {
        out.emit(TaggerOutput::Count(Box::new(count)));
    }
}

fn emit_interactions(out: &mut Emitter<'_, TaggerOutput>, tagged: &TaggedMention) {
    for event in interactions_of(tagged) {
        out.emit(TaggerOutput::AuthorEvent(Box::new(event)));
    }
}

fn emit_own(out: &mut Emitter<'_, TaggerOutput>, tagged: TaggedMention) {
    let author = tagged.mention.author.id.clone();
    let event = WhatHappened::TaggedMention(Box::new(tagged));
    out.emit(TaggerOutput::AuthorEvent(Box::new(AuthorEvent { author, event })));
}

impl Processor for Tagger {
    const NAME: &'static str = "tagger";
    const STATE_VERSION: u8 = 4;
    type Input = RawRecord;
    type Key = AuthorId;
    type State = Ledger;
    type Output = TaggerOutput;
    type Control = RuleSet;

    fn key(&self, input: &RawRecord) -> Result<AuthorId, Rejection> {
        match &input.body {
            RawBody::Mention(mention) => Ok(mention.author.id.clone()),
            RawBody::CorrectedMention(corrected) => Ok(corrected.mention.author.id.clone()),
            RawBody::BackfilledMention(backfilled) => Ok(backfilled.mention.author.id.clone()),
            RawBody::Deletion(Deletion { author: Some(author), .. }) => Ok(author.clone()),
            RawBody::Deletion(Deletion { mention_id, author: None }) => Err(Rejection::new(
                format!("author: the deletion of {mention_id} does not name the author"),
            )),
            RawBody::Heartbeat(_) => Err(Rejection::new("a heartbeat has no author")),
        }
    }

    fn process(
        &self,
        state: Option<&Ledger>,
        record: &Record<'_, RawRecord>,
        context: &Context<'_, RuleSet>,
        out: &mut Emitter<'_, TaggerOutput>,
    ) -> Result<Judged<Ledger>, Rejection> {
        let empty = Ledger::default();
        let ledger = state.unwrap_or(&empty);
        let at = At { record, context };
        match &record.value.body {
            RawBody::Mention(mention) => Ok(self.judge_mention(ledger, mention, &at, out)),
            RawBody::CorrectedMention(corrected) => {
                self.judge_correction(ledger, corrected, &at, out)
            }
            RawBody::BackfilledMention(backfilled) => {
                Ok(self.judge_backfilled(ledger, backfilled, &at, out))
            }
            RawBody::Deletion(deletion) => {
                let author = self.key(record.value)?;
                Ok(judge_deletion(ledger, deletion, &author, &at, out))
            }
            RawBody::Heartbeat(_) => Err(Rejection::new("a heartbeat is no mention")),
        }
    }

    fn next_timer(&self, _state: &Ledger) -> Option<EventTime> {
        None
    }

    fn on_timer(
        &self,
        _key: &AuthorId,
        _state: &Ledger,
        _at: EventTime,
        _out: &mut Emitter<'_, TaggerOutput>,
    ) -> StateUpdate<Ledger> {
        StateUpdate::Keep
    }
}
