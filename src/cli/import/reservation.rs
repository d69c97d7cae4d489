//! The units that an imported order item reserves.

use crate::cli::import::counters::Counters;
use crate::cli::import::files::CsvOrderItem;
use crate::orders::status::OrderStatus;

/// Returns the number of units that a new item reserves, with this number of units available: the number in the file,
/// or else as many open units as possible for an open order.
///
/// # Errors
///
/// Returns a message if the number in the file does not fit the status of the order, or exceeds the open or the available
/// units.
pub fn units(
    item: &CsvOrderItem,
    counters: Counters,
    status: OrderStatus,
    available: i32,
) -> Result<i32, String> {
    let open = counters.open(item.quantity);
    match item.reserved {
        None if status.is_open() => Ok(open.min(available)),
        None => Ok(0),
        Some(units) if units > 0 && !status.is_open() => {
            Err(format!("must be 0, because the order is {status}, but was {units}"))
        }
        Some(units) if units > open => Err(format!(
            "must be at most {open}, the units that are neither shipped nor cancelled, but was {units}"
        )),
        Some(units) if units > available => {
            Err(format!("must be at most {available}, the available units of the product, but was {units}"))
        }
        Some(units) => Ok(units),
    }
}
