//! The invented brands that the simulated people talk about.
//!
//! Guarantees: a brand's word is one lower-case token, the same in its handle, hashtag and name, so
//! that one short query meets every form that the texts use.
//! Refuses: real companies.

use vigie_types::{StreamId, StreamKind};

use crate::network::valid;

/// What the brands of a group sell; it decides the vocabulary of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trade {
    /// Flights.
    Airline,
    /// Telephone and internet.
    Telecom,
}

impl Trade {
    /// The name of the group of streams.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Airline => "airlines",
            Self::Telecom => "telecoms",
        }
    }
}

/// A brand by its place in [`crate::Settings::brands`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BrandIndex(u8);

impl BrandIndex {
    /// The brand at that place.
    pub const fn new(place: u8) -> Self {
        Self(place)
    }

    /// The place in the list of brands.
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

/// One invented brand.
#[derive(Clone, Debug, PartialEq)]
pub struct Brand {
    /// The stream's id: lower-case, and also the handle and the hashtag.
    pub id: StreamId,
    /// The name as people write it.
    pub name: String,
    /// What it sells.
    pub trade: Trade,
    /// Ours, or a competitor.
    pub kind: StreamKind,
    /// Where its customers' day begins (IANA).
    pub timezone: String,
    /// How much it is talked about, relative to the others.
    pub weight: f64,
    /// How many negative remarks it draws for each that the average brand draws.
    pub grief: f64,
}

impl Brand {
    fn new(name: &str, trade: Trade, timezone: &str, (weight, grief): (f64, f64)) -> Self {
        Self {
            id: valid(StreamId::new(name.to_lowercase())),
            name: name.into(),
            trade,
            kind: StreamKind::Competitor,
            timezone: timezone.into(),
            weight,
            grief,
        }
    }

    /// Four airlines and three telephone companies that do not exist; the first of each is ours.
    pub fn invented() -> Vec<Self> {
        let mut brands = vec![
            Self::new("Aerolumo", Trade::Airline, "America/New_York", (5.0, 1.2)),
            Self::new("Kestrava", Trade::Airline, "Europe/Paris", (3.0, 0.7)),
            Self::new("Briselair", Trade::Airline, "America/Sao_Paulo", (2.0, 1.0)),
            Self::new("Nordquill", Trade::Airline, "Europe/London", (1.5, 0.9)),
            Self::new("Tellumo", Trade::Telecom, "America/New_York", (4.0, 1.6)),
            Self::new("Fonavexa", Trade::Telecom, "Europe/Madrid", (2.5, 1.0)),
            Self::new("Ondarixo", Trade::Telecom, "Europe/Rome", (1.5, 0.8)),
        ];
        for first in [0, 4] {
            brands[first].kind = StreamKind::Brand;
        }
        brands
    }

    /// Its stream, as `streams.toml` says it. Ids, names and zones hold no quotes.
    pub(crate) fn stream_toml(&self, account: &str) -> String {
        let Self { id, trade, timezone, .. } = self;
        let kind = match self.kind {
            StreamKind::Brand => "brand",
            StreamKind::Competitor => "competitor",
            StreamKind::Theme => "theme",
            StreamKind::Campaign => "campaign",
        };
        format!(
            "[[stream]]\nid = \"{id}\"\nkind = \"{kind}\"\ngroup = \"{}\"\n\
             query = '{id} OR @{id} OR #{id}'\ntimezone = \"{timezone}\"\n\
             accounts = [\"{account}\"]\n",
            trade.group()
        )
    }
}
