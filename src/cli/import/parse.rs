//! The validation of the values of customers, orders and order items, row by row. `products` has that of products.

use std::path::Path;

use crate::cli::csv_files::{self, CsvFile};
use crate::cli::import::counters::CsvCounters;
use crate::cli::import::files::{
    CsvCustomer, CsvOrder, CsvOrderItem, DanglingKey, DanglingReference, Keys, OrderKey,
};
use crate::cli::import::history::RecordHistory;
use crate::cli::import::table::{self, CsvField, ImportProblem};
use crate::input::{self, Email};
use crate::orders::status::OrderStatus;
use crate::types::{Money, Timestamp, quoted};

pub(super) fn customers(
    folder: &Path,
    latest: Timestamp,
    keys: &mut Keys<String>,
    problems: &mut Vec<ImportProblem>,
) -> Option<Vec<CsvCustomer>> {
    table::read(folder, CsvFile::Customers, &csv_files::CUSTOMERS, problems, |line, cells, p| {
        let [name, email, phone, address, notes, company, created, updated, version] = cells;
        let name = name.required(p, input::name);
        let parsed = email.required(p, Email::parse);
        keys.insert(parsed.as_ref().map(|email| &email.key), line, &email, p);
        let phone = phone.optional(p, input::code);
        let address = address.optional(p, input::text);
        let notes = notes.optional(p, input::text);
        let company = company.nullable(p, input::name);
        let history = RecordHistory::parse([&created, &updated, &version], latest, p);
        Some(CsvCustomer {
            line,
            name: name?,
            email: parsed?,
            phone: phone?,
            address: address?,
            notes: notes?,
            company: company?,
            history: history?,
        })
    })
}

pub(super) fn orders(
    folder: &Path,
    latest: Timestamp,
    keys: &mut Keys<OrderKey>,
    dangling_references: &mut Vec<DanglingReference>,
    problems: &mut Vec<ImportProblem>,
) -> Option<Vec<CsvOrder>> {
    table::read(folder, CsvFile::Orders, &csv_files::ORDERS, problems, |line, cells, p| {
        let [
            reference,
            customer,
            date,
            status,
            number,
            notes,
            cancel_reason,
            tracking_number,
            return_reason,
            history @ ..,
        ] = cells;
        let key = order_key(&reference, &number, p);
        keys.insert(key.as_ref(), line, if number.is_blank() { &reference } else { &number }, p);
        let email = customer.required(p, |text| input::text(text).map(|text| Email::key(&text)));
        let date = date.required(p, str::parse);
        let status = status.required(p, str::parse);
        let notes = notes.nullable(p, input::text);
        // For any status: the reason stays when the item with the cancelled units is removed.
        let cancel_reason = cancel_reason.nullable(p, input::text);
        let tracking_number =
            tracking_number.nullable(p, |text| has_shipped(status).and_then(|()| input::code(text)));
        let return_reason =
            return_reason.nullable(p, |text| has_shipped(status).and_then(|()| input::text(text)));
        let [created, updated, version] = &history;
        let history = RecordHistory::parse([created, updated, version], latest, p);
        let texts = notes.zip(cancel_reason).zip(tracking_number.zip(return_reason));
        match (key, email, date, status, texts, history) {
            (
                Some(key),
                Some(customer),
                Some(date),
                Some(status),
                Some(((notes, cancel_reason), (tracking_number, return_reason))),
                Some(history),
            ) => Some(CsvOrder {
                line,
                key,
                customer,
                date,
                status,
                notes,
                cancel_reason,
                tracking_number,
                return_reason,
                history,
            }),
            (_, email, ..) => {
                dangling_references.extend(email.map(|key| DanglingReference {
                    location: customer.location(),
                    key: DanglingKey::Customer(key),
                }));
                None
            }
        }
    })
}

/// Returns an error if no unit of an order with this status has shipped.
fn has_shipped(status: Option<OrderStatus>) -> Result<(), String> {
    use OrderStatus::{Cancelled, Pending, Processing};
    match status {
        Some(status @ (Pending | Processing | Cancelled)) => {
            Err(format!("must be blank, because the status is {status}"))
        }
        _ => Ok(()),
    }
}

pub(super) fn items(
    folder: &Path,
    latest: Timestamp,
    dangling_references: &mut Vec<DanglingReference>,
    problems: &mut Vec<ImportProblem>,
) -> Option<Vec<CsvOrderItem>> {
    table::read(folder, CsvFile::OrderItems, &csv_files::ORDER_ITEMS, problems, |line, cells, p| {
        let [
            reference,
            product,
            quantity,
            price,
            number,
            name,
            ordered_sku,
            reserved,
            cancelled,
            shipped,
            returned,
            history @ ..,
        ] = cells;
        let order = order_key(&reference, &number, p);
        let sku = product.required(p, input::code);
        let quantity = quantity.required(p, |text| units(text).and_then(input::quantity));
        let price = price.required(p, price_of);
        let product_name = name.optional(p, input::name);
        let product_sku = ordered_sku.optional(p, input::code);
        let reserved = reserved.optional(p, |text| match (units(text).and_then(input::level)?, quantity) {
            (units, Some(quantity)) if units > quantity => {
                Err(format!("must be at most the quantity, {quantity}, but was {units}"))
            }
            (units, _) => Ok(units),
        });
        let counters = CsvCounters::parse([&cancelled, &shipped, &returned], quantity, p);
        let [created, updated, version] = &history;
        let history = RecordHistory::parse([created, updated, version], latest, p);
        match (&order, &sku, quantity, price, product_name, product_sku, reserved.zip(counters), history) {
            (
                Some(order),
                Some(sku),
                Some(quantity),
                Some(unit_price),
                Some(product_name),
                Some(product_sku),
                Some((reserved, counters)),
                Some(history),
            ) => Some(CsvOrderItem {
                line,
                order: order.clone(),
                sku: sku.clone(),
                quantity,
                unit_price,
                product_name,
                product_sku,
                reserved,
                counters,
                history,
            }),
            _ => {
                let cell = if number.is_blank() { &reference } else { &number };
                dangling_references.extend(order.map(|key| DanglingReference {
                    location: cell.location(),
                    key: DanglingKey::Order(key),
                }));
                dangling_references.extend(sku.map(|key| DanglingReference {
                    location: product.location(),
                    key: DanglingKey::Product(key),
                }));
                None
            }
        }
    })
}

/// Parses the reference of an order or, if it is blank, its number.
fn order_key(
    reference: &CsvField<'_>,
    number: &CsvField<'_>,
    p: &mut Vec<ImportProblem>,
) -> Option<OrderKey> {
    if number.is_blank() {
        return reference.required(p, input::code).map(OrderKey::Reference);
    }
    if !reference.is_blank() {
        let reason = format!("must be blank for an order with a value in {}", reference.name());
        p.push(number.location().problem(reason));
        return None;
    }
    number.required(p, |text| match text.parse() {
        Ok(number) if number > 0 => Ok(OrderKey::Number(number)),
        _ => Err(format!("must be an integer of at least 1, but was {}", quoted(text))),
    })
}

/// Parses a price.
pub(super) fn price_of(text: &str) -> Result<Money, String> {
    input::price(text.parse()?)
}

/// Parses a number of units.
pub(super) fn units(text: &str) -> Result<i32, String> {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    text.parse::<i32>().map_err(|error| match error.kind() {
        PosOverflow => format!("must be at most {}, but was {text}", i32::MAX),
        NegOverflow => format!("must be at least {}, but was {text}", i32::MIN),
        _ => format!("must be an integer, but was {text:?}"),
    })
}
