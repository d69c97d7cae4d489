//! Payloads of mutations: the result, or the errors that prevented it.

use crate::error::Error;
use crate::graphql::executor::{BatchObject, Row};
use crate::graphql::mutation_error::{MutationErrors, mutation_errors};

/// The payload of a mutation.
pub trait Payload: BatchObject {
    /// The result of a successful mutation.
    type Output;

    /// Returns the payload of a successful mutation.
    fn success(output: Self::Output) -> Self;
    /// Returns the payload of a mutation that changed nothing.
    fn failure(errors: MutationErrors) -> Self;
}

/// Converts the result of a workflow to a payload.
///
/// # Errors
///
/// Returns internal errors, which are not part of payloads.
pub fn to_payload<P: Payload>(result: Result<P::Output, Error>) -> async_graphql::Result<Row<P>> {
    Ok(Row::new(match result {
        Ok(output) => P::success(output),
        Err(error) => P::failure(mutation_errors(error)?),
    }))
}

/// Defines the type of a payload. All its fields but `errors` are `null` if there are errors.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident($($output:ident: $output_type:ty),+) {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $value:expr,)+
    }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $($(#[$field_doc])* $field: Option<$type>,)+
            /// The errors that prevented the mutation. Empty on success.
            errors: $crate::graphql::mutation_error::MutationErrors,
        }

        impl $crate::graphql::executor::BatchObject for $name {}

        impl $crate::graphql::payload::Payload for $name {
            #[allow(unused_parens)]
            type Output = ($($output_type),+);

            #[allow(unused_parens)]
            fn success(($($output),+): Self::Output) -> Self {
                Self { $($field: Some($value),)+ errors: $crate::graphql::executor::BatchList::new(Vec::new()) }
            }

            fn failure(errors: $crate::graphql::mutation_error::MutationErrors) -> Self {
                Self { $($field: None,)+ errors }
            }
        }
    };
}

pub(crate) use payload;
