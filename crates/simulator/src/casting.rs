//! Rolls who says what: originals, reactions, the brands' answers and the mentions of events.
//!
//! Guarantees: a draft refers to mentions that were made before it, of its own network.

use vigie_types::{EventTime, MentionKind, Millis};

use crate::author::{AuthorKey, OUTLETS, Population, Role, SPAMMERS};
use crate::brand::{Brand, BrandIndex};
use crate::cascade::{Draft, Reaction};
use crate::dice::{Dice, Roll};
use crate::event::{EventKind, PlannedEvent};
use crate::mint;
use crate::network::Place;
use crate::rhythm::Rhythm;
use crate::settings::Settings;
use crate::text::{Genre, Stance, TextPlan};

/// The share of originals that are about a brand; the rest is talk.
const ABOUT_BRANDS: f64 = 0.6;
/// The share of those that compare two brands.
const COMPARING: f64 = 0.07;
/// The share of answers that name the brand again.
const NAMING_AGAIN: f64 = 0.4;
/// The share of answers by the author of what is answered: threads.
const SELF_REPLIES: f64 = 0.05;
/// The share of reactions from the region of what they react to.
const NEIGHBOURS: f64 = 0.75;
/// The share of an event's mentions that react to its earlier ones.
const ECHOES: f64 = 0.45;
/// A source publishes up to two seconds before it delivers: its disorder when all is well.
const DISORDER_MILLIS: u32 = 2_000;
/// What people mean, in the order of [`Stance::ALL`], of a brand with grief 1.
const STANCES: [f64; 7] = [0.17, 0.13, 0.30, 0.12, 0.13, 0.06, 0.09];
/// Few enough to be found by their number of distinct authors, and less than a rank's room.
const MOST_PUSHERS: u32 = 4_096;

/// Where and when a draft is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now: EventTime,
    pub(crate) sequence: u64,
}

/// Rolls drafts.
#[derive(Clone, Debug)]
pub(crate) struct Casting {
    population: Population,
    rhythm: Rhythm,
    brands: Vec<Brand>,
    weights: Vec<f64>,
    spam: f64,
}

impl Casting {
    pub(crate) fn new(settings: &Settings, population: Population, rhythm: Rhythm) -> Self {
        let weights = settings.brands.iter().map(|brand| brand.weight).collect();
        Self { population, rhythm, brands: settings.brands.clone(), weights, spam: settings.spam }
    }

    /// When the next original comes.
    pub(crate) fn next_original(
        &self,
        at: EventTime,
        per_second: f64,
        dice: &mut Dice,
    ) -> EventTime {
        self.rhythm.next(at, per_second, dice)
    }

    /// An original: a post, an article or rubbish.
    pub(crate) fn original(&self, moment: Moment, dice: &mut Dice) -> Draft {
        let place = Place::ALL[dice.weighted(&Place::SHARES)];
        let region = self.rhythm.region(moment.now, dice);
        if place != Place::Web && dice.chance(self.spam) {
            return self.rubbish(moment, place, dice);
        }
        let author = if place == Place::Web {
            let rank = dice.below(OUTLETS.len() as u32);
            AuthorKey { place, role: Role::Outlet, region: OUTLETS[rank as usize].2, rank }
        } else {
            self.population.person(place, region, dice)
        };
        let mut plan = plain(author.region, dice);
        if dice.chance(ABOUT_BRANDS) {
            let brand = BrandIndex::new(dice.weighted(&self.weights) as u8);
            plan.brand = Some(brand);
            plan.stance = self.stance(brand, dice);
            if dice.chance(COMPARING) && place != Place::Web {
                plan.rival = self.rival(brand, dice);
                plan.stance = plan.rival.map_or(plan.stance, |_| Stance::Positive);
            }
        }
        let mut draft = start(moment, author, plan);
        draft.at = moment.now - Millis::new(i64::from(dice.below(DISORDER_MILLIS)));
        if place == Place::Web {
            draft.kind = MentionKind::Article;
            draft.plan.genre = Genre::News;
            draft.plan.stance = reported(draft.plan.stance);
        }
        draft
    }

    /// A reaction whose time has come.
    pub(crate) fn react(&self, reaction: &Reaction, moment: Moment, dice: &mut Dice) -> Draft {
        let mut author = self.someone(reaction, moment.now, dice);
        let mut plan = reaction.plan;
        if reaction.kind != MentionKind::Repost {
            if reaction.parent.author.role == Role::Person && dice.chance(SELF_REPLIES) {
                author = reaction.parent.author;
            }
            plan = self.answer(reaction, dice);
        }
        let mut draft = start(moment, author, plan);
        draft.kind = reaction.kind;
        draft.parent = Some(reaction.parent);
        draft.root = Some(reaction.root);
        draft.depth = reaction.depth;
        draft
    }

    /// A mention of a planned event; `earlier` are some of its mentions so far.
    pub(crate) fn event(
        &self,
        (number, event): (u8, &PlannedEvent),
        earlier: &[Draft],
        moment: Moment,
        dice: &mut Dice,
    ) -> Draft {
        let echoes = event.kind != EventKind::Flood && !earlier.is_empty();
        if echoes && dice.chance(ECHOES) {
            let reaction = Reaction::rolled(dice.pick(earlier), dice);
            let mut draft = self.react(&reaction, moment, dice);
            if draft.kind != MentionKind::Repost {
                draft.plan.brand = Some(event.brand);
                draft.plan.stance = event_stance(event.kind, dice);
            }
            if event.kind == EventKind::Campaign {
                draft.author = pusher(number, event, draft.place, dice);
                draft.plan.tag = Some(number);
            }
            return draft;
        }
        let region = self.rhythm.region(moment.now, dice);
        let (author, tag_share) = match event.kind {
            EventKind::Flood => {
                let (place, role, rank) = (Place::Murmur, Role::Flooder, u32::from(number));
                (AuthorKey { place, role, region: 0, rank }, 0.0)
            }
            EventKind::Campaign => (pusher(number, event, Place::Murmur, dice), 1.0),
            EventKind::Storm | EventKind::Praise | EventKind::Outage => {
                let place = if dice.chance(0.8) { Place::Murmur } else { Place::Agora };
                (self.population.person(place, region, dice), 0.4)
            }
        };
        let mut plan = plain(author.region, dice);
        plan.brand = Some(event.brand);
        plan.stance = event_stance(event.kind, dice);
        plan.tag = dice.chance(tag_share).then_some(number);
        if event.kind == EventKind::Flood {
            plan.genre = Genre::Flood;
        }
        start(moment, author, plan)
    }

    fn rubbish(&self, moment: Moment, place: Place, dice: &mut Dice) -> Draft {
        let rank = dice.below(SPAMMERS);
        let author = AuthorKey { place, role: Role::Spammer, region: (rank % 13) as u8, rank };
        let mut plan = plain(0, dice);
        plan.genre = if dice.chance(0.5) { Genre::Giveaway } else { Genre::LinkFarm };
        if dice.chance(0.5) {
            plan.brand = Some(BrandIndex::new(dice.weighted(&self.weights) as u8));
        }
        start(moment, author, plan)
    }

    fn someone(&self, reaction: &Reaction, now: EventTime, dice: &mut Dice) -> AuthorKey {
        let region = if dice.chance(NEIGHBOURS) {
            usize::from(reaction.plan.region)
        } else {
            self.rhythm.region(now, dice)
        };
        self.population.person(reaction.place, region, dice)
    }

    fn answer(&self, reaction: &Reaction, dice: &mut Dice) -> TextPlan {
        let mut plan = plain(reaction.plan.region, dice);
        plan.genre = Genre::Answer;
        let addressed = reaction.place == Place::Murmur && reaction.kind == MentionKind::Reply;
        plan.to = addressed.then_some(reaction.parent.author);
        // Who answers a brand names it by addressing it.
        let to_brand = plan.to.filter(|addressee| addressee.role == Role::Account);
        let again = reaction.plan.brand.filter(|_| dice.chance(NAMING_AGAIN));
        let named = to_brand.map(|account| BrandIndex::new(account.rank as u8)).or(again);
        if let Some(brand) = named {
            plan.brand = Some(brand);
            plan.stance = if reaction.plan.brand == named && dice.chance(0.6) {
                reaction.plan.stance
            } else {
                self.stance(brand, dice)
            };
        }
        plan
    }

    fn stance(&self, brand: BrandIndex, dice: &mut Dice) -> Stance {
        let grief = self.brands[brand.get()].grief;
        let mut weights = STANCES;
        for (weight, stance) in weights.iter_mut().zip(Stance::ALL) {
            if stance.is_negative() {
                *weight *= grief;
            }
        }
        Stance::ALL[dice.weighted(&weights)]
    }

    /// Another brand of the same trade, if there is one.
    fn rival(&self, brand: BrandIndex, dice: &mut Dice) -> Option<BrandIndex> {
        let trade = self.brands[brand.get()].trade;
        let rivals: Vec<usize> = (0..self.brands.len())
            .filter(|place| *place != brand.get() && self.brands[*place].trade == trade)
            .collect();
        (!rivals.is_empty()).then(|| BrandIndex::new(*dice.pick(&rivals) as u8))
    }
}

/// The brand's own answer.
pub(crate) fn care(reaction: &Reaction, moment: Moment, dice: &mut Dice) -> Draft {
    let author = reaction.plan.brand.map_or(reaction.parent.author, mint::account);
    let mut plan = plain(reaction.plan.region, dice);
    plan.genre = Genre::Care;
    plan.to = Some(reaction.parent.author);
    let mut draft = start(moment, author, plan);
    draft.kind = MentionKind::Reply;
    draft.parent = Some(reaction.parent);
    draft.root = Some(reaction.root);
    draft.depth = reaction.depth;
    draft
}

fn pusher(number: u8, event: &PlannedEvent, place: Place, dice: &mut Dice) -> AuthorKey {
    let one = dice.below(event.authors.clamp(1, MOST_PUSHERS));
    let rank = u32::from(number) * MOST_PUSHERS + one;
    AuthorKey { place, role: Role::Pusher, region: (one % 13) as u8, rank }
}

fn plain(region: u8, dice: &mut Dice) -> TextPlan {
    TextPlan {
        seed: dice.bits(),
        genre: Genre::Talk,
        region,
        stance: Stance::Neutral,
        brand: None,
        rival: None,
        tag: None,
        to: None,
        edited: false,
    }
}

fn start(moment: Moment, author: AuthorKey, plan: TextPlan) -> Draft {
    Draft {
        sequence: moment.sequence,
        place: author.place,
        kind: MentionKind::Post,
        author,
        at: moment.now,
        plan,
        parent: None,
        root: None,
        depth: 0,
        occurrence: None,
    }
}

/// Outlets neither ask nor thank: they report.
fn reported(stance: Stance) -> Stance {
    match stance {
        Stance::Positive | Stance::Compliment => Stance::Positive,
        Stance::Negative | Stance::Complaint => Stance::Negative,
        Stance::Neutral | Stance::Question | Stance::Suggestion => Stance::Neutral,
    }
}

fn event_stance(kind: EventKind, dice: &mut Dice) -> Stance {
    let weights = match kind {
        EventKind::Storm => [0.0, 0.50, 0.05, 0.10, 0.35, 0.0, 0.0],
        EventKind::Praise => [0.60, 0.0, 0.10, 0.0, 0.0, 0.0, 0.30],
        EventKind::Outage => [0.0, 0.15, 0.0, 0.55, 0.30, 0.0, 0.0],
        EventKind::Campaign => [0.25, 0.0, 0.15, 0.0, 0.0, 0.60, 0.0],
        EventKind::Flood => [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    };
    Stance::ALL[dice.weighted(&weights)]
}
