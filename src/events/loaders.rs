//! Loads what belongs to events, and the stock at a time, for all objects of a batch.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID};

use crate::db::Session;
use crate::error::InternalError;
use crate::events::log::subject;
use crate::events::model::{EntityEvent, OrderEvent, OrderEventItem, StockLevel, Subject};
use crate::events::store;
use crate::graphql::executor::{BatchKey, BatchObject, InterfaceValue, Row, Rows};
use crate::graphql::node::Node;
use crate::inventory::Inventory;
use crate::types::{EventId, OrderItemId, ProductId, Timestamp};

/// The batch key of the units of order items in an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventItemsKey(pub EventId);

impl BatchObject for OrderEventItem {}

impl BatchKey for EventItemsKey {
    type Parent = OrderEvent;
    type Value = Rows<OrderEventItem>;
    type Loader = Session;

    fn column(&self) -> &'static str {
        "id"
    }

    fn key(&self) -> i64 {
        self.0.0
    }

    fn with_key(&self, key: i64) -> Self {
        Self(EventId(key))
    }
}

impl Loader<EventItemsKey> for Session {
    type Value = Rows<OrderEventItem>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[EventItemsKey],
    ) -> Result<HashMap<EventItemsKey, Self::Value>, InternalError> {
        let _load = self.stats().begin_load("OrderEventItem", keys.len());
        let ids: Vec<i64> = keys.iter().map(|key| key.0.0).collect();
        let found = self.read_rows(ids.len(), move |conn| store::units(conn, &ids)).await?;
        let mut items = HashMap::with_capacity(found.len());
        for (id, json) in found {
            items.insert(EventItemsKey(EventId(id)), Rows::new(items_of(json.as_deref())?));
        }
        Ok(items)
    }
}

fn items_of(json: Option<&str>) -> Result<Vec<OrderEventItem>, InternalError> {
    let Some(json) = json else { return Ok(Vec::new()) };
    let units: Vec<(i64, i64, i32)> = serde_json::from_str(json)
        .map_err(|error| InternalError::CorruptData(format!("the units of an event: {error}")))?;
    let item = |(item, product, quantity)| OrderEventItem {
        item_id: OrderItemId(item),
        product_id: ProductId(product),
        quantity,
    };
    Ok(units.into_iter().map(item).collect())
}

/// The batch key of the record that an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventEntityKey(pub EventId);

impl BatchObject for EntityEvent {
    fn key(&self, column: &str) -> Option<i64> {
        (column == "id").then_some(self.id.0)
    }
}

impl BatchKey for EventEntityKey {
    type Parent = EntityEvent;
    type Value = Option<InterfaceValue<Node>>;
    type Loader = Session;

    fn column(&self) -> &'static str {
        "id"
    }

    fn key(&self) -> i64 {
        self.0.0
    }

    fn with_key(&self, key: i64) -> Self {
        Self(EventId(key))
    }
}

impl Loader<EventEntityKey> for Session {
    type Value = Option<InterfaceValue<Node>>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[EventEntityKey],
    ) -> Result<HashMap<EventEntityKey, Self::Value>, InternalError> {
        let ids: Vec<i64> = keys.iter().map(|key| key.0.0).collect();
        let events = self.read_rows(ids.len(), move |conn| store::by_ids(conn, &ids)).await?;
        let of = |event: &store::EventRow| subject(event.customer_id, event.product_id).node_id();
        let subjects: Vec<ID> = events.iter().map(of).collect();
        let nodes = Node::find_known(self, &subjects).await?;
        let keys = events.iter().map(|event| EventEntityKey(event.id));
        Ok(keys.zip(nodes.into_iter().map(|node| node.map(InterfaceValue))).collect())
    }
}

impl Subject {
    /// Returns the global id of the record.
    pub fn node_id(self) -> ID {
        match self {
            Self::Customer(id) => ID(id.to_string()),
            Self::Product(id) => ID(id.to_string()),
        }
    }
}

/// The batch key of the stock of a product at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StockLevelKey {
    /// The product.
    pub product: ProductId,
    /// The time.
    pub at: Timestamp,
}

impl BatchObject for StockLevel {}

impl BatchKey for StockLevelKey {
    type Parent = Inventory;
    type Value = Row<StockLevel>;
    type Loader = Session;

    fn column(&self) -> &'static str {
        "product_id"
    }

    fn key(&self) -> i64 {
        self.product.0
    }

    fn with_key(&self, key: i64) -> Self {
        Self { product: ProductId(key), at: self.at }
    }
}

impl Loader<StockLevelKey> for Session {
    type Value = Row<StockLevel>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[StockLevelKey],
    ) -> Result<HashMap<StockLevelKey, Self::Value>, InternalError> {
        let Some(at) = keys.first().map(|key| key.at) else { return Ok(HashMap::new()) };
        let _load = self.stats().begin_load("StockLevel", keys.len());
        let products: Vec<i64> = keys.iter().map(|key| key.product.0).collect();
        let found = self.read_blocking(move |conn| store::levels_at(conn, &products, at)).await?;
        let found: HashMap<i64, StockLevel> = found.into_iter().collect();
        let level = |key: &StockLevelKey| found.get(&key.product.0).copied().unwrap_or_default();
        Ok(keys.iter().map(|key| (key.clone(), Row::new(level(key)))).collect())
    }
}

impl EntityEvent {
    /// Returns the global id, for the interfaces `Node` and `Event`.
    pub async fn node_id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
        Ok(ID(self.id.to_string()))
    }
}
