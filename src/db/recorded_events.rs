//! Events that the schema before the migration `events` has no place for.

/// Selects the types of events, each with their number. The stock has opening movements and balances, and adjustments
/// without a reference are rows of a table of their own before the migration.
pub(super) const EVENTS: &str = "
    SELECT kind, count(*) AS rows FROM events
    WHERE reference IS NOT NULL OR actor IS NOT NULL
       OR kind NOT IN ('STOCK_OPENED', 'STOCK_ADJUSTED', 'STOCK_LOW', 'STOCK_REPLENISHED')
          AND NOT (kind = 'STOCK_SET' AND reason IS NOT NULL)
    GROUP BY kind ORDER BY kind";
