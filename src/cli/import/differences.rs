//! Differences between the rows of the files and existing records, and their handling.

use std::collections::HashSet;
use std::fmt::Display;

use crate::cli::csv_files::{CsvFile, FALSE};
use crate::cli::import::files::{CsvCustomer, CsvOrder, CsvOrderItem, CsvProduct, CsvStock};
use crate::cli::import::store::{StoredItem, StoredOrder, StoredStock};
use crate::cli::import::table::{ImportProblem, Location};
use crate::config::OnDifference;
use crate::db::schema::{customers, products};
use crate::entity::values::ColumnValues;
use crate::types::{CustomerId, ProductId, quoted};

/// The changes to existing records, and the differences that are kept or rejected.
pub struct Differences {
    mode: OnDifference,
    /// The changes to existing customers.
    pub customers: Vec<(CustomerId, ColumnValues<crate::customers::Customer>)>,
    /// The changes to existing products.
    pub products: Vec<(ProductId, ColumnValues<crate::products::Product>)>,
    /// Differences for which the database keeps its value.
    pub kept: Vec<ImportProblem>,
    /// Differences that reject the import.
    pub rejected: Vec<ImportProblem>,
    /// The rows that update an existing record.
    replaced: HashSet<(CsvFile, u64)>,
}

impl Differences {
    /// Returns an empty list of differences. `mode` decides whether they update, are kept or are rejected.
    pub fn new(mode: OnDifference) -> Self {
        Self {
            mode,
            customers: Vec::new(),
            products: Vec::new(),
            kept: Vec::new(),
            rejected: Vec::new(),
            replaced: HashSet::new(),
        }
    }

    /// Returns the number of rows of a file that differ without an update.
    pub fn rows_kept(&self, file: CsvFile) -> usize {
        let rows = self.kept.iter().map(|problem| (problem.location.file, problem.location.line));
        rows.filter(|row| row.0 == file && !self.replaced.contains(row)).collect::<HashSet<_>>().len()
    }

    /// Compares a customer. All fields can be updated.
    pub fn customer(&mut self, row: &CsvCustomer, stored: &crate::customers::Customer) {
        let mut differences = RowDifferences::new(CsvFile::Customers, row.line);
        let mut changes = ColumnValues::default();
        if differences.text("name", Some(&row.name), Some(&stored.name)) {
            changes.set(customers::name, &row.name);
        }
        if differences.text("email", Some(&row.email.address), Some(&stored.email)) {
            changes.set(customers::email, &row.email.address);
        }
        if differences.text("phone", row.phone.as_deref(), stored.phone.as_deref()) {
            changes.set(customers::phone, &row.phone);
        }
        if differences.text("address", row.address.as_deref(), stored.address.as_deref()) {
            changes.set(customers::address, &row.address);
        }
        if differences.text("notes", row.notes.as_deref(), stored.notes.as_deref()) {
            changes.set(customers::notes, &row.notes);
        }
        if let Some(company) = &row.company
            && differences.text("company", company.as_deref(), stored.company.as_deref())
        {
            changes.set(customers::company, company);
        }
        if !changes.is_empty() && self.is_updated(differences) {
            self.customers.push((stored.id, changes));
        }
    }

    /// Compares name, description, price and barcode, which can be updated. Returns whether they are.
    pub fn product(&mut self, row: &CsvProduct, stored: &crate::products::Product) -> bool {
        let mut differences = RowDifferences::new(CsvFile::Products, row.line);
        let mut changes = ColumnValues::default();
        if differences.text("name", Some(&row.name), Some(&stored.name)) {
            changes.set(products::name, &row.name);
        }
        if differences.text("description", row.description.as_deref(), stored.description.as_deref()) {
            changes.set(products::description, &row.description);
        }
        if differences.value("price", row.price, stored.price) {
            changes.set(products::price, &row.price);
        }
        if let Some(barcode) = &row.barcode
            && differences.text("barcode", barcode.as_deref(), stored.barcode.as_deref())
        {
            changes.set(products::barcode, barcode);
        }
        let is_replaced = !changes.is_empty() && self.is_updated(differences);
        if is_replaced {
            self.products.push((stored.id, changes));
        }
        is_replaced
    }

    /// Compares the inventory. Never updated: units may have been sold since the file was written.
    pub fn stock(&mut self, row: &CsvProduct, stored: Option<&StoredStock>) {
        let mut differences = RowDifferences::new(CsvFile::Products, row.line);
        match (&row.stock, stored) {
            (CsvStock::Missing, None) | (CsvStock::Units { quantity: None, .. }, None) => {}
            (CsvStock::Missing, Some(_)) => {
                let reason = format!("{FALSE} in the file, but the product has an inventory in the database");
                differences.add("has_inventory", reason);
            }
            (CsvStock::Units { .. }, None) => {
                differences.add("quantity", "the product has no inventory in the database".to_owned());
            }
            (CsvStock::Units { quantity, reorder_level, last_restock_date, .. }, Some(stored)) => {
                differences.given("quantity", *quantity, stored.quantity);
                differences.given("reorder_level", *reorder_level, stored.reorder_level);
                if let Some(date) = last_restock_date {
                    let text = |date: Option<_>| date.map_or("blank".to_owned(), |date| format!("{date}"));
                    differences.value("last_restock_date", text(*date), text(stored.last_restock_date));
                }
            }
        }
        self.keep_or_reject(differences);
    }

    /// Compares an order. Never updated: stock and totals depend on it.
    pub fn order(&mut self, row: &CsvOrder, stored: &StoredOrder, customer: Option<CustomerId>) {
        let mut differences = RowDifferences::new(CsvFile::Orders, row.line);
        if customer != Some(stored.customer_id) {
            let reason = format!("{} in the file, another customer in the database", quoted(&row.customer));
            differences.add("customer_email", reason);
        }
        differences.value("order_date", row.date, stored.order_date);
        differences.value("status", row.status, stored.status);
        for (column, file, stored) in [
            ("notes", &row.notes, &stored.notes),
            ("cancel_reason", &row.cancel_reason, &stored.cancel_reason),
            ("tracking_number", &row.tracking_number, &stored.tracking_number),
            ("return_reason", &row.return_reason, &stored.return_reason),
        ] {
            if let Some(text) = file {
                differences.text(column, text.as_deref(), stored.as_deref());
            }
        }
        self.keep_or_reject(differences);
    }

    /// Compares the items of one order, given with their products. Items that are missing from the file are
    /// reported only if `row`, the row of the order, is given.
    pub fn items(
        &mut self,
        row: Option<&CsvOrder>,
        items: &[(&CsvOrderItem, Option<ProductId>)],
        mut stored: Vec<StoredItem>,
    ) {
        let is_equal = |stored: &StoredItem, item: &CsvOrderItem, product| {
            Some(stored.product_id) == product
                && (stored.quantity, stored.unit_price) == (item.quantity, item.unit_price)
                && item.product_name.as_ref().is_none_or(|name| *name == stored.product_name)
                && item.product_sku.as_ref().is_none_or(|sku| *sku == stored.product_sku)
                && item.reserved.is_none_or(|units| units == stored.quantity_reserved)
                && item.counters.differences(stored.counters).next().is_none()
        };
        let mut others = Vec::new();
        for (item, product) in items {
            match stored.iter().position(|stored| is_equal(stored, item, *product)) {
                Some(at) => drop(stored.remove(at)),
                None => others.push((*item, *product)),
            }
        }
        for (item, product) in others {
            let mut differences = RowDifferences::new(CsvFile::OrderItems, item.line);
            match stored.iter().position(|stored| Some(stored.product_id) == product) {
                Some(at) => {
                    let stored = stored.remove(at);
                    differences.value("quantity", item.quantity, stored.quantity);
                    differences.value("unit_price", item.unit_price, stored.unit_price);
                    differences.given("quantity_reserved", item.reserved, stored.quantity_reserved);
                    for (column, file, stored) in item.counters.differences(stored.counters) {
                        differences.value(column, file, stored);
                    }
                    for (column, file, stored) in [
                        ("product_name", &item.product_name, &stored.product_name),
                        ("product_sku", &item.product_sku, &stored.product_sku),
                    ] {
                        if file.is_some() {
                            differences.text(column, file.as_deref(), Some(stored));
                        }
                    }
                }
                None => {
                    let reason = format!("order {:?} exists in the database without this item", item.order);
                    differences.add("order_reference", reason);
                }
            }
            self.keep_or_reject(differences);
        }
        for item in stored {
            let Some(row) = row else { return };
            let mut differences = RowDifferences::new(CsvFile::Orders, row.line);
            let StoredItem { product_sku: sku, quantity, unit_price, .. } = item;
            let reason = format!(
                "the order has an item of {quantity} × {} at {unit_price} in the database that is missing from {}",
                quoted(&sku),
                CsvFile::OrderItems.name()
            );
            differences.add("reference", reason);
            self.keep_or_reject(differences);
        }
    }

    /// Returns whether the row updates the record. Otherwise, its differences are kept or rejected.
    fn is_updated(&mut self, row: RowDifferences) -> bool {
        if self.mode.update {
            self.replaced.insert((row.file, row.line));
        } else {
            self.keep_or_reject(row);
        }
        self.mode.update
    }

    fn keep_or_reject(&mut self, row: RowDifferences) {
        let list = if self.mode.keep { &mut self.kept } else { &mut self.rejected };
        list.extend(row.differences);
    }
}

/// The differences between a row and the existing record.
struct RowDifferences {
    file: CsvFile,
    line: u64,
    differences: Vec<ImportProblem>,
}

impl RowDifferences {
    fn new(file: CsvFile, line: u64) -> Self {
        Self { file, line, differences: Vec::new() }
    }

    fn add(&mut self, column: &str, reason: String) {
        self.differences.push(Location::new(self.file, self.line, column).problem(reason));
    }

    /// Compares two values and returns whether they differ.
    fn value<V: PartialEq + Display>(&mut self, column: &str, file: V, stored: V) -> bool {
        let differs = file != stored;
        if differs {
            self.add(column, format!("{file} in the file, {stored} in the database"));
        }
        differs
    }

    /// Like [`value`](Self::value), for a value that the file may lack.
    fn given<V: PartialEq + Display>(&mut self, column: &str, file: Option<V>, stored: V) {
        if let Some(file) = file {
            self.value(column, file, stored);
        }
    }

    /// Like [`value`](Self::value), for optional text.
    fn text(&mut self, column: &str, file: Option<&str>, stored: Option<&str>) -> bool {
        let differs = file != stored;
        if differs {
            let text = |text: Option<&str>| text.map_or("blank".to_owned(), quoted);
            self.add(column, format!("{} in the file, {} in the database", text(file), text(stored)));
        }
        differs
    }
}
