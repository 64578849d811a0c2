//! What holding a mention to one stream once more adds to what was told of it, or takes away.

use vigie_schema::{BackfilledMention, PreviousMatch, TaggedMention};
use vigie_types::{Judgement, Origin, StreamWithdrawal};

use crate::ledger::{Added, Counted, Entry};
use crate::partials::added_of;

/// What is told, and what the counts gain and lose by it.
pub(crate) struct Amendment {
    pub(crate) tagged: TaggedMention,
    pub(crate) taken_back: Added,
    pub(crate) added: Added,
    /// Everything that the mention adds from now on.
    pub(crate) whole: Added,
}

/// Amends what was told of a mention by its match with one stream. `tagged` is the mention as it is
/// judged now, with all that it meets; what the ledger knows stands above what the record says was
/// told before. None where that match, or none, was told already.
pub(crate) fn amend(
    tagged: TaggedMention,
    backfilled: &BackfilledMention,
    entry: Option<&Entry>,
) -> Option<Amendment> {
    let BackfilledMention { stream, previous, .. } = backfilled;
    let known = entry.and_then(|entry| entry.added.as_deref());
    let before = match entry {
        Some(_) => known
            .into_iter()
            .flat_map(|added| &added.counted)
            .find(|it| it.stream == *stream)
            .cloned(),
        None => previous.as_ref().map(|PreviousMatch { version, label }| Counted {
            stream: stream.clone(),
            version: version.clone(),
            label: *label,
        }),
    };
    let mut tagged = tagged;
    tagged.matches.retain(|found| found.stream == *stream);
    let now = added_of(&tagged).counted.pop();
    if before.as_ref().map(|it| &it.version) == now.as_ref().map(|it| &it.version) {
        return None;
    }
    // Other than an edit it tells the version before also where another one is met.
    tagged.withdrawn = before
        .iter()
        .map(|it| StreamWithdrawal { stream: it.stream.clone(), version: it.version.clone() })
        .collect();
    tagged.judgement = entry.map_or(Judgement::FIRST, |entry| entry.judgement);
    tagged.backfill = Some(stream.clone());
    tagged.mention.origin = Origin::Backfill;
    let base = Added { counted: Vec::new(), ..added_of(&tagged) };
    let was = known.cloned().unwrap_or_else(|| base.clone());
    let mut counted = was.counted.clone();
    counted.retain(|it| it.stream != *stream);
    counted.extend(now.clone());
    counted.sort_unstable_by(|one, other| one.stream.cmp(&other.stream));
    // A match that counts in the same way under another version is neither taken back nor added.
    let is_moved = before.as_ref().map(|it| it.label) != now.as_ref().map(|it| it.label);
    let moved = |it: Option<Counted>| it.filter(|_| is_moved).into_iter().collect();
    Some(Amendment {
        taken_back: Added { counted: moved(before), ..was.clone() },
        added: Added { counted: moved(now), ..base },
        whole: Added { counted, ..was },
        tagged,
    })
}
