//! The `Node` interface of the Relay specification, and the lookup of objects by global ids.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Interface};

use crate::customers::Customer;
use crate::db::Session;
use crate::entity::{self, Entity};
use crate::error::{InternalError, UserError, UserErrorKind};
use crate::graphql::executor::{BatchObject, Row, interface_variants};
use crate::graphql::read::Selection;
use crate::graphql::relation::read_by_keys;
use crate::inventory::Inventory;
use crate::orders::{Order, OrderItem};
use crate::products::Product;
use crate::types::column::SqlValue;
use crate::types::{CustomerId, Id, InventoryId, OrderId, OrderItemId, ProductId, quoted};

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
}

interface_variants!(Node { Customer, Product, Order, OrderItem, Inventory });

// The resolver of `id` for each type. async-graphql calls it by the name in the `method` attribute.
macro_rules! impl_node_id {
    ($($entity:ty),*) => {$(
        impl $entity {
            async fn node_id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
                Ok(ID(self.id.to_string()))
            }
        }
    )*};
}

impl_node_id!(Customer, Product, Order, OrderItem, Inventory);

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

impl_batch_object!(Customer, Product, Order, OrderItem, Inventory);

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
        let session = ctx.data_unchecked::<Session>();
        let mut found = vec![None; ids.len()];
        groups.customers.find(session, Self::Customer, &mut found).await?;
        groups.products.find(session, Self::Product, &mut found).await?;
        groups.orders.find(session, Self::Order, &mut found).await?;
        groups.order_items.find(session, Self::OrderItem, &mut found).await?;
        groups.inventories.find(session, Self::Inventory, &mut found).await?;
        Ok(found)
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
}

impl NodeIds {
    /// Adds an id to its group. Returns whether a type has ids of this form.
    fn add(&mut self, position: usize, id: &str) -> bool {
        self.customers.add(position, id)
            || self.products.add(position, id)
            || self.orders.add(position, id)
            || self.order_items.add(position, id)
            || self.inventories.add(position, id)
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
        let rows = read_by_keys(session, "id", keys, Arc::new(Selection::<T>::structs())).await?;
        let rows: HashMap<i64, Row<T>> = rows.into_iter().collect();
        for (position, id) in self.0 {
            found[position] = rows.get(&id.key()).and_then(Row::as_struct).cloned().map(node);
        }
        Ok(())
    }
}
