//! The events of customers and products: one for each record that is created, updated or deleted.

use crate::events::EventType;
use crate::events::append::NewEvent;
use crate::types::{CustomerId, ProductId};

/// The kinds of changes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordChange {
    /// The record was created.
    Created,
    /// Fields of the record were set.
    Updated,
    /// The record was deleted.
    Deleted,
}

/// Returns the type of the event of a change of a record of this entity; `None` if workflows of its own record its changes.
pub fn event_type(entity: &str, change: RecordChange) -> Option<EventType> {
    use RecordChange::{Created, Deleted, Updated};
    Some(match (entity, change) {
        ("Customer", Created) => EventType::CustomerCreated,
        ("Customer", Updated) => EventType::CustomerUpdated,
        ("Customer", Deleted) => EventType::CustomerDeleted,
        ("Product", Created) => EventType::ProductCreated,
        ("Product", Updated) => EventType::ProductUpdated,
        ("Product", Deleted) => EventType::ProductDeleted,
        _ => return None,
    })
}

/// Returns the event of a change of the record with this key, which has this version after the change. `fields` are the
/// names of the fields that were set. Returns `None` if the entity has no such events.
pub fn event(
    entity: &str,
    change: RecordChange,
    key: i64,
    version: i32,
    changed_fields: Vec<String>,
) -> Option<NewEvent> {
    let event =
        NewEvent { kind: event_type(entity, change)?, version, changed_fields, ..NewEvent::default() };
    Some(if entity == "Customer" {
        NewEvent { customer: Some(CustomerId(key)), ..event }
    } else {
        NewEvent { product: Some(ProductId(key)), ..event }
    })
}
