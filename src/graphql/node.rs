//! Anything that has an id.

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID, Interface};

use crate::customers::Customer;
use crate::db::Session;
use crate::db::types::{CustomerId, Id, InventoryId, OrderId, OrderItemId, ProductId, shown};
use crate::error::{Fault, Reason, Refusal};
use crate::graphql::level::{Row, one_of};
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

one_of!(Node { Customer, Product, Order, OrderItem, Inventory });

macro_rules! nodes {
    ($($noun:ty),*) => {$(
        impl $noun {
            async fn node_id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
                Ok(ID(self.id.to_string()))
            }
        }
    )*};
}

nodes!(Customer, Product, Order, OrderItem, Inventory);

impl Node {
    /// What has each of these ids, in their order: `None` where nothing has it. One statement for
    /// each kind of id; an id of no kind is refused, with the path of the id of that number.
    pub async fn find(
        ctx: &Context<'_>,
        ids: &[ID],
        path: impl Fn(usize) -> Vec<String>,
    ) -> async_graphql::Result<Vec<Option<Self>>> {
        let mut kinds = Kinds::default();
        for (n, id) in ids.iter().enumerate() {
            if !kinds.add(n, id) {
                let message = format!("{} is not the id of anything", shown(id));
                return Err(Refusal { path: path(n), reason: Reason::InvalidInput { message } }.into());
            }
        }
        let session = ctx.data_unchecked::<Session>();
        let mut found = vec![None; ids.len()];
        kinds.customers.find(session, Self::Customer, &mut found).await?;
        kinds.products.find(session, Self::Product, &mut found).await?;
        kinds.orders.find(session, Self::Order, &mut found).await?;
        kinds.order_items.find(session, Self::OrderItem, &mut found).await?;
        kinds.inventories.find(session, Self::Inventory, &mut found).await?;
        Ok(found)
    }
}

/// Ids by their kind, each with its place among all.
#[derive(Default)]
struct Kinds {
    customers: Wanted<CustomerId>,
    products: Wanted<ProductId>,
    orders: Wanted<OrderId>,
    order_items: Wanted<OrderItemId>,
    inventories: Wanted<InventoryId>,
}

impl Kinds {
    fn add(&mut self, place: usize, id: &str) -> bool {
        self.customers.add(place, id)
            || self.products.add(place, id)
            || self.orders.add(place, id)
            || self.order_items.add(place, id)
            || self.inventories.add(place, id)
    }
}

struct Wanted<I>(Vec<(usize, I)>);

impl<I> Default for Wanted<I> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<I: Id> Wanted<I> {
    fn add(&mut self, place: usize, id: &str) -> bool {
        let id = I::parse(id);
        self.0.extend(id.iter().map(|id| (place, *id)));
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
        for (place, id) in self.0 {
            found[place] = rows.get(&id).map(|row| node((**row).clone()));
        }
        Ok(())
    }
}
