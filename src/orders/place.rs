//! Placing an order: prices are read, stock is reserved, totals computed; or nothing at all happens.

use std::collections::HashMap;

use crate::customers;
use crate::db::types::{Money, Timestamp};
use crate::db::{Conn, Session};
use crate::error::{Error, ExistingRecord, UserError, UserErrorKind};
use crate::orders::model::{CreateOrderInput, NewOrder, Order};
use crate::orders::stock::{self, Units};
use crate::orders::{items, store};
use crate::products::model::ProductKey;
use crate::products::{self, Product};

pub async fn place(session: &Session, input: CreateOrderInput) -> Result<Order, Error> {
    let new = input.parse()?;
    session.write(move |conn, now| enter(conn, &new, now)).await
}

fn enter(conn: &mut Conn, new: &NewOrder, now: Timestamp) -> Result<Order, Error> {
    let mut refusals = Vec::new();
    let customer = customers::store::find_by(conn, &new.customer)?;
    if customer.is_none() {
        refusals.push(new.customer.not_found(&["customer"]));
    }
    let lines = lines(conn, new, &mut refusals)?;
    if let Some(reference) = &new.reference
        && let Some(owner) = store::find_by_reference(conn, reference)?
    {
        refusals.push(taken(&owner, reference));
    }
    let Some(customer) = customer.filter(|_| refusals.is_empty()) else { return Err(refusals.into()) };
    let wanted: Units = lines.iter().map(|line| (line.product.id, line.quantity)).collect();
    stock::reserve(conn, &wanted, &["items"], now)?;
    let total = total(lines.iter().map(|line| line.subtotal), &["items"])?;
    let order = store::insert(conn, customer.id, new, total, now)?;
    for line in lines {
        items::insert(conn, order.id, &line.product, line.quantity, line.subtotal, now)?;
    }
    Ok(order)
}

/// A line with what the database knows of its product.
struct Line {
    product: Product,
    quantity: i32,
    subtotal: Money,
}

/// The lines, one for each product, in the order of their first mention. What is wrong with any of
/// them is added to the refusals.
fn lines(conn: &mut Conn, new: &NewOrder, refusals: &mut Vec<UserError>) -> Result<Vec<Line>, Error> {
    let known = products(conn, new)?;
    let mut lines: Vec<Line> = Vec::with_capacity(new.lines.len());
    for (n, line) in new.lines.iter().enumerate() {
        let n = n.to_string();
        let Some(product) = known.get(&line.product) else {
            refusals.push(line.product.not_found(&["items", &n, "product"]));
            continue;
        };
        let same = lines.iter().position(|known| known.product.id == product.id);
        let before = same.map_or(0, |same| lines[same].quantity);
        let quantity = before.checked_add(line.quantity);
        let priced = quantity.and_then(|quantity| Some((quantity, product.price.times(quantity)?)));
        let Some((quantity, subtotal)) = priced else {
            let message = "this is more units, or more money, than an order can hold";
            refusals.push(UserError::invalid(&["items", &n, "quantity"], message));
            continue;
        };
        match same {
            Some(same) => (lines[same].quantity, lines[same].subtotal) = (quantity, subtotal),
            None => lines.push(Line { product: product.clone(), quantity, subtotal }),
        }
    }
    Ok(lines)
}

/// The products that the lines name, in at most two statements.
fn products(conn: &mut Conn, new: &NewOrder) -> Result<HashMap<ProductKey, Product>, Error> {
    let (mut ids, mut skus) = (Vec::new(), Vec::new());
    for line in &new.lines {
        match &line.product {
            ProductKey::Id(id) => ids.push(id.0),
            ProductKey::Sku(sku) => skus.push(sku.clone()),
        }
    }
    let mut known = HashMap::with_capacity(new.lines.len());
    if !ids.is_empty() {
        let found = products::store::by_ids(conn, &ids)?;
        known.extend(found.into_iter().map(|product| (ProductKey::Id(product.id), product)));
    }
    if !skus.is_empty() {
        let found = products::store::by_skus(conn, &skus)?;
        known.extend(found.into_iter().map(|product| (ProductKey::Sku(product.sku.clone()), product)));
    }
    Ok(known)
}

/// The exact sum; `path` is what takes it too far.
pub(super) fn total(subtotals: impl Iterator<Item = Money>, path: &[&str]) -> Result<Money, UserError> {
    let mut total = Money::default();
    for subtotal in subtotals {
        let message = "the lines add up to more money than an order can hold";
        total = total.plus(subtotal).ok_or_else(|| UserError::invalid(path, message))?;
    }
    Ok(total)
}

/// The refusal of a reference that another order has.
pub(super) fn taken(owner: &Order, reference: &str) -> UserError {
    let reason = UserErrorKind::AlreadyExists {
        what: "an order with the reference",
        key: reference.to_owned(),
        existing: ExistingRecord::Order(owner.id),
    };
    UserError::new(&["reference"], reason)
}
