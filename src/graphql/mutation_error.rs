//! The errors of mutations, as data in their payloads.

use async_graphql::{ComplexObject, Context, Enum, ID, Interface, SimpleObject};

use crate::db::types::{OrderStatus, ProductId, excerpt};
use crate::error::{Error, InternalError, UserError, UserErrorKind};
use crate::graphql::error::brief;
use crate::graphql::executor::{
    BatchList, BatchLoad, BatchObject, ByIdKey, InterfaceValue, Rows, interface_variants,
};
use crate::graphql::node::Node;
use crate::graphql::scalars::int;

/// The longest key of [`NotFoundError`], in characters: that of an e-mail address.
const MAX_KEY_LENGTH: usize = 320;

/// What kind of error it is, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ErrorCode {
    /// A value that cannot be accepted, whatever the state of the shop.
    InvalidInput,
    /// Nothing is there under the id or key given.
    NotFound,
    /// A key that must be unique is taken.
    AlreadyExists,
    /// It cannot be deleted while something refers to it.
    InUse,
    /// Stock cannot cover what was asked for.
    InsufficientStock,
    /// An order cannot go from the state it is in to the one asked for.
    InvalidTransition,
    /// It was changed since the version that the caller expects.
    VersionConflict,
}

macro_rules! error_types {
    ($($(#[$doc:meta])* $name:ident $([$complex:ident])? {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, SimpleObject)]
        $(#[graphql($complex)])?
        pub struct $name {
            /// What kind of error it is, for programs.
            pub code: ErrorCode,
            /// What is wrong, for people.
            pub message: String,
            /// Where in the input it is: names of fields and indexes of lists, from the outside in.
            /// Empty where it is about the whole.
            pub path: Vec<String>,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl BatchObject for $name {}
    )*};
}

error_types! {
    /// A value in the input that cannot be accepted, whatever the state of the shop.
    InvalidInputError {}
    /// Nothing is there under the id or key given.
    NotFoundError {
        /// The id or business key that was not found. Control characters are escaped; a key of more than
        /// 320 characters, longer than any that is stored, is cut and ends with `…`.
        id: String,
    }
    /// A key that must be unique is taken.
    AlreadyExistsError [complex] {
        #[graphql(skip)]
        existing_id: ID,
    }
    /// It cannot be deleted while something refers to it.
    InUseError {
        /// What refers to it: `orders`, `order items` or `reserved units`.
        by: String,
        /// How many of them do.
        count: i32,
    }
    /// Stock cannot cover what was asked for.
    InsufficientStockError [complex] {
        #[graphql(skip)]
        short: Vec<Shortage>,
    }
    /// An order cannot go from the state it is in to the one asked for.
    InvalidTransitionError {
        /// The state it is in.
        from: OrderStatus,
        /// The state asked for.
        to: OrderStatus,
        /// The states it may go to.
        allowed: Vec<OrderStatus>,
    }
    /// It was changed since the version that the caller expects.
    VersionConflictError {
        /// The version that the caller expects.
        expected: i32,
        /// The version that it is at.
        actual: i32,
    }
}

#[ComplexObject]
impl AlreadyExistsError {
    /// Who has the key.
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
    /// Every product that there is too little of, not only the first.
    async fn shortages(&self) -> Rows<Shortage> {
        Rows::new(self.short.clone())
    }
}

/// A product of which more was asked for than can be promised.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Shortage {
    #[graphql(skip)]
    pub product_id: ProductId,
    /// Units asked for, over all lines.
    pub requested: i32,
    /// Units that could have been promised.
    pub available: i32,
}

impl BatchObject for Shortage {}

#[ComplexObject]
impl Shortage {
    /// The product.
    async fn product(&self) -> BatchLoad<ByIdKey<ProductId, Self>> {
        BatchLoad(ByIdKey::of(self))
    }
}

impl From<&Shortage> for ProductId {
    fn from(shortage: &Shortage) -> Self {
        shortage.product_id
    }
}

/// Why a mutation changed nothing.
#[derive(Debug, Clone, Interface)]
#[graphql(
    field(name = "code", ty = "&ErrorCode", desc = "What kind of error it is, for programs."),
    field(name = "message", ty = "&String", desc = "What is wrong, for people."),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "Where in the input it is: names of fields and indexes of lists, from the outside in."
    )
)]
pub enum MutationError {
    InvalidInput(InvalidInputError),
    NotFound(NotFoundError),
    AlreadyExists(AlreadyExistsError),
    InUse(InUseError),
    InsufficientStock(InsufficientStockError),
    InvalidTransition(InvalidTransitionError),
    VersionConflict(VersionConflictError),
}

impl TryFrom<UserError> for MutationError {
    type Error = async_graphql::Error;

    /// An error is a count past 32 bits.
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
                let (by, count) = (by.to_owned(), int(count)?);
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
    VersionConflict
});

/// The errors of a payload.
pub type MutationErrors = BatchList<InterfaceValue<MutationError>>;

/// The errors, as data; a error is an error of the request.
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
fn a_count_past_an_int_is_an_error() {
    let in_use =
        |count| UserError::new(&["id"], UserErrorKind::InUse { what: "the customer", by: "orders", count });
    let Ok(MutationError::InUse(error)) = MutationError::try_from(in_use(i32::MAX.into())) else {
        panic!("the largest Int is refused")
    };
    assert_eq!(error.count, i32::MAX);
    let error = MutationError::try_from(in_use(i64::from(i32::MAX) + 1)).unwrap_err();
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    assert_eq!(code, Some(&async_graphql::Value::from("INT_OUT_OF_RANGE")));
}
