//! Writes what an import has that the database has not, replaces what it may, and counts what it did.

use indicatif::ProgressBar;

use crate::cli::import::differences::Differences;
use crate::cli::import::files::Files;
use crate::cli::import::plan::{Known, Plan, PlannedItem};
use crate::cli::import::table::{File, Problem};
use crate::cli::rows::{CustomerRow, InventoryRow, OrderItemRow, OrderRow, ProductRow};
use crate::db::Conn;
use crate::db::bulk::Bulk;
use crate::db::types::{OrderId, Timestamp};
use crate::error::{Error, InternalError};
use crate::{customers, inventory, products};

/// How many lines are written at a time.
const AT_ONCE: usize = 1_000;

/// What an import did.
pub struct Summary {
    pub customers: Count,
    pub products: Count,
    pub orders: Count,
    pub lines: Count,
    /// What the files have otherwise than the database, which was left as it is.
    pub kept: Vec<Problem>,
    /// Lines of open orders that stock does not cover, in the order of the file.
    pub short: Vec<Short>,
}

/// The rows of a file.
pub struct Count {
    /// Rows that the database did not have.
    pub new: u64,
    /// Rows whose values replaced those in the database.
    pub updated: u64,
    /// Rows that the database has with other values, which were left as they are.
    pub kept: u64,
    /// Rows that the database has just so.
    pub unchanged: u64,
}

/// A line that stock does not cover.
pub struct Short {
    pub reference: String,
    pub sku: String,
    pub wanted: i32,
    pub reserved: i32,
}

/// Writes the new rows, in the order of the files.
pub fn write(
    conn: &mut Conn,
    now: Timestamp,
    files: &Files,
    mut plan: Plan<'_>,
    bar: &ProgressBar,
) -> Result<Summary, Error> {
    // While the products that are new have no id yet: their stock is written with what is reserved.
    reserve(conn, now, &plan)?;
    update(conn, now, &plan.differences)?;
    let new_customers = customers(conn, now, files, &mut plan, bar)?;
    let new_products = products(conn, now, files, &mut plan, bar)?;
    let ids = orders(conn, now, files, &plan, bar)?;
    let short = items(conn, now, files, &plan, &ids, bar)?;
    let differences = plan.differences;
    let count = |file, all: usize, new: usize, updated: usize| {
        let kept = differences.rows_kept(file);
        let unchanged = all - new - updated - kept;
        let [new, updated, kept, unchanged] = [new, updated, kept, unchanged].map(|rows| rows as u64);
        Count { new, updated, kept, unchanged }
    };
    Ok(Summary {
        customers: count(File::Customers, files.customers.len(), new_customers, differences.customers.len()),
        products: count(File::Products, files.products.len(), new_products, differences.products.len()),
        orders: count(File::Orders, files.orders.len(), ids.iter().flatten().count(), 0),
        lines: count(File::OrderItems, files.items.len(), plan.items.len(), 0),
        kept: differences.kept,
        short,
    })
}

/// Replaces what differs in customers and products.
fn update(conn: &mut Conn, now: Timestamp, differences: &Differences) -> Result<(), Error> {
    let gone = |id: &dyn std::fmt::Display| InternalError::CorruptData(format!("{id} is gone"));
    for (id, changes) in &differences.customers {
        customers::store::update(conn, *id, None, changes, now)?.ok_or_else(|| gone(id))?;
    }
    for (id, changes) in &differences.products {
        products::store::update(conn, *id, None, changes, now)?.ok_or_else(|| gone(id))?;
    }
    Ok(())
}

fn reserve(conn: &mut Conn, now: Timestamp, plan: &Plan<'_>) -> Result<(), Error> {
    for product in plan.products.values().filter(|product| product.taken > 0) {
        let Some(id) = product.id else { continue };
        if !inventory::store::reserve(conn, id, product.taken, now)? {
            return Err(
                InternalError::CorruptData(format!("{id} does not have the stock that it had")).into()
            );
        }
    }
    Ok(())
}

fn customers(
    conn: &mut Conn,
    now: Timestamp,
    files: &Files,
    plan: &mut Plan<'_>,
    bar: &ProgressBar,
) -> Result<usize, Error> {
    let mut new = 0;
    for customer in &files.customers {
        bar.inc(1);
        let Some(id @ None) = plan.customers.get_mut(customer.email.key.as_str()) else { continue };
        let row = CustomerRow {
            name: &customer.name,
            email: &customer.email.address,
            email_key: &customer.email.key,
            phone: customer.phone.as_deref(),
            address: customer.address.as_deref(),
            notes: customer.notes.as_deref(),
            created_at: now,
            updated_at: now,
        };
        *id = Some(row.insert(conn)?);
        new += 1;
    }
    Ok(new)
}

fn products(
    conn: &mut Conn,
    now: Timestamp,
    files: &Files,
    plan: &mut Plan<'_>,
    bar: &ProgressBar,
) -> Result<usize, Error> {
    let mut new = 0;
    for product in &files.products {
        bar.inc(1);
        let Some(wanted) = plan.products.get_mut(product.sku.as_str()) else { continue };
        if wanted.id.is_some() {
            continue;
        }
        let row = ProductRow {
            sku: &product.sku,
            name: &product.name,
            description: product.description.as_deref(),
            price: product.price,
            created_at: now,
            updated_at: now,
        };
        let id = row.insert(conn)?;
        let stock = InventoryRow {
            product_id: id,
            // The plan refuses a new product without it.
            quantity: product.quantity.unwrap_or_default(),
            reserved: wanted.taken,
            reorder_level: 0,
            last_restock_date: None,
            created_at: now,
            updated_at: now,
        };
        stock.insert(conn)?;
        wanted.id = Some(id);
        new += 1;
    }
    Ok(new)
}

/// The ids of the orders of the file, for those that are new.
fn orders(
    conn: &mut Conn,
    now: Timestamp,
    files: &Files,
    plan: &Plan<'_>,
    bar: &ProgressBar,
) -> Result<Vec<Option<OrderId>>, Error> {
    let mut ids = vec![None; files.orders.len()];
    for (place, order) in files.orders.iter().enumerate() {
        bar.inc(1);
        let Some(Known::New(_)) = plan.orders.get(order.reference.as_str()) else { continue };
        let customer = plan.customers.get(order.customer.as_str()).copied().flatten();
        let row = OrderRow {
            reference: Some(&order.reference),
            customer_id: customer.ok_or_else(|| unplanned("customer", &order.customer))?,
            order_date: order.date,
            status: order.status,
            total_amount: plan.totals[place],
            notes: None,
            cancel_reason: None,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        ids[place] = Some(row.insert(conn)?);
    }
    Ok(ids)
}

/// Writes the new lines; those of them that are short.
fn items(
    conn: &mut Conn,
    now: Timestamp,
    files: &Files,
    plan: &Plan<'_>,
    orders: &[Option<OrderId>],
    bar: &ProgressBar,
) -> Result<Vec<Short>, Error> {
    let (mut short, mut rows) = (Vec::new(), Vec::with_capacity(AT_ONCE));
    // The lines that are there already have been dealt with.
    bar.inc((files.items.len() - plan.items.len()) as u64);
    for PlannedItem { item, order, subtotal, reserved } in &plan.items {
        bar.inc(1);
        let order_id = orders[*order].ok_or_else(|| unplanned("order", &item.reference))?;
        let product = plan.products.get(item.sku.as_str());
        let (id, name) = product
            .and_then(|product| Some((product.id?, &product.name)))
            .ok_or_else(|| unplanned("product", &item.sku))?;
        rows.push(OrderItemRow {
            order_id,
            product_id: id,
            product_name: name,
            product_sku: &item.sku,
            quantity: item.quantity,
            quantity_reserved: *reserved,
            unit_price: item.unit_price,
            subtotal: *subtotal,
            created_at: now,
            updated_at: now,
            version: 1,
        });
        if rows.len() == AT_ONCE {
            OrderItemRow::insert_all(&rows, conn)?;
            rows.clear();
        }
        if files.orders[*order].status.is_open() && *reserved < item.quantity {
            short.push(Short {
                reference: item.reference.clone(),
                sku: item.sku.clone(),
                wanted: item.quantity,
                reserved: *reserved,
            });
        }
    }
    OrderItemRow::insert_all(&rows, conn)?;
    Ok(short)
}

fn unplanned(what: &str, key: &str) -> Error {
    InternalError::CorruptData(format!("the import knows {what} {key:?} and has no id for it")).into()
}
