//! Workflow: place an order. One transaction reads prices, reserves stock and inserts the order.

use std::collections::{BTreeMap, HashMap};

use crate::db::{Conn, Session, write};
use crate::entity::key::KeyValue;
use crate::error::{Error, UserError, UserErrorKind};
use crate::events::append::{self, NewEvent};
use crate::events::{EventType, movement};
use crate::orders::inputs::{CreateOrderInput, NewOrder};
use crate::orders::model::Order;
use crate::orders::stock::{self, UnitsByProduct};
use crate::orders::{items, store};
use crate::products::Product;
use crate::types::column::ColumnValue;
use crate::types::{Money, Timestamp};

/// Places an order, or fails with all errors found: unknown keys and a duplicate reference, else missing
/// stock.
pub async fn place(session: &Session, input: CreateOrderInput) -> Result<Order, Error> {
    let new = input.parse()?;
    session.write(move |conn, now| insert_order(conn, &new, now)).await
}

fn insert_order(conn: &mut Conn, new: &NewOrder, now: Timestamp) -> Result<Order, Error> {
    let mut refusals = Vec::new();
    let customer = write::find_by(conn, &new.customer)?;
    if customer.is_none() {
        refusals.push(new.customer.not_found(&["customer"]));
    }
    let lines = price_lines(conn, new, &mut refusals)?;
    if let Some(reference) = &new.reference
        && let Some(owner) = store::find_by_reference(conn, reference)?
    {
        refusals.push(reference_taken(&owner, reference));
    }
    let Some(customer) = customer.filter(|_| refusals.is_empty()) else { return Err(refusals.into()) };
    let requested: UnitsByProduct = lines.iter().map(|line| (line.product.id, line.quantity)).collect();
    let movements = stock::reserve(conn, &requested, &["items"], now)?;
    let total = total(lines.iter().map(|line| line.subtotal), &["items"])?;
    let order = store::insert(conn, customer.id, new, total, now)?;
    for line in lines {
        items::insert(conn, order.id, &line.product, line.quantity, line.subtotal, now)?;
    }
    let event = NewEvent {
        kind: EventType::OrderPlaced,
        customer: Some(customer.id),
        version: order.version,
        to: Some(order.status),
        ..NewEvent::default()
    };
    append::append(conn, &movement::of_order(event, order.id, movements), now)?;
    Ok(order)
}

/// A line of the input with its product and subtotal.
struct PricedLine {
    product: Product,
    quantity: i32,
    subtotal: Money,
}

/// Merges the lines by product, in the order of their first occurrence, and computes the subtotals. Errors
/// are appended to `refusals`.
fn price_lines(
    conn: &mut Conn,
    new: &NewOrder,
    refusals: &mut Vec<UserError>,
) -> Result<Vec<PricedLine>, Error> {
    let products = load_products(conn, new)?;
    let mut lines: Vec<PricedLine> = Vec::with_capacity(new.lines.len());
    for (n, line) in new.lines.iter().enumerate() {
        let n = n.to_string();
        let Some(product) = products.get(&line.product.value) else {
            refusals.push(line.product.not_found(&["items", &n, "product"]));
            continue;
        };
        let existing = lines.iter().position(|priced| priced.product.id == product.id);
        let quantity_so_far = existing.map_or(0, |index| lines[index].quantity);
        let path = ["items", n.as_str(), "quantity"];
        let Some(quantity) = quantity_so_far.checked_add(line.quantity) else {
            refusals.push(too_many_units(&path));
            continue;
        };
        let Some(subtotal) = product.price.checked_mul(quantity) else {
            refusals.push(subtotal_too_large(&path));
            continue;
        };
        match existing {
            Some(index) => (lines[index].quantity, lines[index].subtotal) = (quantity, subtotal),
            None => lines.push(PricedLine { product: product.clone(), quantity, subtotal }),
        }
    }
    Ok(lines)
}

/// Loads the products of all lines with one statement for each kind of key.
fn load_products(conn: &mut Conn, new: &NewOrder) -> Result<HashMap<KeyValue, Product>, Error> {
    let mut keys: BTreeMap<usize, Vec<&ColumnValue>> = BTreeMap::new();
    for KeyValue { column, value } in new.lines.iter().map(|line| &line.product.value) {
        keys.entry(*column).or_default().push(value);
    }
    let mut known = HashMap::with_capacity(new.lines.len());
    for (column, values) in keys {
        let found = write::find_all::<Product>(conn, column, &values)?;
        known.extend(found.into_iter().map(|product| (KeyValue::of(&product, column), product)));
    }
    Ok(known)
}

/// Returns the exact sum of the subtotals, or an error at `path` if it exceeds the range of [`Money`].
pub(super) fn total(subtotals: impl Iterator<Item = Money>, path: &[&str]) -> Result<Money, UserError> {
    let mut total = Money::default();
    for subtotal in subtotals {
        total = total.checked_add(subtotal).ok_or_else(|| {
            let message =
                format!("the total of the order would exceed {}; reduce the quantities", Money(i64::MAX));
            UserError::invalid(path, message)
        })?;
    }
    Ok(total)
}

/// Returns the error for an item with more units than an `Int` can hold.
pub(super) fn too_many_units(path: &[&str]) -> UserError {
    UserError::invalid(path, format!("the item would have more than {} units; reduce `quantity`", i32::MAX))
}

/// Returns the error for an item whose subtotal is more than [`Money`] can hold.
pub(super) fn subtotal_too_large(path: &[&str]) -> UserError {
    let message = format!("the subtotal of the item would exceed {}; reduce `quantity`", Money(i64::MAX));
    UserError::invalid(path, message)
}

/// Returns the error for a reference that another order has.
pub(super) fn reference_taken(owner: &Order, reference: &str) -> UserError {
    let reason = UserErrorKind::AlreadyExists {
        what: "an order with the reference".into(),
        key: reference.to_owned(),
        existing: owner.id.to_string(),
    };
    UserError::new(&["reference"], reason)
}
