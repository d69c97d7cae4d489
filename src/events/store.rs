//! SQL for the event log. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use crate::db::filter::{ColumnCondition, Comparison, EntityFilter, Filter, RowExpr};
use crate::db::keys::in_keys;
use crate::db::schema::{event_log, events};
use crate::db::statement::{Returning, Statement};
use crate::db::statements::CachePrepared;
use crate::db::{Backend, Conn};
use crate::entity::{ColumnSql, Entity};
use crate::events::EventType;
use crate::events::filter::EventFilter;
use crate::events::model::{OrderEvent, StockLevel, StockMovement};
use crate::orders::status::OrderStatus;
use crate::types::{CustomerId, EventId, OrderId, ProductId, Timestamp};

/// The state of the log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = event_log)]
pub struct LogState {
    /// The last position.
    pub head: i64,
    /// The last position that was pruned; 0 if none was.
    pub floor: i64,
    /// The name of this history of positions.
    pub epoch: String,
}

/// A row of the log.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct EventRow {
    /// The id of the event.
    pub id: EventId,
    /// The place in the log.
    pub position: Option<i64>,
    /// The type of the event.
    pub kind: EventType,
    /// The time of the change.
    pub at: Timestamp,
    /// The API key or user that made the change.
    pub actor: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
    /// The order.
    pub order_id: Option<OrderId>,
    /// The product.
    pub product_id: Option<ProductId>,
    /// The customer.
    pub customer_id: Option<CustomerId>,
    /// The version of the subject after the change.
    pub version: i32,
    /// The change of the units on hand.
    pub quantity_delta: Option<i32>,
    /// The change of the reserved units.
    pub reserved_delta: Option<i32>,
    /// The units on hand after the change.
    pub quantity: Option<i32>,
    /// The reserved units after the change.
    pub reserved: Option<i32>,
    /// The status of the order before the change.
    pub from: Option<OrderStatus>,
    /// The status of the order after the change.
    pub to: Option<OrderStatus>,
    /// The reason.
    pub reason: Option<String>,
    /// The reference.
    pub reference: Option<String>,
    /// The tracking number.
    pub tracking_number: Option<String>,
    /// The names of the fields that were set, as JSON.
    pub fields: Option<String>,
}

/// Returns the state of the log.
pub fn state(conn: &mut Conn) -> QueryResult<LogState> {
    event_log::table.select(LogState::as_select()).cached().get_result(conn)
}

/// Returns the next events after a position, in the order of positions.
pub fn after(conn: &mut Conn, position: i64, filter: &EventFilter, limit: i64) -> QueryResult<Vec<EventRow>> {
    let mut rows = events::table.select(EventRow::as_select()).into_boxed::<Backend>();
    rows = rows.filter(events::position.gt(position));
    if let Some(types) = &filter.types {
        let names: Vec<&str> = types.iter().map(|kind| kind.as_str()).collect();
        rows = rows.filter(in_keys(events::kind, &names));
    }
    if let Some(order) = filter.order {
        rows = rows.filter(events::order_id.eq(order));
    }
    if let Some(product) = filter.product {
        rows = rows.filter(events::product_id.eq(product));
    }
    if let Some(customer) = filter.customer {
        rows = rows.filter(events::customer_id.eq(customer));
    }
    rows.order(events::position).limit(limit).load(conn)
}

/// Returns the events with these ids, in any order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<EventRow>> {
    events::table.filter(in_keys(events::id, ids)).select(EventRow::as_select()).cached().load(conn)
}

/// Returns the units of order items of each event, as JSON.
pub fn units(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<(i64, Option<String>)>> {
    events::table.filter(in_keys(events::id, ids)).select((events::id, events::units)).cached().load(conn)
}

/// Returns the units of the products at a time, from their last movement until then. Products without one are left out.
pub fn levels_at(conn: &mut Conn, products: &[i64], at: Timestamp) -> QueryResult<Vec<(i64, StockLevel)>> {
    let of_product = in_keys(sql::<BigInt>("inventory.product_id"), products);
    let statement = Statement::new(
        "SELECT inventory.product_id, events.quantity, events.reserved FROM inventory JOIN events ON events.id = \
         (SELECT e.id FROM events e WHERE e.product_id = inventory.product_id AND e.quantity IS NOT NULL AND e.at <= ",
    );
    let statement = statement.integer(at.0).sql(" ORDER BY e.id DESC LIMIT 1) WHERE ").fragment(&of_product);
    let rows = Returning::<(BigInt, Integer, Integer)>::new(&statement).cached();
    let rows = rows.load::<(i64, i32, i32)>(conn)?;
    Ok(rows.into_iter().map(|(id, quantity, reserved)| (id, StockLevel { quantity, reserved })).collect())
}

/// Returns the filter of the rows of the log that are movements of stock.
pub fn movements() -> Filter<EntityFilter<StockMovement>> {
    let quantity = StockMovement::row_expr("quantity");
    EntityFilter::new(Filter::Condition(ColumnCondition::Number(quantity, Comparison::IsNull(false))))
}

/// Returns the filter of the rows of the log that are events of an order, among those with its id.
pub fn order_events() -> Filter<EntityFilter<OrderEvent>> {
    let quantity = RowExpr::Column(OrderEvent::TABLE, ColumnSql::Name("quantity"));
    EntityFilter::new(Filter::Condition(ColumnCondition::Number(quantity, Comparison::IsNull(true))))
}

/// A difference between the stored stock of a product, its ledger, and the units that open orders reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct AuditRow {
    /// The product.
    #[diesel(sql_type = BigInt)]
    pub product_id: ProductId,
    /// The stored units on hand.
    #[diesel(sql_type = BigInt)]
    pub quantity: i64,
    /// The stored reserved units.
    #[diesel(sql_type = BigInt)]
    pub reserved: i64,
    /// The units on hand according to the movements.
    #[diesel(sql_type = BigInt)]
    pub ledger_quantity: i64,
    /// The reserved units according to the movements.
    #[diesel(sql_type = BigInt)]
    pub ledger_reserved: i64,
    /// The units that the items of open orders reserve.
    #[diesel(sql_type = BigInt)]
    pub order_reserved: i64,
}

/// Returns the products whose stock differs from their movements or from the open orders: the first 1,000.
pub fn audit(conn: &mut Conn) -> QueryResult<Vec<AuditRow>> {
    const AUDIT: &str = "
        WITH stock AS (
            SELECT product_id, quantity, reserved, 0 AS ledger_quantity, 0 AS ledger_reserved, 0 AS order_reserved
            FROM inventory
            UNION ALL
            SELECT product_id, 0, 0, quantity_delta, reserved_delta, 0 FROM events WHERE quantity IS NOT NULL
            UNION ALL
            SELECT product_id, 0, 0, 0, 0, quantity_reserved FROM order_items WHERE quantity_reserved > 0
        ), sums AS (
            SELECT product_id, sum(quantity) AS quantity, sum(reserved) AS reserved,
                   sum(ledger_quantity) AS ledger_quantity, sum(ledger_reserved) AS ledger_reserved,
                   sum(order_reserved) AS order_reserved
            FROM stock GROUP BY product_id
        )
        SELECT product_id, quantity, reserved, ledger_quantity, ledger_reserved, order_reserved FROM sums
        WHERE quantity <> ledger_quantity OR reserved <> ledger_reserved OR reserved <> order_reserved
        ORDER BY product_id LIMIT 1000";
    diesel::sql_query(AUDIT).load(conn)
}
