//! Options of the HTTP server, beyond the limits.

use std::num::NonZero;
use std::time::Duration;

use clap::Args;

use crate::config::arguments::{SECURITY, SERVER};
use crate::config::seconds;

/// The options of the HTTP server.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Http {
    /// Allow web pages of this origin (CORS): scheme://host, with the port unless it is the default one, or
    /// * for any; separate several by commas
    #[arg(
        long, help_heading = SECURITY, value_name = "ORIGIN", env = "OMS_ALLOW_ORIGIN", value_delimiter = ',',
        value_parser = origin
    )]
    pub allow_origin: Vec<Origin>,
    /// Accept requests for this host name, or * for any; separate several by commas. IP addresses and
    /// localhost are always accepted, and any name unless --host is a loopback address or this is given
    #[arg(
        long, help_heading = SECURITY, value_name = "NAME", env = "OMS_ALLOW_HOST", value_delimiter = ',',
        value_parser = host
    )]
    pub allow_host: Vec<Host>,
    /// Close connections that have had no request for this time, in seconds
    // Longer than a proxy usually keeps one, so that the server never closes it while a request is on its
    // way.
    #[arg(
        long, help_heading = SERVER, value_name = "SECONDS", env = "OMS_IDLE_TIMEOUT", default_value = "75",
        value_parser = seconds::above_zero
    )]
    pub idle_timeout: Duration,
    /// Number of threads for expensive operations [default: one for each core]
    #[arg(long, help_heading = SERVER, value_name = "N", env = "OMS_COMPUTE_THREADS")]
    pub compute_threads: Option<NonZero<usize>>,
    /// Maximum number of expensive operations that wait for a compute thread; further ones are refused with
    /// 503 and Retry-After
    #[arg(long, help_heading = SERVER, value_name = "N", env = "OMS_COMPUTE_QUEUE", default_value_t = 16)]
    pub compute_queue: usize,
    /// Accept connections for this time after a stop signal, in seconds; /health/ready returns 503
    #[arg(
        long, help_heading = SERVER, value_name = "SECONDS", env = "OMS_DRAIN", default_value = "0",
        value_parser = seconds::from_zero
    )]
    pub drain: Duration,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            allow_origin: Vec::new(),
            allow_host: Vec::new(),
            idle_timeout: Duration::from_secs(75),
            compute_threads: None,
            compute_queue: 16,
            drain: Duration::ZERO,
        }
    }
}

/// An origin whose web pages may send requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Every origin (`*`).
    Any,
    /// The form that browsers send: scheme, host, and the port unless it is the default one.
    One(String),
}

fn origin(text: &str) -> Result<Origin, String> {
    let text = text.trim();
    if text == "*" {
        return Ok(Origin::Any);
    }
    let Some((scheme, host)) = text.split_once("://") else {
        return Err("an origin is a scheme and a host, such as https://shop.example".to_owned());
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    if host.is_empty() || !host.chars().all(is_host) || !scheme.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(
            "an origin consists of a scheme, a host and a port, without a path or a trailing /".to_owned()
        );
    }
    // Browsers send it in this form, and it is compared byte by byte.
    let text = text.to_ascii_lowercase();
    let usual = match text.split_once("://") {
        Some(("http", host)) => host.strip_suffix(":80").map(|host| format!("http://{host}")),
        Some(("https", host)) => host.strip_suffix(":443").map(|host| format!("https://{host}")),
        _ => None,
    };
    Ok(Origin::One(usual.unwrap_or(text)))
}

/// A host name of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// Every host name (`*`).
    Any,
    /// In lower case, without a port.
    Named(String),
}

fn host(text: &str) -> Result<Host, String> {
    let text = text.trim();
    if text == "*" {
        return Ok(Host::Any);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if text.is_empty() || !text.chars().all(is_name) {
        return Err("a host is a name such as shop.example, without scheme and port".to_owned());
    }
    Ok(Host::Named(text.trim_end_matches('.').to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_parsed_to_the_form_that_browsers_send() {
        for (text, expected) in [
            ("https://shop.example", "https://shop.example"),
            (" HTTPS://Shop.Example:8443 ", "https://shop.example:8443"),
            ("http://localhost:80", "http://localhost"),
            ("https://shop.example:443", "https://shop.example"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(origin(text), Ok(Origin::One(expected.to_owned())), "{text}");
        }
        assert_eq!(origin("*"), Ok(Origin::Any));
        for text in ["", "shop.example", "https://", "https://shop.example/", "https://a b", "null"] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_is_a_name_without_scheme_and_port() {
        for (text, expected) in [("shop.example", "shop.example"), (" Shop.Example. ", "shop.example")] {
            assert_eq!(host(text), Ok(Host::Named(expected.to_owned())), "{text}");
        }
        assert_eq!(host("*"), Ok(Host::Any));
        for text in ["", "https://shop.example", "shop.example:8001", "shop.example/", "[::1]", "a b"] {
            assert!(host(text).is_err(), "{text}");
        }
    }
}
