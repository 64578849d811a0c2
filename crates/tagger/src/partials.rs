//! What a mention adds to the counts of the streams it meets, and takes back.

use compact_str::{CompactString, format_compact};
use vigie_schema::{
    AuthorSketch, CountBody, CountRecord, NamedCount, Partial, TaggedMention, TextCount,
};
use vigie_text::{TokenKind, Tokens};
use vigie_types::{AuthorId, Mention, MentionId, MentionKind, SentimentLabel};

use crate::ledger::{Added, Counted};

/// From this level on a mention counts as noise.
const NOISY: u8 = 50;

/// The most terms one mention brings: more than any network's hashtag limit that is kept in
/// practice.
const MAXIMUM_TERMS: usize = 12;

/// What a tagged mention adds, to be remembered; none when it meets no stream.
pub(crate) fn added_by(tagged: &TaggedMention) -> Option<Added> {
    (!tagged.matches.is_empty()).then(|| added_of(tagged))
}

/// What a tagged mention adds to each stream that it meets, and where.
pub(crate) fn added_of(tagged: &TaggedMention) -> Added {
    Added {
        bucket: tagged.event_time.bucket(),
        late: tagged.late,
        rules: tagged.stamps.rules,
        noisy: tagged.noise.level >= NOISY,
        language: tagged.language.code.to_string(),
        fingerprint: tagged.fingerprint,
        link: link_of(&tagged.mention),
        counted: tagged
            .matches
            .iter()
            .map(|found| Counted {
                stream: found.stream.clone(),
                version: found.version.clone(),
                label: found.sentiment.as_ref().map(|sentiment| sentiment.label),
            })
            .collect(),
    }
}

/// The counts of what was added, with the words that were said.
pub(crate) fn counts_of(
    tagged: &TaggedMention,
    added: &Added,
    tokens: &Tokens<'_>,
) -> Vec<CountRecord> {
    let terms = terms_of(tagged, tokens);
    counts(added, &tagged.mention.author.id, tagged.mention.mention_id.network(), 1, |partial| {
        partial.terms.clone_from(&terms);
        partial.samples.push(tagged.mention.mention_id.clone());
        partial.texts.push(TextCount {
            authors: AuthorSketch::of(&tagged.mention.author.id),
            first_at: tagged.event_time,
            ..text(added, &tagged.mention.mention_id, 1)
        });
    })
}

/// The counts that take back what was added. Terms and samples stay: they only illustrate.
pub(crate) fn counts_taken_back(
    added: &Added,
    author: &AuthorId,
    mention: &MentionId,
) -> Vec<CountRecord> {
    let taken_back = text(added, mention, -1);
    counts(added, author, mention.network(), -1, |partial| partial.texts.push(taken_back.clone()))
}

/// What makes two articles one; a post's own address says nothing of copies.
fn link_of(mention: &Mention) -> Option<i64> {
    let url = mention.canonical_url.as_deref()?;
    match mention.kind {
        MentionKind::Article => Some(TextCount::link_of(url)),
        MentionKind::Post
        | MentionKind::Reply
        | MentionKind::Repost
        | MentionKind::Quote
        | MentionKind::Comment => None,
    }
}

fn text(added: &Added, mention: &MentionId, count: i64) -> TextCount {
    TextCount {
        fingerprint: added.fingerprint,
        link: added.link,
        count,
        first: mention.clone(),
        ..TextCount::default()
    }
}

fn counts(
    added: &Added,
    author: &AuthorId,
    network: &str,
    sign: i64,
    illustrate: impl Fn(&mut Partial),
) -> Vec<CountRecord> {
    let labelled = |counted: &Counted, label| if counted.label == Some(label) { sign } else { 0 };
    let named = |name: &str| vec![NamedCount { name: CompactString::new(name), count: sign }];
    added
        .counted
        .iter()
        .map(|counted| {
            let mut partial = Partial {
                stream: counted.stream.clone(),
                bucket: added.bucket,
                // What is taken back comes after its window may have closed: a correction.
                late: added.late || sign < 0,
                rules: added.rules,
                count: sign,
                negative: labelled(counted, SentimentLabel::Negative),
                neutral: labelled(counted, SentimentLabel::Neutral),
                positive: labelled(counted, SentimentLabel::Positive),
                noisy: if added.noisy { sign } else { 0 },
                authors: named(author.as_str()),
                languages: named(&added.language),
                networks: named(network),
                terms: Vec::new(),
                samples: Vec::new(),
                texts: Vec::new(),
            };
            illustrate(&mut partial);
            CountRecord { body: CountBody::Partial(partial) }
        })
        .collect()
}

/// Hashtags, and the words that moved the sentiment: what a spike is about.
fn terms_of(tagged: &TaggedMention, tokens: &Tokens<'_>) -> Vec<NamedCount> {
    let hashtags = (0..tokens.len())
        .filter(|index| tokens.get(*index).kind == TokenKind::Hashtag)
        .map(|index| format_compact!("#{}", tokens.folded(index)));
    let moving = tagged.sentiment.iter().flat_map(|sentiment| &sentiment.tokens);
    let words = moving.map(|token| CompactString::new(vigie_text::fold(&token.text)));
    let mut names: Vec<CompactString> = hashtags.chain(words).take(MAXIMUM_TERMS).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| NamedCount { name, count: 1 }).collect()
}
