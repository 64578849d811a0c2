//! Spans of time as people write them: `100ms`, `30s`, `1h`, `28d`.

use serde::de::{self, Deserializer};
use vigie_types::Millis;

/// A span of time read from configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Millis);

impl Span {
    /// Reads a span such as `100ms` or `1h 30m`.
    ///
    /// # Errors
    /// When the text is no span, or a negative one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected =
            || format!("\"{text}\" is no span of time: expected one such as \"100ms\" or \"28d\"");
        let span: jiff::Span = text.parse().map_err(|_| expected())?;
        let relative = jiff::SpanRelativeTo::days_are_24_hours();
        let duration = span.to_duration(relative).map_err(|_| expected())?;
        let millis = i64::try_from(duration.as_millis()).map_err(|_| expected())?;
        if millis < 0 { Err(expected()) } else { Ok(Self(Millis::new(millis))) }
    }
}

impl<'de> serde::Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(Span::parse("100ms"), Ok(Span(Millis::new(100))));
        assert_eq!(Span::parse("28d"), Ok(Span(Millis::days(28))));
        assert_eq!(Span::parse("1h 30m"), Ok(Span(Millis::minutes(90))));
        assert!(Span::parse("soon").is_err());
        assert!(Span::parse("-1s").is_err());
    }
}
