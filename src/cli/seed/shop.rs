//! What is in a generated shop. Pure: the same seed and the same counts give the same rows, whatever
//! the day, the machine or the size of the transactions.

use crate::cli::seed::dice::Dice;
use crate::cli::seed::words::{self, Family};
use crate::config::Seed;
use crate::orders::status::OrderStatus;
use crate::types::{Money, ProductId, Timestamp};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 3_600;
/// 2026-06-30T00:00:00Z, in seconds: "today" in every generated shop.
const END: i64 = 1_782_777_600;
/// Three years of trade, in seconds.
const SPAN: i64 = 1_096 * DAY;
const START: i64 = END - SPAN;

pub struct Customer {
    pub name: String,
    /// In lower case.
    pub email: String,
    pub phone: Option<String>,
    pub address: String,
    pub notes: Option<&'static str>,
    pub since: Timestamp,
}

pub struct Product {
    pub sku: String,
    pub name: String,
    pub description: Option<&'static str>,
    pub price: Money,
    pub since: Timestamp,
    /// Units on hand that no order holds.
    pub free: i32,
    pub reorder_level: i32,
    pub restocked: Option<Timestamp>,
}

/// A product as orders need it.
pub struct Shelf {
    pub id: ProductId,
    pub sku: String,
    pub name: String,
    pub price: Money,
}

pub struct Order {
    pub reference: Option<String>,
    /// Which customer, in the order in which they were generated.
    pub customer: usize,
    pub date: Timestamp,
    pub status: OrderStatus,
    /// When it came into this status.
    pub changed: Timestamp,
    pub version: i32,
    pub notes: Option<&'static str>,
    pub cancel_reason: Option<&'static str>,
    pub lines: Vec<Line>,
    pub total: Money,
}

pub struct Line {
    /// Which product, in the order in which they were generated. Another one on every line.
    pub shelf: usize,
    pub quantity: i32,
    pub subtotal: Money,
}

/// Deals out customers, products and orders, each kind in ascending order.
pub struct Shop {
    size: Seed,
    customers: Dice,
    products: Dice,
    orders: Dice,
}

impl Shop {
    pub fn new(size: Seed) -> Self {
        let dice = |stream| Dice::new(size.number, stream);
        Self { size, customers: dice(1), products: dice(2), orders: dice(3) }
    }

    pub fn customer(&mut self, number: u32) -> Customer {
        let dice = &mut self.customers;
        let (name, mailbox) = if dice.percent(30) {
            let (name, kind) = (dice.pick(words::COMPANY_NAMES), dice.pick(words::COMPANY_KINDS));
            (format!("{name} {kind}"), format!("{}-{}", letters(name), letters(kind)))
        } else {
            let (first, last) = (dice.pick(words::FIRST_NAMES), dice.pick(words::LAST_NAMES));
            (format!("{first} {last}"), format!("{}.{}", letters(first), letters(last)))
        };
        let (city, country, post_code, prefix) = dice.pick(words::CITIES);
        let street = dice.pick(words::STREETS);
        Customer {
            name,
            // The number makes it unique.
            email: format!("{mailbox}{}@{}", number + 1, dice.pick(words::MAIL_DOMAINS)),
            phone: dice.percent(85).then(|| digits(dice, &format!("{prefix} ### ######"))),
            address: format!(
                "{} {street}, {city}, {}, {country}",
                dice.between(1, 180),
                digits(dice, post_code)
            ),
            notes: dice.percent(15).then(|| dice.pick(words::CUSTOMER_NOTES)),
            since: at(START + SPAN * i64::from(number) / i64::from(self.size.customers)),
        }
    }

    pub fn product(&mut self, number: u32) -> Product {
        let dice = &mut self.products;
        let Family { code, makes, things, sizes, price: (low, high) } =
            &words::FAMILIES[dice.below(words::FAMILIES.len() as u64) as usize];
        let units = dice.between(*low, *high);
        // Some sell out, some run low, most are there.
        let reorder_level = dice.pick(&[0, 5, 10, 10, 20, 25, 50]);
        let free = match dice.below(100) {
            0..3 => 0,
            3..12 => dice.between(0, reorder_level),
            _ => reorder_level + dice.between(1, 400),
        };
        Product {
            sku: format!("{code}-{:05}", number + 1),
            name: format!("{} {}, {}", dice.pick(makes), dice.pick(things), dice.pick(sizes)),
            description: dice.percent(70).then(|| dice.pick(words::DESCRIPTIONS)),
            price: Money(i64::from(units) * 100 + i64::from(dice.pick(&[0, 25, 49, 50, 90, 95, 99]))),
            since: at(START),
            free,
            reorder_level,
            restocked: dice.percent(80).then(|| at(END - i64::from(dice.between(1, 120)) * DAY)),
        }
    }

    /// An order for what is on these shelves, of which there is at least one.
    pub fn order(&mut self, number: u32, shelves: &[Shelf]) -> Order {
        let dice = &mut self.orders;
        let date = date(dice, number, self.size.orders);
        let (status, seconds, version) = fate(dice, END - date);
        // Of the customers that there were on that day, the loyal ones order more.
        let known = (date - START) * i64::from(self.size.customers) / SPAN + 1;
        let lines = lines(dice, shelves);
        Order {
            reference: dice.percent(60).then(|| format!("SO-{:07}", number + 1)),
            customer: dice.low_of(known.unsigned_abs().min(self.size.customers.into())) as usize,
            date: at(date),
            status,
            changed: at((date + seconds).min(END)),
            version,
            notes: dice.percent(10).then(|| dice.pick(words::ORDER_NOTES)),
            cancel_reason: (status == OrderStatus::Cancelled && dice.percent(75))
                .then(|| dice.pick(words::CANCEL_REASONS)),
            total: Money(lines.iter().map(|line| line.subtotal.0).sum()),
            lines,
        }
    }

    /// "Today" in the shop.
    pub fn today() -> Timestamp {
        at(END)
    }
}

/// When order `number` of so many came in, in seconds. They come ever faster: three times as many at
/// the end as in the beginning.
fn date(dice: &mut Dice, number: u32, of: u32) -> i64 {
    const PARTS: u64 = 1 << 20;
    let place = (f64::from(number) + dice.below(PARTS) as f64 / PARTS as f64) / f64::from(of);
    // Of all roots, the square one is the same on every machine.
    let passed = ((1.0 + 8.0 * place).sqrt() - 1.0) / 2.0;
    START + ((passed * SPAN as f64) as i64).min(SPAN - 1)
}

/// What has become of an order by its age in seconds: its status, how long that took, its version.
fn fate(dice: &mut Dice, age: i64) -> (OrderStatus, i64, i32) {
    use OrderStatus::{Cancelled, Delivered, Pending, Processing, Shipped};
    let status = match (age / DAY, dice.below(100)) {
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
        Cancelled => (dice.between(0, 2), 2),
        Processing => (dice.between(0, 3), 2),
        Shipped => (dice.between(2, 6), 3),
        Delivered => (dice.between(4, 12), 4),
    };
    let hours = if days > 0 { dice.between(0, 10) } else { 0 };
    (status, i64::from(days) * DAY + i64::from(hours) * 3_600, version)
}

fn lines(dice: &mut Dice, shelves: &[Shelf]) -> Vec<Line> {
    let count = dice.pick(&[1, 1, 2, 2, 3, 3, 4, 5]).min(shelves.len());
    let mut lines: Vec<Line> = Vec::with_capacity(count);
    while lines.len() < count {
        let shelf = dice.low_of(shelves.len() as u64) as usize;
        if lines.iter().any(|line| line.shelf == shelf) {
            continue;
        }
        let quantity = dice.pick(&[1, 1, 1, 1, 2, 2, 3, 4, 6, 12]);
        // Prices are in the hundreds: nothing comes near 64 bits.
        let subtotal = Money(shelves[shelf].price.0 * i64::from(quantity));
        lines.push(Line { shelf, quantity, subtotal });
    }
    lines
}

fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds * SECOND)
}

/// The pattern, with a digit for every `#`.
fn digits(dice: &mut Dice, pattern: &str) -> String {
    let mut digit = || char::from(b'0' + dice.below(10) as u8);
    pattern.chars().map(|c| if c == '#' { digit() } else { c }).collect()
}

/// A name as it stands in e-mail addresses: letters from a to z.
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
