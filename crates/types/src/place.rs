//! A place, how precisely it is known and who said so.

use serde::{Deserialize, Serialize};

/// How precisely a place is known.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// No better than the country.
    #[default]
    Country,
    /// A state, province or region.
    Region,
    /// A city or town.
    City,
}

/// Who said where it is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// The platform, from the device or the post.
    Platform,
    /// The author, in the profile.
    Author,
    /// A person who corrected it.
    Corrected,
    /// Inferred; never overwrites what was given.
    #[default]
    Inferred,
}

/// Where something was said from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The city's name.
    pub city: Option<String>,
    /// The state, province or region.
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<String>,
    /// How precisely it is known.
    pub precision: Precision,
    /// Who said so.
    pub provenance: Provenance,
}
