//! Filter conditions and sort fields of events.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined};

use crate::db::filter::{Comparison, TextComparison};
use crate::error::UserError;
use crate::events::EventType;
use crate::graphql::filter::{DateTimeFilter, FilterBuilder, IDFilter, StringFilter, WhereInput, order_by};
use crate::types::{CustomerId, Id, OrderId, ProductId};

/// A filter for movements of stock. All given conditions must match. Conditions nest at most 5 levels deep.
#[derive(Debug, Clone, InputObject)]
pub struct MovementWhere {
    /// Matches when all of these conditions match.
    and: MaybeUndefined<Vec<MovementWhere>>,
    /// Matches when at least one of these conditions matches.
    or: MaybeUndefined<Vec<MovementWhere>>,
    /// Matches when this condition does not match.
    not: MaybeUndefined<Box<MovementWhere>>,
    /// Matches movements of these types.
    types: MaybeUndefined<Vec<EventType>>,
    /// Filters by the id of the product.
    product_id: MaybeUndefined<IDFilter>,
    /// Filters by the id of the order that moved the stock.
    order_id: MaybeUndefined<IDFilter>,
    /// Filters by the date and time of the change.
    at: MaybeUndefined<DateTimeFilter>,
    /// Filters by the reference.
    reference: MaybeUndefined<StringFilter>,
}

/// A condition on a row of the log.
#[derive(Debug, Clone, PartialEq)]
pub enum MovementCondition {
    /// The event is a movement of stock.
    IsMovement,
    /// The type is one of these.
    Types(Vec<EventType>),
    /// A condition on the product.
    Product(Comparison<i64>),
    /// A condition on the order.
    Order(Comparison<i64>),
    /// A condition on the time.
    At(Comparison<i64>),
    /// A condition on the reference.
    Reference(TextComparison),
}

impl WhereInput for MovementWhere {
    type Condition = MovementCondition;

    fn read(self, builder: &mut FilterBuilder<'_, MovementCondition>) {
        use MovementCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.one_of("types", self.types, C::Types);
        builder.id::<ProductId>("productId", self.product_id, C::Product);
        builder.id::<OrderId>("orderId", self.order_id, C::Order);
        builder.timestamp("at", self.at, C::At);
        builder.text("reference", self.reference, C::Reference);
    }
}

/// The fields that movements of stock can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum StockMovementOrderField {
    /// Sort by id. The movements of one product have the order of the changes.
    Id,
    /// Sort by the date and time of the change.
    At,
}

order_by! {
    /// A sort key for movements of stock.
    StockMovementOrderBy, StockMovementOrderField
}

/// The condition that a row of the log is an event of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsOrderEvent;

/// The order of the events of an order: by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderEventOrder;

/// A filter for the event log. All given conditions must match.
#[derive(Debug, Clone, Default, InputObject)]
pub struct EventWhere {
    /// Matches events of these types.
    types: Option<Vec<EventType>>,
    /// Matches the events of this order, including its movements of stock.
    order_id: Option<ID>,
    /// Matches the events of this product, including its movements of stock.
    product_id: Option<ID>,
    /// Matches the events of this customer, including those of the orders of the customer.
    customer_id: Option<ID>,
}

/// A validated [`EventWhere`].
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// The types; `None` matches every type.
    pub types: Option<Vec<EventType>>,
    /// The order, if given.
    pub order: Option<OrderId>,
    /// The product, if given.
    pub product: Option<ProductId>,
    /// The customer, if given.
    pub customer: Option<CustomerId>,
}

impl EventWhere {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for the first id that is not valid.
    pub fn parse(self) -> Result<EventFilter, UserError> {
        fn id<I: Id>(field: &str, id: Option<ID>) -> Result<Option<I>, UserError> {
            let parsed = id.map(|id| I::parse(&id)).transpose();
            parsed.map_err(|message| UserError::invalid(&["where", field], message))
        }
        Ok(EventFilter {
            types: self.types,
            order: id("orderId", self.order_id)?,
            product: id("productId", self.product_id)?,
            customer: id("customerId", self.customer_id)?,
        })
    }
}
