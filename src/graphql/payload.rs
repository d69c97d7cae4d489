//! What a mutation answers: what it did, or why it did nothing.

use crate::error::Error;
use crate::graphql::error::{Errors, refusals};
use crate::graphql::executor::{BatchObject, Row};

/// The payload of a mutation.
pub trait Payload: BatchObject {
    /// What the mutation gives when it is done.
    type Output;

    fn success(output: Self::Output) -> Self;
    fn failure(errors: Errors) -> Self;
}

/// The payload for the outcome of a workflow. A fault is an error of the request.
pub fn to_payload<P: Payload>(result: Result<P::Output, Error>) -> async_graphql::Result<Row<P>> {
    Ok(Row::new(match result {
        Ok(output) => P::success(output),
        Err(error) => P::failure(refusals(error)?),
    }))
}

/// Makes the type of a payload: its fields are all `null` when there are errors.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident($($output:ident: $output_type:ty),+) {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $value:expr,)+
    }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $($(#[$field_doc])* $field: Option<$type>,)+
            /// Why nothing was done. Empty when it was.
            errors: $crate::graphql::error::Errors,
        }

        impl $crate::graphql::executor::BatchObject for $name {}

        impl $crate::graphql::payload::Payload for $name {
            #[allow(unused_parens)]
            type Output = ($($output_type),+);

            #[allow(unused_parens)]
            fn success(($($output),+): Self::Output) -> Self {
                Self { $($field: Some($value),)+ errors: $crate::graphql::executor::BatchList::new(Vec::new()) }
            }

            fn failure(errors: $crate::graphql::error::Errors) -> Self {
                Self { $($field: None,)+ errors }
            }
        }
    };
}

pub(crate) use payload;
