//! Writes new records, updates existing ones, and counts the rows.

use indicatif::ProgressBar;

use crate::cli::import::differences::Differences;
use crate::cli::import::files::Files;
use crate::cli::import::plan::{Plan, PlannedItem, PlannedOrder};
use crate::cli::import::table::{File, Problem};
use crate::cli::rows::{CustomerRow, InventoryRow, OrderItemRow, OrderRow, ProductRow};
use crate::db::Conn;
use crate::db::batch_insert::BatchInsert;
use crate::error::{Error, InternalError};
use crate::types::{OrderId, Timestamp};
use crate::{customers, inventory, products};

/// The number of order items in one INSERT statement.
const BATCH_SIZE: usize = 1_000;

/// The result of an import.
pub struct Summary {
    /// The rows of `customers.csv`.
    pub customers: Count,
    /// The rows of `products.csv`.
    pub products: Count,
    /// The rows of `orders.csv`.
    pub orders: Count,
    /// The rows of `order_items.csv`.
    pub lines: Count,
    /// Differences for which the database kept its value.
    pub kept: Vec<Problem>,
    /// Items of open orders that are not fully reserved, in the order of the file.
    pub short: Vec<ImportShortage>,
}

/// The rows of a file by result.
pub struct Count {
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
    /// The reference of the order.
    pub reference: String,
    /// The SKU of the product.
    pub sku: String,
    /// The number of open units.
    pub wanted: i32,
    /// The number of units reserved.
    pub reserved: i32,
}

/// Writes the plan, in the order of the files.
pub fn write(
    conn: &mut Conn,
    now: Timestamp,
    files: &Files,
    mut plan: Plan<'_>,
    bar: &ProgressBar,
) -> Result<Summary, Error> {
    // Before new products are inserted: their inventory is inserted with the reserved units.
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

/// Updates existing customers and products.
fn update(conn: &mut Conn, now: Timestamp, differences: &Differences) -> Result<(), Error> {
    let gone = |id: &dyn std::fmt::Display| {
        InternalError::CorruptData(format!("{id} was deleted during the import"))
    };
    for (id, changes) in &differences.customers {
        customers::store::update(conn, *id, None, changes, now)?.ok_or_else(|| gone(id))?;
    }
    for (id, changes) in &differences.products {
        products::store::update(conn, *id, None, changes, now)?.ok_or_else(|| gone(id))?;
    }
    Ok(())
}

fn reserve(conn: &mut Conn, now: Timestamp, plan: &Plan<'_>) -> Result<(), Error> {
    for product in plan.products.values().filter(|product| product.reserved > 0) {
        let Some(id) = product.id else { continue };
        if !inventory::store::reserve(conn, id, product.reserved, now)? {
            return Err(InternalError::CorruptData(format!(
                "the inventory of {id} changed during the import"
            ))
            .into());
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
            // The plan rejects a new product without a quantity.
            quantity: product.quantity.unwrap_or_default(),
            reserved: wanted.reserved,
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

/// Inserts the new orders. Returns the id for each order of the file, `None` for existing ones.
fn orders(
    conn: &mut Conn,
    now: Timestamp,
    files: &Files,
    plan: &Plan<'_>,
    bar: &ProgressBar,
) -> Result<Vec<Option<OrderId>>, Error> {
    let mut ids = vec![None; files.orders.len()];
    for (index, order) in files.orders.iter().enumerate() {
        bar.inc(1);
        let Some(PlannedOrder::New(_)) = plan.orders.get(order.reference.as_str()) else { continue };
        let customer = plan.customers.get(order.customer.as_str()).copied().flatten();
        let row = OrderRow {
            reference: Some(&order.reference),
            customer_id: customer.ok_or_else(|| missing_id("customer", &order.customer))?,
            order_date: order.date,
            status: order.status,
            total_amount: plan.totals[index],
            notes: None,
            cancel_reason: None,
            created_at: now,
            updated_at: now,
            version: 1,
            returned_amount: plan.returned[index],
            tracking_number: None,
            return_reason: None,
        };
        ids[index] = Some(row.insert(conn)?);
    }
    Ok(ids)
}

/// Inserts the new items. Returns those that are not fully reserved.
fn items(
    conn: &mut Conn,
    now: Timestamp,
    files: &Files,
    plan: &Plan<'_>,
    orders: &[Option<OrderId>],
    bar: &ProgressBar,
) -> Result<Vec<ImportShortage>, Error> {
    let (mut short, mut rows) = (Vec::new(), Vec::with_capacity(BATCH_SIZE));
    // Items of existing orders are skipped.
    bar.inc((files.items.len() - plan.items.len()) as u64);
    for PlannedItem { item, order, subtotal, counters, reserved } in &plan.items {
        bar.inc(1);
        let order_id = orders[*order].ok_or_else(|| missing_id("order", &item.reference))?;
        let product = plan.products.get(item.sku.as_str());
        let (id, name) = product
            .and_then(|product| Some((product.id?, &product.name)))
            .ok_or_else(|| missing_id("product", &item.sku))?;
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
            quantity_cancelled: counters.cancelled,
            quantity_shipped: counters.shipped,
            quantity_returned: counters.returned,
        });
        if rows.len() == BATCH_SIZE {
            OrderItemRow::insert_all(&rows, conn)?;
            rows.clear();
        }
        let open = counters.open(item.quantity);
        if files.orders[*order].status.is_open() && *reserved < open {
            short.push(ImportShortage {
                reference: item.reference.clone(),
                sku: item.sku.clone(),
                wanted: open,
                reserved: *reserved,
            });
        }
    }
    OrderItemRow::insert_all(&rows, conn)?;
    Ok(short)
}

fn missing_id(what: &str, key: &str) -> Error {
    InternalError::CorruptData(format!("the import has no id for {what} {key:?}")).into()
}
