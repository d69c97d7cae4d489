//! `oms events`: maintenance of the event log.

use indicatif::HumanCount;

use crate::cli::{Failure, check, is_missing_file, print, progress};
use crate::clock::Clock;
use crate::db::{Address, Conn, Purpose};
use crate::error::InternalError;
use crate::events::prune;
use crate::types::Timestamp;

/// Removes the events before a time and prints their number.
pub fn prune(address: &Address, before: Timestamp) -> Result<(), Failure> {
    if is_missing_file(address) {
        let reason = "no such file".to_owned();
        return Err(Failure::Read { source_name: address.to_string(), reason });
    }
    if before > Clock::System.now() {
        return Err(Failure::InFuture { time: before });
    }
    check(address)?;
    let mut conn = Conn::open(address, Purpose::Maintenance)?;
    let bar = progress(0, "Pruning");
    let pruned = prune::prune(&mut conn, before, |rows| bar.inc(rows)).map_err(InternalError::from);
    bar.finish_and_clear();
    let pruned = pruned?;
    print(&format!(
        "removed {} events before {before} from {address}; the log starts at position {}\n",
        HumanCount(pruned.events),
        HumanCount(pruned.first_kept.unsigned_abs()),
    ))
}
