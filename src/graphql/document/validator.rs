//! The steps from the text of a document to its validated form, which do not depend on a request.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Name, ServerError};

use crate::config::exposure::Exposure;
use crate::config::limits::Limits;
use crate::graphql::document::arguments::FieldCheck;
use crate::graphql::document::cost::Cost;
use crate::graphql::document::locations::Locations;
use crate::graphql::document::mutation_plan::WriteDirectives;
use crate::graphql::document::operation::DirectQuery;
use crate::graphql::document::refusal::{INVALID, coded, refused};
use crate::graphql::document::select::select;
use crate::graphql::document::variables::Variable;
use crate::graphql::document::{bounds, lower, syntax, validate};

/// The parser and validator of documents.
pub struct Validator {
    limits: Limits,
    exposure: Exposure,
}

/// A valid document.
pub struct Document {
    /// The document for async-graphql.
    pub parsed: ExecutableDocument,
    /// The operations of the document, by name.
    pub operations: HashMap<Option<Name>, PreparedOperation>,
}

/// The prepared parts of an operation that are independent of variable values.
pub struct PreparedOperation {
    /// The cost, which variables complete.
    pub cost: Cost,
    /// The declared variables.
    pub variables: Vec<Variable>,
    /// The argument checks; empty for queries.
    pub checks: Vec<FieldCheck>,
    /// The write directives; none for queries.
    pub writes: WriteDirectives,
    /// The query, if it can be executed as it is when no variable is absent.
    pub direct: Option<Arc<DirectQuery>>,
}

impl Validator {
    /// Creates a validator with these limits.
    pub fn new(limits: &Limits, exposure: &Exposure) -> Self {
        Self { limits: limits.clone(), exposure: exposure.clone() }
    }

    /// Returns the limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Parses and validates a document. Returns the errors of the first step that fails.
    pub fn validate(&self, text: &str) -> Result<Document, Vec<ServerError>> {
        let locations = &Locations::new(text);
        let tree = syntax::parse(text, locations, &self.limits).map_err(|error| vec![error])?;
        bounds::check(&tree, locations, &self.limits).map_err(|error| vec![error])?;
        if !self.exposure.has_introspection()
            && let Some(place) = bounds::introspection(&tree, locations)
        {
            let mut error = refused("introspection is disabled on this server", INVALID, Some(place));
            error.extensions.get_or_insert_default().set("validationErrorCode", "INTROSPECTION_DISABLED");
            return Err(vec![error]);
        }
        let valid = validate::validate(&tree, locations, self.exposure.has_suggestions())
            .map_err(|errors| coded(errors, INVALID))?;
        let parsed = lower::document(&tree, locations);
        let mut operations = HashMap::new();
        for (name, usages) in valid.usages {
            let Ok(typed) = valid.document.operations.get(name.as_deref()) else { continue };
            let name = name.map(Name::new);
            let Ok((_, executable)) = select(&parsed.operations, name.as_deref()) else { continue };
            let checks = match executable.node.ty {
                OperationType::Mutation => FieldCheck::of(&executable.node, &parsed),
                OperationType::Query | OperationType::Subscription => Vec::new(),
            };
            let cost = Cost::of(&executable.node, &parsed);
            let variables = Variable::of(typed, &usages, locations);
            let direct = DirectQuery::of(executable, &parsed, name.as_deref()).map(Arc::new);
            let writes = WriteDirectives::of(&executable.node, &parsed);
            operations.insert(name, PreparedOperation { cost, variables, checks, writes, direct });
        }
        Ok(Document { parsed, operations })
    }
}
