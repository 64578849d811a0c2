//! Whether a field term is met, not met, or not known to be met.

use vigie_text::TokenKind;
use vigie_types::{AuthorId, AuthorKind, Counts, Mention, MentionKind, Place};
use xxhash_rust::xxh3::xxh3_64;

use super::evaluation::Truth;
use crate::document::Document;
use crate::syntax::{Account, Field, Possession, Property, folded_name};

/// Judges the field terms of one mention.
pub(crate) struct FieldTruth<'d> {
    document: &'d Document<'d>,
}

/// Unknown without a value, else whether the value passes.
fn known<T>(value: Option<T>, passes: impl FnOnce(T) -> bool) -> Truth {
    value.map_or(Truth::Unknown, |value| Truth::from(passes(value)))
}

impl<'d> FieldTruth<'d> {
    pub(crate) fn of(document: &'d Document<'d>) -> Self {
        Self { document }
    }

    pub(crate) fn truth(&self, field: &Field) -> Truth {
        let mention = self.document.fields.mention;
        match field {
            Field::Author(account) => mention.map_or(Truth::Unknown, |m| is_author(m, account)),
            Field::To(account) => mention.map_or(Truth::Unknown, |m| answers(m, account)),
            Field::Language(code) => known(self.language(), |language| language == &**code),
            Field::Country(code) => {
                known(self.country(), |country| country.eq_ignore_ascii_case(code))
            }
            Field::Region(name) => known(self.region(), |region| folded_name(region) == **name),
            Field::City(name) => known(self.city(), |city| folded_name(city) == **name),
            Field::Site(site) => mention.map_or(Truth::Unknown, |m| is_on_site(m, site)),
            Field::Url(part) => self.holds_address(part),
            Field::Network(name) => {
                let network = mention.map(|m| m.network.as_str()).filter(|text| !text.is_empty());
                known(network, |network| network == &**name)
            }
            Field::Kind(kind) => known(mention, |m| m.kind == *kind),
            Field::Is(property) => mention.map_or(Truth::Unknown, |m| has_property(m, *property)),
            Field::Has(possession) => Truth::from(self.has(*possession)),
            Field::Followers(bound) => {
                known(mention.and_then(|m| m.author.followers), |count| bound.holds(count))
            }
            Field::Engagement(bound) => {
                known(mention.and_then(|m| engagement(&m.counts)), |count| bound.holds(count))
            }
            Field::Sentiment(bound) => {
                known(self.document.fields.sentiment, |it| bound.holds(it.score.get()))
            }
            Field::SentimentClass(label) => {
                known(self.document.fields.sentiment, |it| it.label == *label)
            }
            Field::Intent(kind) => {
                let intents = self.document.fields.intents;
                let given = (!intents.is_empty()).then_some(intents);
                known(given, |intents| intents.iter().any(|intent| intent.kind == *kind))
            }
            Field::Sample(share) => {
                let id = mention.map(|m| m.mention_id.as_str()).filter(|text| !text.is_empty());
                known(id, |id| xxh3_64(id.as_bytes()) % 100 < u64::from(*share))
            }
        }
    }

    fn language(&self) -> Option<&'d str> {
        self.document.fields.language.map(|it| it.code.as_str()).filter(|&code| code != "und")
    }

    fn place(&self) -> Option<&'d Place> {
        let fields = &self.document.fields;
        fields.place.or_else(|| fields.mention.and_then(|mention| mention.location.as_ref()))
    }

    fn country(&self) -> Option<&'d str> {
        self.place().and_then(|place| place.country.as_deref())
    }

    fn region(&self) -> Option<&'d str> {
        self.place().and_then(|place| place.region.as_deref())
    }

    fn city(&self) -> Option<&'d str> {
        self.place().and_then(|place| place.city.as_deref())
    }

    fn has_token(&self, kind: TokenKind) -> bool {
        let sides = [self.document.title, Some(self.document.body)];
        sides.into_iter().flatten().any(|tokens| tokens.iter().any(|token| token.kind == kind))
    }

    /// Whether a part occurs in the mention's own address or in a link of its title or text.
    fn holds_address(&self, part: &str) -> Truth {
        let sides = [self.document.title, Some(self.document.body)];
        let is_linked = sides.into_iter().flatten().any(|tokens| {
            (0..tokens.len()).any(|index| {
                tokens.get(index).kind == TokenKind::Url
                    && tokens.written(index).to_lowercase().contains(part)
            })
        });
        if is_linked {
            return Truth::True;
        }
        let own = self.document.fields.mention.and_then(address);
        known(own, |address| address.to_lowercase().contains(part))
    }

    fn has(&self, possession: Possession) -> bool {
        let fields = &self.document.fields;
        let mention = fields.mention;
        match possession {
            Possession::Link => self.has_token(TokenKind::Url),
            Possession::Hashtag => self.has_token(TokenKind::Hashtag),
            Possession::Handle => self.has_token(TokenKind::Handle),
            Possession::Cashtag => self.has_token(TokenKind::Cashtag),
            Possession::Emoji => self.has_token(TokenKind::Emoji),
            Possession::Title => self.document.title.is_some(),
            Possession::Language => self.language().is_some(),
            Possession::Country => self.country().is_some(),
            Possession::Region => self.region().is_some(),
            Possession::City => self.city().is_some(),
            Possession::Url => mention.and_then(address).is_some(),
            Possession::Author => mention.is_some_and(|m| m.author.handle.is_some()),
            Possession::Followers => mention.is_some_and(|m| m.author.followers.is_some()),
            Possession::Engagement => mention.is_some_and(|m| engagement(&m.counts).is_some()),
            Possession::Sentiment => fields.sentiment.is_some(),
            Possession::Intent => !fields.intents.is_empty(),
        }
    }
}

fn address(mention: &Mention) -> Option<&str> {
    mention.url.as_deref().or(mention.canonical_url.as_deref())
}

/// The network's own id.
fn native(id: &AuthorId) -> Option<&str> {
    id.as_str().split_once(':').map(|(_, native)| native)
}

fn is_author(mention: &Mention, account: &Account) -> Truth {
    let author = &mention.author;
    let native = native(&author.id);
    match account {
        Account::Id(id) => known(native, |_| author.id.as_str() == &**id),
        Account::Name(name) => {
            if native.is_some_and(|native| native.to_lowercase() == **name) {
                return Truth::True;
            }
            known(author.handle.as_deref(), |handle| handle.to_lowercase() == **name)
        }
    }
}

/// What an author can be called by in a list: the id, and the native id and the handle in lower
/// case; nothing where the author is unknown.
pub(crate) fn names_of(mention: &Mention) -> Vec<String> {
    let author = &mention.author;
    let native_id = native(&author.id)
        .into_iter()
        .flat_map(|native| [author.id.as_str().to_owned(), native.to_lowercase()]);
    native_id.chain(author.handle.as_deref().map(str::to_lowercase)).collect()
}

/// The hosts that a mention stands on: its outlet, and the host of its own address.
pub(crate) fn hosts_of(mention: &Mention) -> Vec<String> {
    let outlet = mention.outlet.as_deref().map(str::to_lowercase);
    outlet.into_iter().chain(address(mention).map(host)).collect()
}

/// Whether the mention answers the account; sources name the parent's author by id only.
fn answers(mention: &Mention, account: &Account) -> Truth {
    let Some(parent) = &mention.references.reply_to else { return Truth::False };
    known(parent.author.as_ref(), |author| match account {
        Account::Id(id) => author.as_str() == &**id,
        Account::Name(name) => native(author).is_some_and(|native| native.to_lowercase() == **name),
    })
}

/// The host of an address, in lower case, without user and port.
fn host(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_lowercase()
}

fn is_on_site(mention: &Mention, site: &str) -> Truth {
    let outlet = mention.outlet.as_deref();
    if outlet.is_some_and(|outlet| outlet.to_lowercase() == site) {
        return Truth::True;
    }
    match address(mention) {
        Some(address) => {
            let host = host(address);
            let above = host.strip_suffix(site);
            Truth::from(above.is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        }
        None => known(outlet, |_| false),
    }
}

fn has_property(mention: &Mention, property: Property) -> Truth {
    match property {
        Property::Kind(MentionKind::Reply) => {
            let names_parent = mention.references.reply_to.is_some();
            let is_comment = mention.kind == MentionKind::Comment;
            Truth::from(mention.kind == MentionKind::Reply || (names_parent && !is_comment))
        }
        Property::Kind(kind) => Truth::from(mention.kind == kind),
        Property::Verified => known(mention.author.verified, |is_verified| is_verified),
        Property::Bot => match mention.author.kind {
            AuthorKind::Unknown => Truth::Unknown,
            AuthorKind::Bot => Truth::True,
            AuthorKind::Human | AuthorKind::Site => Truth::False,
        },
    }
}

/// The sum of the counts that are known; unknown when none is.
fn engagement(counts: &Counts) -> Option<u64> {
    let parts = [counts.likes, counts.replies, counts.reposts, counts.quotes];
    parts.into_iter().flatten().reduce(u64::saturating_add)
}
