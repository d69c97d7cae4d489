//! The generator of sample data. Pure: the result depends only on the options, not on the date, the machine
//! or the batch size.

use crate::cli::seed::fulfilment::fulfil;
use crate::cli::seed::rng::Rng;
use crate::cli::seed::words::{self, Family};
use crate::config::Seed;
use crate::orders::status::OrderStatus;
use crate::types::{Money, ProductId, Timestamp};

/// The length of a second, in microseconds.
pub(super) const SECOND: i64 = 1_000_000;
/// The length of a day, in seconds.
pub(super) const DAY: i64 = 24 * 3_600;
/// The end of the generated period, 2026-06-30T00:00:00Z, in seconds.
const END: i64 = 1_782_777_600;
/// The length of the generated period, three years, in seconds.
const SPAN: i64 = 1_096 * DAY;
const START: i64 = END - SPAN;

/// A generated customer.
pub struct GeneratedCustomer {
    /// The name of a person or a company.
    pub name: String,
    /// In lower case.
    pub email: String,
    /// The phone number. `None` for some customers.
    pub phone: Option<String>,
    /// The postal address.
    pub address: String,
    /// The notes about the customer. `None` for most customers.
    pub notes: Option<&'static str>,
    /// The date and time when the customer was created.
    pub created_at: Timestamp,
}

/// A generated product.
pub struct GeneratedProduct {
    /// The SKU, which is unique.
    pub sku: String,
    /// The name of the product.
    pub name: String,
    /// The description. `None` for some products.
    pub description: Option<&'static str>,
    /// The price of one unit.
    pub price: Money,
    /// The date and time when the product was created.
    pub created_at: Timestamp,
    /// Units on hand that are not reserved.
    pub available: i32,
    /// The number of available units at or below which the product is low on stock; 0 disables the check.
    pub reorder_level: i32,
    /// The date and time of the last restock. `None` before the first.
    pub last_restock_date: Option<Timestamp>,
}

/// The part of a product that orders refer to.
pub struct SeededProduct {
    /// The id of the product.
    pub id: ProductId,
    /// The SKU of the product.
    pub sku: String,
    /// The name of the product.
    pub name: String,
    /// The price of one unit.
    pub price: Money,
}

/// A generated order.
pub struct GeneratedOrder {
    /// The reference, which is unique. `None` for some orders.
    pub reference: Option<String>,
    /// The index of the customer among the generated customers.
    pub customer: usize,
    /// The date and time when the order was placed.
    pub date: Timestamp,
    /// The status of the order.
    pub status: OrderStatus,
    /// The time of the change to the current status.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
    /// The notes about the order. `None` for most orders.
    pub notes: Option<&'static str>,
    /// The reason the order, or some of its units, were cancelled. `None` for most orders.
    pub cancel_reason: Option<&'static str>,
    /// The tracking number. `None` for some shipped orders and all that have not shipped.
    pub tracking_number: Option<String>,
    /// The reason units were returned. `None` for most orders.
    pub return_reason: Option<&'static str>,
    /// The items of the order.
    pub items: Vec<GeneratedItem>,
    /// The sum of the subtotals of the items.
    pub total: Money,
    /// The amount of the returned units.
    pub returned: Money,
}

/// A generated order item.
pub struct GeneratedItem {
    /// The index of the product among the generated products. Unique within the order.
    pub product: usize,
    /// The number of units ordered.
    pub quantity: i32,
    /// The number of cancelled units.
    pub cancelled: i32,
    /// The number of shipped units.
    pub shipped: i32,
    /// The number of returned units.
    pub returned: i32,
    /// The price of one unit.
    pub unit_price: Money,
    /// The units that are not cancelled times the unit price.
    pub subtotal: Money,
}

impl GeneratedItem {
    /// Returns the number of units that are neither shipped nor cancelled.
    pub fn open(&self) -> i32 {
        self.quantity - self.cancelled - self.shipped
    }
}

/// Generates customers, products and orders. Each kind must be generated in ascending order of `number`.
pub struct Shop {
    size: Seed,
    customers: Rng,
    products: Rng,
    orders: Rng,
    fulfilment: Rng,
}

impl Shop {
    /// Returns a generator for this amount of data and this seed number.
    pub fn new(size: Seed) -> Self {
        let rng = |stream| Rng::new(size.number, stream);
        Self { size, customers: rng(1), products: rng(2), orders: rng(3), fulfilment: rng(4) }
    }

    /// Generates a customer. `number` makes the e-mail address unique.
    pub fn customer(&mut self, number: u32) -> GeneratedCustomer {
        let rng = &mut self.customers;
        let (name, mailbox) = if rng.percent(30) {
            let (name, kind) = (rng.choose(words::COMPANY_NAMES), rng.choose(words::COMPANY_KINDS));
            (format!("{name} {kind}"), format!("{}-{}", letters(name), letters(kind)))
        } else {
            let (first, last) = (rng.choose(words::FIRST_NAMES), rng.choose(words::LAST_NAMES));
            (format!("{first} {last}"), format!("{}.{}", letters(first), letters(last)))
        };
        let (city, country, post_code, prefix) = rng.choose(words::CITIES);
        let street = rng.choose(words::STREETS);
        GeneratedCustomer {
            name,
            // The number makes the address unique.
            email: format!("{mailbox}{}@{}", number + 1, rng.choose(words::MAIL_DOMAINS)),
            phone: rng.percent(85).then(|| digits(rng, &format!("{prefix} ### ######"))),
            address: format!(
                "{} {street}, {city}, {}, {country}",
                rng.between(1, 180),
                digits(rng, post_code)
            ),
            notes: rng.percent(15).then(|| rng.choose(words::CUSTOMER_NOTES)),
            created_at: at(START + SPAN * i64::from(number) / i64::from(self.size.customers)),
        }
    }

    /// Generates a product. `number` makes the SKU unique.
    pub fn product(&mut self, number: u32) -> GeneratedProduct {
        let rng = &mut self.products;
        let Family { code, makes, things, sizes, price: (low, high) } =
            &words::FAMILIES[rng.below(words::FAMILIES.len() as u64) as usize];
        let units = rng.between(*low, *high);
        // Some products are out of stock, some are below the reorder level, most are available.
        let reorder_level = rng.choose(&[0, 5, 10, 10, 20, 25, 50]);
        let available = match rng.below(100) {
            0..3 => 0,
            3..12 => rng.between(0, reorder_level),
            _ => reorder_level + rng.between(1, 400),
        };
        GeneratedProduct {
            sku: format!("{code}-{:05}", number + 1),
            name: format!("{} {}, {}", rng.choose(makes), rng.choose(things), rng.choose(sizes)),
            description: rng.percent(70).then(|| rng.choose(words::DESCRIPTIONS)),
            price: Money(i64::from(units) * 100 + i64::from(rng.choose(&[0, 25, 49, 50, 90, 95, 99]))),
            created_at: at(START),
            available,
            reorder_level,
            last_restock_date: rng.percent(80).then(|| at(END - i64::from(rng.between(1, 120)) * DAY)),
        }
    }

    /// Generates an order of these products. Panics if there are none.
    pub fn order(&mut self, number: u32, products: &[SeededProduct]) -> GeneratedOrder {
        let rng = &mut self.orders;
        let date = date(rng, number, self.size.orders);
        let (status, seconds, version) = status_by_age(rng, END - date);
        // Only customers that exist on that day; early customers order more often.
        let existing = (date - START) * i64::from(self.size.customers) / SPAN + 1;
        let items = items(rng, products);
        let mut order = GeneratedOrder {
            reference: rng.percent(60).then(|| format!("SO-{:07}", number + 1)),
            customer: rng.below_skewed(existing.unsigned_abs().min(self.size.customers.into())) as usize,
            date: at(date),
            status,
            updated_at: at((date + seconds).min(END)),
            version,
            notes: rng.percent(10).then(|| rng.choose(words::ORDER_NOTES)),
            cancel_reason: (status == OrderStatus::Cancelled && rng.percent(75))
                .then(|| rng.choose(words::CANCEL_REASONS)),
            tracking_number: None,
            return_reason: None,
            total: Money(0),
            returned: Money(0),
            items,
        };
        fulfil(&mut self.fulfilment, &mut order, Self::today());
        order
    }

    /// Returns the end of the generated period.
    pub fn today() -> Timestamp {
        at(END)
    }
}

/// Returns the time of order `number` of `of`, in seconds. The rate of orders increases linearly: at the end
/// it is three times the initial rate.
fn date(rng: &mut Rng, number: u32, of: u32) -> i64 {
    const PARTS: u64 = 1 << 20;
    let place = (f64::from(number) + rng.below(PARTS) as f64 / PARTS as f64) / f64::from(of);
    // The square root is exact on every platform (IEEE 754), other roots are not.
    let passed = ((1.0 + 8.0 * place).sqrt() - 1.0) / 2.0;
    START + ((passed * SPAN as f64) as i64).min(SPAN - 1)
}

/// Returns the status of an order of this age in seconds, the seconds until it reached the status, and its
/// version.
fn status_by_age(rng: &mut Rng, age: i64) -> (OrderStatus, i64, i32) {
    use OrderStatus::{Cancelled, Delivered, PartiallyShipped, Pending, Processing, Returned, Shipped};
    let status = match (age / DAY, rng.below(100)) {
        (0..7, 0..60) => Pending,
        (0..7, 60..95) => Processing,
        (7..21, 0..10) => Pending,
        (7..21, 10..50) => Processing,
        (7..21, 50..95) => Shipped,
        (21..45, 0..60) => Shipped,
        (21.., 0..96) => Delivered,
        _ => Cancelled,
    };
    let (days, version) = match status {
        Pending => (0, 1),
        Cancelled => (rng.between(0, 2), 2),
        Processing | PartiallyShipped => (rng.between(0, 3), 2),
        Shipped => (rng.between(2, 6), 3),
        Delivered | Returned => (rng.between(4, 12), 4),
    };
    let hours = if days > 0 { rng.between(0, 10) } else { 0 };
    (status, i64::from(days) * DAY + i64::from(hours) * 3_600, version)
}

fn items(rng: &mut Rng, products: &[SeededProduct]) -> Vec<GeneratedItem> {
    let count = rng.choose(&[1, 1, 2, 2, 3, 3, 4, 5]).min(products.len());
    let mut items: Vec<GeneratedItem> = Vec::with_capacity(count);
    while items.len() < count {
        let product = rng.below_skewed(products.len() as u64) as usize;
        if items.iter().any(|item| item.product == product) {
            continue;
        }
        let quantity = rng.choose(&[1, 1, 1, 1, 2, 2, 3, 4, 6, 12]);
        let unit_price = products[product].price;
        items.push(GeneratedItem {
            product,
            quantity,
            cancelled: 0,
            shipped: 0,
            returned: 0,
            unit_price,
            subtotal: Money(0),
        });
    }
    items
}

fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds * SECOND)
}

/// Replaces each `#` of the pattern by a random digit.
pub(super) fn digits(rng: &mut Rng, pattern: &str) -> String {
    let mut digit = || char::from(b'0' + rng.below(10) as u8);
    pattern.chars().map(|c| if c == '#' { digit() } else { c }).collect()
}

/// Reduces a name to the letters a to z, for e-mail addresses.
fn letters(name: &str) -> String {
    let lower = name.chars().flat_map(char::to_lowercase);
    let plain = lower.map(|c| match c {
        'á' | 'ã' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ë' => 'e',
        'í' | 'ı' => 'i',
        'ó' | 'ö' | 'ø' => 'o',
        'ü' => 'u',
        c => c,
    });
    plain.filter(char::is_ascii_lowercase).collect()
}
