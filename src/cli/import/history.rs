//! The times and versions of records, which files may contain.

use crate::cli::import::table::{CsvField, ImportProblem};
use crate::types::Timestamp;

/// The times and the version of a record in a file. `None` if the value is blank or the column is missing.
#[derive(Debug, Default, Clone, Copy)]
pub struct RecordHistory {
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    version: Option<i32>,
}

impl RecordHistory {
    /// Parses the three values. Times after `latest` are rejected, because all later writes would have later times.
    pub fn parse(
        [created, updated, version]: [&CsvField<'_>; 3],
        latest: Timestamp,
        problems: &mut Vec<ImportProblem>,
    ) -> Option<Self> {
        let time = |text: &str| match text.parse::<Timestamp>()? {
            time if time > latest => {
                Err(format!("must be at most one year in the future, {latest}, but was {time}"))
            }
            time => Ok(time),
        };
        let created_at = created.optional(problems, time);
        let updated_at = updated.optional(problems, |text| {
            let updated_at = time(text)?;
            match created_at.flatten() {
                Some(created_at) if updated_at < created_at => {
                    Err(format!("must not be before {} {created_at}, but was {updated_at}", created.name()))
                }
                _ => Ok(updated_at),
            }
        });
        let version = version.optional(problems, |text| match super::parse::units(text)? {
            version if version < 1 => Err(format!("must be at least 1, but was {version}")),
            version => Ok(version),
        });
        Some(Self { created_at: created_at?, updated_at: updated_at?, version: version? })
    }
}

/// The times and the version of a record that is inserted.
#[derive(Debug, Clone, Copy)]
pub struct InsertedHistory {
    /// The date and time when the record was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// Decides about the times and versions of new records.
#[derive(Debug, Clone, Copy)]
pub enum HistoryRule {
    /// The database is empty: records keep the times and versions of the files. Values that the files lack are the time
    /// of the import.
    Kept(Timestamp),
    /// The database has records: new ones have the time of the import, because clients poll for later times.
    Started(Timestamp),
}

impl HistoryRule {
    /// Returns the time of the import.
    pub fn now(self) -> Timestamp {
        match self {
            Self::Kept(now) | Self::Started(now) => now,
        }
    }

    /// Returns the times and the version of a new record.
    pub fn apply(self, history: RecordHistory) -> InsertedHistory {
        match self {
            Self::Started(now) => InsertedHistory { created_at: now, updated_at: now, version: 1 },
            Self::Kept(now) => {
                let RecordHistory { created_at, updated_at, version } = history;
                let created_at = created_at.or(updated_at).unwrap_or(now);
                let updated_at = updated_at.unwrap_or(now.max(created_at));
                InsertedHistory { created_at, updated_at, version: version.unwrap_or(1) }
            }
        }
    }
}

#[test]
fn missing_times_never_precede_the_given_ones() {
    let [early, now, late] = [1, 2, 3].map(Timestamp);
    let times = |created_at, updated_at| {
        let history = RecordHistory { created_at, updated_at, version: None };
        let InsertedHistory { created_at, updated_at, version } = HistoryRule::Kept(now).apply(history);
        assert_eq!(version, 1);
        (created_at, updated_at)
    };
    assert_eq!(times(None, None), (now, now));
    assert_eq!(times(Some(early), None), (early, now));
    assert_eq!(times(Some(late), None), (late, late));
    assert_eq!(times(None, Some(early)), (early, early));
    assert_eq!(times(Some(early), Some(late)), (early, late));
}
