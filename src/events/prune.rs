//! Workflow: remove old events, in batches of a transaction each. The stock of every product keeps its ledger: the last
//! movement that is removed becomes the opening movement.

use diesel::{Connection, QueryResult};

use crate::db::Conn;
use crate::events::{prune_store, store};
use crate::types::Timestamp;

/// The number of positions in a batch.
const BATCH: i64 = 1_000;

/// The result of a pruning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The number of events that were removed.
    pub events: u64,
    /// The first position that is kept.
    pub first_kept: i64,
}

/// Removes the events before a time, in the order of the log: up to the first event at or after it. Calls `progress` with
/// the number of events of each batch. When interrupted, the batches so far stay removed.
pub fn prune(conn: &mut Conn, before: Timestamp, mut progress: impl FnMut(u64)) -> QueryResult<Pruned> {
    let log = store::state(conn)?;
    let first_kept = prune_store::first_position_from(conn, log.floor, before)?;
    let end = first_kept.map_or(log.head, |position| position - 1);
    let (mut pruned, mut floor) = (Pruned::default(), log.floor);
    while floor < end {
        let next = end.min(floor + BATCH);
        let rows = conn.transaction(|conn| batch(conn, floor, next))?;
        // Another process prunes the log.
        let Some(rows) = rows else { break };
        pruned.events += rows;
        progress(rows);
        floor = next;
    }
    pruned.first_kept = floor + 1;
    Ok(pruned)
}

/// Removes the events after one position, up to another one. Returns their number, or `None` if the floor is another one.
fn batch(conn: &mut Conn, floor: i64, end: i64) -> QueryResult<Option<u64>> {
    // The first statement writes, so that SQLite locks the database before it reads.
    if prune_store::raise_floor(conn, floor, end)? == 0 {
        return Ok(None);
    }
    let earlier = prune_store::delete_earlier_movements(conn, floor, end)?;
    let others = prune_store::delete_others(conn, floor, end)?;
    prune_store::open_last_movements(conn, floor, end)?;
    Ok(Some((earlier + others) as u64))
}
