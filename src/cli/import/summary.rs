//! The result of an import.

use crate::cli::import::files::OrderKey;
use crate::cli::import::table::ImportProblem;

/// The result of an import.
pub struct Summary {
    /// The rows of `customers.csv`.
    pub customers: RowCounts,
    /// The rows of `products.csv`.
    pub products: RowCounts,
    /// The rows of `orders.csv`.
    pub orders: RowCounts,
    /// The rows of `order_items.csv`.
    pub items: RowCounts,
    /// Differences for which the database kept its value.
    pub kept: Vec<ImportProblem>,
    /// Items of open orders that are not fully reserved, in the order of the file.
    pub short: Vec<ImportShortage>,
}

/// The rows of a file by result.
pub struct RowCounts {
    /// Rows without an existing record.
    pub new: u64,
    /// Rows that updated the existing record.
    pub updated: u64,
    /// Rows that differ from the existing record, which was not changed.
    pub kept: u64,
    /// Rows that are equal to the existing record.
    pub unchanged: u64,
}

/// An order item that is not fully reserved.
pub struct ImportShortage {
    /// The reference or the number of the order.
    pub order: OrderKey,
    /// The SKU of the product.
    pub sku: String,
    /// The number of open units.
    pub wanted: i32,
    /// The number of units reserved.
    pub reserved: i32,
}
