//! The filter of the event log.

use async_graphql::{ID, InputObject};

use crate::error::UserError;
use crate::events::EventType;
use crate::types::{CustomerId, Id, OrderId, ProductId};

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
