//! How sentiment is judged: which labels there are, and what own labels have taught.

use std::collections::BTreeMap;

use serde::Deserialize;
use vigie_text::{Judge, SentimentLabels, SentimentSettings};

/// The table `sentiment`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SentimentConfiguration {
    /// Whether neutral is no answer: each text is negative or positive.
    pub binary: bool,
    /// By language, what is added to the logits of negative and of positive over neutral, as `vigie
    /// calibrate` prints it.
    pub offsets: BTreeMap<String, [f32; 2]>,
}

impl SentimentConfiguration {
    /// What is wrong with it, if something is.
    pub(super) fn check(&self) -> Result<(), String> {
        self.settings().map(drop)
    }

    /// A judge that judges so.
    ///
    /// # Panics
    /// If it was not read from a file, which checks it, and an offset is no finite number.
    pub fn judge(&self) -> Judge {
        Judge::new().set(self.settings().expect("offsets are checked as they are read"))
    }

    fn settings(&self) -> Result<SentimentSettings, String> {
        let labels = if self.binary { SentimentLabels::Binary } else { SentimentLabels::ThreeWay };
        let mut settings = SentimentSettings::of(labels);
        for (language, offsets) in &self.offsets {
            settings = settings
                .calibrated(language, *offsets)
                .map_err(|error| format!("sentiment.offsets.{language}: {error}"))?;
        }
        Ok(settings)
    }
}
