//! The validation of the values of `products.csv`, row by row: products, their inventories and adjustments.

use std::path::Path;

use crate::cli::csv_files::{self, AdjustmentRecord, CsvFile};
use crate::cli::import::files::{CsvAdjustment, CsvProduct, CsvStock, Keys};
use crate::cli::import::history::RecordHistory;
use crate::cli::import::parse::{price_of, units};
use crate::cli::import::table::{self, CsvField, ImportProblem};
use crate::input;
use crate::types::{Timestamp, quoted};

pub(super) fn parse(
    folder: &Path,
    latest: Timestamp,
    keys: &mut Keys<String>,
    problems: &mut Vec<ImportProblem>,
) -> Option<Vec<CsvProduct>> {
    let mut barcodes = Keys::new();
    table::read(folder, CsvFile::Products, &csv_files::PRODUCTS, problems, |line, cells, p| {
        let [sku, name, description, price, quantity, barcode, stock @ ..] = cells;
        let [has_inventory, reorder_level, restocked, created, updated, version, s1, s2, s3, adjustments] =
            stock;
        let parsed = sku.required(p, input::code);
        keys.insert(parsed.as_ref(), line, &sku, p);
        let name = name.required(p, input::name);
        let description = description.optional(p, input::text);
        let price = price.required(p, price_of);
        let barcode_cell = barcode;
        let barcode = barcode_cell.nullable(p, input::code);
        barcodes.insert(
            barcode.as_ref().and_then(|barcode| barcode.as_ref()?.as_ref()),
            line,
            &barcode_cell,
            p,
        );
        let stock = [quantity, has_inventory, reorder_level, restocked];
        let stock = stock_of(stock, [s1, s2, s3], adjustments, latest, p);
        let history = RecordHistory::parse([&created, &updated, &version], latest, p);
        Some(CsvProduct {
            line,
            sku: parsed?,
            name: name?,
            description: description?,
            price: price?,
            barcode: barcode?,
            stock: stock?,
            history: history?,
        })
    })
}

/// Parses the inventory of a product.
fn stock_of(
    [quantity, has_inventory, reorder_level, restocked]: [CsvField<'_>; 4],
    history: [CsvField<'_>; 3],
    adjustments: CsvField<'_>,
    latest: Timestamp,
    p: &mut Vec<ImportProblem>,
) -> Option<CsvStock> {
    let exists = has_inventory.optional(p, |text| match text {
        csv_files::TRUE => Ok(true),
        csv_files::FALSE => Ok(false),
        _ => Err(format!("must be {} or {}, but was {}", csv_files::TRUE, csv_files::FALSE, quoted(text))),
    })?;
    if exists == Some(false) {
        let [created, updated, version] = &history;
        let cells = [&quantity, &reorder_level, &restocked, created, updated, version, &adjustments];
        let given = cells.into_iter().filter(|cell| !cell.is_blank());
        let reason = format!("must be blank, because {} is {}", has_inventory.name(), csv_files::FALSE);
        let before = p.len();
        p.extend(given.map(|cell| cell.location().problem(reason.clone())));
        return (p.len() == before).then_some(CsvStock::Missing);
    }
    let level = |text: &str| units(text).and_then(input::level);
    let quantity = quantity.optional(p, level);
    let reorder_level = reorder_level.optional(p, level);
    let last_restock_date = restocked.nullable(p, str::parse);
    let [created, updated, version] = &history;
    let history = RecordHistory::parse([created, updated, version], latest, p);
    let adjustments = adjustments.optional(p, adjustments_of);
    Some(CsvStock::Units {
        quantity: quantity?,
        reorder_level: reorder_level?,
        last_restock_date: last_restock_date?,
        history: history?,
        adjustments: adjustments?.unwrap_or_default(),
    })
}

fn adjustments_of(text: &str) -> Result<Vec<CsvAdjustment>, String> {
    let records: Vec<AdjustmentRecord> =
        serde_json::from_str(text).map_err(|error| format!("must be a JSON list of adjustments: {error}"))?;
    let adjustment = |(n, record): (usize, AdjustmentRecord)| {
        let at = |field: &str, reason: String| format!("{field} of adjustment {}: {reason}", n + 1);
        if record.delta == 0 {
            return Err(at("delta", "must not be 0".to_owned()));
        }
        Ok(CsvAdjustment {
            delta: record.delta,
            reason: input::text(&record.reason).map_err(|reason| at("reason", reason))?,
            created_at: record.created_at.parse().map_err(|reason| at("created_at", reason))?,
        })
    };
    records.into_iter().enumerate().map(adjustment).collect()
}
