//! A stretch of time, as it is typed.

use std::time::Duration;

/// A day: nobody waits longer, and a clock can go so far.
const MOST: f64 = 86_400.0;

/// Longer than nothing.
pub(super) fn above_zero(text: &str) -> Result<Duration, String> {
    match from_zero(text) {
        Ok(Duration::ZERO) | Err(_) => Err(format!("more than 0 and at most {MOST} seconds")),
        time => time,
    }
}

/// Nothing is a time as well.
pub(super) fn from_zero(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=MOST).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("a number of seconds, at most {MOST}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_within_a_day() {
        for (text, expected) in [
            ("0.25", Some(250)),
            ("10", Some(10_000)),
            ("-1", None),
            ("86401", None),
            ("NaN", None),
            ("", None),
        ] {
            assert_eq!(from_zero(text).ok(), expected.map(Duration::from_millis), "{text}");
            assert_eq!(above_zero(text).ok(), expected.map(Duration::from_millis), "{text}");
        }
        assert_eq!(from_zero("0"), Ok(Duration::ZERO));
        assert!(above_zero("0").is_err());
    }
}
