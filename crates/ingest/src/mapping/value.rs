//! A value as it stands in mapped input, and how it becomes what a field of the envelope holds.
//!
//! Guarantees: numbers written as text and text written as numbers are taken where nothing is lost.
//! Refuses: to round, and to read an object or a list as text.

use std::borrow::Cow;

use vigie_types::EventTime;

use super::time::TimeFormat;
use crate::draft::Text;
use crate::draft::{Count, MAXIMUM_COUNT};
use crate::rejection::quote;

/// One value of a line or row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value<'a> {
    /// Not there, or null: unknown.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Whole(i128),
    Fraction(f64),
    Truth(bool),
    List(Vec<Value<'a>>),
    /// An object where a value was looked for.
    Object,
}

/// Below this every whole number has a floating point number of its own.
const EXACT_FLOAT_LIMIT: f64 = 9_007_199_254_740_992.0;

impl<'a> Value<'a> {
    fn describe(&self) -> String {
        match self {
            Self::Absent => "nothing".to_owned(),
            Self::Text(text) => quote(text),
            Self::Whole(number) => number.to_string(),
            Self::Fraction(number) => number.to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::List(_) => "a list".to_owned(),
            Self::Object => "an object".to_owned(),
        }
    }

    fn refuse<T>(&self, expected: &str) -> Result<T, String> {
        Err(format!("found {}, expected {expected}", self.describe()))
    }

    pub(super) fn to_text(&self) -> Result<Text<'a>, String> {
        match self {
            Self::Text(text) => match memchr::memchr(0, text.as_bytes()) {
                Some(index) => Err(format!("holds a NUL at byte {index} of the text")),
                None => Ok(Text(text.clone())),
            },
            Self::Whole(number) => Ok(Text(Cow::Owned(number.to_string()))),
            Self::Absent | Self::Fraction(_) | Self::Truth(_) | Self::List(_) | Self::Object => {
                self.refuse("text")
            }
        }
    }

    pub(super) fn to_texts(&self) -> Result<Vec<Text<'a>>, String> {
        match self {
            Self::List(values) => values.iter().map(Value::to_text).collect(),
            Self::Absent
            | Self::Text(_)
            | Self::Whole(_)
            | Self::Fraction(_)
            | Self::Truth(_)
            | Self::Object => Ok(vec![self.to_text()?]),
        }
    }

    pub(super) fn to_count(&self) -> Result<u64, String> {
        let number = match self {
            Self::Whole(number) => u64::try_from(*number).ok(),
            Self::Fraction(number) => whole(*number),
            Self::Text(text) => {
                let text = text.trim();
                text.parse::<u64>().ok().or_else(|| text.parse().ok().and_then(whole))
            }
            Self::Absent | Self::Truth(_) | Self::List(_) | Self::Object => None,
        };
        let number = number.filter(|number| *number <= MAXIMUM_COUNT);
        number.map_or_else(|| self.refuse(Count::EXPECTED), Ok)
    }

    pub(super) fn to_truth(&self) -> Result<bool, String> {
        let word = match self {
            Self::Truth(truth) => return Ok(*truth),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::Text(text) => Cow::Owned(text.trim().to_ascii_lowercase()),
            Self::Absent | Self::Fraction(_) | Self::List(_) | Self::Object => Cow::Borrowed(""),
        };
        match word.as_ref() {
            "true" | "yes" | "1" => Ok(true),
            "false" | "no" | "0" => Ok(false),
            _ => self.refuse("true or false"),
        }
    }

    pub(super) fn to_time(&self, format: &TimeFormat) -> Result<EventTime, String> {
        let time = match self {
            Self::Text(text) => format.read_text(text.trim()),
            Self::Whole(number) => {
                i64::try_from(*number).ok().and_then(|number| format.read_whole(number))
            }
            Self::Fraction(number) => format.read_fraction(*number),
            Self::Absent | Self::Truth(_) | Self::List(_) | Self::Object => None,
        };
        time.map_or_else(|| self.refuse(&format.describe()), Ok)
    }
}

/// The whole number that a floating point number stands for, as tables with gaps write it.
fn whole(number: f64) -> Option<u64> {
    let is_whole = number.fract() == 0.0 && (0.0..EXACT_FLOAT_LIMIT).contains(&number);
    is_whole.then_some(number as u64)
}
