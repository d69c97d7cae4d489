//! Anything that has an id.

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID, Interface};

use crate::customers::Customer;
use crate::db::Session;
use crate::db::types::{CustomerId, Id, InventoryId, OrderId, OrderItemId, ProductId, shown};
use crate::error::{Fault, Reason, Refusal};
use crate::graphql::executor::{Row, interface_variants};
use crate::inventory::Inventory;
use crate::orders::{Order, OrderItem};
use crate::products::Product;

/// Anything that has an id.
#[derive(Debug, Clone, Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    method = "node_id",
    desc = "Its id: no two things of any kind share one, and it is never given out again."
))]
pub enum Node {
    Customer(Customer),
    Product(Product),
    Order(Order),
    OrderItem(OrderItem),
    Inventory(Inventory),
}

interface_variants!(Node { Customer, Product, Order, OrderItem, Inventory });

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

impl Node {
    /// What has each of these ids, in their order: `None` where nothing has it. One statement for
    /// each kind of id; an id of no kind is refused, with the path of the id of that number.
    pub async fn find(
        ctx: &Context<'_>,
        ids: &[ID],
        path: impl Fn(usize) -> Vec<String>,
    ) -> async_graphql::Result<Vec<Option<Self>>> {
        let mut requested = NodeIds::default();
        for (n, id) in ids.iter().enumerate() {
            if !requested.add(n, id) {
                let message = format!("{} is not the id of anything", shown(id));
                return Err(Refusal { path: path(n), reason: Reason::InvalidInput { message } }.into());
            }
        }
        let session = ctx.data_unchecked::<Session>();
        let mut found = vec![None; ids.len()];
        requested.customers.find(session, Self::Customer, &mut found).await?;
        requested.products.find(session, Self::Product, &mut found).await?;
        requested.orders.find(session, Self::Order, &mut found).await?;
        requested.order_items.find(session, Self::OrderItem, &mut found).await?;
        requested.inventories.find(session, Self::Inventory, &mut found).await?;
        Ok(found)
    }
}

/// Ids by their kind, each with its position among all.
#[derive(Default)]
struct NodeIds {
    customers: RequestedIds<CustomerId>,
    products: RequestedIds<ProductId>,
    orders: RequestedIds<OrderId>,
    order_items: RequestedIds<OrderItemId>,
    inventories: RequestedIds<InventoryId>,
}

impl NodeIds {
    fn add(&mut self, position: usize, id: &str) -> bool {
        self.customers.add(position, id)
            || self.products.add(position, id)
            || self.orders.add(position, id)
            || self.order_items.add(position, id)
            || self.inventories.add(position, id)
    }
}

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

    async fn find<T: Clone>(
        self,
        session: &Session,
        node: fn(T) -> Node,
        found: &mut [Option<Node>],
    ) -> Result<(), Fault>
    where
        Session: Loader<I, Value = Row<T>, Error = Fault>,
    {
        if self.0.is_empty() {
            return Ok(());
        }
        let ids: Vec<I> = self.0.iter().map(|(_, id)| *id).collect();
        let rows = session.load(&ids).await?;
        for (position, id) in self.0 {
            found[position] = rows.get(&id).map(|row| node((**row).clone()));
        }
        Ok(())
    }
}
