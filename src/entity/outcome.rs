//! The results of writes to entities: a record is stored by its id, and loaded again by it.

use serde_json::Value;

use crate::db::outcome::{Outcome, invalid};
use crate::db::{Conn, write};
use crate::entity::Entity;
use crate::error::{Error, UserError};
use crate::types::{CustomerId, EventId, Id, InventoryId, OrderId, OrderItemId, ProductId};

impl<E: Entity> Outcome for E {
    fn to_stored(&self) -> Value {
        self.id().key().into()
    }

    fn from_stored(conn: &mut Conn, stored: &Value) -> Result<Self, Error> {
        let id = id::<E::Id>(stored)?;
        write::find(conn, id)?.ok_or_else(|| UserError::not_found(&[], E::noun(), id).into())
    }
}

/// Implements [`Outcome`] for ids, the results of deletions.
macro_rules! id_outcomes {
    ($($id:ident),+) => {$(
        impl Outcome for $id {
            fn to_stored(&self) -> Value {
                self.key().into()
            }

            fn from_stored(_: &mut Conn, stored: &Value) -> Result<Self, Error> {
                id(stored)
            }
        }
    )+};
}

id_outcomes!(CustomerId, EventId, ProductId, OrderId, OrderItemId, InventoryId);

fn id<I: Id>(stored: &Value) -> Result<I, Error> {
    stored.as_i64().map(I::new).ok_or_else(|| invalid(stored))
}
