//! Whom a mention acts upon: the authors of what it answers and passes on, and those it names.

use std::collections::BTreeSet;

use vigie_schema::{Act, AuthorEvent, Interaction, TaggedMention, WhatHappened};
use vigie_types::{AuthorId, MentionId, MentionKind, Reference};

/// The most authors one mention acts upon: a thread's reply that names everybody.
const MAXIMUM_CONCERNED: usize = 50;

/// One event per author concerned, the strongest act each, never upon oneself.
pub(crate) fn interactions_of(tagged: &TaggedMention) -> Vec<AuthorEvent> {
    let mention = &tagged.mention;
    let references = &mention.references;
    let answer = match mention.kind {
        MentionKind::Comment => Act::Comment,
        MentionKind::Post
        | MentionKind::Reply
        | MentionKind::Repost
        | MentionKind::Quote
        | MentionKind::Article => Act::Reply,
    };
    let mut seen = BTreeSet::from([&mention.author.id]);
    let mut events = Vec::new();
    let acts = [
        (answer, references.reply_to.as_ref()),
        (Act::Repost, references.repost_of.as_ref()),
        (Act::Quote, references.quote_of.as_ref()),
        (answer, references.root.as_ref().filter(|_| references.reply_to.is_some())),
    ];
    for (act, reference) in acts {
        if let Some(Reference { mention: on, author: Some(author) }) = reference
            && seen.insert(author)
        {
            events.push(event(tagged, author, act, Some(on)));
        }
    }
    for author in references.mentioned.iter().take(MAXIMUM_CONCERNED) {
        if seen.insert(author) {
            events.push(event(tagged, author, Act::Mention, None));
        }
    }
    events
}

fn event(
    tagged: &TaggedMention,
    author: &AuthorId,
    act: Act,
    on: Option<&MentionId>,
) -> AuthorEvent {
    let interaction = Interaction {
        by: tagged.mention.author.id.clone(),
        act,
        mention_id: tagged.mention.mention_id.clone(),
        on: on.cloned(),
        status: tagged.status,
        judgement: tagged.judgement,
        event_time: tagged.event_time,
        late: tagged.late,
        stamps: tagged.stamps,
        sentiment: tagged.sentiment.as_ref().map(|sentiment| sentiment.score),
        noise: tagged.noise.level,
    };
    AuthorEvent { author: author.clone(), event: WhatHappened::Interaction(interaction) }
}

#[cfg(test)]
mod tests {
    use vigie_types::{Author, Mention, References};

    use super::*;

    fn author(id: &str) -> AuthorId {
        AuthorId::new(format!("murmur:{id}")).expect("valid")
    }

    fn reference(author_id: &str) -> Reference {
        let mention = MentionId::new("murmur:1").expect("valid");
        Reference { mention, author: Some(author(author_id)) }
    }

    fn check(references: References, expected: &[(&str, Act)]) {
        let mention = Mention {
            author: Author { id: author("me"), ..Author::default() },
            kind: MentionKind::Reply,
            references,
            ..Mention::default()
        };
        let tagged = TaggedMention { mention, ..TaggedMention::default() };
        let found: Vec<(AuthorId, Act)> = interactions_of(&tagged)
            .into_iter()
            .map(|event| match event.event {
                WhatHappened::Interaction(interaction) => (event.author, interaction.act),
                WhatHappened::TaggedMention(_) => panic!("only interactions"),
            })
            .collect();
        let expected: Vec<(AuthorId, Act)> =
            expected.iter().map(|(id, act)| (author(id), *act)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn parent_and_root_are_concerned_once_each_and_oneself_never() {
        let thread = |parent: &str, root: &str| References {
            reply_to: Some(reference(parent)),
            root: Some(reference(root)),
            ..References::default()
        };
        check(thread("a", "b"), &[("a", Act::Reply), ("b", Act::Reply)]);
        check(thread("a", "a"), &[("a", Act::Reply)]);
        check(thread("me", "b"), &[("b", Act::Reply)]);
    }

    #[test]
    fn a_named_author_who_is_answered_too_counts_as_answered() {
        let references = References {
            reply_to: Some(reference("a")),
            mentioned: vec![author("a"), author("c"), author("me")],
            ..References::default()
        };
        check(references, &[("a", Act::Reply), ("c", Act::Mention)]);
    }
}
