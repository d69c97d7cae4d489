//! How the server behaves at its door, beyond the limits.

use std::num::NonZero;
use std::time::Duration;

use clap::Args;

use crate::config::seconds;

/// What can be chosen about the door.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "HTTP")]
pub struct Http {
    /// Let web pages of this origin ask: scheme://host, with the port where it is not the usual one, or
    /// * for any; repeat it, or separate several by commas
    #[arg(
        long, value_name = "ORIGIN", env = "OMS_ALLOW_ORIGIN", value_delimiter = ',', value_parser = origin
    )]
    pub allow_origin: Vec<Origin>,
    /// Answer under this name as well, or * for any; repeat it, or separate several by commas. IP
    /// addresses and localhost are always answered; other names only where --host is no loopback address
    /// and this is not given
    #[arg(long, value_name = "NAME", env = "OMS_ALLOW_HOST", value_delimiter = ',', value_parser = host)]
    pub allow_host: Vec<Host>,
    /// Seconds that a connection may be open without a request on it
    // Longer than what usually stands in front of a server keeps one, so that it is never we who close
    // it just when a request is on its way.
    #[arg(
        long, value_name = "SECONDS", env = "OMS_IDLE_TIMEOUT", default_value = "75",
        value_parser = seconds::above_zero
    )]
    pub idle_timeout: Duration,
    /// Number of threads for expensive operations [default: one for each core]
    #[arg(long, value_name = "N", env = "OMS_COMPUTE_THREADS")]
    pub compute_threads: Option<NonZero<usize>>,
    /// Maximum number of expensive operations that wait for a compute thread; further ones are refused with
    /// 503 and Retry-After
    #[arg(long, value_name = "N", env = "OMS_COMPUTE_QUEUE", default_value_t = 16)]
    pub compute_queue: usize,
    /// Seconds to go on accepting connections after being told to stop, while /health/ready says no
    #[arg(
        long, value_name = "SECONDS", env = "OMS_DRAIN", default_value = "0", value_parser = seconds::from_zero
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

/// Whose web pages may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Any,
    /// As a browser spells it: scheme, host, and a port where it is not the usual one.
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
        return Err("an origin ends with its host and port: there is no path, and not even a /".to_owned());
    }
    // Browsers send it so, and it is compared as it is.
    let text = text.to_ascii_lowercase();
    let usual = match text.split_once("://") {
        Some(("http", host)) => host.strip_suffix(":80").map(|host| format!("http://{host}")),
        Some(("https", host)) => host.strip_suffix(":443").map(|host| format!("https://{host}")),
        _ => None,
    };
    Ok(Origin::One(usual.unwrap_or(text)))
}

/// A name that the server goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    Any,
    /// In small letters, without a port.
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
    fn an_origin_is_read_as_browsers_spell_it() {
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
    fn a_host_is_a_name_without_anything_around_it() {
        for (text, expected) in [("shop.example", "shop.example"), (" Shop.Example. ", "shop.example")] {
            assert_eq!(host(text), Ok(Host::Named(expected.to_owned())), "{text}");
        }
        assert_eq!(host("*"), Ok(Host::Any));
        for text in ["", "https://shop.example", "shop.example:8001", "shop.example/", "[::1]", "a b"] {
            assert!(host(text).is_err(), "{text}");
        }
    }
}
