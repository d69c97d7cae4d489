//! SQL for orders. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::prelude::*;

use crate::db::filter::{ColumnCondition, EntityFilter, Filter, TextComparison, TextOp};
use crate::db::locked::Lock;
use crate::db::schema::{order_items, orders};
use crate::db::statements::CachePrepared;
use crate::db::write_clock::changed;
use crate::db::write_command::WriteCommand;
use crate::db::{Conn, returning_all};
use crate::entity::Entity;
use crate::orders::inputs::NewOrder;
use crate::orders::model::{Order, OrderChanges};
use crate::orders::status::OrderStatus;
use crate::types::{CustomerId, Money, OrderId, OrderItemId, Timestamp};

/// Returns the order with this id.
pub fn find(conn: &mut Conn, id: OrderId) -> QueryResult<Option<Order>> {
    orders::table.find(id).select(Order::as_select()).cached().get_result(conn).optional()
}

/// Returns the order of an item and locks its row.
pub fn find_by_item_locked(conn: &mut Conn, item: OrderItemId) -> QueryResult<Option<Order>> {
    let subquery = order_items::table.find(item).select(order_items::order_id);
    orders::table
        .filter(orders::id.eq_any(subquery))
        .select(Order::as_select())
        .locked()
        .get_result(conn)
        .optional()
}

/// Returns the order with this reference.
pub fn find_by_reference(conn: &mut Conn, reference: &str) -> QueryResult<Option<Order>> {
    orders::table
        .filter(orders::reference.eq(reference))
        .select(Order::as_select())
        .cached()
        .get_result(conn)
        .optional()
}

/// Inserts a PENDING order with version 1, without items.
pub fn insert(
    conn: &mut Conn,
    customer: CustomerId,
    new: &NewOrder,
    total: Money,
    now: Timestamp,
) -> QueryResult<Order> {
    let order_date = new.order_date.unwrap_or(now);
    let insert = WriteCommand::new(
        "INSERT INTO orders (reference, customer_id, order_date, status, total_amount, notes, created_at, updated_at, \
         version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
    );
    let insert = insert.optional_text(new.reference.as_deref()).integer(customer.0).integer(order_date.0);
    let insert =
        insert.text(OrderStatus::Pending.as_str()).integer(total.0).optional_text(new.notes.as_deref());
    let id = OrderId(insert.integer(now.0).integer(now.0).insert(conn)?);
    Ok(Order {
        id,
        reference: new.reference.clone(),
        customer_id: customer,
        order_date,
        status: OrderStatus::Pending,
        total_amount: total,
        returned_amount: Money::default(),
        notes: new.notes.clone(),
        tracking_number: None,
        cancel_reason: None,
        return_reason: None,
        created_at: now,
        updated_at: now,
        version: 1,
    })
}

/// Updates and returns the order, or `None` if it has another version.
pub fn update(
    conn: &mut Conn,
    id: OrderId,
    version: i32,
    changes: &OrderChanges,
    now: Timestamp,
) -> QueryResult<Option<Order>> {
    diesel::update(orders::table.find(id))
        .filter(orders::version.eq(version))
        .set((changes, changed!(orders, now)))
        .returning(returning_all::<Order>())
        .cached()
        .get_result(conn)
        .optional()
}

/// Deletes the order and returns the number of deleted rows. `ON DELETE CASCADE` removes its items.
pub fn delete(conn: &mut Conn, id: OrderId) -> QueryResult<usize> {
    diesel::delete(orders::table.find(id)).execute(conn)
}

/// Excludes CANCELLED orders unless the filter has a condition on the status.
pub fn exclude_cancelled(filter: Filter<EntityFilter<Order>>) -> Filter<EntityFilter<Order>> {
    let status = Order::row_expr("status");
    let is_on_status = |condition: &ColumnCondition| matches!(condition, ColumnCondition::Text(column, _) if *column == status);
    if filter.mentions(&|part| part.mentions(&is_on_status)) {
        return filter;
    }
    let cancelled = TextOp::Ne(OrderStatus::Cancelled.as_str().to_owned());
    let is_not_cancelled =
        ColumnCondition::Text(status, TextComparison { op: cancelled, ignore_case: false });
    Filter::All(vec![filter, EntityFilter::new(Filter::Condition(is_not_cancelled))])
}
