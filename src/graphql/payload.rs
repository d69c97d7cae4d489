//! What a mutation answers: what it did, or why it did nothing.

use crate::error::Error;
use crate::graphql::error::{Errors, refusals};
use crate::graphql::level::{Entity, Row};

/// The payload of a mutation.
pub trait Payload: Entity {
    /// What the mutation gives when it is done.
    type Done;

    fn done(done: Self::Done) -> Self;
    fn refused(errors: Errors) -> Self;
}

/// The payload for the outcome of a workflow. A fault is an error of the request.
pub fn answer<P: Payload>(outcome: Result<P::Done, Error>) -> async_graphql::Result<Row<P>> {
    Ok(Row::new(match outcome {
        Ok(done) => P::done(done),
        Err(error) => P::refused(refusals(error)?),
    }))
}

/// Makes the type of a payload: its fields are all `null` when there are errors.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident($($done:ident: $done_type:ty),+) {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $value:expr,)+
    }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $($(#[$field_doc])* $field: Option<$type>,)+
            /// Why nothing was done. Empty when it was.
            errors: $crate::graphql::error::Errors,
        }

        impl $crate::graphql::level::Entity for $name {}

        impl $crate::graphql::payload::Payload for $name {
            #[allow(unused_parens)]
            type Done = ($($done_type),+);

            #[allow(unused_parens)]
            fn done(($($done),+): Self::Done) -> Self {
                Self { $($field: Some($value),)+ errors: $crate::graphql::level::List::new(Vec::new()) }
            }

            fn refused(errors: $crate::graphql::error::Errors) -> Self {
                Self { $($field: None,)+ errors }
            }
        }
    };
}

pub(crate) use payload;
