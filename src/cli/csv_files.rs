//! The four CSV files that `oms export` writes and `oms import` reads: their names, their columns, and the text of
//! values that are neither text nor numbers. Both commands use the arrays of this module, so a column that one of them
//! lacks does not compile.

use serde::{Deserialize, Serialize};

/// One of the four files, in the order in which they are read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CsvFile {
    /// `customers.csv`.
    Customers,
    /// `products.csv`.
    Products,
    /// `orders.csv`.
    Orders,
    /// `order_items.csv`.
    OrderItems,
}

impl CsvFile {
    /// All files in order.
    pub const ALL: [Self; 4] = [Self::Customers, Self::Products, Self::Orders, Self::OrderItems];

    /// Returns the file name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers.csv",
            Self::Products => "products.csv",
            Self::Orders => "orders.csv",
            Self::OrderItems => "order_items.csv",
        }
    }
}

/// A column of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvColumn {
    /// The name in the header.
    pub name: &'static str,
    /// Whether an import requires the column. An export writes all columns.
    pub required: bool,
}

const fn required(name: &'static str) -> CsvColumn {
    CsvColumn { name, required: true }
}

const fn optional(name: &'static str) -> CsvColumn {
    CsvColumn { name, required: false }
}

/// The columns of `customers.csv`. The e-mail address identifies a customer.
pub const CUSTOMERS: [CsvColumn; 9] = [
    required("name"),
    required("email"),
    required("phone"),
    required("address"),
    required("notes"),
    optional("company"),
    optional("created_at"),
    optional("updated_at"),
    optional("version"),
];

/// The columns of `products.csv`. The SKU identifies a product. The columns after `barcode` and before `created_at`, `quantity`,
/// and those that start with `inventory_`, are about the inventory of the product.
pub const PRODUCTS: [CsvColumn; 16] = [
    required("sku"),
    required("name"),
    required("description"),
    required("price"),
    required("quantity"),
    optional("barcode"),
    optional("has_inventory"),
    optional("reorder_level"),
    optional("last_restock_date"),
    optional("created_at"),
    optional("updated_at"),
    optional("version"),
    optional("inventory_created_at"),
    optional("inventory_updated_at"),
    optional("inventory_version"),
    optional("inventory_adjustments"),
];

/// The columns of `orders.csv`. The reference identifies an order, or else a number, which is valid within the files.
pub const ORDERS: [CsvColumn; 12] = [
    required("reference"),
    required("customer_email"),
    required("order_date"),
    required("status"),
    optional("number"),
    optional("notes"),
    optional("cancel_reason"),
    optional("tracking_number"),
    optional("return_reason"),
    optional("created_at"),
    optional("updated_at"),
    optional("version"),
];

/// The columns of `order_items.csv`. `sku` identifies the product; `product_name` and `product_sku` are its name and SKU
/// when it was ordered.
pub const ORDER_ITEMS: [CsvColumn; 14] = [
    required("order_reference"),
    required("sku"),
    required("quantity"),
    required("unit_price"),
    optional("order_number"),
    optional("product_name"),
    optional("product_sku"),
    optional("quantity_reserved"),
    optional("quantity_cancelled"),
    optional("quantity_shipped"),
    optional("quantity_returned"),
    optional("created_at"),
    optional("updated_at"),
    optional("version"),
];

/// The value of `has_inventory` for a product with and without an inventory.
pub const TRUE: &str = "true";
/// See [`TRUE`].
pub const FALSE: &str = "false";

/// A correction of stock. `inventory_adjustments` is a JSON list of them, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentRecord {
    /// The number of units added, or removed if negative. Not 0.
    pub delta: i32,
    /// The reason of the correction.
    pub reason: String,
    /// The date and time of the correction, in RFC 3339.
    pub created_at: String,
}
