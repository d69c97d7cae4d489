//! What can be counted about an open database while it is used.

/// How busy it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbStats {
    pub pools: Vec<PoolStats>,
    pub writes: WriteStats,
}

/// How busy the connections of a pool are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStats {
    /// `primary` or `replica`.
    pub name: &'static str,
    /// How many there may be.
    pub max: usize,
    pub open: usize,
    pub in_use: usize,
    /// How many requests wait for one.
    pub waiting: usize,
}

/// How writes get along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteStats {
    /// One after the other: so many wait.
    Serialized { waiting: usize },
    /// Side by side.
    Concurrent {
        in_flight: usize,
        /// How often a transaction had to be tried again, so far.
        retries: u64,
    },
}
