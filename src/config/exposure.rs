//! How much of the server strangers see, and which documents they may run.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;

/// What is open to whoever can reach the server.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "What is open")]
pub struct Exposure {
    /// Answer no questions about the schema
    #[arg(long, env = "OMS_NO_INTROSPECTION", value_parser = BoolishValueParser::new())]
    pub no_introspection: bool,
    /// Leave out "Did you mean" where a name is wrong
    #[arg(long, env = "OMS_NO_SUGGESTIONS", value_parser = BoolishValueParser::new())]
    pub no_suggestions: bool,
    /// Serve no playground
    #[arg(long, env = "OMS_NO_PLAYGROUND", value_parser = BoolishValueParser::new())]
    pub no_playground: bool,
    /// All three: --no-introspection --no-suggestions --no-playground
    #[arg(long, env = "OMS_PRODUCTION", value_parser = BoolishValueParser::new())]
    pub production: bool,
    /// Run the documents of this manifest and nothing else; it is what relay-compiler,
    /// graphql-codegen or Apollo's generate-persisted-query-manifest writes
    #[arg(long, value_name = "FILE", env = "OMS_TRUSTED_DOCUMENTS")]
    pub trusted_documents: Option<PathBuf>,
    /// Most documents that clients may leave here to be run by their hash (automatic persisted
    /// queries); 0 for none
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
    pub fn has_introspection(&self) -> bool {
        !(self.no_introspection || self.production)
    }

    pub fn has_suggestions(&self) -> bool {
        !(self.no_suggestions || self.production)
    }

    pub fn has_playground(&self) -> bool {
        !(self.no_playground || self.production)
    }
}
