//! The records of the four files. Does not access the database.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::path::Path;

use crate::cli::import::counters::CsvCounters;
use crate::cli::import::history::RecordHistory;
use crate::cli::import::table::{CsvField, ImportProblem, Location};
use crate::cli::import::{parse, products};
use crate::input::Email;
use crate::orders::status::OrderStatus;
use crate::types::{Money, Timestamp};

/// A row of `customers.csv`.
pub struct CsvCustomer {
    /// The line of the row in its file, from 1.
    pub line: u64,
    /// The name of the customer.
    pub name: String,
    /// The e-mail address, which identifies the customer.
    pub email: Email,
    /// The phone number. `None` if the value is empty.
    pub phone: Option<String>,
    /// The postal address. `None` if the value is empty.
    pub address: Option<String>,
    /// The notes about the customer. `None` if the value is empty.
    pub notes: Option<String>,
    /// The company, `Some(None)` if the value is empty. `None` if the file does not have the column.
    pub company: Option<Option<String>>,
    /// The times and the version.
    pub history: RecordHistory,
}

/// A row of `products.csv`.
pub struct CsvProduct {
    /// The line of the row in its file, from 1.
    pub line: u64,
    /// The SKU, which identifies the product.
    pub sku: String,
    /// The name of the product.
    pub name: String,
    /// The description. `None` if the value is empty.
    pub description: Option<String>,
    /// The price of one unit.
    pub price: Money,
    /// The barcode, `Some(None)` if the value is empty. `None` if the file does not have the column.
    pub barcode: Option<Option<String>>,
    /// The inventory.
    pub stock: CsvStock,
    /// The times and the version.
    pub history: RecordHistory,
}

/// The inventory of a product in `products.csv`.
pub enum CsvStock {
    /// The product has no inventory.
    Missing,
    /// The product has an inventory.
    Units {
        /// Units on hand. `None` skips the comparison with the inventory of an existing product.
        quantity: Option<i32>,
        /// The number of available units at or below which the product is low on stock. `None` if the value is blank.
        reorder_level: Option<i32>,
        /// The date and time of the last restock. `None` if the file does not have the column.
        last_restock_date: Option<Option<Timestamp>>,
        /// The times and the version of the inventory.
        history: RecordHistory,
        /// The corrections of the stock, oldest first.
        adjustments: Vec<CsvAdjustment>,
    },
}

/// A correction of stock.
pub struct CsvAdjustment {
    /// The number of units added, or removed if negative.
    pub delta: i32,
    /// The reason of the correction.
    pub reason: String,
    /// The date and time of the correction.
    pub created_at: Timestamp,
}

/// The value that identifies an order in the files.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum OrderKey {
    /// The reference.
    Reference(String),
    /// The number of an order without a reference. Valid within the files only.
    Number(u64),
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference(reference) => f.write_str(reference),
            Self::Number(number) => write!(f, "number {number}"),
        }
    }
}

/// The key for messages, with a reference in quotes.
impl fmt::Debug for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference(reference) => write!(f, "{reference:?}"),
            Self::Number(number) => write!(f, "number {number}"),
        }
    }
}

/// A row of `orders.csv`.
pub struct CsvOrder {
    /// The line of the row in its file, from 1.
    pub line: u64,
    /// The reference or the number.
    pub key: OrderKey,
    /// The key of the customer's e-mail address.
    pub customer: String,
    /// The date and time when the order was placed.
    pub date: Timestamp,
    /// The status of the order.
    pub status: OrderStatus,
    /// The notes about the order. `None` if the file does not have the column.
    pub notes: Option<Option<String>>,
    /// The reason the order, or some of its units, were cancelled. `None` if the file does not have the column.
    pub cancel_reason: Option<Option<String>>,
    /// The tracking number. `None` if the file does not have the column.
    pub tracking_number: Option<Option<String>>,
    /// The reason units were returned. `None` if the file does not have the column.
    pub return_reason: Option<Option<String>>,
    /// The times and the version.
    pub history: RecordHistory,
}

/// An order item.
pub struct CsvOrderItem {
    /// The line of the row in its file, from 1.
    pub line: u64,
    /// The reference or the number of the order.
    pub order: OrderKey,
    /// The SKU of the product.
    pub sku: String,
    /// The number of units ordered.
    pub quantity: i32,
    /// The price of one unit.
    pub unit_price: Money,
    /// The name of the product when it was ordered. `None` stands for its current name.
    pub product_name: Option<String>,
    /// The SKU of the product when it was ordered. `None` stands for its current SKU.
    pub product_sku: Option<String>,
    /// The number of reserved units. `None` reserves as many as possible if the order is open.
    pub reserved: Option<i32>,
    /// The cancelled, shipped and returned units.
    pub counters: CsvCounters,
    /// The times and the version.
    pub history: RecordHistory,
}

/// The content of the files. Invalid rows are missing, but their keys are included, so that references to
/// them are not reported as well. References from invalid rows are in `dangling_references`.
pub struct Files {
    /// The valid rows of `customers.csv`.
    pub customers: Vec<CsvCustomer>,
    /// The e-mail keys of `customers.csv`.
    pub customer_keys: Keys<String>,
    /// The valid rows of `products.csv`.
    pub products: Vec<CsvProduct>,
    /// The SKUs of `products.csv`.
    pub product_keys: Keys<String>,
    /// The valid rows of `orders.csv`.
    pub orders: Vec<CsvOrder>,
    /// The references and numbers of `orders.csv`.
    pub order_keys: Keys<OrderKey>,
    /// The valid rows of `order_items.csv`.
    pub items: Vec<CsvOrderItem>,
    /// The references from invalid rows.
    pub dangling_references: Vec<DanglingReference>,
    /// The problems of the invalid rows.
    pub problems: Vec<ImportProblem>,
}

/// A reference from an invalid row, which is checked although the row is not imported.
pub struct DanglingReference {
    /// The location of the value.
    pub location: Location,
    /// The key that the value refers to.
    pub key: DanglingKey,
}

/// The key of a record that a row refers to.
pub enum DanglingKey {
    /// The key of an e-mail address.
    Customer(String),
    /// A SKU.
    Product(String),
    /// The reference or the number of an order.
    Order(OrderKey),
}

/// The keys of a file, each with the line of its first occurrence.
pub struct Keys<K>(HashMap<K, u64>);

impl<K: Eq + Hash + Clone + fmt::Debug> Keys<K> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    /// Returns the keys in arbitrary order.
    pub fn iter(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }

    /// Adds a key, or reports it as a duplicate.
    pub(super) fn insert(
        &mut self,
        key: Option<&K>,
        line: u64,
        cell: &CsvField<'_>,
        problems: &mut Vec<ImportProblem>,
    ) {
        let Some(key) = key else { return };
        match self.0.get(key) {
            Some(first) => {
                problems.push(cell.location().problem(format!("duplicate of line {first}: {key:?}")))
            }
            None => {
                self.0.insert(key.clone(), line);
            }
        }
    }
}

impl Files {
    /// Reads the four files. Returns an error if a file is missing or malformed, with the invalid rows of all
    /// files. Times of records after `latest` are invalid.
    pub fn read(folder: &Path, latest: Timestamp) -> Result<Self, Vec<ImportProblem>> {
        let mut problems = Vec::new();
        let (mut customer_keys, mut product_keys, mut order_keys) = (Keys::new(), Keys::new(), Keys::new());
        let mut dangling_references = Vec::new();
        let customers = parse::customers(folder, latest, &mut customer_keys, &mut problems);
        let products = products::parse(folder, latest, &mut product_keys, &mut problems);
        let orders = parse::orders(folder, latest, &mut order_keys, &mut dangling_references, &mut problems);
        let items = parse::items(folder, latest, &mut dangling_references, &mut problems);
        let (Some(customers), Some(products), Some(orders), Some(items)) =
            (customers, products, orders, items)
        else {
            return Err(problems);
        };
        Ok(Self {
            customers,
            customer_keys,
            products,
            product_keys,
            orders,
            order_keys,
            items,
            dangling_references,
            problems,
        })
    }

    /// Returns the total number of rows.
    pub fn len(&self) -> u64 {
        (self.customers.len() + self.products.len() + self.orders.len() + self.items.len()) as u64
    }
}
