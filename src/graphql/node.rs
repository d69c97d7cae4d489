//! The `Node` interface of the Relay specification, and the lookup of objects by global ids.

use std::collections::HashMap;

use async_graphql::{Context, ID, Interface};

use crate::customers::Customer;
use crate::db::Session;
use crate::entity::{self, Entity};
use crate::error::{InternalError, UserError, UserErrorKind};
use crate::events;
use crate::events::log::Event;
use crate::events::model::{EntityEvent, OrderEvent, StockMovement};
use crate::graphql::executor::{BatchObject, Row, interface_variants};
use crate::graphql::read::Selection;
use crate::graphql::relation::read_by_keys;
use crate::inventory::Inventory;
use crate::orders::{Order, OrderItem};
use crate::products::Product;
use crate::types::column::SqlValue;
use crate::types::{CustomerId, EventId, Id, InventoryId, OrderId, OrderItemId, ProductId, quoted};

/// An object with a global id.
#[derive(Debug, Clone, Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    method = "node_id",
    desc = "The global id of the object. Unique across all types and never reused."
))]
pub enum Node {
    /// A customer.
    Customer(Customer),
    /// A product.
    Product(Product),
    /// An order.
    Order(Order),
    /// An item of an order.
    OrderItem(OrderItem),
    /// The inventory of a product.
    Inventory(Inventory),
    /// An event of an order.
    OrderEvent(OrderEvent),
    /// A movement of stock.
    StockMovement(StockMovement),
    /// A change of a customer or product.
    EntityEvent(EntityEvent),
}

interface_variants!(Node {
    Customer,
    Product,
    Order,
    OrderItem,
    Inventory,
    OrderEvent,
    StockMovement,
    EntityEvent
});

impl From<Event> for Node {
    fn from(event: Event) -> Self {
        match event {
            Event::OrderEvent(event) => Self::OrderEvent(event),
            Event::StockMovement(event) => Self::StockMovement(event),
            Event::EntityEvent(event) => Self::EntityEvent(event),
        }
    }
}

// The resolver of `id` for each type. async-graphql calls it by the name in the `method` attribute.
macro_rules! impl_node_id {
    ($($entity:ty),*) => {$(
        impl $entity {
            /// Returns the global id.
            pub async fn node_id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
                Ok(ID(self.id.to_string()))
            }
        }
    )*};
}

impl_node_id!(Customer, Product, Order, OrderItem, Inventory, OrderEvent, StockMovement);

macro_rules! impl_batch_object {
    ($($entity:ty),*) => {$(
        impl BatchObject for $entity {
            fn has_column(name: &str) -> bool {
                Self::column(name).is_some()
            }

            fn write_column(&self, name: &str, out: &mut Vec<u8>) -> Option<()> {
                entity::write_column(self, name, out)
            }

            fn key(&self, column: &str) -> Option<i64> {
                match self.value(Self::column_named(column)?) {
                    SqlValue::Integer(key) => Some(key),
                    _ => None,
                }
            }

            fn placeholder() -> Option<Self> {
                Some(Self::default())
            }
        }
    )*};
}

impl_batch_object!(Customer, Product, Order, OrderItem, Inventory, OrderEvent, StockMovement);

impl Node {
    /// Loads objects of any type by id, with one statement for each type. Returns them in the order of `ids`,
    /// with `None` for ids that do not exist.
    ///
    /// # Errors
    ///
    /// Returns an error if an id has the prefix of no type. `path` maps the index of an id to its path in the
    /// arguments.
    pub async fn find(
        ctx: &Context<'_>,
        ids: &[ID],
        path: impl Fn(usize) -> Vec<String>,
    ) -> async_graphql::Result<Vec<Option<Self>>> {
        let mut groups = NodeIds::default();
        for (n, id) in ids.iter().enumerate() {
            if !groups.add(n, id) {
                let message = format!("{} is not a valid id; use an id that the API returned", quoted(id));
                return Err(UserError { path: path(n), kind: UserErrorKind::InvalidInput { message } }.into());
            }
        }
        Ok(groups.find(ctx.data_unchecked::<Session>(), ids.len()).await?)
    }

    /// Like [`Node::find`], for ids that are known to be valid; others are not found.
    ///
    /// # Errors
    ///
    /// Returns the errors of the database.
    pub async fn find_known(session: &Session, ids: &[ID]) -> Result<Vec<Option<Self>>, InternalError> {
        let mut groups = NodeIds::default();
        for (n, id) in ids.iter().enumerate() {
            groups.add(n, id);
        }
        groups.find(session, ids.len()).await
    }
}

/// Ids grouped by object type.
#[derive(Default)]
struct NodeIds {
    customers: RequestedIds<CustomerId>,
    products: RequestedIds<ProductId>,
    orders: RequestedIds<OrderId>,
    order_items: RequestedIds<OrderItemId>,
    inventories: RequestedIds<InventoryId>,
    events: RequestedIds<EventId>,
}

impl NodeIds {
    /// Loads the objects of `count` ids.
    async fn find(self, session: &Session, count: usize) -> Result<Vec<Option<Node>>, InternalError> {
        let mut found = vec![None; count];
        self.customers.find(session, Node::Customer, &mut found).await?;
        self.products.find(session, Node::Product, &mut found).await?;
        self.orders.find(session, Node::Order, &mut found).await?;
        self.order_items.find(session, Node::OrderItem, &mut found).await?;
        self.inventories.find(session, Node::Inventory, &mut found).await?;
        self.events.find_events(session, &mut found).await?;
        Ok(found)
    }

    /// Adds an id to its group. Returns whether a type has ids of this form.
    fn add(&mut self, position: usize, id: &str) -> bool {
        self.customers.add(position, id)
            || self.products.add(position, id)
            || self.orders.add(position, id)
            || self.order_items.add(position, id)
            || self.inventories.add(position, id)
            || self.events.add(position, id)
    }
}

/// Ids of one type, each with its index in the list of all ids.
struct RequestedIds<I>(Vec<(usize, I)>);

impl<I> Default for RequestedIds<I> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<I: Id> RequestedIds<I> {
    fn add(&mut self, position: usize, id: &str) -> bool {
        let id = I::parse(id);
        self.0.extend(id.iter().map(|id| (position, *id)));
        id.is_ok()
    }

    /// Loads the objects and stores them at their indexes in `found`.
    async fn find<T: Entity + BatchObject + Clone>(
        self,
        session: &Session,
        node: fn(T) -> Node,
        found: &mut [Option<Node>],
    ) -> Result<(), InternalError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let keys = self.0.iter().map(|(_, id)| id.key()).collect();
        let rows = read_by_keys(session, "id", keys, Selection::<T>::structs()).await?;
        let rows: HashMap<i64, Row<T>> = rows.into_iter().collect();
        for (position, id) in self.0 {
            found[position] = rows.get(&id.key()).and_then(Row::as_struct).cloned().map(node);
        }
        Ok(())
    }
}

impl RequestedIds<EventId> {
    /// Loads the events, whose types depend on the rows, and stores them at their indexes in `found`.
    async fn find_events(self, session: &Session, found: &mut [Option<Node>]) -> Result<(), InternalError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = self.0.iter().map(|(_, id)| id.key()).collect();
        let rows = session.read_rows(ids.len(), move |conn| events::store::by_ids(conn, &ids)).await?;
        let rows: HashMap<EventId, Node> =
            rows.into_iter().map(|row| (row.id, Event::from(row).into())).collect();
        for (position, id) in self.0 {
            found[position] = rows.get(&id).cloned();
        }
        Ok(())
    }
}
