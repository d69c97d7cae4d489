//! Errors, as the API shows them: refusals as data in the payload of a mutation, or as errors of a
//! query; faults of ours masked and logged.

use async_graphql::{
    ComplexObject, Context, Enum, ErrorExtensionValues, ID, Interface, Name, Number, ServerError,
    SimpleObject, Value,
};

use crate::error::{Error, Fault, LimitExceeded, Reason, Refusal};
use crate::graphql::deadline::Deadline;
use crate::graphql::executor::{
    BatchList, BatchLoad, BatchObject, ByIdKey, InterfaceValue, Rows, interface_variants,
};
use crate::graphql::int;
use crate::graphql::node::Node;
use crate::graphql::request_id::RequestId;
use crate::orders::status::OrderStatus;
use crate::types::{ProductId, excerpt};

/// The longest text of an error, in bytes.
const LONGEST_TEXT: usize = 1_000;

/// The longest key of [`NotFoundError`], in characters: that of an e-mail address.
const LONGEST_KEY: usize = 320;

const INTERNAL: &str = "INTERNAL_SERVER_ERROR";
const AWAY: &str = "SERVICE_UNAVAILABLE";
const UNKNOWN: &str = "OUTCOME_UNKNOWN";

/// Whether an error of this code is about a fault of ours.
pub fn is_fault(code: &str) -> bool {
    [INTERNAL, AWAY, UNKNOWN].contains(&code)
}

/// What a stranger is told of a fault: nothing but that there was one, and how to ask about it. The log
/// has the rest, under the same id.
pub fn masked(fault: &Fault) -> ServerError {
    if matches!(fault, Fault::TooLate) {
        return Deadline::error();
    }
    failed(fault, RequestId::current().as_ref())
}

/// As [`masked`], where it is known which request it was.
pub fn failed(fault: &Fault, request: Option<&RequestId>) -> ServerError {
    let request = request.map(RequestId::as_str);
    tracing::error!(request, error = fault.explain(), "a request failed");
    let mut error = match fault {
        Fault::Away(_) => coded("the database does not answer; try again later", AWAY),
        Fault::Unknown(_) => coded(
            "the database went away in the middle: the change may have been made, or not; look before you try again",
            UNKNOWN,
        ),
        _ => coded("internal server error", INTERNAL),
    };
    if let (Some(request), Some(extensions)) = (request, &mut error.extensions) {
        extensions.set("requestId", request);
    }
    error
}

/// The text, cut where it is too long to be read.
pub fn brief(text: String) -> String {
    const MORE: &str = "…";
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    let end = text.floor_char_boundary(LONGEST_TEXT - MORE.len());
    format!("{}{MORE}", &text[..end])
}

/// An error with a code.
pub fn coded(message: impl Into<String>, code: &str) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    ServerError { extensions: Some(extensions), ..ServerError::new(message, None) }
}

impl From<Fault> for async_graphql::Error {
    fn from(fault: Fault) -> Self {
        let ServerError { message, extensions, .. } = masked(&fault);
        Self { message, source: None, extensions }
    }
}

/// The value of `extensions.limit`: the name of a limit, its maximum and what was found.
pub fn limit_figures(limit: &str, most: impl Into<Number>, found: impl Into<Number>) -> Value {
    let figures = [
        ("name", Value::from(limit)),
        ("most", Value::Number(most.into())),
        ("found", Value::Number(found.into())),
    ];
    Value::Object(figures.into_iter().map(|(name, value)| (Name::new(name), value)).collect())
}

/// A refusal of what a query asks: `argument` is the path in its arguments.
impl From<Refusal> for async_graphql::Error {
    fn from(refusal: Refusal) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", "BAD_USER_INPUT");
        let path: Vec<Value> = refusal.path.iter().map(|part| Value::String(part.clone())).collect();
        extensions.set("argument", Value::List(path));
        if let Reason::LimitExceeded(LimitExceeded { limit, most, found, .. }) = &refusal.reason {
            extensions.set("limit", limit_figures(limit, *most, *found));
        }
        let message = format!("{}: {}", refusal.path.join("."), refusal.reason);
        Self { message, source: None, extensions: Some(extensions) }
    }
}

/// What a field answers that may be null: where it fails, it alone is null. async-graphql takes an
/// error around the `Option` to be about all of the answer.
pub async fn nullable<T>(
    find: impl Future<Output = async_graphql::Result<Option<T>>>,
) -> Option<async_graphql::Result<T>> {
    find.await.transpose()
}

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
        Ok(InterfaceValue(node.ok_or_else(|| Fault::Corrupt(format!("{} is gone", *self.existing_id)))?))
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

impl TryFrom<Refusal> for MutationError {
    type Error = async_graphql::Error;

    /// An error is a count past 32 bits.
    fn try_from(refusal: Refusal) -> async_graphql::Result<Self> {
        let message = brief(refusal.reason.to_string());
        let path = refusal.path;
        Ok(match refusal.reason {
            Reason::InvalidInput { .. } | Reason::LimitExceeded(_) => {
                Self::InvalidInput(InvalidInputError { code: ErrorCode::InvalidInput, message, path })
            }
            Reason::NotFound { key, .. } => {
                let id = excerpt(&key, LONGEST_KEY);
                Self::NotFound(NotFoundError { code: ErrorCode::NotFound, message, path, id })
            }
            Reason::AlreadyExists { existing, .. } => Self::AlreadyExists(AlreadyExistsError {
                code: ErrorCode::AlreadyExists,
                message,
                path,
                existing_id: ID(existing.to_string()),
            }),
            Reason::InUse { by, count, .. } => {
                let (by, count) = (by.to_owned(), int(count)?);
                Self::InUse(InUseError { code: ErrorCode::InUse, message, path, by, count })
            }
            Reason::InsufficientStock { shortages } => {
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
            Reason::InvalidTransition { from, to } => Self::InvalidTransition(InvalidTransitionError {
                code: ErrorCode::InvalidTransition,
                message,
                path,
                from,
                to,
                allowed: from.next().to_vec(),
            }),
            Reason::VersionConflict { expected, actual } => Self::VersionConflict(VersionConflictError {
                code: ErrorCode::VersionConflict,
                message,
                path,
                expected,
                actual,
            }),
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
pub type Errors = BatchList<InterfaceValue<MutationError>>;

/// The refusals, as data; a fault is an error of the request.
pub fn refusals(error: Error) -> async_graphql::Result<Errors> {
    match error {
        Error::Refused(refusals) => {
            let errors = refusals.into_iter().map(|refusal| refusal.try_into().map(InterfaceValue));
            Ok(BatchList::new(errors.collect::<async_graphql::Result<_>>()?))
        }
        Error::Fault(fault) => Err(fault.into()),
    }
}

#[test]
fn a_count_past_an_int_is_an_error() {
    let refusal = |count| Refusal::new(&["id"], Reason::InUse { what: "the customer", by: "orders", count });
    let Ok(MutationError::InUse(error)) = MutationError::try_from(refusal(i32::MAX.into())) else {
        panic!("the largest Int is refused")
    };
    assert_eq!(error.count, i32::MAX);
    let error = MutationError::try_from(refusal(i64::from(i32::MAX) + 1)).unwrap_err();
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    assert_eq!(code, Some(&Value::from("INT_OUT_OF_RANGE")));
}
