//! The processor: one raw record in, tagged mention, interactions and counts out.

use std::sync::Arc;

use vigie_query::{Document, Fields};
use vigie_runtime::{Context, Emitter, Judged, Processor, Record, Rejection, StateUpdate};
use vigie_schema::{
    AuthorEvent, CountRecord, Deletion, RawBody, RawRecord, TaggedMention, WhatHappened,
};
use vigie_text::{Judge, Tokens};
use vigie_types::{AuthorId, EventTime, Judgement, Mention, Status, StreamMatch};

use crate::interactions::interactions_of;
use crate::ledger::{Known, Ledger, content_hash};
use crate::partials::{added_by, counts_of, counts_taken_back};
use crate::rules::RuleSet;

/// What the tagger emits.
#[derive(Clone, Debug, PartialEq)]
pub enum TaggerOutput {
    /// To `author-events.v1`.
    AuthorEvent(Box<AuthorEvent>),
    /// To `counts.v1`.
    Count(CountRecord),
}

/// Judges mentions; holds the text models, which are the same in every task.
#[derive(Clone)]
pub struct Tagger {
    judge: Arc<Judge>,
}

impl Tagger {
    /// A tagger over these models.
    pub const fn new(judge: Arc<Judge>) -> Self {
        Self { judge }
    }

    /// Tags one mention with the streams of `rules`; no state takes part.
    pub fn tag<'t>(&self, mention: &'t Mention, rules: &RuleSet) -> (TaggedMention, Tokens<'t>) {
        let declared = mention.declared_language.as_deref();
        let judged = self.judge.judge(&mention.text, declared, mention.author.location.as_deref());
        let place = mention.location.clone().or_else(|| judged.place.clone());
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
        rules.compiled().matches(&document, &mut hits);
        let compiled = rules.compiled();
        let matches = hits
            .into_iter()
            .map(|hit| StreamMatch {
                stream: compiled.id(hit.stream).clone(),
                version: compiled.version(hit.stream).clone(),
                sentiment: self.judge.sentiment_towards(&judged, &hit.spans),
                spans: hit.spans,
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
        let (judgement, previous) = match ledger.recognise(mention, content_hash(mention)) {
            Known::Redelivered => return Judged::Duplicate,
            Known::New => (Judgement::FIRST, None),
            Known::Edited(entry) => (entry.judgement.next(), entry.added.as_deref()),
        };
        let (tagged, tokens) = self.tag(mention, at.context.control);
        let tagged = TaggedMention { mention: mention.clone(), judgement, ..at.place(tagged) };
        let added = added_by(&tagged);
        if let Some(previous) = previous {
            let author = &mention.author.id;
            emit_counts(out, counts_taken_back(previous, author, &mention.mention_id));
        }
        if let Some(added) = &added {
            emit_counts(out, counts_of(&tagged, added, &tokens));
        }
        if judgement == Judgement::FIRST {
            emit_interactions(out, &tagged);
        }
        let ledger = ledger.with(mention, at.record.event_time, judgement, added);
        emit_own(out, tagged);
        Judged::Processed(StateUpdate::Put(ledger))
    }
}

/// Where a record stands and what it is judged with.
struct At<'a> {
    record: &'a Record<'a, RawRecord>,
    context: &'a Context<'a, RuleSet>,
}

impl At<'_> {
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
        out.emit(TaggerOutput::Count(count));
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
    const STATE_VERSION: u8 = 2;
    type Input = RawRecord;
    type Key = AuthorId;
    type State = Ledger;
    type Output = TaggerOutput;
    type Control = RuleSet;

    fn key(&self, input: &RawRecord) -> Result<AuthorId, Rejection> {
        match &input.body {
            RawBody::Mention(mention) => Ok(mention.author.id.clone()),
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
