//! The processor: one event of an author in, the scored mention and the author's record out.

use vigie_runtime::{Context, Emitter, Judged, Processor, Record, Rejection, StateUpdate};
use vigie_schema::{AuthorEvent, AuthorRecord, TaggedMention, WhatHappened};
use vigie_types::{AuthorId, EventTime, Status};

use crate::author_state::AuthorState;
use crate::mention_score::score_mention;
use crate::settings::ScoreSettings;

/// What the scorer emits.
#[derive(Clone, Debug, PartialEq)]
pub enum ScorerOutput {
    /// To `mentions.scored.v1`.
    Scored(Box<TaggedMention>),
    /// To `authors.v1`.
    Author(Box<AuthorRecord>),
}

/// Scores mentions and authors.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scorer;

impl Processor for Scorer {
    const NAME: &'static str = "scorer";
    const STATE_VERSION: u8 = 1;
    type Input = AuthorEvent;
    type Key = AuthorId;
    type State = AuthorState;
    type Output = ScorerOutput;
    type Control = ScoreSettings;

    fn key(&self, input: &AuthorEvent) -> Result<AuthorId, Rejection> {
        Ok(input.author.clone())
    }

    fn process(
        &self,
        state: Option<&AuthorState>,
        record: &Record<'_, AuthorEvent>,
        context: &Context<'_, ScoreSettings>,
        out: &mut Emitter<'_, ScorerOutput>,
    ) -> Result<Judged<AuthorState>, Rejection> {
        let AuthorEvent { author, event } = record.value;
        let settings = context.control;
        let mut folded = state.cloned().unwrap_or_default();
        match event {
            WhatHappened::TaggedMention(tagged) => {
                if tagged.mention.author.id != *author {
                    return Err(Rejection::new(format!(
                        "event: mention {} is by {} and stands under {author}",
                        tagged.mention.mention_id, tagged.mention.author.id
                    )));
                }
                let scored = judge_own(&mut folded, tagged, settings);
                out.emit(ScorerOutput::Scored(Box::new(scored)));
                if state.is_none() && tagged.status == Status::Deleted {
                    // Nothing of an author unknown here can be taken back.
                    return Ok(Judged::Processed(StateUpdate::Keep));
                }
            }
            WhatHappened::Interaction(interaction) => folded.receive(interaction, settings),
        }
        if let Some(published) = folded.publish(author, settings) {
            out.emit(ScorerOutput::Author(Box::new(published)));
        }
        Ok(Judged::Processed(StateUpdate::Put(folded)))
    }

    fn next_timer(&self, _state: &AuthorState) -> Option<EventTime> {
        None
    }

    fn on_timer(
        &self,
        _key: &AuthorId,
        _state: &AuthorState,
        _at: EventTime,
        _out: &mut Emitter<'_, ScorerOutput>,
    ) -> StateUpdate<AuthorState> {
        StateUpdate::Keep
    }
}

/// Folds an own mention and scores it; a deleted one passes through without a score.
fn judge_own(
    author: &mut AuthorState,
    tagged: &TaggedMention,
    settings: &ScoreSettings,
) -> TaggedMention {
    let (score, configuration) = match tagged.status {
        Status::Active => {
            match tagged.backfill {
                Some(_) => author.amend(tagged),
                None => author.say(tagged, settings),
            }
            let influence = author.influence(tagged.event_time, settings);
            (Some(score_mention(tagged, influence, settings)), Some(settings.hash().clone()))
        }
        Status::Deleted => {
            author.unsay(tagged, settings);
            (None, None)
        }
    };
    TaggedMention { score, configuration, ..tagged.clone() }
}
