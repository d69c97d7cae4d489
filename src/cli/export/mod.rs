//! `oms export`: writes the data to the four CSV files that `oms import` reads. `store` reads the rows in pages from one
//! snapshot, `records` turns them into the columns of `cli::csv_files`, and `files` writes the files, which get their
//! names when all of them are complete.

mod files;
mod records;
mod store;

use std::collections::HashMap;
use std::path::Path;

use indicatif::{HumanCount, HumanDuration, ProgressBar};

use crate::cli::csv_files::AdjustmentRecord;
use crate::cli::{Failure, check, is_missing_file, print, progress};
use crate::config::Overwrite;
use crate::db::{Address, Conn, Purpose};
use files::{ExportFiles, ExportFolder};
use store::{ExportedOrder, ItemPosition};

/// The numbers of rows of the four files.
#[derive(Debug, Default)]
struct ExportedRowCounts {
    /// Rows of `customers.csv`.
    customers: u64,
    /// Rows of `products.csv`.
    products: u64,
    /// Rows of `orders.csv`.
    orders: u64,
    /// Rows of `order_items.csv`.
    items: u64,
}

/// Exports the data to the four files in a directory and prints the number of rows.
pub fn run(address: &Address, folder: &Path, overwrite: Overwrite) -> Result<(), Failure> {
    if is_missing_file(address) {
        let reason = "no such file".to_owned();
        return Err(Failure::Read { source_name: address.to_string(), reason });
    }
    check(address)?;
    let mut conn = Conn::open(address, Purpose::Maintenance)?;
    let target = ExportFolder::open(folder, overwrite)?;
    let mut files = ExportFiles::create(&target)?;
    let bar = progress(0, "Exporting");
    let exported = conn.in_snapshot(|conn| {
        bar.set_length(store::count(conn)?);
        export(conn, &mut files, &bar)
    });
    bar.finish_and_clear();
    let counts = exported?;
    files.finish()?;
    target.keep();
    print(&format!(
        "exported {} customers, {} products and {} orders with {} items from {address} to {} in {}\n",
        HumanCount(counts.customers),
        HumanCount(counts.products),
        HumanCount(counts.orders),
        HumanCount(counts.items),
        folder.display(),
        HumanDuration(bar.elapsed()),
    ))
}

fn export(conn: &mut Conn, files: &mut ExportFiles, bar: &ProgressBar) -> Result<ExportedRowCounts, Failure> {
    let mut counts = ExportedRowCounts::default();
    let mut last = i64::MIN;
    loop {
        let page = store::customers(conn, last)?;
        let Some(end) = page.last() else { break };
        last = end.id;
        for customer in &page {
            files.customers.write(records::customer(customer))?;
        }
        counts.customers += page.len() as u64;
        bar.inc(page.len() as u64);
    }
    last = i64::MIN;
    loop {
        let page = store::products(conn, last)?;
        let Some((end, _)) = page.last() else { break };
        last = end.id;
        let inventories: Vec<i64> = page.iter().filter_map(|(_, stock)| Some(stock.as_ref()?.id)).collect();
        let adjustments = adjustments(conn, &inventories)?;
        for (product, inventory) in &page {
            let of_product = inventory.as_ref().and_then(|inventory| adjustments.get(&inventory.id));
            let of_product = of_product.map_or(&[][..], Vec::as_slice);
            files.products.write(records::product(product, inventory.as_ref(), of_product))?;
        }
        counts.products += page.len() as u64;
        bar.inc(page.len() as u64);
    }
    orders(conn, files, &mut counts, bar)?;
    Ok(counts)
}

/// Returns the adjustments of each inventory that has any.
fn adjustments(conn: &mut Conn, inventories: &[i64]) -> Result<HashMap<i64, Vec<AdjustmentRecord>>, Failure> {
    let mut found: HashMap<i64, Vec<AdjustmentRecord>> = HashMap::new();
    for (inventory, delta, reason, created_at) in store::adjustments(conn, inventories)? {
        let record = AdjustmentRecord { delta, reason, created_at: created_at.to_string() };
        found.entry(inventory).or_default().push(record);
    }
    Ok(found)
}

/// Exports the orders and their items, in pages of orders. The items of a page are read in pages too, because an order
/// may have any number of items.
fn orders(
    conn: &mut Conn,
    files: &mut ExportFiles,
    counts: &mut ExportedRowCounts,
    bar: &ProgressBar,
) -> Result<(), Failure> {
    let mut position = ItemPosition::START;
    let mut last = i64::MIN;
    // Orders without a reference are numbered from 1.
    let mut number = 0_u64;
    loop {
        let page = store::orders(conn, last)?;
        let Some((end, _)) = page.last() else { return Ok(()) };
        last = end.id;
        let mut numbers = Vec::with_capacity(page.len());
        for (order, email) in &page {
            numbers.push(order.reference.is_none().then(|| {
                number += 1;
                number
            }));
            files.orders.write(records::order(order, email, numbers.last().copied().flatten()))?;
        }
        counts.orders += page.len() as u64;
        bar.inc(page.len() as u64);

        // Items and orders have the same order.
        let mut orders = page.iter().zip(&numbers).map(|((order, _), number)| (order, *number)).peekable();
        loop {
            let items = store::items(conn, position, last)?;
            let Some((end, _)) = items.last() else { break };
            position = ItemPosition { order: end.order_id, item: end.id };
            for (item, sku) in &items {
                while orders.next_if(|(order, _)| order.id < item.order_id).is_some() {}
                if let Some((ExportedOrder { id, reference, .. }, number)) = orders.peek()
                    && *id == item.order_id
                {
                    files.items.write(records::item(item, sku, reference.as_deref(), *number))?;
                }
            }
            counts.items += items.len() as u64;
            bar.inc(items.len() as u64);
        }
    }
}
