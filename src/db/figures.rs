//! What can be counted about an open database while it is used.

/// How busy it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    pub pools: Vec<PoolFigures>,
    pub writes: WriteFigures,
}

/// How busy the connections of a pool are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolFigures {
    /// `primary` or `replica`.
    pub name: &'static str,
    /// How many there may be.
    pub most: usize,
    pub open: usize,
    pub in_use: usize,
    /// How many requests wait for one.
    pub waiting: usize,
}

/// How writes get along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteFigures {
    /// One after the other: so many wait.
    InTurn { waiting: usize },
    /// Side by side.
    AtOnce {
        under_way: usize,
        /// How often a transaction had to be tried again, so far.
        retries: u64,
    },
}
