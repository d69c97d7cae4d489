//! SQL for orders. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use std::sync::LazyLock;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::customers::filter::CustomerCondition;
use crate::db::filter::{Condition, Expr, Filter, Predicate, nullable, number, text};
use crate::db::keys::in_subquery;
use crate::db::locked::Lock;
use crate::db::page::{SortColumn, SortField};
use crate::db::schema::{customers, order_items, orders};
use crate::db::statements::CachePrepared;
use crate::db::write_clock::changed;
use crate::db::write_command::WriteCommand;
use crate::db::{Backend, Conn, returning_all};
use crate::orders::filter::{OrderCondition, OrderOrderField};
use crate::orders::model::{NewOrder, Order, OrderChanges};
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

impl Condition for OrderCondition {
    type Table = orders::table;

    fn predicate(&self) -> Predicate<orders::table> {
        match self {
            Self::Id(is) => number(Box::new(nullable(orders::id)), is),
            Self::Reference(is) => text(Box::new(orders::reference), is),
            Self::Status(is) => text(Box::new(nullable(orders::status)), is),
            Self::OrderDate(is) => number(Box::new(nullable(orders::order_date)), is),
            Self::TotalAmount(is) => number(Box::new(nullable(orders::total_amount)), is),
            Self::ReturnedAmount(is) => number(Box::new(nullable(orders::returned_amount)), is),
            Self::TrackingNumber(is) => text(Box::new(orders::tracking_number), is),
            Self::CreatedAt(is) => number(Box::new(nullable(orders::created_at)), is),
            Self::UpdatedAt(is) => number(Box::new(nullable(orders::updated_at)), is),
            Self::Customer(filter) => customer_matches(filter),
            Self::Items(related) => related.predicate(|matching| {
                let mut subquery = order_items::table.select(order_items::order_id).into_boxed::<Backend>();
                if let Some(predicate) = matching {
                    subquery = subquery.filter(predicate);
                }
                Box::new(nullable(in_subquery(orders::id, subquery)))
            }),
        }
    }
}

fn customer_matches(filter: &Filter<CustomerCondition>) -> Predicate<orders::table> {
    let mut subquery = customers::table.select(customers::id).into_boxed::<Backend>();
    if let Some(predicate) = filter.predicate() {
        subquery = subquery.filter(predicate);
    }
    Box::new(nullable(in_subquery(orders::customer_id, subquery)))
}

/// The SQL expression that sorts by status in the order of [`OrderStatus::ALL`]. Cursors contain the same
/// rank.
static STATUS_RANK: LazyLock<String> = LazyLock::new(|| {
    let rank = |status: OrderStatus| format!(" WHEN '{status}' THEN {}", status as i64);
    format!("CASE orders.status{} END", OrderStatus::ALL.map(rank).concat())
});

impl SortField for OrderOrderField {
    type Entity = Order;
    const ID: Self = Self::Id;
    const LIST: &'static str = "Order";

    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::OrderDate => "orderDate",
            // Not `status`: cursors of versions with fewer statuses have other ranks, and are refused.
            Self::Status => "statusRank",
            Self::TotalAmount => "totalAmount",
            Self::ReturnedAmount => "returnedAmount",
            Self::Reference => "reference",
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
            Self::CustomerName => "customerName",
        }
    }

    fn column(self) -> SortColumn<orders::table> {
        match self {
            Self::Id => SortColumn::number(orders::id),
            Self::OrderDate => SortColumn::number(orders::order_date),
            Self::Status => SortColumn::Number(Box::new(sql::<Nullable<BigInt>>(&STATUS_RANK))),
            Self::TotalAmount => SortColumn::number(orders::total_amount),
            Self::ReturnedAmount => SortColumn::number(orders::returned_amount),
            Self::Reference => SortColumn::text(orders::reference),
            Self::CreatedAt => SortColumn::number(orders::created_at),
            Self::UpdatedAt => SortColumn::number(orders::updated_at),
            Self::CustomerName => SortColumn::Text(customer_name()),
        }
    }

    fn indexed(self) -> bool {
        matches!(self, Self::Id | Self::OrderDate | Self::TotalAmount | Self::UpdatedAt)
    }

    fn nullable(self) -> bool {
        matches!(self, Self::Reference)
    }
}

fn customer_name() -> Expr<orders::table, Nullable<Text>> {
    let name = customers::table.filter(customers::id.eq(orders::customer_id)).select(customers::name);
    Box::new(name.single_value())
}
