//! Parsers for durations in seconds.

use std::time::Duration;

/// The maximum duration, one day, which the clocks of all platforms can add.
const MAX: f64 = 86_400.0;

/// Parses a duration above 0.
pub(super) fn above_zero(text: &str) -> Result<Duration, String> {
    match from_zero(text) {
        Ok(Duration::ZERO) | Err(_) => Err(format!("must be a number of seconds above 0 and at most {MAX}")),
        time => time,
    }
}

/// Parses a duration of 0 or more.
pub(super) fn from_zero(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=MAX).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("must be a number of seconds between 0 and {MAX}")),
    }
}

/// Parses a duration above 0, up to a year. Nothing waits for so long in one piece.
pub(super) fn up_to_a_year(text: &str) -> Result<Duration, String> {
    const YEAR: f64 = 366.0 * 86_400.0;
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= YEAR => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("must be a number of seconds above 0 and at most {YEAR}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_durations_up_to_a_day() {
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
        assert_eq!(up_to_a_year("604800"), Ok(Duration::from_secs(604_800)));
        for text in ["0", "-1", "31622401", "NaN", "inf", ""] {
            assert!(up_to_a_year(text).is_err(), "{text}");
        }
    }
}
