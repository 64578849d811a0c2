//! The run itself: an endless or bounded iterator of deliveries, in the order of delivery.
//!
//! Guarantees: the same settings give the same bytes; delivery time never goes back; memory is
//! bounded however long the run and however busy the networks.
//! Refuses: clocks and entropy; settings that make no run.

use vigie_types::{EventTime, Mention, MentionKind, Millis};

use crate::author::{Population, Profiles};
use crate::brand::BrandIndex;
use crate::broken::Broken;
use crate::cascade::{Cascade, Draft, Reaction};
use crate::casting::{self, Casting, Moment};
use crate::delivery::{Deletion, Delivery, Label, Record};
use crate::dice::{Dice, Roll};
use crate::event::Running;
use crate::mint::{self, Mint, Named};
use crate::network::Place;
use crate::pending::{Due, Pending};
use crate::rhythm::Rhythm;
use crate::settings::{Disturbances, Limit, Settings, SettingsError};
use crate::text::{Composer, Genre, Stance};
use crate::truth::Truth;

/// An event's mentions that later ones may react to.
const HOT: usize = 32;
/// The share of addressed remarks that the brand answers.
const CARE: f64 = 0.3;

/// Simulated networks, delivering.
///
/// ```
/// use vigie_simulator::{Settings, Simulator};
///
/// let mut simulator = Simulator::new(Settings::bounded(7, 100))?;
/// let mut lines = Vec::new();
/// for delivery in simulator.by_ref() {
///     delivery.to_line(&mut lines);
/// }
/// assert_eq!(simulator.truth().deliveries().total(), 100);
/// # Ok::<(), vigie_simulator::SettingsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simulator {
    settings: Settings,
    end: Option<EventTime>,
    dice: Dice,
    casting: Casting,
    mint: Mint,
    cascade: Cascade,
    pending: Pending,
    events: Vec<Active>,
    originals_per_second: f64,
    next_original: EventTime,
    sequence: u64,
    truth: Truth,
}

/// An event that goes on or will.
#[derive(Clone, Debug)]
struct Active {
    running: Running,
    number: u8,
    occurrence: u64,
    hot: Vec<Draft>,
    /// Where the next one goes once `hot` is full.
    oldest: usize,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Original,
    Event(usize),
    Pending,
}

impl Simulator {
    /// Makes ready to run.
    ///
    /// # Errors
    /// When a number of the settings is out of its bounds; the error names both.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        settings.check()?;
        let population = Population::new(settings.authors);
        let profiles = Profiles::new(settings.seed, settings.start, settings.brands.clone());
        let tags = settings.plan.events.iter().map(|event| event.hashtag.clone()).collect();
        let composer = Composer::new(settings.brands.clone(), tags);
        let cascade = Cascade::new(&population);
        let mean_per_second = settings.mentions_per_day / 86_400.0;
        let drawing = (1.0 - settings.spam) * (1.0 - settings.disturbances.late);
        let originals_per_second = mean_per_second / Cascade::mean_size(drawing);
        let mut simulator = Self {
            end: match settings.limit {
                Limit::Duration(duration) => Some(settings.start + duration),
                Limit::Endless | Limit::Deliveries(_) => None,
            },
            dice: Dice::new(settings.seed),
            casting: Casting::new(&settings, population, Rhythm::new()),
            mint: Mint::new(settings.seed, profiles, composer),
            cascade,
            pending: Pending::default(),
            events: Vec::new(),
            originals_per_second,
            next_original: settings.start,
            sequence: 0,
            truth: Truth::new(settings.brands.len()),
            settings,
        };
        simulator.plan_next_original();
        for (number, event) in simulator.settings.plan.events.clone().into_iter().enumerate() {
            let start = simulator.settings.start + event.after;
            simulator.start_event(number as u8, Running::new(event, start, mean_per_second));
        }
        Ok(simulator)
    }

    /// What is true of the run so far, and what is planned.
    pub const fn truth(&self) -> &Truth {
        &self.truth
    }

    /// What decides the run.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The `streams.toml` that watches the brands.
    pub fn streams_toml(&self) -> String {
        let brands = self.settings.brands.iter().enumerate();
        let streams: Vec<String> = brands
            .map(|(place, brand)| {
                let account = self.mint.author_id(mint::account(BrandIndex::new(place as u8)));
                brand.stream_toml(account.as_str())
            })
            .collect();
        streams.join("\n")
    }

    /// How many reactions, repeats and take-backs are waiting for their time; bounded.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    fn plan_next_original(&mut self) {
        let (at, rate) = (self.next_original, self.originals_per_second);
        self.next_original = self.casting.next_original(at, rate, &mut self.dice);
    }

    fn start_event(&mut self, number: u8, mut running: Running) {
        let occurrence = self.truth.plan(&running);
        running.advance(&mut self.dice);
        let hot = Vec::with_capacity(HOT);
        self.events.push(Active { running, number, occurrence, hot, oldest: 0 });
    }

    /// Lets later mentions of the event react to this one.
    fn keep_hot(&mut self, place: usize, draft: Draft) {
        let active = &mut self.events[place];
        if active.hot.len() < HOT {
            active.hot.push(draft);
        } else {
            active.hot[active.oldest] = draft;
            active.oldest = (active.oldest + 1) % HOT;
        }
    }

    /// Puts the event's next round, if there is one, in its place.
    fn end_event(&mut self, place: usize) {
        let over = self.events.swap_remove(place);
        if let Some(repeat) = self.settings.plan.repeat {
            let again = over.running.again(repeat, self.settings.brands.len());
            self.start_event(over.number, again);
        }
    }

    fn next_turn(&self) -> (Turn, EventTime) {
        let mut turn = (Turn::Original, self.next_original);
        for (place, event) in self.events.iter().enumerate() {
            if event.running.next < turn.1 {
                turn = (Turn::Event(place), event.running.next);
            }
        }
        match self.pending.next_at() {
            Some(at) if at <= turn.1 => (Turn::Pending, at),
            Some(_) | None => turn,
        }
    }

    fn moment(&mut self, now: EventTime) -> Moment {
        self.sequence += 1;
        Moment { now, sequence: self.sequence }
    }

    fn event_draft(&mut self, place: usize, now: EventTime) -> Draft {
        let moment = self.moment(now);
        let active = &mut self.events[place];
        let event = (active.number, &active.running.event);
        let mut draft = self.casting.event(event, &active.hot, moment, &mut self.dice);
        draft.occurrence = Some(active.occurrence);
        active.running.advance(&mut self.dice);
        draft
    }

    /// Makes the mention of a draft and rolls its fate; none when it is delivered later.
    fn admit(&mut self, draft: &Draft, now: EventTime) -> Option<Delivery> {
        let (mention, named) = self.mint.mention(draft);
        let label = self.label(draft);
        let Disturbances { edits, deletes, duplicates, late, broken } = self.settings.disturbances;
        let delivery =
            |record| Delivery { delivered_at: now, record, label, occurrence: draft.occurrence };
        let mut fate = self.dice.unit();
        let mut falls = |share: f64| {
            fate -= share;
            fate < 0.0
        };
        if falls(broken) {
            return Some(delivery(Record::Broken(Broken::of(&mention, &mut self.dice))));
        }
        if falls(late) {
            let delay = self.minutes(20, 360);
            self.deliver_at(now + delay, delivery(Record::Late(Box::new(mention))));
            return None;
        }
        if falls(edits) {
            let mut edited = *draft;
            edited.plan.edited = true;
            let edited = Box::new(self.mint.mention(&edited).0);
            let delay = self.minutes(1, 60);
            self.deliver_at(now + delay, delivery(Record::Edit(edited)));
        } else if falls(deletes) {
            let delay = self.minutes(1, 24 * 60);
            let deletion = self.deletion(&mention, now + delay);
            self.deliver_at(now + delay, delivery(Record::Delete(deletion)));
        } else if falls(duplicates) {
            let delay = self.minutes(0, 10);
            let again = Box::new(mention.clone());
            self.deliver_at(now + delay, delivery(Record::Duplicate(again)));
        }
        self.draw_reactions(draft, now);
        self.draw_care(draft, &named, now);
        Some(delivery(Record::Mention(Box::new(mention))))
    }

    fn draw_reactions(&mut self, draft: &Draft, now: EventTime) {
        // An event's mentions echo within the event, so that its size is what was planned.
        if draft.occurrence.is_some() {
            return;
        }
        for _ in 0..self.cascade.reactions(draft, &mut self.dice) {
            let reaction = Reaction::rolled(draft, &mut self.dice);
            let delay = Cascade::delay(&mut self.dice);
            self.pending.put(now + delay, Due::Reaction(reaction));
        }
    }

    fn draw_care(&mut self, draft: &Draft, named: &Named, now: EventTime) {
        let asks = matches!(
            draft.plan.stance,
            Stance::Question | Stance::Complaint | Stance::Negative | Stance::Suggestion
        );
        let original_words = draft.kind != MentionKind::Repost && draft.plan.genre != Genre::Flood;
        let addressed = draft.plan.brand.is_some_and(|brand| named.handles.contains(&brand));
        let reaches = draft.place == Place::Murmur && asks && original_words && addressed;
        if reaches && self.dice.chance(CARE) {
            let delay = self.minutes(2, 45);
            let reaction = Reaction::to(draft, MentionKind::Reply);
            self.pending.put(now + delay, Due::Care(reaction));
        }
    }

    fn deliver_at(&mut self, at: EventTime, mut delivery: Delivery) {
        delivery.delivered_at = at;
        self.pending.put(at, Due::Delivery(Box::new(delivery)));
    }

    fn deletion(&mut self, mention: &Mention, at: EventTime) -> Deletion {
        let author = self.dice.chance(0.8).then(|| mention.author.id.clone());
        Deletion { mention_id: mention.mention_id.clone(), author, at }
    }

    fn minutes(&mut self, least: u32, most: u32) -> Millis {
        let millis = least * 60_000 + self.dice.below((most - least) * 60_000) + 1_000;
        Millis::new(i64::from(millis))
    }

    fn label(&self, draft: &Draft) -> Label {
        let event =
            draft.occurrence.and_then(|number| self.truth.event(number)).map(|event| event.kind);
        Label {
            stance: draft.plan.stance,
            brand: draft.plan.brand,
            rival: draft.plan.rival,
            event,
            is_spam: matches!(draft.plan.genre, Genre::Giveaway | Genre::LinkFarm | Genre::Flood),
        }
    }
}

impl Iterator for Simulator {
    type Item = Delivery;

    fn next(&mut self) -> Option<Delivery> {
        // The loop ends: every turn moves time on, and in time there are originals.
        loop {
            let full = match self.settings.limit {
                Limit::Deliveries(most) => self.truth.deliveries().total() >= most,
                Limit::Endless | Limit::Duration(_) => false,
            };
            let (turn, now) = self.next_turn();
            if full || self.end.is_some_and(|end| now >= end) {
                return None;
            }
            let draft = match turn {
                Turn::Event(place) if self.events[place].running.is_over() => {
                    self.end_event(place);
                    continue;
                }
                Turn::Event(place) => self.event_draft(place, now),
                Turn::Original => {
                    self.plan_next_original();
                    let moment = self.moment(now);
                    self.casting.original(moment, &mut self.dice)
                }
                Turn::Pending => match self.pending.take()? {
                    Due::Delivery(delivery) => {
                        self.truth.count(&delivery);
                        return Some(*delivery);
                    }
                    Due::Reaction(reaction) => {
                        let moment = self.moment(now);
                        self.casting.react(&reaction, moment, &mut self.dice)
                    }
                    Due::Care(reaction) => {
                        let moment = self.moment(now);
                        casting::care(&reaction, moment, &mut self.dice)
                    }
                },
            };
            if let Some(delivery) = self.admit(&draft, now) {
                if let (Turn::Event(place), Record::Mention(_)) = (turn, &delivery.record) {
                    self.keep_hot(place, draft);
                }
                self.truth.count(&delivery);
                return Some(delivery);
            }
        }
    }
}
