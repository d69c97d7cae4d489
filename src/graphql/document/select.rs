//! The choice of the operation by `operationName`.

use async_graphql::parser::types::{DocumentOperations, OperationDefinition};
use async_graphql::{Name, Positioned, ServerError};

use crate::graphql::error;

/// The code of an error for a missing or unknown `operationName`.
const UNRESOLVED: &str = "OPERATION_RESOLUTION_FAILURE";

/// Returns the operation that a request selects.
pub fn select<'a>(
    operations: &'a DocumentOperations,
    wanted: Option<&str>,
) -> Result<(Option<Name>, &'a Positioned<OperationDefinition>), Vec<ServerError>> {
    match (operations, wanted) {
        (DocumentOperations::Single(operation), None) => Ok((None, operation)),
        (DocumentOperations::Single(_), Some(_)) => Err(vec![unknown_operation(wanted)]),
        (DocumentOperations::Multiple(all), Some(name)) => {
            let found = all.get_key_value(name).ok_or_else(|| vec![unknown_operation(wanted)])?;
            Ok((Some(found.0.clone()), found.1))
        }
        (DocumentOperations::Multiple(all), None) if all.len() > 1 => {
            let message = "the document has several operations: set operationName to the name of one";
            Err(vec![error::coded(message, UNRESOLVED)])
        }
        (DocumentOperations::Multiple(all), None) => match all.iter().next() {
            Some((name, operation)) => Ok((Some(name.clone()), operation)),
            None => Err(vec![unknown_operation(None)]),
        },
    }
}

/// Returns the error of an operation that the document does not have.
pub fn unknown_operation(operation: Option<&str>) -> ServerError {
    let name = operation.map(|name| format!(" {name:?}")).unwrap_or_default();
    error::coded(format!("the document has no operation{name}"), UNRESOLVED)
}
