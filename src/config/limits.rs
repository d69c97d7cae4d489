//! Limits for requests and connections.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::RangedU64ValueParser;

use crate::config::arguments::LIMITS;
use crate::config::seconds;

/// The limits of requests. A request that exceeds one is not executed; its error names the limit.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = LIMITS)]
pub struct Limits {
    /// Maximum size of a request body, in bytes
    #[arg(long, value_name = "BYTES", env = "OMS_MAX_BODY", default_value_t = 1_000_000, value_parser = at_least_one::<usize>)]
    pub max_body: usize,
    /// Maximum number of lexical tokens in a GraphQL document
    #[arg(long, value_name = "N", env = "OMS_MAX_TOKENS", default_value_t = 2_000, value_parser = at_least_one::<usize>)]
    pub max_tokens: usize,
    /// Maximum nesting depth of fields; introspection has a separate limit
    #[arg(long, value_name = "N", env = "OMS_MAX_DEPTH", default_value_t = 15, value_parser = at_least_one::<usize>)]
    pub max_depth: usize,
    /// Maximum number of aliases in an operation; all uses of __typename without an alias count as one;
    /// 0 allows none
    #[arg(long, value_name = "N", env = "OMS_MAX_ALIASES", default_value_t = 30)]
    pub max_aliases: usize,
    /// Maximum number of root fields in an operation
    #[arg(long, value_name = "N", env = "OMS_MAX_ROOT_FIELDS", default_value_t = 20, value_parser = at_least_one::<usize>)]
    pub max_root_fields: usize,
    /// Maximum number of directives in one place, such as on a field; 0 allows none
    #[arg(long, value_name = "N", env = "OMS_MAX_DIRECTIVES", default_value_t = 5)]
    pub max_directives: usize,
    /// Maximum number of selections in a document, with fragments expanded
    #[arg(long, value_name = "N", env = "OMS_MAX_SELECTIONS", default_value_t = 400, value_parser = at_least_one::<usize>)]
    pub max_selections: usize,
    /// Maximum cost of an operation: each field costs 1, times the page sizes of the lists around it
    #[arg(long, value_name = "N", env = "OMS_MAX_COST", default_value_t = 100_000, value_parser = at_least_one::<u64>)]
    pub max_cost: u64,
    /// Maximum number of values in a list argument
    #[arg(long, value_name = "N", env = "OMS_MAX_LIST", default_value_t = 250, value_parser = at_least_one::<usize>)]
    pub max_list: usize,
    /// Maximum number of conditions in a filter (`where`), 1 to 500
    // SQLite limits the depth of an expression to 1,000, and a condition may add two levels.
    #[arg(
        long, value_name = "N", env = "OMS_MAX_FILTER_CONDITIONS", default_value_t = 500,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=500)
    )]
    pub max_filter_conditions: usize,
    /// Maximum number of conditions on related records in a filter, 0 to 500
    // PostgreSQL plans each condition as a join: about 0.1 s for 20, more than a second for 50.
    #[arg(
        long, value_name = "N", env = "OMS_MAX_FILTER_RELATIONS", default_value_t = 20,
        value_parser = RangedU64ValueParser::<usize>::new().range(..=500)
    )]
    pub max_filter_relations: usize,
    /// Maximum nesting depth of the conditions in a filter, 1 to 5
    // A filter of depth 5 reaches the maximum nesting depth of an argument (`MAX_NESTING`).
    #[arg(
        long, value_name = "N", env = "OMS_MAX_FILTER_DEPTH", default_value_t = 5,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=5)
    )]
    pub max_filter_depth: usize,
    /// Maximum size of a response, in bytes; a byte counts when it is read and when it is written
    #[arg(long, value_name = "BYTES", env = "OMS_MAX_ANSWER", default_value_t = 64_000_000, value_parser = at_least_one::<usize>)]
    pub max_answer: usize,
    /// Maximum number of requests in a batch; without this option, batches are refused
    #[arg(long, value_name = "N", env = "OMS_MAX_BATCH", value_parser = at_least_one::<usize>)]
    pub max_batch: Option<usize>,
    /// Maximum time for a request, in seconds
    #[arg(
        long = "timeout", value_name = "SECONDS", env = "OMS_TIMEOUT", default_value = "10",
        value_parser = seconds::above_zero
    )]
    pub timeout: Duration,
    /// Time for which idempotency keys are kept, in seconds
    #[arg(
        long, value_name = "SECONDS", env = "OMS_IDEMPOTENCY_RETENTION", default_value = "86400",
        value_parser = seconds::up_to_a_year
    )]
    pub idempotency_retention: Duration,
    /// Maximum number of concurrent requests; further ones are refused with 503 and Retry-After
    #[arg(long, value_name = "N", env = "OMS_MAX_CONCURRENT", default_value_t = 256, value_parser = at_least_one::<usize>)]
    pub max_concurrent: usize,
    /// Maximum number of open connections; further ones wait
    // With the files of the database, this is below the usual limit of 1,024 open files.
    #[arg(
        long, value_name = "N", env = "OMS_MAX_CONNECTIONS", default_value_t = 900,
        value_parser = at_least_one::<usize>
    )]
    pub max_connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body: 1_000_000,
            max_tokens: 2_000,
            max_depth: 15,
            max_aliases: 30,
            max_root_fields: 20,
            max_directives: 5,
            max_selections: 400,
            max_cost: 100_000,
            max_list: 250,
            max_filter_conditions: 500,
            max_filter_relations: 20,
            max_filter_depth: 5,
            max_answer: 64_000_000,
            max_batch: None,
            timeout: Duration::from_secs(10),
            idempotency_retention: Duration::from_secs(86_400),
            max_concurrent: 256,
            max_connections: 900,
        }
    }
}

/// Parses a limit for which 0 would reject every request.
fn at_least_one<N: FromStr + Default + PartialEq>(text: &str) -> Result<N, String> {
    match text.parse::<N>() {
        Ok(number) if number != N::default() => Ok(number),
        _ => Err("must be an integer of at least 1".to_owned()),
    }
}
