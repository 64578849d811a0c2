//! The simulated people and accounts: who they are, and how often each speaks.
//!
//! Guarantees: a profile is a pure function of the seed and the author, so that it is stable over a
//! run of any length and costs no memory; native ids are unique within a network.
//! Refuses: names of real people; handles are made of things.

use std::fmt::Write as _;

use vigie_types::{Author, AuthorId, AuthorKind, EventTime, Millis};

use crate::brand::Brand;
use crate::dice::{Derived, Roll};
use crate::network::{Place, valid};
use crate::region::{REGION_COUNT, REGIONS};

/// What an author is in the simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Role {
    /// A person of a region, by rank: rank 0 speaks most.
    Person,
    /// An outlet of the web, by its place in [`OUTLETS`].
    Outlet,
    /// A brand's own account, by the brand's place.
    Account,
    /// One of a few accounts that advertise rubbish.
    Spammer,
    /// The one account of a flood.
    Flooder,
    /// One of the accounts of a campaign.
    Pusher,
}

/// An author, in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AuthorKey {
    pub(crate) place: Place,
    pub(crate) role: Role,
    pub(crate) region: u8,
    pub(crate) rank: u32,
}

/// Ranks have 22 bits: four million people per region and network.
const RANK_BITS: u32 = 22;
/// A prime, so that multiplying is one-to-one: ids look random and none comes twice.
const PRIME: u64 = (1 << 31) - 1;
/// How many accounts advertise.
pub(crate) const SPAMMERS: u32 = 150;

impl AuthorKey {
    fn number(self) -> u64 {
        let block = match self.role {
            Role::Person => u64::from(self.region),
            Role::Outlet => 13,
            Role::Account => 14,
            Role::Spammer => 15,
            Role::Flooder => 16,
            Role::Pusher => 17,
        };
        assert!(self.rank < 1 << RANK_BITS, "a rank fits its bits");
        (block << RANK_BITS) | u64::from(self.rank)
    }

    fn derived(self, seed: u64) -> Derived {
        Derived::new(seed ^ 0xA0_7403, (self.number() << 2) | self.place.index() as u64)
    }
}

/// An outlet of the web: site, title and region.
pub(crate) const OUTLETS: [(&str, &str, u8); 12] = [
    ("morninglantern.example", "The Morning Lantern", 0),
    ("harbourpost.example", "Harbour Post", 2),
    ("bayledger.example", "Bay Ledger", 1),
    ("elfaro.example", "El Faro Diario", 3),
    ("lavoz-norte.example", "La Voz del Norte", 4),
    ("lalanterne.example", "La Lanterne", 5),
    ("abendkompass.example", "Abendkompass", 6),
    ("folhadomar.example", "Folha do Mar", 7),
    ("ilmolo.example", "Il Molo", 8),
    ("almanara.example", "المنارة", 9),
    ("minato-news.example", "みなと新報", 10),
    ("fener.example", "Fener Gazetesi", 12),
];

const FIRST_WORDS: [&str; 24] = [
    "quiet", "copper", "paper", "velvet", "rusty", "lunar", "salty", "amber", "hazy", "brisk",
    "mellow", "polar", "sunny", "dusty", "humble", "lucky", "misty", "noble", "plain", "rapid",
    "silver", "tidy", "urban", "wild",
];
const SECOND_WORDS: [&str; 24] = [
    "harbour", "kettle", "moon", "compass", "anorak", "lantern", "otter", "pixel", "radish",
    "saddle", "teacup", "umbrella", "violin", "walnut", "acorn", "biscuit", "canyon", "drum",
    "engine", "feather", "glacier", "hedge", "island", "jigsaw",
];

/// How many people there are, and how unevenly they speak.
#[derive(Clone, Debug)]
pub(crate) struct Population([[u32; REGION_COUNT]; 3]);

impl Population {
    pub(crate) fn new(authors: u32) -> Self {
        let weights: f64 = REGIONS.iter().map(|region| region.weight).sum();
        let mut sizes = [[0; REGION_COUNT]; 3];
        for (by_region, share) in sizes.iter_mut().zip(Place::SHARES) {
            for (size, region) in by_region.iter_mut().zip(&REGIONS) {
                let people = f64::from(authors) * share * region.weight / weights;
                *size = (people as u32).max(1);
            }
        }
        Self(sizes)
    }

    /// Rolls a person of the region, by Zipf's law with exponent 0.9.
    pub(crate) fn person(&self, place: Place, region: usize, dice: &mut impl Roll) -> AuthorKey {
        let rank = self.rank(place, region, dice.unit());
        AuthorKey { place, role: Role::Person, region: region as u8, rank }
    }

    fn rank(&self, place: Place, region: usize, unit: f64) -> u32 {
        // The inverse of the distribution function, continuous in the rank: with exponent 0.9 the
        // sum of ranks to x is 10 (x^0.1 - 1), and its inverse is a tenth power.
        let size = self.0[place.index()][region];
        let span = f64::from(size + 1).powf(0.1) - 1.0;
        let rank = (unit * span + 1.0).powi(10) as u32;
        (rank.max(1) - 1).min(size - 1)
    }

    /// How much more than others an author draws reactions, before division by the mean.
    pub(crate) fn pull(rank: u32) -> f64 {
        0.6 + 4.0 / (1.0 + f64::from(rank) / 20.0)
    }

    /// The mean pull of who speaks.
    pub(crate) fn mean_pull(&self) -> f64 {
        // Midpoints of 200 equal steps: the error is far below the noise of any run.
        const STEPS: u32 = 200;
        let weights: f64 = REGIONS.iter().map(|region| region.weight).sum();
        let mut mean = 0.0;
        for (place, share) in Place::ALL.iter().zip(Place::SHARES) {
            for (region, entry) in REGIONS.iter().enumerate() {
                let pulls = (0..STEPS).map(|step| {
                    let unit = (f64::from(step) + 0.5) / f64::from(STEPS);
                    Self::pull(self.rank(*place, region, unit))
                });
                let pull = pulls.sum::<f64>() / f64::from(STEPS);
                mean += share * entry.weight / weights * pull;
            }
        }
        mean
    }
}

/// Makes profiles.
#[derive(Clone, Debug)]
pub(crate) struct Profiles {
    seed: u64,
    start: EventTime,
    factor: u64,
    brands: Vec<Brand>,
}

impl Profiles {
    pub(crate) fn new(seed: u64, start: EventTime, brands: Vec<Brand>) -> Self {
        let factor = 1 + Derived::new(seed, 0xFAC7).bits() % (PRIME - 1);
        Self { seed, start, factor, brands }
    }

    /// The author's id: `network:native id`, or `network:site` for an outlet.
    pub(crate) fn id(&self, key: AuthorKey) -> AuthorId {
        let mut text = String::with_capacity(24);
        let network = key.place.name();
        let written = if key.role == Role::Outlet {
            write!(text, "{network}:{}", OUTLETS[key.rank as usize].0)
        } else {
            write!(text, "{network}:{}", (key.number() + 1) * self.factor % PRIME)
        };
        assert!(written.is_ok(), "writing to a text cannot fail");
        valid(AuthorId::new(text))
    }

    /// The name in links and `@` mentions.
    pub(crate) fn handle(&self, key: AuthorKey) -> String {
        let mut dice = key.derived(self.seed);
        let mut handle = match key.role {
            Role::Outlet => return OUTLETS[key.rank as usize].0.into(),
            Role::Account => return self.brands[key.rank as usize].id.as_str().into(),
            Role::Spammer => String::from("best_deals_"),
            Role::Person | Role::Flooder | Role::Pusher => {
                let mut handle = String::with_capacity(24);
                handle.push_str(dice.word(&FIRST_WORDS));
                handle.push_str(["", "_"][dice.below(2) as usize]);
                handle.push_str(dice.word(&SECOND_WORDS));
                handle
            }
        };
        let written = write!(handle, "{}", dice.below(9_990) + 10);
        assert!(written.is_ok(), "writing to a text cannot fail");
        handle
    }

    /// The whole profile, as its network tells it.
    pub(crate) fn author(&self, key: AuthorKey) -> Author {
        let id = self.id(key);
        match key.role {
            Role::Outlet => Author {
                id,
                display_name: Some(OUTLETS[key.rank as usize].1.into()),
                kind: AuthorKind::Site,
                ..Author::default()
            },
            Role::Account => {
                let brand = &self.brands[key.rank as usize];
                Author {
                    id,
                    handle: Some(brand.id.as_str().into()),
                    display_name: Some(brand.name.clone()),
                    followers: Some((brand.weight * 90_000.0) as u64),
                    created_at: Some(self.start - Millis::days(4_000)),
                    kind: AuthorKind::Human,
                    verified: Some(true),
                    bio: Some("Here to help, day and night.".into()),
                    location: None,
                }
            }
            Role::Person | Role::Spammer | Role::Flooder | Role::Pusher => self.person(key, id),
        }
    }

    fn person(&self, key: AuthorKey, id: AuthorId) -> Author {
        let mut dice = Derived::new(self.seed ^ 0xB10, (key.number() << 2) | 1);
        let region = &REGIONS[usize::from(key.region)];
        let tells_all = key.place == Place::Murmur;
        let dubious = matches!(key.role, Role::Spammer | Role::Flooder);
        let automated = dice.chance(if dubious { 0.4 } else { bot_share(key.rank) });
        let admits = dice.chance(0.6);
        // Log-normal, falling with the rank: who speaks most is heard most, with wide exceptions.
        let middle = if dubious { 4.0 } else { 12.2 - 0.75 * f64::from(key.rank + 1).ln() };
        let followers = (middle + 1.1 * dice.normal()).exp() as u64;
        let oldest = if dubious { 90.0 } else { 5_000.0 };
        let age_days = 20.0 + oldest * dice.unit() * dice.unit().sqrt();
        let name = dice.word(region.language.names);
        let bio = dice.chance(0.6).then(|| dice.word(region.language.bios).into());
        let location = dice.chance(0.65).then(|| free_location(key.region, &mut dice));
        Author {
            id,
            handle: Some(self.handle(key)),
            display_name: dice.chance(0.85).then(|| name.into()),
            followers: tells_all.then_some(followers),
            created_at: (key.place != Place::Web)
                .then(|| self.start - Millis::new((age_days * 86_400_000.0) as i64)),
            kind: match (tells_all && admits, automated) {
                (false, _) => AuthorKind::Unknown,
                (true, true) => AuthorKind::Bot,
                (true, false) => AuthorKind::Human,
            },
            verified: tells_all.then(|| !dubious && (key.rank < 8 || dice.chance(0.01))),
            bio: bio.filter(|_| key.place != Place::Web),
            location: location.filter(|_| tells_all),
        }
    }
}

fn bot_share(rank: u32) -> f64 {
    if rank < 20 { 0.15 } else { 0.03 }
}

fn free_location(region: u8, dice: &mut impl Roll) -> String {
    let region = &REGIONS[usize::from(region)];
    let (city, area) = dice.pick(region.cities);
    match dice.below(8) {
        0..=2 => (*city).into(),
        3 | 4 => format!("{city}, {}", region.country_name),
        5 => format!("{city}, {area}"),
        6 => region.country_name.into(),
        _ => dice.word(&["the internet", "🌍", "somewhere else", "in the kitchen"]).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn who_speaks_follows_zipf() {
        let population = Population::new(50_000);
        let mut dice = Dice::new(7);
        let mut counts = vec![0_u32; 8_000];
        for _ in 0..400_000 {
            counts[population.person(Place::Murmur, 0, &mut dice).rank as usize] += 1;
        }
        // Between ranks 4 and 400 the logarithm of the count falls by 0.9 of the rank's.
        let around = |rank: usize| {
            let (low, high) = (rank * 3 / 4, rank * 5 / 4 + 1);
            f64::from(counts[low..high].iter().sum::<u32>()) / (high - low) as f64
        };
        let slope = (around(400) / around(4)).ln() / 100_f64.ln();
        assert!((slope + 0.9).abs() < 0.1, "{slope}");
    }

    #[test]
    fn profiles_are_stable_and_ids_are_unique() {
        let profiles = Profiles::new(9, EventTime::from_millis(0), Brand::invented());
        let keys = (0..5_000).flat_map(|rank| {
            [Role::Person, Role::Spammer, Role::Pusher].map(|role| AuthorKey {
                place: Place::Murmur,
                role,
                region: 3,
                rank,
            })
        });
        let mut ids = std::collections::BTreeSet::new();
        for key in keys {
            let author = profiles.author(key);
            assert_eq!(author, profiles.author(key));
            assert!(ids.insert(author.id.clone()), "{} comes twice", author.id);
        }
    }
}
