//! Where the simulated people live: language, clock and cities.
//!
//! Guarantees: fixed offsets from UTC (no summer time), so that the rhythm is known exactly.

use crate::grammar::{ARABIC, ENGLISH, FRENCH, GERMAN, Grammar, HINDI, ITALIAN, JAPANESE};
use crate::grammar::{PORTUGUESE, SPANISH, TURKISH};

/// A part of the world with one clock and one main language.
pub(crate) struct Region {
    /// ISO 3166-1 alpha-2.
    pub(crate) country: &'static str,
    /// The country as its people write it.
    pub(crate) country_name: &'static str,
    /// What is spoken.
    pub(crate) language: &'static Grammar,
    /// Minutes ahead of UTC.
    pub(crate) offset_minutes: i32,
    /// Its share of all mentions, before division by the sum.
    pub(crate) weight: f64,
    /// City and region.
    pub(crate) cities: &'static [(&'static str, &'static str)],
}

/// How many regions there are.
pub(crate) const REGION_COUNT: usize = 13;

/// Every region; an author's region is a place in this list.
pub(crate) static REGIONS: [Region; REGION_COUNT] = [
    Region {
        country: "US",
        country_name: "USA",
        language: &ENGLISH,
        offset_minutes: -300,
        weight: 22.0,
        cities: &[
            ("Boston", "Massachusetts"),
            ("New York", "New York"),
            ("Atlanta", "Georgia"),
            ("Miami", "Florida"),
        ],
    },
    Region {
        country: "US",
        country_name: "USA",
        language: &ENGLISH,
        offset_minutes: -480,
        weight: 10.0,
        cities: &[("Seattle", "Washington"), ("Portland", "Oregon"), ("San Diego", "California")],
    },
    Region {
        country: "GB",
        country_name: "UK",
        language: &ENGLISH,
        offset_minutes: 0,
        weight: 12.0,
        cities: &[("London", "England"), ("Leeds", "England"), ("Glasgow", "Scotland")],
    },
    Region {
        country: "ES",
        country_name: "España",
        language: &SPANISH,
        offset_minutes: 60,
        weight: 6.0,
        cities: &[("Madrid", "Madrid"), ("Valencia", "Valencia"), ("Sevilla", "Andalucía")],
    },
    Region {
        country: "MX",
        country_name: "México",
        language: &SPANISH,
        offset_minutes: -360,
        weight: 7.0,
        cities: &[("Monterrey", "Nuevo León"), ("Guadalajara", "Jalisco")],
    },
    Region {
        country: "FR",
        country_name: "France",
        language: &FRENCH,
        offset_minutes: 60,
        weight: 8.0,
        cities: &[("Lyon", "Rhône"), ("Paris", "Île-de-France"), ("Nantes", "Loire-Atlantique")],
    },
    Region {
        country: "DE",
        country_name: "Deutschland",
        language: &GERMAN,
        offset_minutes: 60,
        weight: 7.0,
        cities: &[("Hamburg", "Hamburg"), ("Köln", "Nordrhein-Westfalen"), ("Leipzig", "Sachsen")],
    },
    Region {
        country: "BR",
        country_name: "Brasil",
        language: &PORTUGUESE,
        offset_minutes: -180,
        weight: 8.0,
        cities: &[("Recife", "Pernambuco"), ("São Paulo", "São Paulo"), ("Curitiba", "Paraná")],
    },
    Region {
        country: "IT",
        country_name: "Italia",
        language: &ITALIAN,
        offset_minutes: 60,
        weight: 5.0,
        cities: &[("Torino", "Piemonte"), ("Bologna", "Emilia-Romagna"), ("Bari", "Puglia")],
    },
    Region {
        country: "EG",
        country_name: "مصر",
        language: &ARABIC,
        offset_minutes: 120,
        weight: 4.0,
        cities: &[("القاهرة", "القاهرة"), ("الإسكندرية", "الإسكندرية")],
    },
    Region {
        country: "JP",
        country_name: "日本",
        language: &JAPANESE,
        offset_minutes: 540,
        weight: 6.0,
        cities: &[("大阪", "大阪府"), ("札幌", "北海道"), ("福岡", "福岡県")],
    },
    Region {
        country: "IN",
        country_name: "भारत",
        language: &HINDI,
        offset_minutes: 330,
        weight: 5.0,
        cities: &[("जयपुर", "राजस्थान"), ("लखनऊ", "उत्तर प्रदेश")],
    },
    Region {
        country: "TR",
        country_name: "Türkiye",
        language: &TURKISH,
        offset_minutes: 180,
        weight: 4.0,
        cities: &[("İzmir", "İzmir"), ("Ankara", "Ankara"), ("Bursa", "Bursa")],
    },
];
