//! Writes new records, updates existing ones, and counts the rows.

use indicatif::ProgressBar;

use crate::cli::csv_files::CsvFile;
use crate::cli::import::differences::Differences;
use crate::cli::import::files::{CsvProduct, CsvStock, Files, OrderKey};
use crate::cli::import::history::{HistoryRule, InsertedHistory};
use crate::cli::import::plan::{Plan, PlannedItem, PlannedOrder};
use crate::cli::import::summary::{ImportShortage, RowCounts, Summary};
use crate::cli::rows::{CustomerRow, InventoryRow, OrderItemRow, OrderRow, ProductRow};
use crate::db::batch_insert::BatchInsert;
use crate::db::{self, Conn};
use crate::entity::workflow;
use crate::error::{Error, InternalError};
use crate::events::movement::{self, StockAfter};
use crate::events::opening::{self, EarlierAdjustment};
use crate::events::{EventType, append};
use crate::inventory;
use crate::types::{OrderId, ProductId, Timestamp};

/// The number of order items in one INSERT statement.
const BATCH_SIZE: usize = 1_000;

/// Writes the plan, in the order of the files.
pub fn write(
    conn: &mut Conn,
    history: HistoryRule,
    files: &Files,
    mut plan: Plan<'_>,
    bar: &ProgressBar,
) -> Result<Summary, Error> {
    // Before new products are inserted: their inventory is inserted with the reserved units.
    reserve(conn, history.now(), &plan)?;
    update(conn, history.now(), &plan.differences)?;
    let new_customers = customers(conn, history, files, &mut plan, bar)?;
    let new_products = products(conn, history, files, &mut plan, bar)?;
    let ids = orders(conn, history, files, &plan, bar)?;
    let short = items(conn, history, files, &plan, &ids, bar)?;
    let differences = plan.differences;
    let count = |file, all: usize, new: usize, updated: usize| {
        let kept = differences.rows_kept(file);
        let unchanged = all - new - updated - kept;
        let [new, updated, kept, unchanged] = [new, updated, kept, unchanged].map(|rows| rows as u64);
        RowCounts { new, updated, kept, unchanged }
    };
    Ok(Summary {
        customers: count(
            CsvFile::Customers,
            files.customers.len(),
            new_customers,
            differences.customers.len(),
        ),
        products: count(CsvFile::Products, files.products.len(), new_products, differences.products.len()),
        orders: count(CsvFile::Orders, files.orders.len(), ids.iter().flatten().count(), 0),
        items: count(CsvFile::OrderItems, files.items.len(), plan.items.len(), 0),
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
        let updated = db::write::update(conn, *id, None, changes, None, now)?.ok_or_else(|| gone(id))?;
        workflow::record_update(conn, &updated, changes, now)?;
    }
    for (id, changes) in &differences.products {
        let updated = db::write::update(conn, *id, None, changes, None, now)?.ok_or_else(|| gone(id))?;
        workflow::record_update(conn, &updated, changes, now)?;
    }
    Ok(())
}

/// Reserves units of existing products. The movements belong to no order: each is the sum of several new ones.
fn reserve(conn: &mut Conn, now: Timestamp, plan: &Plan<'_>) -> Result<(), Error> {
    let mut events = Vec::new();
    for product in plan.products.values().filter(|product| product.reserved > 0) {
        let Some(id) = product.id else { continue };
        if !inventory::store::reserve(conn, id, product.reserved, now)? {
            return Err(InternalError::CorruptData(format!(
                "the inventory of {id} changed during the import"
            ))
            .into());
        }
        for stock in inventory::store::levels(conn, &[id])? {
            movement::add(&mut events, EventType::StockReserved, stock, 0, product.reserved);
        }
    }
    Ok(append::append(conn, &events, now)?)
}

fn customers(
    conn: &mut Conn,
    history: HistoryRule,
    files: &Files,
    plan: &mut Plan<'_>,
    bar: &ProgressBar,
) -> Result<usize, Error> {
    let mut new = 0;
    for customer in &files.customers {
        bar.inc(1);
        let Some(id @ None) = plan.customers.get_mut(customer.email.key.as_str()) else { continue };
        let InsertedHistory { created_at, updated_at, version } = history.apply(customer.history);
        let row = CustomerRow {
            name: &customer.name,
            email: &customer.email.address,
            email_key: &customer.email.key,
            phone: customer.phone.as_deref(),
            address: customer.address.as_deref(),
            notes: customer.notes.as_deref(),
            company: customer.company.as_ref().and_then(|company| company.as_deref()),
            created_at,
            updated_at,
            version,
        };
        *id = Some(row.insert(conn)?);
        new += 1;
    }
    Ok(new)
}

fn products(
    conn: &mut Conn,
    history: HistoryRule,
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
        let InsertedHistory { created_at, updated_at, version } = history.apply(product.history);
        let row = ProductRow {
            sku: &product.sku,
            name: &product.name,
            description: product.description.as_deref(),
            price: product.price,
            barcode: product.barcode.as_ref().and_then(|barcode| barcode.as_deref()),
            created_at,
            updated_at,
            version,
        };
        let id = row.insert(conn)?;
        stock(conn, history, product, id, wanted.reserved)?;
        wanted.id = Some(id);
        new += 1;
    }
    Ok(new)
}

/// Inserts the inventory of a new product, and the movements that lead to it.
fn stock(
    conn: &mut Conn,
    rule: HistoryRule,
    product: &CsvProduct,
    product_id: ProductId,
    reserved: i32,
) -> Result<(), Error> {
    let CsvStock::Units { quantity, reorder_level, last_restock_date, history, adjustments } = &product.stock
    else {
        return Ok(());
    };
    let InsertedHistory { created_at, updated_at, version } = rule.apply(*history);
    let row = InventoryRow {
        product_id,
        // The plan rejects a new product without a quantity.
        quantity: quantity.unwrap_or_default(),
        reserved,
        reorder_level: reorder_level.unwrap_or_default(),
        last_restock_date: last_restock_date.flatten(),
        created_at,
        updated_at,
        version,
    };
    row.insert(conn)?;
    let stock = StockAfter {
        product: product_id,
        version,
        quantity: row.quantity,
        reserved,
        reorder_level: row.reorder_level,
    };
    let adjustments: Vec<_> = adjustments
        .iter()
        .map(|adjustment| EarlierAdjustment {
            delta: adjustment.delta,
            reason: &adjustment.reason,
            at: adjustment.created_at,
        })
        .collect();
    let movements = opening::movements(stock, created_at, updated_at, &adjustments);
    Ok(append::append(conn, &movements, rule.now())?)
}

/// Inserts the new orders. Returns the id for each order of the file, `None` for existing ones.
fn orders(
    conn: &mut Conn,
    history: HistoryRule,
    files: &Files,
    plan: &Plan<'_>,
    bar: &ProgressBar,
) -> Result<Vec<Option<OrderId>>, Error> {
    let mut ids = vec![None; files.orders.len()];
    for (index, order) in files.orders.iter().enumerate() {
        bar.inc(1);
        let Some(PlannedOrder::New(_)) = plan.orders.get(&order.key) else { continue };
        let customer = plan.customers.get(order.customer.as_str()).copied().flatten();
        let reference = match &order.key {
            OrderKey::Reference(reference) => Some(reference.as_str()),
            OrderKey::Number(_) => None,
        };
        let InsertedHistory { created_at, updated_at, version } = history.apply(order.history);
        let row = OrderRow {
            reference,
            customer_id: customer.ok_or_else(|| missing_id("customer", &order.customer))?,
            order_date: order.date,
            status: order.status,
            total_amount: plan.totals[index],
            notes: order.notes.as_ref().and_then(|notes| notes.as_deref()),
            cancel_reason: order.cancel_reason.as_ref().and_then(|reason| reason.as_deref()),
            created_at,
            updated_at,
            version,
            returned_amount: plan.returned[index],
            tracking_number: order.tracking_number.as_ref().and_then(|number| number.as_deref()),
            return_reason: order.return_reason.as_ref().and_then(|reason| reason.as_deref()),
        };
        ids[index] = Some(row.insert(conn)?);
    }
    Ok(ids)
}

/// Inserts the new items. Returns those that are not fully reserved.
fn items(
    conn: &mut Conn,
    history: HistoryRule,
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
        let order_id = orders[*order].ok_or_else(|| missing_id("order", &item.order.to_string()))?;
        let product = plan.products.get(item.sku.as_str());
        let (id, name) = product
            .and_then(|product| Some((product.id?, &product.name)))
            .ok_or_else(|| missing_id("product", &item.sku))?;
        let InsertedHistory { created_at, updated_at, version } = history.apply(item.history);
        rows.push(OrderItemRow {
            order_id,
            product_id: id,
            product_name: item.product_name.as_ref().unwrap_or(name),
            product_sku: item.product_sku.as_ref().unwrap_or(&item.sku),
            quantity: item.quantity,
            quantity_reserved: *reserved,
            unit_price: item.unit_price,
            subtotal: *subtotal,
            created_at,
            updated_at,
            version,
            quantity_cancelled: counters.quantity_cancelled,
            quantity_shipped: counters.quantity_shipped,
            quantity_returned: counters.quantity_returned,
        });
        if rows.len() == BATCH_SIZE {
            OrderItemRow::insert_all(&rows, conn)?;
            rows.clear();
        }
        let open = counters.open(item.quantity);
        if files.orders[*order].status.is_open() && *reserved < open {
            short.push(ImportShortage {
                order: item.order.clone(),
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
