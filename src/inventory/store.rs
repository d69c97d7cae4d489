//! SQL for inventory. One function, one statement. Opens no transaction; knows nothing of GraphQL.
//!
//! Stock is never read and then written: every `UPDATE` contains its own condition and affects no row if the
//! condition does not hold. Every change increments the version.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::db::filter::{ColumnCondition, Comparison, Condition, EntityFilter, Filter, Predicate, nullable};
use crate::db::keys::in_keys;
use crate::db::schema::{inventory, products};
use crate::db::statements::CachePrepared;
use crate::db::write::{self, Matching};
use crate::db::write_clock::{changed, changed_text};
use crate::db::write_command::WriteCommand;
use crate::db::{Conn, returning_all};
use crate::entity::Entity;
use crate::entity::values::ColumnValues;
use crate::events::movement::StockAfter;
use crate::inventory::model::{Inventory, InventoryKey, NewAdjustment};
use crate::types::{InventoryId, ProductId, Timestamp};

/// Returns the inventory with this key.
pub fn find_by(conn: &mut Conn, key: &InventoryKey) -> QueryResult<Option<Inventory>> {
    inventory::table.filter(has_key(key)).select(Inventory::as_select()).cached().get_result(conn).optional()
}

/// Returns the unreserved units of the product, or `None` if it has no inventory.
pub fn available(conn: &mut Conn, product: ProductId) -> QueryResult<Option<i32>> {
    inventory::table
        .filter(inventory::product_id.eq(product))
        .select(inventory::quantity - inventory::reserved)
        .first(conn)
        .optional()
}

/// Inserts the inventory of a product, with version 1 and no reserved units.
pub fn insert(
    conn: &mut Conn,
    product: ProductId,
    values: &ColumnValues<Inventory>,
    now: Timestamp,
) -> QueryResult<Inventory> {
    let mut values = values.clone();
    values.set(inventory::product_id, &product);
    values.set(inventory::reserved, &0);
    write::insert(conn, &values, now)
}

/// Updates and returns the inventory, or `None` if it does not exist, has another version, or has more
/// reserved units than the new quantity.
pub fn update(
    conn: &mut Conn,
    id: InventoryId,
    expected_version: Option<i32>,
    changes: &ColumnValues<Inventory>,
    now: Timestamp,
) -> QueryResult<Option<Inventory>> {
    let covers_reserved =
        changes.get::<_, i32>(inventory::quantity).map(|units| inventory::reserved.le(units));
    let condition = covers_reserved.as_ref().map(|condition| condition as Matching<'_>);
    write::update(conn, id, expected_version, changes, condition, now)
}

/// Deletes the inventory unless units are reserved. Returns the number of deleted rows.
pub fn delete(conn: &mut Conn, id: InventoryId) -> QueryResult<usize> {
    diesel::delete(inventory::table.find(id).filter(inventory::reserved.eq(0))).execute(conn)
}

/// Adds units and returns the inventory, or `None` if it does not exist or its quantity would exceed 32
/// bits.
pub fn restock(
    conn: &mut Conn,
    key: &InventoryKey,
    units: i32,
    now: Timestamp,
) -> QueryResult<Option<Inventory>> {
    diesel::update(inventory::table.filter(has_key(key)).filter(inventory::quantity.le(i32::MAX - units)))
        .set((
            inventory::quantity.eq(inventory::quantity + units),
            inventory::last_restock_date.eq(now),
            changed!(inventory, now),
        ))
        .returning(returning_all::<Inventory>())
        .cached()
        .get_result(conn)
        .optional()
}

/// Adds or removes units and returns the inventory, or `None` if it does not exist, would have fewer units
/// than are reserved, its quantity would exceed 32 bits, or it has another quantity than expected.
pub fn adjust(
    conn: &mut Conn,
    key: &InventoryKey,
    new: &NewAdjustment,
    now: Timestamp,
) -> QueryResult<Option<Inventory>> {
    let delta = new.delta;
    let is_expected = inventory::quantity.nullable().eq(new.expected_quantity);
    let is_expected = is_expected.or(new.expected_quantity.is_none().into_sql::<Bool>().nullable());
    let leaves_reserved = (inventory::quantity - inventory::reserved).ge(-delta);
    let fits = inventory::quantity.le(i32::MAX - delta.max(0));
    let rows = inventory::table.filter(has_key(key)).filter(leaves_reserved).filter(fits);
    diesel::update(rows.filter(is_expected))
        .set((inventory::quantity.eq(inventory::quantity + delta), changed!(inventory, now)))
        .returning(returning_all::<Inventory>())
        .cached()
        .get_result(conn)
        .optional()
}

/// Reserves units of the product. Returns `false`, without a change, if not enough are available.
pub fn reserve(conn: &mut Conn, product: ProductId, units: i32, now: Timestamp) -> QueryResult<bool> {
    const UPDATE: &str = concat!(
        "UPDATE inventory SET reserved = reserved + ?, ",
        changed_text!(),
        " WHERE product_id = ? AND quantity - reserved >= ?"
    );
    let update = WriteCommand::new(UPDATE).integer(units).integer(now.0).integer(now.0);
    Ok(update.integer(product.0).integer(units).run(conn)? > 0)
}

/// Returns the inventories of the products, in the order of product ids.
pub fn levels(conn: &mut Conn, products: &[ProductId]) -> QueryResult<Vec<StockAfter>> {
    let keys: Vec<i64> = products.iter().map(|product| product.0).collect();
    let rows = inventory::table.filter(in_keys(inventory::product_id, &keys)).order(inventory::product_id);
    let rows = rows.select(stock_after()).cached().load::<StockColumns>(conn)?;
    Ok(rows.into_iter().map(from_columns).collect())
}

/// Releases reserved units. Returns the inventory, or `None` if the product has none.
pub fn release(
    conn: &mut Conn,
    product: ProductId,
    units: i32,
    now: Timestamp,
) -> QueryResult<Option<StockAfter>> {
    let updated = diesel::update(inventory::table.filter(inventory::product_id.eq(product)))
        .set((inventory::reserved.eq(inventory::reserved - units), changed!(inventory, now)))
        .returning(stock_after())
        .cached()
        .get_result(conn);
    Ok(updated.optional()?.map(from_columns))
}

/// Removes reserved units from stock. Returns the inventory, or `None` if the product has none.
pub fn ship(
    conn: &mut Conn,
    product: ProductId,
    units: i32,
    now: Timestamp,
) -> QueryResult<Option<StockAfter>> {
    let updated = diesel::update(inventory::table.filter(inventory::product_id.eq(product)))
        .set((
            inventory::quantity.eq(inventory::quantity - units),
            inventory::reserved.eq(inventory::reserved - units),
            changed!(inventory, now),
        ))
        .returning(stock_after())
        .cached()
        .get_result(conn);
    Ok(updated.optional()?.map(from_columns))
}

/// Adds returned units to the stock. Returns the inventory, or `None` if the product has none or its quantity would exceed
/// 32 bits.
pub fn take_back(
    conn: &mut Conn,
    product: ProductId,
    units: i32,
    now: Timestamp,
) -> QueryResult<Option<StockAfter>> {
    let rows = inventory::table.filter(inventory::product_id.eq(product));
    let updated = diesel::update(rows.filter(inventory::quantity.le(i32::MAX - units)))
        .set((inventory::quantity.eq(inventory::quantity + units), changed!(inventory, now)))
        .returning(stock_after())
        .cached()
        .get_result(conn);
    Ok(updated.optional()?.map(from_columns))
}

type StockColumns = (ProductId, i32, i32, i32, i32);

/// The columns of [`StockAfter`].
#[diesel::dsl::auto_type]
fn stock_after() -> _ {
    (
        inventory::product_id,
        inventory::version,
        inventory::quantity,
        inventory::reserved,
        inventory::reorder_level,
    )
}

fn from_columns((product, version, quantity, reserved, reorder_level): StockColumns) -> StockAfter {
    StockAfter { product, version, quantity, reserved, reorder_level }
}

impl Condition for InventoryKey {
    type Table = inventory::table;

    fn predicate(&self) -> Predicate<inventory::table> {
        has_key(self)
    }
}

/// Returns the filter of the inventories with at most `threshold` available units, or at most their reorder level unless
/// it is 0.
pub fn low_stock(threshold: Option<i32>) -> Filter<EntityFilter<Inventory>> {
    let available = Inventory::row_expr("available");
    let condition = |condition| Filter::Condition(condition);
    EntityFilter::new(match threshold {
        Some(units) => condition(ColumnCondition::Number(available, Comparison::Lte(units.into()))),
        None => {
            let level = Inventory::row_expr("reorderLevel");
            Filter::All(vec![
                condition(ColumnCondition::Number(level, Comparison::Gt(0))),
                condition(ColumnCondition::AtMost(available, level)),
            ])
        }
    })
}

fn has_key(key: &InventoryKey) -> Predicate<inventory::table> {
    match key {
        InventoryKey::Id(id) => Box::new(nullable(inventory::id.eq(*id))),
        InventoryKey::ProductId(id) => Box::new(nullable(inventory::product_id.eq(*id))),
        InventoryKey::Sku(sku) => {
            let product = products::table.filter(products::sku.eq(sku.clone())).select(products::id);
            Box::new(nullable(inventory::product_id.eq_any(product)))
        }
    }
}
