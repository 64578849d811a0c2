//! Numbers, times and parts of JSON answers as people read them.

use serde_json::Value;

/// A whole number with its thousands marked.
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// A part of a whole, in per cent; empty of nothing.
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 { String::new() } else { format!("{:.0}%", part as f64 * 100.0 / whole as f64) }
}

/// A time to the minute: the date and the hour of an RFC 3339 text.
pub fn minute(time: &str) -> String {
    time.get(..16).map_or_else(|| time.to_owned(), |minute| minute.replace('T', " "))
}

/// The text at a path of an answer, such as `/mention/text`; empty where there is none.
pub fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number at a path of an answer; 0 where there is none.
pub fn number(value: &Value, path: &str) -> i64 {
    value.pointer(path).and_then(Value::as_i64).unwrap_or_default()
}

/// The number at a path of an answer; 0 where there is none.
pub fn fraction(value: &Value, path: &str) -> f64 {
    value.pointer(path).and_then(Value::as_f64).unwrap_or_default()
}

/// The list at a path of an answer; empty where there is none.
pub fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A score's terms, `name value` each, those that add nothing left out.
pub fn terms(score: &Value) -> String {
    let terms: Vec<String> = list(score, "/terms")
        .iter()
        .filter(|term| fraction(term, "/value").abs() >= 0.005)
        .map(|term| format!("{} {:+.2}", text(term, "/name"), fraction(term, "/value")))
        .collect();
    terms.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(-1_000), "-1,000");
        assert_eq!(percent(1, 4), "25%");
        assert_eq!(minute("2026-03-02T14:10:00.000Z"), "2026-03-02 14:10");
    }

    #[test]
    fn a_score_says_what_it_is_made_of() {
        let score = json!({ "value": 3.0, "terms": [
            { "name": "reposts", "value": 3.5 }, { "name": "noise", "value": -0.5 },
            { "name": "quotes", "value": 0.0 }
        ]});
        assert_eq!(terms(&score), "reposts +3.50, noise -0.50");
    }
}
