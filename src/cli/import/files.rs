//! The four files of an import: what their columns are, and which values are accepted in them.
//! Knows nothing of what the database has.

use std::collections::HashMap;
use std::path::Path;

use crate::cli::import::table::{self, Cell, File, Place, Problem};
use crate::input::{self, Email};
use crate::orders::status::OrderStatus;
use crate::types::{Money, Timestamp};

pub struct Customer {
    pub line: u64,
    pub name: String,
    pub email: Email,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub notes: Option<String>,
}

pub struct Product {
    pub line: u64,
    pub sku: String,
    pub name: String,
    pub description: Option<String>,
    pub price: Money,
    /// Units on hand; `None` says nothing about the stock of a product that is in the database.
    pub quantity: Option<i32>,
}

pub struct Order {
    pub line: u64,
    pub reference: String,
    /// The key of the customer's e-mail address.
    pub customer: String,
    pub date: Timestamp,
    pub status: OrderStatus,
}

/// A line of an order.
pub struct Item {
    pub line: u64,
    pub reference: String,
    pub sku: String,
    pub quantity: i32,
    pub unit_price: Money,
}

/// What is in the files. Rows with problems are missing, but not their keys: what refers to such a row
/// does not refer to nothing. What such a row refers to itself is `loose`.
pub struct Files {
    pub customers: Vec<Customer>,
    pub customer_keys: Keys,
    pub products: Vec<Product>,
    pub product_keys: Keys,
    pub orders: Vec<Order>,
    pub order_keys: Keys,
    pub items: Vec<Item>,
    pub loose: Vec<Loose>,
    pub problems: Vec<Problem>,
}

/// A key in a row that has problems. It may be one more.
pub struct Loose {
    pub place: Place,
    pub key: String,
}

/// Keys of a file, with the line where each was first.
#[derive(Default)]
pub struct Keys(HashMap<String, u64>);

impl Keys {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Takes a key, or finds that another line has it.
    fn take(&mut self, key: Option<&str>, line: u64, cell: &Cell<'_>, problems: &mut Vec<Problem>) {
        let Some(key) = key else { return };
        match self.0.get(key) {
            Some(first) => problems.push(cell.place().problem(format!("line {first} has {key:?} already"))),
            None => {
                self.0.insert(key.to_owned(), line);
            }
        }
    }
}

impl Files {
    /// Reads all four. An error is a file that is not there or not of this form; bad rows of the
    /// others are told with it.
    pub fn read(folder: &Path) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut customer_keys = Keys::default();
        let mut product_keys = Keys::default();
        let mut order_keys = Keys::default();
        let customers = customers(folder, &mut customer_keys, &mut problems);
        let products = products(folder, &mut product_keys, &mut problems);
        let mut loose = Vec::new();
        let orders = orders(folder, &mut order_keys, &mut loose, &mut problems);
        let items = items(folder, &mut loose, &mut problems);
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
            loose,
            problems,
        })
    }

    /// How many rows they have together.
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
            let name = name.needed(p, input::name);
            let parsed = email.needed(p, Email::parse);
            keys.take(parsed.as_ref().map(|email| email.key.as_str()), line, &email, p);
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
            let parsed = sku.needed(p, input::code);
            keys.take(parsed.as_deref(), line, &sku, p);
            let name = name.needed(p, input::name);
            let description = description.optional(p, input::text);
            let price = price.needed(p, price_of);
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
    loose: &mut Vec<Loose>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Order>> {
    let columns = ["reference", "customer_email", "order_date", "status"];
    table::read(folder, File::Orders, columns, problems, |line, [reference, customer, date, status], p| {
        let parsed = reference.needed(p, input::code);
        keys.take(parsed.as_deref(), line, &reference, p);
        let email = customer.needed(p, |text| input::text(text).map(|text| Email::key(&text)));
        let date = date.needed(p, str::parse);
        let status = status.needed(p, str::parse);
        match (parsed, email, date, status) {
            (Some(reference), Some(customer), Some(date), Some(status)) => {
                Some(Order { line, reference, customer, date, status })
            }
            (_, email, ..) => {
                loose.extend(email.map(|key| Loose { place: customer.place(), key }));
                None
            }
        }
    })
}

fn items(folder: &Path, loose: &mut Vec<Loose>, problems: &mut Vec<Problem>) -> Option<Vec<Item>> {
    let columns = ["order_reference", "sku", "quantity", "unit_price"];
    table::read(folder, File::OrderItems, columns, problems, |line, [order, product, quantity, price], p| {
        let reference = order.needed(p, input::code);
        let sku = product.needed(p, input::code);
        let quantity = quantity.needed(p, |text| units(text).and_then(input::quantity));
        let price = price.needed(p, price_of);
        match (reference, sku, quantity, price) {
            (Some(reference), Some(sku), Some(quantity), Some(unit_price)) => {
                Some(Item { line, reference, sku, quantity, unit_price })
            }
            (reference, sku, ..) => {
                loose.extend(reference.map(|key| Loose { place: order.place(), key }));
                loose.extend(sku.map(|key| Loose { place: product.place(), key }));
                None
            }
        }
    })
}

fn price_of(text: &str) -> Result<Money, String> {
    input::price(text.parse()?)
}

fn units(text: &str) -> Result<i32, String> {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    text.parse::<i32>().map_err(|error| match error.kind() {
        PosOverflow => format!("{text} is more than {}", i32::MAX),
        NegOverflow => format!("{text} is less than {}", i32::MIN),
        _ => format!("{text:?} is not a whole number"),
    })
}
