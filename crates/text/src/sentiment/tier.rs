//! Which languages are supported, and how well each was validated.
//!
//! The list is made by `cargo xtask eval sentiment --table`; what was measured stands in
//! QUALITY.md.

use rustc_hash::FxHashMap;
use vigie_types::Tier;

const FILE: &str = include_str!("../../data/tiers.txt");

/// One supported language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SupportedLanguage {
    /// ISO 639, as the language model gives it.
    pub code: &'static str,
    /// How it was validated.
    pub tier: Tier,
    /// Macro-F1 on its best labelled set, and that of the most frequent class there; `None` where
    /// there is no set.
    pub measured: Option<(f32, f32)>,
}

/// The supported languages by code.
pub(super) fn tiers() -> FxHashMap<&'static str, Tier> {
    supported_languages().map(|language| (language.code, language.tier)).collect()
}

/// The languages with sentiment, in the order of their codes.
pub fn supported_languages() -> impl Iterator<Item = SupportedLanguage> {
    FILE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split_whitespace();
        let code = fields.next()?;
        let tier = match fields.next()? {
            "A" => Tier::A,
            "B" => Tier::B,
            _ => Tier::C,
        };
        let mut number = || fields.next()?.parse().ok();
        let measured = number().zip(number());
        Some(SupportedLanguage { code, tier, measured })
    })
}
