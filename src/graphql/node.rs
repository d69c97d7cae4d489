//! The `Node` interface of the Relay specification, and the lookup of objects by global ids.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Interface};
use futures_util::future::BoxFuture;

use crate::db::Session;
use crate::entity::relation::Relation;
use crate::entity::{self, Entity};
use crate::error::{InternalError, UserError, UserErrorKind};
use crate::events::log::Event;
use crate::events::model::EntityEvent;
use crate::events::store;
use crate::graphql::executor::{BatchObject, Row, interface_variants};
use crate::graphql::read::Selection;
use crate::graphql::relation::read_by_keys;
use crate::types::column::SqlValue;
use crate::types::{Id, quoted};

/// Declares the entities: the `Node` interface, and for each entity the list of [`EntityType`], the resolver of `id`, and
/// the reads of its columns in batches.
macro_rules! nodes {
    (@find $entity:ident) => {
        |session, ids| Box::pin(find(session, ids, Node::$entity))
    };
    (@find $entity:ident $find:ident) => {
        |session, ids| Box::pin($find(session, ids))
    };
    (also $($other:ident),+; $($module:ident: $entity:ident $(by $find:ident)?,)+) => {
        $(use crate::$module::$entity;)+

        /// An object with a global id.
        #[derive(Debug, Clone, Interface)]
        #[graphql(field(
            name = "id",
            ty = "ID",
            method = "node_id",
            desc = "The global id of the object. Unique across all types and never reused."
        ))]
        pub enum Node {
            $(
                #[doc = concat!("An object of type `", stringify!($entity), "`.")]
                $entity($entity),
            )+
            $(
                #[doc = concat!("An object of type `", stringify!($other), "`.")]
                $other($other),
            )+
        }

        interface_variants!(Node { $($entity,)+ $($other),+ });

        /// The entities.
        static ENTITIES: &[EntityType] = &[$(EntityType {
            name: $entity::NAME,
            parse_id: |id| <$entity as Entity>::Id::parse(id).ok().map(Id::key),
            relations: $entity::relations,
            find: nodes!(@find $entity $($find)?),
        }),+];

        $(
            // async-graphql calls the resolver by the name in the `method` attribute.
            impl $entity {
                pub(crate) async fn node_id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
                    Ok(ID(self.id.to_string()))
                }
            }

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
        )+
    };
}

// A test fails for an entity that is missing here.
nodes! {
    also EntityEvent;
    customers: Customer,
    products: Product,
    orders: Order,
    orders: OrderItem,
    inventory: Inventory,
    // Finds all events: their types depend on the rows.
    events: OrderEvent by find_events,
    events: StockMovement,
}

impl From<Event> for Node {
    fn from(event: Event) -> Self {
        match event {
            Event::OrderEvent(event) => Self::OrderEvent(event),
            Event::StockMovement(event) => Self::StockMovement(event),
            Event::EntityEvent(event) => Self::EntityEvent(event),
        }
    }
}

/// An entity, as a type of objects with global ids.
struct EntityType {
    /// The name in the schema.
    name: &'static str,
    /// Returns the key in the database, or `None` if the text is not an id of the type.
    parse_id: fn(&str) -> Option<i64>,
    /// Returns the relations.
    relations: fn() -> &'static [Relation],
    /// Loads objects.
    find: FindNodes,
}

/// A key in the database, and the index of its id in the list of all ids.
type RequestedKey = (usize, i64);
/// Loads the objects with the keys. Returns those that exist.
type FindNodes =
    for<'a> fn(&'a Session, Vec<RequestedKey>) -> BoxFuture<'a, Result<Vec<(usize, Node)>, InternalError>>;

/// Returns the relation that is a field of the type `parent`, or `None` if there is none.
pub(super) fn relation(parent: &str, field: &str) -> Option<&'static Relation> {
    let entity = ENTITIES.iter().find(|entity| entity.name == parent)?;
    (entity.relations)().iter().find(|relation| relation.field == field)
}

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
        let mut groups: Vec<Vec<RequestedKey>> = vec![Vec::new(); ENTITIES.len()];
        for (n, id) in ids.iter().enumerate() {
            let Some((group, key)) = parse(id) else {
                let message = format!("{} is not a valid id; use an id that the API returned", quoted(id));
                return Err(UserError { path: path(n), kind: UserErrorKind::InvalidInput { message } }.into());
            };
            groups[group].push((n, key));
        }
        Ok(Self::load(ctx.data_unchecked::<Session>(), groups, ids.len()).await?)
    }

    /// Like [`Node::find`], for ids from the database.
    ///
    /// # Errors
    ///
    /// Returns the errors of the database.
    pub async fn find_known(session: &Session, ids: &[ID]) -> Result<Vec<Option<Self>>, InternalError> {
        let mut groups: Vec<Vec<RequestedKey>> = vec![Vec::new(); ENTITIES.len()];
        for (n, id) in ids.iter().enumerate() {
            if let Some((group, key)) = parse(id) {
                groups[group].push((n, key));
            }
        }
        Self::load(session, groups, ids.len()).await
    }

    /// Loads the objects of `count` ids, which are grouped by entity.
    async fn load(
        session: &Session,
        groups: Vec<Vec<RequestedKey>>,
        count: usize,
    ) -> Result<Vec<Option<Self>>, InternalError> {
        let mut found = vec![None; count];
        for (entity, keys) in ENTITIES.iter().zip(groups).filter(|(_, keys)| !keys.is_empty()) {
            for (n, node) in (entity.find)(session, keys).await? {
                found[n] = Some(node);
            }
        }
        Ok(found)
    }
}

/// Returns the index of the entity that has an id of this form, and its key.
fn parse(id: &str) -> Option<(usize, i64)> {
    let parsed = ENTITIES.iter().map(|entity| (entity.parse_id)(id)).enumerate();
    parsed.filter_map(|(group, key)| Some((group, key?))).next()
}

async fn find<T: Entity + BatchObject + Clone>(
    session: &Session,
    requested: Vec<RequestedKey>,
    node: fn(T) -> Node,
) -> Result<Vec<(usize, Node)>, InternalError> {
    let keys = requested.iter().map(|(_, key)| *key).collect();
    let rows = read_by_keys(session, "id", keys, Arc::new(Selection::<T>::structs())).await?;
    let rows: HashMap<i64, Row<T>> = rows.into_iter().collect();
    let object = |key| rows.get(&key).and_then(Row::as_struct).cloned().map(node);
    Ok(requested.into_iter().filter_map(|(n, key)| Some((n, object(key)?))).collect())
}

async fn find_events(
    session: &Session,
    requested: Vec<RequestedKey>,
) -> Result<Vec<(usize, Node)>, InternalError> {
    let keys: Vec<i64> = requested.iter().map(|(_, key)| *key).collect();
    let rows = session.read_rows(keys.len(), move |conn| store::by_ids(conn, &keys)).await?;
    let nodes: HashMap<i64, Node> = rows.into_iter().map(|row| (row.id.0, Event::from(row).into())).collect();
    Ok(requested.into_iter().filter_map(|(n, key)| Some((n, nodes.get(&key)?.clone()))).collect())
}
