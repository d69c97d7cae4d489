//! Options of the log, the metrics and the traces.

use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use crate::config::arguments::OBSERVABILITY;
use crate::config::seconds;

/// The options of the log, the metrics and the traces.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = OBSERVABILITY)]
pub struct Observe {
    /// Format of the log
    #[arg(long, value_enum, value_name = "FORMAT", env = "OMS_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Log requests that take longer than this, in seconds, with their SQL statements and query plans
    #[arg(
        long, value_name = "SECONDS", env = "OMS_SLOW", default_value = "1", value_parser = seconds::from_zero
    )]
    pub slow: Duration,
    /// Disable /metrics
    #[arg(long, env = "OMS_NO_METRICS", value_parser = BoolishValueParser::new())]
    pub no_metrics: bool,
    /// Export traces to this OpenTelemetry collector, such as http://127.0.0.1:4318, by OTLP over HTTP without
    /// TLS
    #[arg(
        long, value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT", default_value = "",
        hide_default_value = true, value_parser = perhaps_collector
    )]
    pub otlp: PerhapsCollector,
}

/// An alias, so that clap does not treat the `Option` as an argument that may be absent: OpenTelemetry defines
/// an empty variable as unset.
pub type PerhapsCollector = Option<Collector>;

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text for people
    Text,
    /// One JSON object for each line
    Json,
}

/// The URL of a collector, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector(String);

impl Collector {
    /// Returns the URL that traces are posted to.
    pub fn traces(&self) -> String {
        format!("{}/v1/traces", self.0)
    }
}

impl Default for Observe {
    fn default() -> Self {
        Self { log_format: LogFormat::Text, slow: Duration::from_secs(1), no_metrics: false, otlp: None }
    }
}

fn perhaps_collector(text: &str) -> Result<PerhapsCollector, String> {
    if text.trim().is_empty() { Ok(None) } else { collector(text).map(Some) }
}

/// Parses the URL of a collector.
///
/// # Errors
///
/// Returns what is wrong with the URL.
pub fn collector(text: &str) -> Result<Collector, String> {
    let rest = match text.trim().split_once("://") {
        Some(("http", rest)) => rest.trim_end_matches('/'),
        Some(("https", _)) => {
            return Err("oms exports without TLS: use an http:// URL of a collector in the same network, \
                        which can forward the traces"
                .to_owned());
        }
        _ => return Err("the URL of a collector must begin with http://".to_owned()),
    };
    let is_plain = rest.chars().all(|c| c.is_ascii_graphic() && !"?#@".contains(c));
    if rest.is_empty() || rest.starts_with('/') || !is_plain {
        return Err("the URL of a collector must consist of a host, a port and optionally a path".to_owned());
    }
    Ok(Collector(format!("http://{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_a_collector_is_http_without_credentials() {
        for (text, traces) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://collector:4318/otlp/", "http://collector:4318/otlp/v1/traces"),
        ] {
            assert_eq!(collector(text).unwrap().traces(), traces);
        }
        for (text, part) in [
            ("https://collector:4318", "without TLS"),
            ("127.0.0.1:4318", "must begin with http://"),
            ("http://", "must consist of a host"),
            ("http:///path", "must consist of a host"),
            ("http://user:secret@host", "must consist of a host"),
        ] {
            let why = collector(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
