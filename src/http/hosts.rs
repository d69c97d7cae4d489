//! The host names of the server. A page of another site can have its own name resolved to an address of
//! this machine (DNS rebinding); a browser then takes the server for a part of that site. The `Host` header
//! gives such a request away.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::HOST;
use axum::response::{IntoResponse, Response};
use tower_http::validate_request::ValidateRequest;

use crate::config::http::Host;
use crate::http::graphql::error::HttpError;

/// The host names that requests may be sent to.
#[derive(Debug, Clone)]
pub(super) enum AllowedHosts {
    /// Every host name.
    Any,
    /// These, and those that no one can have resolved to another address: `localhost` and IP addresses.
    Listed(Arc<[String]>),
}

impl<B> ValidateRequest<B> for AllowedHosts {
    type ResponseBody = Body;

    /// Refuses requests for other hosts with 421.
    fn validate(&mut self, request: &mut Request<B>) -> Result<(), Response> {
        self.check(request).map_err(IntoResponse::into_response)
    }
}

impl AllowedHosts {
    /// Returns the host names of a server that listens on `address`. On a loopback address, no name is
    /// allowed unless it is configured.
    pub(super) fn new(address: SocketAddr, configured: &[Host]) -> Self {
        if configured.contains(&Host::Any) || configured.is_empty() && !address.ip().is_loopback() {
            return Self::Any;
        }
        let listed = configured.iter().filter_map(|host| match host {
            Host::Any => None,
            Host::Named(name) => Some(name.clone()),
        });
        Self::Listed(listed.collect())
    }

    fn check<B>(&self, request: &Request<B>) -> Result<(), HttpError> {
        let Self::Listed(listed) = self else { return Ok(()) };
        let headers = request.headers().get_all(HOST).iter().map(|value| value.as_bytes());
        // Of HTTP/2, and of an absolute URL.
        let authority = request.uri().authority().map(|authority| authority.as_str().as_bytes());
        for host in headers.chain(authority) {
            if !is_allowed(host, listed) {
                return Err(HttpError::Misdirected(String::from_utf8_lossy(host).into_owned()));
            }
        }
        Ok(())
    }
}

fn is_allowed(host: &[u8], listed: &[String]) -> bool {
    let Some(host) = std::str::from_utf8(host).ok().and_then(without_port) else { return false };
    if host.parse::<IpAddr>().is_ok() {
        return true;
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit_once('.').map_or(name, |(_, last)| last);
    last.eq_ignore_ascii_case("localhost") || listed.iter().any(|allowed| name.eq_ignore_ascii_case(allowed))
}

/// Returns the name or address without the port, or `None` if the text is malformed.
fn without_port(text: &str) -> Option<&str> {
    let (host, rest) = match text.strip_prefix('[') {
        Some(address) => address.split_once(']')?,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let digits = rest.strip_prefix(':').unwrap_or(rest);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listens_at: &str, given: &[&str]) -> AllowedHosts {
        let given: Vec<Host> = given
            .iter()
            .map(|name| if *name == "*" { Host::Any } else { Host::Named((*name).to_owned()) })
            .collect();
        AllowedHosts::new(listens_at.parse().unwrap(), &given)
    }

    #[test]
    fn on_loopback_only_configured_names_are_allowed() {
        let ours = [
            "127.0.0.1:8001",
            "127.0.0.1",
            "[::1]:8001",
            "[::1]",
            "localhost",
            "LocalHost.:8001",
            "a.localhost:1",
        ];
        let theirs = [
            "evil.example",
            "evil.example:8001",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "notlocalhost",
            "",
            "a b",
            "1.2.3.4@evil.example",
            "127.0.0.1:80@evil.example",
            "[::1].evil.example",
            "[::1",
        ];
        for (listens_at, given, named) in [
            ("127.0.0.1:8001", &[][..], &[][..]),
            ("[::1]:8001", &[], &[]),
            ("127.0.0.1:8001", &["shop.example"], &["shop.example", "Shop.Example:443", "shop.example."]),
            ("0.0.0.0:8001", &["shop.example"], &["shop.example"]),
        ] {
            let hosts = hosts(listens_at, given);
            for (asked, is_ours) in ours
                .iter()
                .chain(named)
                .map(|asked| (asked, true))
                .chain(theirs.iter().map(|asked| (asked, false)))
            {
                let request = Request::builder().header(HOST, *asked).body(()).unwrap();
                assert_eq!(hosts.check(&request).is_ok(), is_ours, "{listens_at}, {given:?}: {asked:?}");
            }
        }
    }

    #[test]
    fn elsewhere_and_with_a_wildcard_every_name_is_allowed() {
        for hosts in [hosts("0.0.0.0:8001", &[]), hosts("192.0.2.1:80", &[]), hosts("127.0.0.1:80", &["*"])] {
            let request = Request::builder().header(HOST, "evil.example").body(()).unwrap();
            assert!(hosts.check(&request).is_ok(), "{hosts:?}");
        }
    }

    #[test]
    fn every_host_of_a_request_is_checked() {
        let hosts = hosts("127.0.0.1:8001", &[]);
        let twice = Request::builder().header(HOST, "localhost").header(HOST, "evil.example").body(());
        let in_url = Request::builder().uri("http://evil.example/").header(HOST, "localhost").body(());
        let nowhere = Request::builder().body(());
        assert!(hosts.check(&twice.unwrap()).is_err());
        assert!(hosts.check(&in_url.unwrap()).is_err());
        assert!(hosts.check(&nowhere.unwrap()).is_ok());
    }
}
