//! The errors of mutations, as data in their payloads.

use async_graphql::{ComplexObject, Context, Enum, ID, Interface, SimpleObject};

use crate::error::{Error, InternalError, UserError, UserErrorKind};
use crate::graphql::error::brief;
use crate::graphql::executor::{BatchList, BatchLoad, BatchObject, InterfaceValue, Rows, interface_variants};
use crate::graphql::node::Node;
use crate::graphql::relation::ToOne;
use crate::graphql::scalars::int;
use crate::orders::status::OrderStatus;
use crate::products::Product;
use crate::types::{ProductId, Timestamp, excerpt};

/// The maximum length of a key in [`NotFoundError`], in characters: that of an e-mail address.
const MAX_KEY_LENGTH: usize = 320;

/// Identifies the type of a mutation error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ErrorCode {
    /// A value in the input is invalid or exceeds a limit. Correct the input before retrying.
    InvalidInput,
    /// No object has the given id or key.
    NotFound,
    /// Another object has the same unique key.
    AlreadyExists,
    /// The object cannot be deleted because other objects refer to it.
    InUse,
    /// The available stock is less than the requested quantity.
    InsufficientStock,
    /// The current status of the order does not allow the requested status.
    InvalidTransition,
    /// The object was changed after the expected version. Reload it before retrying.
    VersionConflict,
    /// The idempotency key was used for another mutation or with other arguments. Use a new key for a new mutation.
    IdempotencyKeyReused,
    /// The mutation was rolled back because another field of the same `@atomic` operation failed.
    RolledBack,
}

macro_rules! error_types {
    ($($(#[$doc:meta])* $name:ident $([$complex:ident])? {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, SimpleObject)]
        $(#[graphql($complex)])?
        pub struct $name {
            /// The error code, which identifies the type of the error.
            pub code: ErrorCode,
            /// A description of the error, for people. The text can change; use `code` in programs.
            pub message: String,
            /// The path to the invalid input: field names and list indexes, from the outside in. Empty if the error
            /// concerns the whole input.
            pub path: Vec<String>,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl BatchObject for $name {}
    )*};
}

error_types! {
    /// A value in the input is invalid or exceeds a limit.
    InvalidInputError {}
    /// No object has the given id or key.
    NotFoundError {
        /// The id or business key that was not found. Control characters are escaped. A key of more than 320
        /// characters is truncated and ends with `…`.
        id: String,
    }
    /// Another object has the same unique key.
    AlreadyExistsError [complex] {
        /// The id of the object that has the key.
        #[graphql(skip)]
        existing_id: ID,
    }
    /// The object cannot be deleted because other objects refer to it.
    InUseError {
        /// The kind of the references: `orders`, `order items` or `reserved units`.
        by: String,
        /// The number of references.
        count: i32,
    }
    /// The available stock is less than the requested quantity.
    InsufficientStockError [complex] {
        /// All products with insufficient stock.
        #[graphql(skip)]
        short: Vec<Shortage>,
    }
    /// The current status of the order does not allow the requested status.
    InvalidTransitionError {
        /// The current status.
        from: OrderStatus,
        /// The requested status.
        to: OrderStatus,
        /// The statuses that the current status allows. Empty for a final status.
        allowed: Vec<OrderStatus>,
    }
    /// The object was changed after the expected version.
    VersionConflictError {
        /// The expected version from the input.
        expected: i32,
        /// The current version.
        actual: i32,
    }
    /// The idempotency key was used for another mutation or with other arguments.
    IdempotencyKeyReusedError {
        /// The date and time when the key was used first.
        first_used_at: Timestamp,
    }
    /// The mutation was rolled back because another field of the same `@atomic` operation failed.
    RolledBackError {
        /// The response key of the field that failed.
        because: String,
    }
}

#[ComplexObject]
impl AlreadyExistsError {
    /// The object that has the key.
    async fn existing(&self, ctx: &Context<'_>) -> async_graphql::Result<InterfaceValue<Node>> {
        let found = Node::find(ctx, std::slice::from_ref(&self.existing_id), |_| Vec::new()).await?;
        let node = found.into_iter().flatten().next();
        Ok(InterfaceValue(
            node.ok_or_else(|| InternalError::CorruptData(format!("{} is gone", *self.existing_id)))?,
        ))
    }
}

#[ComplexObject]
impl InsufficientStockError {
    /// All products with insufficient stock.
    async fn shortages(&self) -> Rows<Shortage> {
        Rows::new(self.short.clone())
    }
}

/// A product with insufficient stock.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Shortage {
    /// The id of the product.
    #[graphql(skip)]
    pub product_id: ProductId,
    /// The requested number of units, in total over all lines.
    pub requested: i32,
    /// The number of units available.
    pub available: i32,
}

impl BatchObject for Shortage {
    fn key(&self, column: &str) -> Option<i64> {
        (column == "product_id").then_some(self.product_id.0)
    }
}

#[ComplexObject]
impl Shortage {
    /// The product.
    async fn product(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Product>> {
        BatchLoad(ToOne::id(ctx, "product_id", self.product_id.0))
    }
}

/// An error that prevented a mutation. The mutation changed nothing.
#[derive(Debug, Clone, Interface)]
#[graphql(
    field(
        name = "code",
        ty = "&ErrorCode",
        desc = "The error code, which identifies the type of the error."
    ),
    field(
        name = "message",
        ty = "&String",
        desc = "A description of the error, for people. The text can change; use `code` in programs."
    ),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "The path to the invalid input: field names and list indexes, from the outside in. Empty if the error concerns the whole input."
    )
)]
pub enum MutationError {
    /// A value in the input is invalid or exceeds a limit.
    InvalidInput(InvalidInputError),
    /// No object has the given id or key.
    NotFound(NotFoundError),
    /// Another object has the same unique key.
    AlreadyExists(AlreadyExistsError),
    /// Other objects refer to the object.
    InUse(InUseError),
    /// The stock does not cover the requested quantity.
    InsufficientStock(InsufficientStockError),
    /// The order cannot change to the requested status.
    InvalidTransition(InvalidTransitionError),
    /// The object was changed after the expected version.
    VersionConflict(VersionConflictError),
    /// The idempotency key was used for another mutation or with other arguments.
    IdempotencyKeyReused(IdempotencyKeyReusedError),
    /// Another field of the same operation failed.
    RolledBack(RolledBackError),
}

impl TryFrom<UserError> for MutationError {
    type Error = async_graphql::Error;

    /// Fails if a count does not fit into a GraphQL `Int`.
    fn try_from(error: UserError) -> async_graphql::Result<Self> {
        let message = brief(error.kind.to_string());
        let path = error.path;
        Ok(match error.kind {
            UserErrorKind::InvalidInput { .. } | UserErrorKind::LimitExceeded(_) => {
                Self::InvalidInput(InvalidInputError { code: ErrorCode::InvalidInput, message, path })
            }
            UserErrorKind::NotFound { key, .. } => {
                let id = excerpt(&key, MAX_KEY_LENGTH);
                Self::NotFound(NotFoundError { code: ErrorCode::NotFound, message, path, id })
            }
            UserErrorKind::AlreadyExists { existing, .. } => Self::AlreadyExists(AlreadyExistsError {
                code: ErrorCode::AlreadyExists,
                message,
                path,
                existing_id: ID(existing.to_string()),
            }),
            UserErrorKind::InUse { by, count, .. } => {
                let (by, count) = (by.into_owned(), int(count)?);
                Self::InUse(InUseError { code: ErrorCode::InUse, message, path, by, count })
            }
            UserErrorKind::InsufficientStock { shortages } => {
                let short = shortages.into_iter().map(|short| Shortage {
                    product_id: short.product,
                    requested: short.requested,
                    available: short.available,
                });
                Self::InsufficientStock(InsufficientStockError {
                    code: ErrorCode::InsufficientStock,
                    message,
                    path,
                    short: short.collect(),
                })
            }
            UserErrorKind::InvalidTransition { from, to } => {
                Self::InvalidTransition(InvalidTransitionError {
                    code: ErrorCode::InvalidTransition,
                    message,
                    path,
                    from,
                    to,
                    allowed: from.next().to_vec(),
                })
            }
            UserErrorKind::VersionConflict { expected, actual } => {
                Self::VersionConflict(VersionConflictError {
                    code: ErrorCode::VersionConflict,
                    message,
                    path,
                    expected,
                    actual,
                })
            }
            UserErrorKind::IdempotencyKeyReused { first_used_at, .. } => {
                let code = ErrorCode::IdempotencyKeyReused;
                Self::IdempotencyKeyReused(IdempotencyKeyReusedError { code, message, path, first_used_at })
            }
            UserErrorKind::RolledBack { because } => {
                Self::RolledBack(RolledBackError { code: ErrorCode::RolledBack, message, path, because })
            }
        })
    }
}

interface_variants!(MutationError {
    InvalidInput,
    NotFound,
    AlreadyExists,
    InUse,
    InsufficientStock,
    InvalidTransition,
    VersionConflict,
    IdempotencyKeyReused,
    RolledBack
});

/// The `errors` field of a payload.
pub type MutationErrors = BatchList<InterfaceValue<MutationError>>;

/// Converts user errors to the `errors` of a payload.
///
/// # Errors
///
/// Returns an internal error as an error of the request.
pub fn mutation_errors(error: Error) -> async_graphql::Result<MutationErrors> {
    match error {
        Error::User(errors) => {
            let errors = errors.into_iter().map(|error| error.try_into().map(InterfaceValue));
            Ok(BatchList::new(errors.collect::<async_graphql::Result<_>>()?))
        }
        Error::Internal(error) => Err(error.into()),
    }
}

#[test]
fn a_count_beyond_32_bits_is_an_error() {
    let in_use = |count| {
        UserError::new(
            &["id"],
            UserErrorKind::InUse { what: "the customer".into(), by: "orders".into(), count },
        )
    };
    let Ok(MutationError::InUse(error)) = MutationError::try_from(in_use(i32::MAX.into())) else {
        panic!("the largest Int is refused")
    };
    assert_eq!(error.count, i32::MAX);
    let error = MutationError::try_from(in_use(i64::from(i32::MAX) + 1)).unwrap_err();
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    assert_eq!(code, Some(&async_graphql::Value::from("INT_OUT_OF_RANGE")));
}
