//! Options that restrict introspection, the playground and the documents that clients may run.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::config::arguments::SECURITY;

/// The parts of the API that are exposed to clients.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = SECURITY)]
pub struct Exposure {
    /// Disable introspection
    #[arg(long, env = "OMS_NO_INTROSPECTION", value_parser = BoolishValueParser::new())]
    pub no_introspection: bool,
    /// Omit "Did you mean …?" from errors
    #[arg(long, env = "OMS_NO_SUGGESTIONS", value_parser = BoolishValueParser::new())]
    pub no_suggestions: bool,
    /// Disable the playground
    #[arg(long, env = "OMS_NO_PLAYGROUND", value_parser = BoolishValueParser::new())]
    pub no_playground: bool,
    /// Same as --no-introspection --no-suggestions --no-playground
    #[arg(long, env = "OMS_PRODUCTION", value_parser = BoolishValueParser::new())]
    pub production: bool,
    /// Run only the documents of this manifest, as written by relay-compiler, graphql-codegen or Apollo's
    /// generate-persisted-query-manifest
    #[arg(long, value_name = "FILE", env = "OMS_TRUSTED_DOCUMENTS")]
    pub trusted_documents: Option<PathBuf>,
    /// Maximum number of automatic persisted queries; 0 disables them
    #[arg(long, value_name = "N", env = "OMS_PERSISTED_QUERIES", default_value_t = 1_000)]
    pub persisted_queries: usize,
}

impl Default for Exposure {
    fn default() -> Self {
        Self {
            no_introspection: false,
            no_suggestions: false,
            no_playground: false,
            production: false,
            trusted_documents: None,
            persisted_queries: 1_000,
        }
    }
}

impl Exposure {
    /// Returns whether clients may query the schema.
    pub fn has_introspection(&self) -> bool {
        !(self.no_introspection || self.production)
    }

    /// Returns whether errors suggest similar names.
    pub fn has_suggestions(&self) -> bool {
        !(self.no_suggestions || self.production)
    }

    /// Returns whether the playground is served.
    pub fn has_playground(&self) -> bool {
        !(self.no_playground || self.production)
    }
}
