//! The columns of `order_items.csv` that count cancelled, shipped and returned units, which can be missing or blank.

use diesel::prelude::*;

use crate::cli::csv_files::CsvFile;
use crate::cli::import::files::CsvOrderItem;
use crate::cli::import::parse::units;
use crate::cli::import::table::{CsvField, ImportProblem, Location};
use crate::db::schema::order_items;
use crate::input;
use crate::orders::status::OrderStatus;

/// The counters of an item in the file. `None` stands for the value that follows from the status of the order.
#[derive(Debug, Clone, Copy)]
pub struct CsvCounters {
    /// The number of cancelled units.
    pub cancelled: Option<i32>,
    /// The number of shipped units.
    pub shipped: Option<i32>,
    /// The number of returned units.
    pub returned: Option<i32>,
}

/// The counters of an item of the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = order_items)]
pub struct Counters {
    /// The number of cancelled units.
    pub quantity_cancelled: i32,
    /// The number of shipped units.
    pub quantity_shipped: i32,
    /// The number of returned units.
    pub quantity_returned: i32,
}

/// The units of all items of an order.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderUnits {
    open: i64,
    shipped: i64,
    returned: i64,
}

impl CsvCounters {
    /// The names of the columns.
    pub const COLUMNS: [&'static str; 3] = ["quantity_cancelled", "quantity_shipped", "quantity_returned"];

    /// Parses the counters. Returns `None` if it added a problem.
    pub fn parse(
        [cancelled, shipped, returned]: [&CsvField<'_>; 3],
        quantity: Option<i32>,
        problems: &mut Vec<ImportProblem>,
    ) -> Option<Self> {
        let mut counter =
            |field: &CsvField<'_>| field.optional(problems, |text| units(text).and_then(input::level));
        let counters =
            Self { cancelled: counter(cancelled)?, shipped: counter(shipped)?, returned: counter(returned)? };
        let of = |value: Option<i32>| i64::from(value.unwrap_or_default());
        let quantity = i64::from(quantity?);
        let (left, shipped_units) = (quantity - of(counters.cancelled), of(counters.shipped));
        if left < 0 {
            problems.push(too_many(cancelled, of(counters.cancelled), "ordered", quantity));
        } else if shipped_units > left {
            problems.push(too_many(shipped, shipped_units, "not cancelled", left));
        } else if counters.shipped.is_some() && of(counters.returned) > shipped_units {
            problems.push(too_many(returned, of(counters.returned), "shipped", shipped_units));
        } else {
            return Some(counters);
        }
        None
    }

    /// Returns the counters of a new item: values that the file omits follow from the status of the order.
    pub fn resolve(self, status: OrderStatus, quantity: i32) -> Counters {
        use OrderStatus::{Cancelled, Delivered, Returned, Shipped};
        let all_if = |condition: bool, units: i32| if condition { units } else { 0 };
        let cancelled = self
            .cancelled
            .unwrap_or_else(|| all_if(status == Cancelled, quantity - self.shipped.unwrap_or_default()));
        let has_shipped = matches!(status, Shipped | Delivered | Returned);
        let shipped = self.shipped.unwrap_or_else(|| all_if(has_shipped, quantity - cancelled));
        let returned = self.returned.unwrap_or_else(|| all_if(status == Returned, shipped));
        Counters { quantity_cancelled: cancelled, quantity_shipped: shipped, quantity_returned: returned }
    }
}

/// A comparison of a column: its name, the value of the file, the stored value.
type CounterDifference = (&'static str, i32, i32);

impl CsvCounters {
    /// Returns the values of the file that differ from the stored ones. A blank value does not differ.
    pub fn differences(self, stored: Counters) -> impl Iterator<Item = CounterDifference> {
        let file = [self.cancelled, self.shipped, self.returned];
        let stored = [stored.quantity_cancelled, stored.quantity_shipped, stored.quantity_returned];
        let values = Self::COLUMNS.into_iter().zip(file.into_iter().zip(stored));
        values.filter_map(|(column, (file, stored))| {
            Some((column, file?, stored)).filter(|_| file != Some(stored))
        })
    }
}

fn too_many(field: &CsvField<'_>, units: i64, state: &str, limit: i64) -> ImportProblem {
    field.location().problem(format!("must be at most {limit}, the units that are {state}, but was {units}"))
}

impl Counters {
    /// Returns the units of an item of this quantity that are neither shipped nor cancelled.
    pub fn open(self, quantity: i32) -> i32 {
        quantity - self.quantity_cancelled - self.quantity_shipped
    }

    /// Returns a problem if more units are returned than shipped, where the file gives only one of them.
    pub fn check(self, item: &CsvOrderItem) -> Option<ImportProblem> {
        (self.quantity_returned > self.quantity_shipped).then(|| {
            let [_, _, column] = CsvCounters::COLUMNS;
            Location::new(CsvFile::OrderItems, item.line, column).problem(format!(
                "must be at most {}, the units that are shipped, but was {}",
                self.quantity_shipped, self.quantity_returned
            ))
        })
    }
}

impl OrderUnits {
    /// Adds the units of an item.
    pub fn add(&mut self, quantity: i32, counters: Counters) {
        self.open += i64::from(counters.open(quantity));
        self.shipped += i64::from(counters.quantity_shipped);
        self.returned += i64::from(counters.quantity_returned);
    }

    /// Returns an error message if an order with this status cannot have these units.
    pub fn check(self, status: OrderStatus) -> Result<(), String> {
        let Self { open, shipped, returned } = self;
        let is_possible = match status {
            OrderStatus::Pending | OrderStatus::Processing => open > 0 && shipped == 0,
            OrderStatus::PartiallyShipped => open > 0 && shipped > 0,
            OrderStatus::Shipped | OrderStatus::Delivered => open == 0 && returned < shipped,
            OrderStatus::Returned => open == 0 && shipped > 0 && returned == shipped,
            OrderStatus::Cancelled => open == 0 && shipped == 0,
        };
        if is_possible {
            return Ok(());
        }
        Err(format!(
            "an order that is {status} cannot have {open} open, {shipped} shipped and {returned} returned units; \
             correct the status, or {} in {}",
            CsvCounters::COLUMNS.join(", "),
            CsvFile::OrderItems.name()
        ))
    }
}
