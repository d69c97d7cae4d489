//! How the server behaves at its door, beyond the limits.

use std::time::Duration;

use clap::Args;

use crate::config::seconds;

/// What can be chosen about the door.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
#[command(next_help_heading = "HTTP")]
pub struct Http {
    /// Let web pages of this origin ask: scheme://host, with the port where it is not the usual one, or
    /// * for any; repeat it, or separate several by commas
    #[arg(
        long, value_name = "ORIGIN", env = "OMS_ALLOW_ORIGIN", value_delimiter = ',', value_parser = origin
    )]
    pub allow_origin: Vec<Origin>,
    /// Seconds to go on accepting connections after being told to stop, while /health/ready says no
    #[arg(
        long, value_name = "SECONDS", env = "OMS_DRAIN", default_value = "0", value_parser = seconds::from_zero
    )]
    pub drain: Duration,
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
}
