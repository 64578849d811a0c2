//! Makes a mention of a draft, as its network would tell it.
//!
//! Guarantees: the same draft gives the same mention; what the network does not tell is absent.

use std::fmt::Write as _;

use vigie_types::{
    Author, AuthorId, Counts, EventTime, Mention, MentionKind, Millis, Origin, Place as Location,
    Precision, Provenance, Reference, References, Revision,
};

use crate::author::{AuthorKey, OUTLETS, Profiles, Role};
use crate::brand::BrandIndex;
use crate::cascade::{Draft, Target};
use crate::dice::{Derived, Roll};
use crate::network::Place;
use crate::region::REGIONS;
use crate::text::{Composed, Composer, has_title};

/// Makes mentions of drafts.
#[derive(Clone, Debug)]
pub(crate) struct Mint {
    seed: u64,
    profiles: Profiles,
    composer: Composer,
}

impl Mint {
    pub(crate) fn new(seed: u64, profiles: Profiles, composer: Composer) -> Self {
        Self { seed, profiles, composer }
    }

    /// The mention of a draft. An edited one has revision 2, its time is that of the edit's
    /// original.
    pub(crate) fn mention(&self, draft: &Draft) -> (Mention, Named) {
        let mut dice = Derived::new(self.seed ^ 0x4D49_4E54, draft.sequence);
        let mut composed = self.text(draft);
        let author = self.profiles.author(draft.author);
        let region = &REGIONS[usize::from(draft.plan.region)];
        let mention_id = draft.place.mention_id(self.seed, draft.sequence);
        let article = draft.kind == MentionKind::Article;
        let declared_language = match draft.place {
            Place::Murmur => dice.chance(0.92).then(|| declared(region.language.code, &mut dice)),
            Place::Agora => None,
            Place::Web => Some(region.language.code.into()),
        };
        let title = has_title(draft.kind) && draft.place != Place::Murmur;
        let named = Named { handles: std::mem::take(&mut composed.handles) };
        let mention = Mention {
            url: url(draft, &mention_id, &author),
            revision: Some(Revision::new(if draft.plan.edited { 2 } else { 1 })),
            network: draft.place.network(),
            kind: draft.kind,
            title: title.then(|| self.composer.title(&draft.plan)),
            text: composed.text,
            declared_language,
            created_at: created_at(draft, &mut dice),
            published_at: Some(draft.at),
            references: self.references(draft, &named),
            counts: counts(draft, author.followers, &mut dice),
            location: location(draft, &mut dice),
            outlet: article.then(|| OUTLETS[draft.author.rank as usize].0.into()),
            origin: Origin::Live,
            canonical_url: None,
            mention_id,
            author,
        };
        (mention, named)
    }

    /// The id of an author.
    pub(crate) fn author_id(&self, key: AuthorKey) -> AuthorId {
        self.profiles.id(key)
    }

    fn text(&self, draft: &Draft) -> Composed {
        let mut composed = self.composer.text(&draft.plan);
        if let Some(addressee) = draft.plan.to {
            let handle = self.profiles.handle(addressee);
            composed.text = format!("@{handle} {}", composed.text);
        }
        composed
    }

    fn references(&self, draft: &Draft, named: &Named) -> References {
        let reference = |target: Option<Target>| {
            target.map(|target| Reference {
                mention: draft.place.mention_id(self.seed, target.sequence),
                author: Some(self.profiles.id(target.author)),
            })
        };
        let only = |wanted: &[MentionKind]| {
            reference(draft.parent.filter(|_| wanted.contains(&draft.kind)))
        };
        let mut mentioned = Vec::new();
        if draft.place == Place::Murmur {
            mentioned.extend(draft.plan.to.map(|addressee| self.profiles.id(addressee)));
            for brand in &named.handles {
                let account = self.profiles.id(account(*brand));
                if !mentioned.contains(&account) {
                    mentioned.push(account);
                }
            }
        }
        References {
            reply_to: only(&[MentionKind::Reply, MentionKind::Comment]),
            repost_of: only(&[MentionKind::Repost]),
            quote_of: only(&[MentionKind::Quote]),
            root: reference(draft.root),
            mentioned,
        }
    }
}

/// Whom a text names by handle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    pub(crate) handles: Vec<BrandIndex>,
}

/// The brand's own account.
pub(crate) fn account(brand: BrandIndex) -> AuthorKey {
    AuthorKey { place: Place::Murmur, role: Role::Account, region: 0, rank: brand.get() as u32 }
}

/// A declared language is the author's setting, which is wrong now and then.
fn declared(code: &str, dice: &mut impl Roll) -> String {
    if dice.chance(0.03) { "en".into() } else { code.into() }
}

fn created_at(draft: &Draft, dice: &mut impl Roll) -> Option<EventTime> {
    let before = match (draft.place, draft.kind) {
        (Place::Murmur, _) => Millis::new(i64::from(dice.below(800))),
        (Place::Web, MentionKind::Article) => Millis::new(i64::from(dice.below(600_000))),
        (Place::Agora | Place::Web, _) => return None,
    };
    Some(draft.at - before)
}

fn url(draft: &Draft, id: &vigie_types::MentionId, author: &Author) -> Option<String> {
    let native = id.native();
    let mut url = String::with_capacity(72);
    let written = match (draft.place, draft.kind) {
        (Place::Murmur, _) => {
            let handle = author.handle.as_deref().unwrap_or("i");
            write!(url, "https://murmur.example/{handle}/{native}")
        }
        (Place::Agora, _) => write!(url, "https://agora.example/t/{native}"),
        (Place::Web, MentionKind::Article) => {
            let site = OUTLETS[draft.author.rank as usize].0;
            write!(url, "https://{site}/{native}?utm_source=feed")
        }
        (Place::Web, _) => return None,
    };
    assert!(written.is_ok(), "writing to a text cannot fail");
    Some(url)
}

/// What a source counted when it looked a second later; most sources look at once and tell nothing.
fn counts(draft: &Draft, followers: Option<u64>, dice: &mut impl Roll) -> Counts {
    let told = draft.kind != MentionKind::Repost && dice.chance(0.35);
    if draft.place == Place::Web || !told {
        return Counts::default();
    }
    let audience = followers.unwrap_or(300) as f64;
    let views = (audience * 0.02 * (0.8 * dice.normal()).exp()) as u64;
    let likes = (views as f64 * 0.05 * dice.unit()) as u64;
    let as_of = Some(draft.at + Millis::seconds(1));
    match draft.place {
        Place::Murmur => Counts {
            likes: Some(likes),
            replies: Some(likes / 20),
            reposts: Some(likes / 12),
            quotes: Some(likes / 90),
            views: Some(views),
            as_of,
        },
        Place::Agora | Place::Web => {
            Counts { likes: Some(likes), replies: Some(likes / 8), as_of, ..Counts::default() }
        }
    }
}

fn location(draft: &Draft, dice: &mut impl Roll) -> Option<Location> {
    let share = match draft.place {
        Place::Murmur => 0.03,
        Place::Agora => 0.0,
        Place::Web => 0.25,
    };
    if !dice.chance(share) {
        return None;
    }
    let region = &REGIONS[usize::from(draft.author.region)];
    let country = Some(region.country.into());
    let provenance = Provenance::Platform;
    if draft.place == Place::Web {
        let precision = Precision::Country;
        return Some(Location { city: None, region: None, country, precision, provenance });
    }
    let (city, area) = *dice.pick(region.cities);
    let (city, area) = (Some(city.into()), Some(area.into()));
    Some(Location { city, region: area, country, precision: Precision::City, provenance })
}
