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

/// Defines the payloads of the mutations of an entity: those that create, update and delete a record, which take the
/// name of the type, of its field and in a sentence, and those that update and delete many, which take the plurals.
macro_rules! payloads {
    (
        $entity:ident, $field:ident, $noun:literal: $create:ident, $update:ident, $delete:ident;
        $($entities:ident, $nouns:literal: $update_many:ident, $delete_many:ident;)?
    ) => {
        payload! {
            #[doc = concat!("The result of `create", stringify!($entity), "`.")]
            $create($field: $entity) {
                #[doc = concat!("The created ", $noun, "; `null` if there are errors.")]
                $field: Row<$entity> = Row::new($field),
            }
        }

        payload! {
            #[doc = concat!("The result of `update", stringify!($entity), "`.")]
            $update($field: $entity) {
                #[doc = concat!("The updated ", $noun, "; `null` if there are errors.")]
                $field: Row<$entity> = Row::new($field),
            }
        }

        payload! {
            #[doc = concat!("The result of `delete", stringify!($entity), "`.")]
            $delete(id: <$entity as $crate::entity::Entity>::Id) {
                #[doc = concat!("The id of the deleted ", $noun, "; `null` if there are errors.")]
                deleted_id: <$entity as $crate::entity::Entity>::Id = id,
            }
        }

        $(payload! {
            #[doc = concat!("The result of `update", stringify!($entities), "`.")]
            $update_many(updated: i32) {
                #[doc = concat!(
                    "The number of ", $nouns, " that were updated, or would be with `dryRun`; `null` if there are errors."
                )]
                count: i32 = updated,
            }
        }

        payload! {
            #[doc = concat!("The result of `delete", stringify!($entities), "`.")]
            $delete_many(deleted: i32) {
                #[doc = concat!(
                    "The number of ", $nouns, " that were deleted, or would be with `dryRun`; `null` if there are errors."
                )]
                count: i32 = deleted,
            }
        })?
    };
}

pub(crate) use {payload, payloads};
