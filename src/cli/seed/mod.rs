//! `oms seed`: fills an empty database with sample data. `shop` generates the data; this module writes it in
//! one transaction, so that an interrupted command leaves the database empty.

mod fulfilment;
mod rng;
mod shop;
mod words;

use std::collections::BTreeMap;

use diesel::prelude::*;
use indicatif::{HumanCount, HumanDuration, ProgressBar};

use crate::cli::rows::{CustomerRow, InventoryRow, OrderItemRow, OrderRow, ProductRow, is_empty};
use crate::cli::{Failure, open, print, progress};
use crate::config::Seed;
use crate::db::batch_insert::BatchInsert;
use crate::db::schema::inventory;
use crate::db::{Address, Conn};
use crate::error::Error;
use crate::events::bulk;
use crate::types::{CustomerId, OrderId, ProductId};
use shop::{GeneratedItem, GeneratedOrder, SeededProduct, Shop};

/// The number of orders whose items are inserted together.
const BATCH: u32 = 10_000;

/// Runs the command and prints the number of rows.
pub fn run(address: &Address, seed: Seed) -> Result<(), Failure> {
    let mut conn = open(address)?;
    let rows = u64::from(seed.customers) + u64::from(seed.products) + u64::from(seed.orders);
    let bar = progress(rows, "Seeding");
    let filled = fill(&mut conn, seed, &bar);
    bar.finish_and_clear();
    let Some(items) = filled? else { return Err(Failure::NotEmpty { database: address.to_string() }) };
    print(&format!(
        "created {} customers, {} products and {} orders with {} items in {address}; elapsed time: {}\n",
        HumanCount(seed.customers.into()),
        HumanCount(seed.products.into()),
        HumanCount(seed.orders.into()),
        HumanCount(items),
        HumanDuration(bar.elapsed()),
    ))
}

/// Fills an empty database and returns the number of order items, or `None` if the database is not empty.
/// Orders require at least one customer and one product.
pub fn fill(conn: &mut Conn, seed: Seed, bar: &ProgressBar) -> Result<Option<u64>, Error> {
    let filled =
        conn.with_exclusive_lock(
            |conn| if is_empty(conn)? { write(conn, seed, bar).map(Some) } else { Ok(None) },
        );
    let items = filled?;
    conn.number_committed_events()?;
    Ok::<_, Error>(items)
}

/// Writes the data and returns the number of order items.
fn write(conn: &mut Conn, seed: Seed, bar: &ProgressBar) -> Result<u64, Error> {
    let shop = Shop::new(seed);
    let mut seeder = Seeder {
        shop,
        customers: Vec::new(),
        products: Vec::new(),
        unwritten_orders: Vec::new(),
        items: 0,
        reserved: ReservedUnits::new(),
        bar,
    };
    seeder.in_batches(conn, seed.customers, Seeder::customer)?;
    seeder.in_batches(conn, seed.products, Seeder::product)?;
    seeder.in_batches(conn, seed.orders, Seeder::order)?;
    bulk::append_openings(conn)?;
    Ok(seeder.items)
}

/// Units that are reserved by the open orders of a batch.
type ReservedUnits = BTreeMap<ProductId, i32>;

/// The generator, and the state of the writes.
struct Seeder<'a> {
    shop: Shop,
    customers: Vec<CustomerId>,
    products: Vec<SeededProduct>,
    /// The orders of the current batch, whose items are not written yet.
    unwritten_orders: Vec<(OrderId, GeneratedOrder)>,
    items: u64,
    reserved: ReservedUnits,
    bar: &'a ProgressBar,
}

impl Seeder<'_> {
    /// Writes the records 0 to `count` - 1 with their dependent rows, in batches.
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
            self.write_items(conn)?;
            for (product, units) in std::mem::take(&mut self.reserved) {
                add_reserved_units(conn, product, units)?;
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
            company: None,
            address: Some(&customer.address),
            notes: customer.notes,
            created_at: customer.created_at,
            updated_at: customer.created_at,
            version: 1,
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
            barcode: None,
            created_at: product.created_at,
            updated_at: product.created_at,
            version: 1,
        };
        let id = row.insert(conn)?;
        let stock = InventoryRow {
            product_id: id,
            quantity: product.available,
            reserved: 0,
            reorder_level: product.reorder_level,
            last_restock_date: product.last_restock_date,
            created_at: product.created_at,
            updated_at: product.last_restock_date.unwrap_or(product.created_at),
            version: 1,
        };
        stock.insert(conn)?;
        self.products.push(SeededProduct { id, sku: product.sku, name: product.name, price: product.price });
        Ok(())
    }

    fn order(&mut self, number: u32, conn: &mut Conn) -> Result<(), Error> {
        let order = self.shop.order(number, &self.products);
        let row = OrderRow {
            reference: order.reference.as_deref(),
            customer_id: self.customers[order.customer],
            order_date: order.date,
            status: order.status,
            total_amount: order.total,
            notes: order.notes,
            cancel_reason: order.cancel_reason,
            created_at: order.date,
            updated_at: order.updated_at,
            version: order.version,
            returned_amount: order.returned,
            tracking_number: order.tracking_number.as_deref(),
            return_reason: order.return_reason,
        };
        let id = row.insert(conn)?;
        self.unwritten_orders.push((id, order));
        Ok(())
    }

    fn write_items(&mut self, conn: &mut Conn) -> Result<(), Error> {
        let unwritten_orders = std::mem::take(&mut self.unwritten_orders);
        let items = unwritten_orders
            .iter()
            .flat_map(|(id, order)| order.items.iter().map(move |item| (*id, order, item)));
        let rows: Vec<OrderItemRow<'_>> =
            items.map(|(id, order, item)| row(id, order, item, &self.products[item.product])).collect();
        OrderItemRow::insert_all(&rows, conn)?;
        self.items += rows.len() as u64;
        for row in rows.iter().filter(|row| row.quantity_reserved > 0) {
            *self.reserved.entry(row.product_id).or_default() += row.quantity_reserved;
        }
        Ok(())
    }
}

fn row<'a>(
    order_id: OrderId,
    order: &GeneratedOrder,
    item: &GeneratedItem,
    product: &'a SeededProduct,
) -> OrderItemRow<'a> {
    OrderItemRow {
        order_id,
        product_id: product.id,
        product_name: &product.name,
        product_sku: &product.sku,
        quantity: item.quantity,
        quantity_reserved: item.open(),
        unit_price: item.unit_price,
        subtotal: item.subtotal,
        created_at: order.date,
        updated_at: order.date,
        version: 1,
        quantity_cancelled: item.cancelled,
        quantity_shipped: item.shipped,
        quantity_returned: item.returned,
    }
}

/// Reserved units are added to the units on hand, so that stock always covers them.
fn add_reserved_units(conn: &mut Conn, product: ProductId, units: i32) -> QueryResult<()> {
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
