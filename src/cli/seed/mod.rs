//! `oms seed`: fills an empty database with a generated shop. What is in the shop is decided in
//! `shop`; here it is written, in one transaction: a seed that is interrupted leaves nothing behind.

mod dice;
mod shop;
mod words;

use std::collections::BTreeMap;

use diesel::prelude::*;
use indicatif::{HumanCount, HumanDuration, ProgressBar};

use crate::cli::rows::{CustomerRow, InventoryRow, OrderItemRow, OrderRow, ProductRow};
use crate::cli::{Failure, open, progress, say};
use crate::config::Seed;
use crate::db::batch_insert::BatchInsert;
use crate::db::schema::{customers, inventory, products};
use crate::db::{Address, Conn};
use crate::error::Error;
use crate::types::{CustomerId, OrderId, ProductId};
use shop::{Line, Order, Shelf, Shop};

/// How many orders wait for their lines to be written.
const BATCH: u32 = 10_000;

/// Fills the database, and says so.
pub fn run(address: &Address, seed: Seed) -> Result<(), Failure> {
    let mut conn = open(address)?;
    let rows = u64::from(seed.customers) + u64::from(seed.products) + u64::from(seed.orders);
    let bar = progress(rows, "Seeding");
    let filled = fill(&mut conn, seed, &bar);
    bar.finish_and_clear();
    let Some(lines) = filled? else { return Err(Failure::NotEmpty { database: address.to_string() }) };
    say(&format!(
        "{} has {} customers, {} products and {} orders with {} lines now; it took {}\n",
        address,
        HumanCount(seed.customers.into()),
        HumanCount(seed.products.into()),
        HumanCount(seed.orders.into()),
        HumanCount(lines),
        HumanDuration(bar.elapsed()),
    ))
}

/// Fills a database with the shop of this seed: how many lines its orders have, or `None` where the
/// database has rows already and was left alone. A shop with orders has customers and products.
pub fn fill(conn: &mut Conn, seed: Seed, bar: &ProgressBar) -> Result<Option<u64>, Error> {
    conn.with_exclusive_lock(|conn| if is_empty(conn)? { write(conn, seed, bar).map(Some) } else { Ok(None) })
}

/// Writes the shop; how many lines its orders have.
fn write(conn: &mut Conn, seed: Seed, bar: &ProgressBar) -> Result<u64, Error> {
    let shop = Shop::new(seed);
    let mut work = Work {
        shop,
        customers: Vec::new(),
        shelves: Vec::new(),
        placed: Vec::new(),
        lines: 0,
        held: Held::new(),
        bar,
    };
    work.in_batches(conn, seed.customers, Work::customer)?;
    work.in_batches(conn, seed.products, Work::product)?;
    work.in_batches(conn, seed.orders, Work::order)?;
    Ok(work.lines)
}

fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    let customer = customers::table.select(customers::id).first::<CustomerId>(conn).optional()?;
    let product = products::table.select(products::id).first::<ProductId>(conn).optional()?;
    // There is no order without a customer, nor stock without a product.
    Ok(customer.is_none() && product.is_none())
}

/// Units that the open orders of a batch hold.
type Held = BTreeMap<ProductId, i32>;

/// The shop, and how much of it has been written.
struct Work<'a> {
    shop: Shop,
    customers: Vec<CustomerId>,
    shelves: Vec<Shelf>,
    /// The orders of a batch whose lines are still to be written.
    placed: Vec<(OrderId, Order)>,
    lines: u64,
    held: Held,
    bar: &'a ProgressBar,
}

impl Work<'_> {
    /// Writes the rows number 0 to `count`, each with what belongs to it.
    fn in_batches(
        &mut self,
        conn: &mut Conn,
        count: u32,
        one: fn(&mut Self, u32, &mut Conn) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut next = 0;
        while next < count {
            let batch = next..count.min(next + BATCH);
            next = batch.end;
            for number in batch {
                one(self, number, conn)?;
                self.bar.inc(1);
            }
            self.write_lines(conn)?;
            for (product, units) in std::mem::take(&mut self.held) {
                hold(conn, product, units)?;
            }
        }
        Ok(())
    }

    fn customer(&mut self, number: u32, conn: &mut Conn) -> Result<(), Error> {
        let customer = self.shop.customer(number);
        let row = CustomerRow {
            name: &customer.name,
            email: &customer.email,
            email_key: &customer.email,
            phone: customer.phone.as_deref(),
            address: Some(&customer.address),
            notes: customer.notes,
            created_at: customer.since,
            updated_at: customer.since,
        };
        self.customers.push(row.insert(conn)?);
        Ok(())
    }

    fn product(&mut self, number: u32, conn: &mut Conn) -> Result<(), Error> {
        let product = self.shop.product(number);
        let row = ProductRow {
            sku: &product.sku,
            name: &product.name,
            description: product.description,
            price: product.price,
            created_at: product.since,
            updated_at: product.since,
        };
        let id = row.insert(conn)?;
        let stock = InventoryRow {
            product_id: id,
            quantity: product.free,
            reserved: 0,
            reorder_level: product.reorder_level,
            last_restock_date: product.restocked,
            created_at: product.since,
            updated_at: product.restocked.unwrap_or(product.since),
        };
        stock.insert(conn)?;
        self.shelves.push(Shelf { id, sku: product.sku, name: product.name, price: product.price });
        Ok(())
    }

    fn order(&mut self, number: u32, conn: &mut Conn) -> Result<(), Error> {
        let order = self.shop.order(number, &self.shelves);
        let row = OrderRow {
            reference: order.reference.as_deref(),
            customer_id: self.customers[order.customer],
            order_date: order.date,
            status: order.status,
            total_amount: order.total,
            notes: order.notes,
            cancel_reason: order.cancel_reason,
            created_at: order.date,
            updated_at: order.changed,
            version: order.version,
        };
        let id = row.insert(conn)?;
        self.placed.push((id, order));
        Ok(())
    }

    fn write_lines(&mut self, conn: &mut Conn) -> Result<(), Error> {
        let placed = std::mem::take(&mut self.placed);
        let lines =
            placed.iter().flat_map(|(id, order)| order.lines.iter().map(move |line| (*id, order, line)));
        let rows: Vec<OrderItemRow<'_>> =
            lines.map(|(id, order, line)| row(id, order, line, &self.shelves[line.shelf])).collect();
        OrderItemRow::insert_all(&rows, conn)?;
        self.lines += rows.len() as u64;
        for row in rows.iter().filter(|row| row.quantity_reserved > 0) {
            *self.held.entry(row.product_id).or_default() += row.quantity_reserved;
        }
        Ok(())
    }
}

fn row<'a>(order_id: OrderId, order: &Order, line: &Line, shelf: &'a Shelf) -> OrderItemRow<'a> {
    OrderItemRow {
        order_id,
        product_id: shelf.id,
        product_name: &shelf.name,
        product_sku: &shelf.sku,
        quantity: line.quantity,
        quantity_reserved: if order.status.is_open() { line.quantity } else { 0 },
        unit_price: shelf.price,
        subtotal: line.subtotal,
        created_at: order.date,
        updated_at: order.date,
        version: 1,
    }
}

/// What open orders hold lies on the shelf next to what is free, so that there is always enough.
fn hold(conn: &mut Conn, product: ProductId, units: i32) -> QueryResult<()> {
    diesel::update(inventory::table.filter(inventory::product_id.eq(product)))
        .set((
            inventory::quantity.eq(inventory::quantity + units),
            inventory::reserved.eq(inventory::reserved + units),
            inventory::updated_at.eq(Shop::today()),
            inventory::version.eq(inventory::version + 1),
        ))
        .execute(conn)
        .map(|_| ())
}
