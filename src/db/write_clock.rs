//! The timestamps of writes. Clients poll by them, so they never decrease: not when a clock is set back, not
//! after a restart, and not where several instances write to one server.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::clock::Clock;
use crate::db::Conn;
use crate::db::statement::Statement;
use crate::db::table_copy::TABLES;
use crate::types::Timestamp;

/// The time for which the clock of a PostgreSQL server is extrapolated before it is read again.
const RESYNC: Duration = Duration::from_secs(60);

/// A strictly increasing clock that starts after the latest timestamp in the database.
#[derive(Debug)]
pub struct WriteClock {
    clock: Clock,
    latest: AtomicI64,
    /// Whether `latest` includes the stored timestamps.
    has_history: AtomicBool,
    /// The last reading of the server's clock, which all its instances share.
    reading: Mutex<Option<Reading>>,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    at: Instant,
    /// Microseconds since 1970.
    time: i64,
}

impl WriteClock {
    /// Returns a clock that starts at the time of `clock`.
    pub fn new(clock: Clock) -> Self {
        let (latest, has_history) = (AtomicI64::new(i64::MIN), AtomicBool::new(false));
        Self { clock, latest, has_history, reading: Mutex::new(None) }
    }

    /// Reads the latest stored timestamp, once, and the clock of the server when the last reading is old. Must be
    /// called before each write; most calls do nothing.
    pub fn prepare(&self, conn: &mut Conn) -> QueryResult<()> {
        if matches!(self.clock, Clock::Fixed(_)) {
            return Ok(());
        }
        if !self.has_history.load(Ordering::Acquire) {
            self.latest.fetch_max(latest_stored(conn)?.unwrap_or(i64::MIN), Ordering::AcqRel);
            self.has_history.store(true, Ordering::Release);
        }
        let is_recent = self.reading().is_some_and(|reading| reading.at.elapsed() < RESYNC);
        if matches!(self.clock, Clock::System) && !is_recent {
            // Read without the lock: a server that does not respond must not block every write.
            let reading = server_time(conn)?.map(|time| Reading { at: Instant::now(), time });
            *self.reading() = reading;
        }
        Ok(())
    }

    /// Returns the timestamp of the next write.
    pub fn next(&self) -> Timestamp {
        let reading = *self.reading();
        let now = match (&self.clock, reading) {
            (Clock::Fixed(time), _) => return *time,
            (Clock::System, Some(Reading { at, time })) => {
                time.saturating_add(i64::try_from(at.elapsed().as_micros()).unwrap_or(i64::MAX))
            }
            (clock, _) => clock.now().0,
        };
        let mut next = now;
        // Cannot fail: the closure always has a value.
        let _ = self.latest.fetch_update(Ordering::AcqRel, Ordering::Acquire, |latest| {
            next = now.max(latest.saturating_add(1));
            Some(next)
        });
        Timestamp(next)
    }

    fn reading(&self) -> MutexGuard<'_, Option<Reading>> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(QueryableByName)]
struct StoredTime {
    #[diesel(sql_type = Nullable<BigInt>)]
    time: Option<i64>,
}

/// Returns the time of a PostgreSQL server; `None` for SQLite, which has the clock of this machine.
fn server_time(conn: &mut Conn) -> QueryResult<Option<i64>> {
    match conn {
        Conn::Sqlite(_) => Ok(None),
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => {
            let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS time";
            Ok(diesel::sql_query(sql).get_result::<StoredTime>(conn)?.time)
        }
    }
}

/// Returns the latest `updated_at`, by index except for stock. Order items are omitted, because they
/// change only together with their order.
fn latest_stored(conn: &mut Conn) -> QueryResult<Option<i64>> {
    let tables = TABLES.iter().filter(|table| table.columns.contains(&"updated_at"));
    let latest: Vec<String> = tables
        .filter(|table| table.name != "order_items")
        .map(|table| format!("SELECT max(updated_at) AS time FROM {}", table.name))
        .collect();
    let sql = format!("SELECT max(time) AS time FROM ({}) AS latest", latest.join(" UNION ALL "));
    Ok(diesel::sql_query(sql).get_result::<StoredTime>(conn)?.time)
}

/// The assignments of every update of a row: its `updated_at`, which never decreases even where the clocks of two
/// instances differ, and its version. A macro, as the type of the expression depends on the table.
macro_rules! changed {
    ($table:ident, $now:expr) => {
        (
            $table::updated_at
                .eq(diesel::dsl::case_when($table::updated_at.gt($now), $table::updated_at).otherwise($now)),
            $table::version.eq($table::version + 1),
        )
    };
}

pub(crate) use changed;

/// The assignments of `changed!` for a [`WriteCommand`](crate::db::write_command::WriteCommand), with the time as two values.
macro_rules! changed_text {
    () => {
        "updated_at = CASE WHEN updated_at > ? THEN updated_at ELSE ? END, version = version + 1"
    };
}

pub(crate) use changed_text;

/// Appends the assignments of `changed!` to an update of any table.
pub(super) fn append_changed(update: Statement<'_>, now: Timestamp) -> Statement<'_> {
    let (time, version) = ("updated_at", "version");
    let update = update.identifier(time).sql(" = CASE WHEN ").identifier(time).sql(" > ").integer(now.0);
    let update = update.sql(" THEN ").identifier(time).sql(" ELSE ").integer(now.0).sql(" END, ");
    update.identifier(version).sql(" = ").identifier(version).sql(" + 1")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn timestamps_never_decrease() {
        let time = Arc::new(AtomicI64::new(1_000));
        let clock = WriteClock::new(Clock::Manual(time.clone()));
        assert_eq!(clock.next(), Timestamp(1_000));
        assert_eq!(clock.next(), Timestamp(1_001), "no two writes have the same time");
        time.store(10, Ordering::SeqCst);
        assert_eq!(clock.next(), Timestamp(1_002));
        time.store(5_000, Ordering::SeqCst);
        assert_eq!(clock.next(), Timestamp(5_000));
    }

    #[test]
    fn the_clock_of_the_server_takes_precedence() {
        let clock = WriteClock::new(Clock::System);
        let in_the_future = i64::MAX / 2;
        *clock.reading.lock().unwrap() = Some(Reading { at: Instant::now(), time: in_the_future });
        let next = clock.next().0;
        assert!((in_the_future..in_the_future + 60_000_000).contains(&next), "{next}");
    }

    #[test]
    fn a_fixed_clock_returns_one_time() {
        let clock = WriteClock::new(Clock::Fixed(Timestamp(7)));
        assert_eq!([clock.next(), clock.next()], [Timestamp(7); 2]);
    }
}
