//! The columns of the four files, and the validation of their values. Does not access the database.

use std::collections::HashMap;
use std::path::Path;

use crate::cli::import::counters::FileCounters;
use crate::cli::import::table::{self, CsvField, File, Location, Problem};
use crate::input::{self, Email};
use crate::orders::status::OrderStatus;
use crate::types::{Money, Timestamp};

/// A row of `customers.csv`.
pub struct Customer {
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
}

/// A row of `products.csv`.
pub struct Product {
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
    /// Units on hand. `None` skips the comparison with the inventory of an existing product.
    pub quantity: Option<i32>,
}

/// A row of `orders.csv`.
pub struct Order {
    /// The line of the row in its file, from 1.
    pub line: u64,
    /// The reference, which identifies the order.
    pub reference: String,
    /// The key of the customer's e-mail address.
    pub customer: String,
    /// The date and time when the order was placed.
    pub date: Timestamp,
    /// The status of the order.
    pub status: OrderStatus,
}

/// An order item.
pub struct Item {
    /// The line of the row in its file, from 1.
    pub line: u64,
    /// The reference of the order.
    pub reference: String,
    /// The SKU of the product.
    pub sku: String,
    /// The number of units ordered.
    pub quantity: i32,
    /// The price of one unit.
    pub unit_price: Money,
    /// The counters of the item.
    pub counters: FileCounters,
}

/// The content of the files. Invalid rows are missing, but their keys are included, so that references to
/// them are not reported as well. References from invalid rows are in `dangling_references`.
pub struct Files {
    /// The valid rows of `customers.csv`.
    pub customers: Vec<Customer>,
    /// The e-mail keys of `customers.csv`.
    pub customer_keys: Keys,
    /// The valid rows of `products.csv`.
    pub products: Vec<Product>,
    /// The SKUs of `products.csv`.
    pub product_keys: Keys,
    /// The valid rows of `orders.csv`.
    pub orders: Vec<Order>,
    /// The references of `orders.csv`.
    pub order_keys: Keys,
    /// The valid rows of `order_items.csv`.
    pub items: Vec<Item>,
    /// The references from invalid rows.
    pub dangling_references: Vec<DanglingReference>,
    /// The problems of the invalid rows.
    pub problems: Vec<Problem>,
}

/// A reference from an invalid row, which is checked although the row is not imported.
pub struct DanglingReference {
    /// The location of the value.
    pub location: Location,
    /// The key that the value refers to.
    pub key: String,
}

/// The keys of a file, each with the line of its first occurrence.
#[derive(Default)]
pub struct Keys(HashMap<String, u64>);

impl Keys {
    /// Returns the keys in arbitrary order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Adds a key, or reports it as a duplicate.
    fn insert(&mut self, key: Option<&str>, line: u64, cell: &CsvField<'_>, problems: &mut Vec<Problem>) {
        let Some(key) = key else { return };
        match self.0.get(key) {
            Some(first) => {
                problems.push(cell.location().problem(format!("duplicate of line {first}: {key:?}")))
            }
            None => {
                self.0.insert(key.to_owned(), line);
            }
        }
    }
}

impl Files {
    /// Reads the four files. Returns an error if a file is missing or malformed, with the invalid rows of all
    /// files.
    pub fn read(folder: &Path) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut customer_keys = Keys::default();
        let mut product_keys = Keys::default();
        let mut order_keys = Keys::default();
        let customers = customers(folder, &mut customer_keys, &mut problems);
        let products = products(folder, &mut product_keys, &mut problems);
        let mut dangling_references = Vec::new();
        let orders = orders(folder, &mut order_keys, &mut dangling_references, &mut problems);
        let items = items(folder, &mut dangling_references, &mut problems);
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

fn customers(folder: &Path, keys: &mut Keys, problems: &mut Vec<Problem>) -> Option<Vec<Customer>> {
    let columns = ["name", "email", "phone", "address", "notes"];
    table::read(
        folder,
        File::Customers,
        columns,
        problems,
        |line, [name, email, phone, address, notes], p| {
            let name = name.required(p, input::name);
            let parsed = email.required(p, Email::parse);
            keys.insert(parsed.as_ref().map(|email| email.key.as_str()), line, &email, p);
            let phone = phone.optional(p, input::code);
            let address = address.optional(p, input::text);
            let notes = notes.optional(p, input::text);
            Some(Customer {
                line,
                name: name?,
                email: parsed?,
                phone: phone?,
                address: address?,
                notes: notes?,
            })
        },
    )
}

fn products(folder: &Path, keys: &mut Keys, problems: &mut Vec<Problem>) -> Option<Vec<Product>> {
    let columns = ["sku", "name", "description", "price", "quantity"];
    table::read(
        folder,
        File::Products,
        columns,
        problems,
        |line, [sku, name, description, price, quantity], p| {
            let parsed = sku.required(p, input::code);
            keys.insert(parsed.as_deref(), line, &sku, p);
            let name = name.required(p, input::name);
            let description = description.optional(p, input::text);
            let price = price.required(p, price_of);
            let quantity = quantity.optional(p, |text| units(text).and_then(input::level));
            Some(Product {
                line,
                sku: parsed?,
                name: name?,
                description: description?,
                price: price?,
                quantity: quantity?,
            })
        },
    )
}

fn orders(
    folder: &Path,
    keys: &mut Keys,
    dangling_references: &mut Vec<DanglingReference>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Order>> {
    let columns = ["reference", "customer_email", "order_date", "status"];
    table::read(folder, File::Orders, columns, problems, |line, [reference, customer, date, status], p| {
        let parsed = reference.required(p, input::code);
        keys.insert(parsed.as_deref(), line, &reference, p);
        let email = customer.required(p, |text| input::text(text).map(|text| Email::key(&text)));
        let date = date.required(p, str::parse);
        let status = status.required(p, str::parse);
        match (parsed, email, date, status) {
            (Some(reference), Some(customer), Some(date), Some(status)) => {
                Some(Order { line, reference, customer, date, status })
            }
            (_, email, ..) => {
                dangling_references
                    .extend(email.map(|key| DanglingReference { location: customer.location(), key }));
                None
            }
        }
    })
}

fn items(
    folder: &Path,
    dangling_references: &mut Vec<DanglingReference>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Item>> {
    let [order, sku, quantity, price] = ["order_reference", "sku", "quantity", "unit_price"];
    let [cancelled, shipped, returned] = FileCounters::COLUMNS;
    let columns = [order, sku, quantity, price, cancelled, shipped, returned];
    let row = |line, [order, product, quantity, price, counters @ ..]: [CsvField<'_>; 7], p: &mut _| {
        let reference = order.required(p, input::code);
        let sku = product.required(p, input::code);
        let quantity = quantity.required(p, |text| units(text).and_then(input::quantity));
        let price = price.required(p, price_of);
        let counters = FileCounters::read(&counters, quantity, p);
        match (reference, sku, quantity, price, counters) {
            (Some(reference), Some(sku), Some(quantity), Some(unit_price), Some(counters)) => {
                Some(Item { line, reference, sku, quantity, unit_price, counters })
            }
            (reference, sku, ..) => {
                dangling_references
                    .extend(reference.map(|key| DanglingReference { location: order.location(), key }));
                dangling_references
                    .extend(sku.map(|key| DanglingReference { location: product.location(), key }));
                None
            }
        }
    };
    table::read_optional(folder, File::OrderItems, columns, FileCounters::COLUMNS, problems, row)
}

fn price_of(text: &str) -> Result<Money, String> {
    input::price(text.parse()?)
}

/// Parses an integer.
pub(super) fn units(text: &str) -> Result<i32, String> {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    text.parse::<i32>().map_err(|error| match error.kind() {
        PosOverflow => format!("must be at most {}, but was {text}", i32::MAX),
        NegOverflow => format!("must be at least {}, but was {text}", i32::MIN),
        _ => format!("must be an integer, but was {text:?}"),
    })
}
