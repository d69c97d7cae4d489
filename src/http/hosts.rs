//! The names that the server goes by. A page of somebody else can have its own name resolved to an address
//! of this machine (DNS rebinding), and then a browser takes the server for a part of that page's site. What
//! gives it away is the name that the browser asks for.

use std::net::{IpAddr, SocketAddr};

use axum::extract::Request;
use axum::http::header::HOST;

use crate::config::http::Host;
use crate::http::refusal::Refusal;

/// Under which names requests are answered.
#[derive(Debug)]
pub(super) enum Hosts {
    Any,
    /// Under these, and under those that nobody can have resolved otherwise: `localhost`, and addresses.
    Named(Vec<String>),
}

impl Hosts {
    /// Of a server that listens there. Whom only this machine can reach is not known by any name, unless
    /// it is given.
    pub(super) fn of(listens_at: SocketAddr, given: &[Host]) -> Self {
        if given.contains(&Host::Any) || given.is_empty() && !listens_at.ip().is_loopback() {
            return Self::Any;
        }
        let named = given.iter().filter_map(|host| match host {
            Host::Any => None,
            Host::Named(name) => Some(name.clone()),
        });
        Self::Named(named.collect())
    }

    /// Whether the request is for us.
    pub(super) fn check<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        let Self::Named(named) = self else { return Ok(()) };
        // Browsers always say it.
        let headers = request.headers().get_all(HOST).iter().map(|value| value.as_bytes());
        let in_url = request.uri().authority().map(|authority| authority.as_str().as_bytes());
        for asked in headers.chain(in_url) {
            if !is_ours(asked, named) {
                let asked = String::from_utf8_lossy(asked).into_owned();
                return Err(Refusal::Misdirected(asked));
            }
        }
        Ok(())
    }
}

fn is_ours(asked: &[u8], named: &[String]) -> bool {
    let Some(host) = std::str::from_utf8(asked).ok().and_then(without_port) else { return false };
    if host.parse::<IpAddr>().is_ok() {
        return true;
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit_once('.').map_or(name, |(_, last)| last);
    last.eq_ignore_ascii_case("localhost") || named.iter().any(|ours| name.eq_ignore_ascii_case(ours))
}

/// The name or address; `None` where something else is there.
fn without_port(asked: &str) -> Option<&str> {
    let (host, rest) = match asked.strip_prefix('[') {
        Some(address) => address.split_once(']')?,
        None => asked.split_at(asked.find(':').unwrap_or(asked.len())),
    };
    let digits = rest.strip_prefix(':').unwrap_or(rest);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listens_at: &str, given: &[&str]) -> Hosts {
        let given: Vec<Host> = given
            .iter()
            .map(|name| if *name == "*" { Host::Any } else { Host::Named((*name).to_owned()) })
            .collect();
        Hosts::of(listens_at.parse().unwrap(), &given)
    }

    #[test]
    fn who_listens_on_loopback_goes_by_no_name_that_is_not_given() {
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
    fn elsewhere_and_where_any_is_given_every_name_will_do() {
        for hosts in [hosts("0.0.0.0:8001", &[]), hosts("192.0.2.1:80", &[]), hosts("127.0.0.1:80", &["*"])] {
            let request = Request::builder().header(HOST, "evil.example").body(()).unwrap();
            assert!(hosts.check(&request).is_ok(), "{hosts:?}");
        }
    }

    #[test]
    fn every_place_where_a_host_is_named_counts() {
        let hosts = hosts("127.0.0.1:8001", &[]);
        let twice = Request::builder().header(HOST, "localhost").header(HOST, "evil.example").body(());
        let in_url = Request::builder().uri("http://evil.example/").header(HOST, "localhost").body(());
        let nowhere = Request::builder().body(());
        assert!(hosts.check(&twice.unwrap()).is_err());
        assert!(hosts.check(&in_url.unwrap()).is_err());
        assert!(hosts.check(&nowhere.unwrap()).is_ok());
    }
}
