//! Statistics of an open database, for metrics.

/// The current use of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbStats {
    /// The connection pools: the primary and, if configured, the replica.
    pub pools: Vec<PoolStats>,
    /// The write path.
    pub writes: WriteStats,
}

/// The current use of a connection pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStats {
    /// `primary` or `replica`.
    pub name: &'static str,
    /// The maximum number of connections.
    pub max: usize,
    /// The number of open connections.
    pub open: usize,
    /// The number of connections that serve a request.
    pub in_use: usize,
    /// The number of requests that wait for a connection.
    pub waiting: usize,
}

/// The current use of the write path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteStats {
    /// SQLite, which executes one write at a time.
    Serialized {
        /// The number of queued writes.
        waiting: usize,
    },
    /// PostgreSQL, which executes writes concurrently.
    Concurrent {
        /// The number of open write transactions.
        in_flight: usize,
        /// The number of times that a transaction was retried since the start.
        retries: u64,
    },
}
