//! Who is calling. Forwarding headers are believed only when a trusted proxy sent them, and only
//! as far as the chain of trusted proxies reaches.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::App;

/// The caller as far as we know; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    pub ip: IpAddr,
    /// The caller's side of the connection is encrypted.
    pub https: bool,
}

impl Client {
    /// Of a request that has passed the layer below.
    pub fn of(parts: &Parts) -> Client {
        let nobody = Client { ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), https: false };
        parts.extensions.get().copied().unwrap_or(nobody)
    }

    /// /24 or /48: all that may be kept of an address.
    pub fn prefix(&self) -> String {
        match self.ip {
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(ip) => {
                let [a, b, c, ..] = ip.segments();
                format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
            }
        }
    }
}

pub async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // Without a peer address (never over TCP) nothing is trusted.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let client = identify(peer, request.headers(), &app.options.trusted_proxies);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// An address range: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    mask: u128,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an address or a range like 10.0.0.0/8")]
pub struct NetworkError(String);

impl Network {
    pub fn contains(&self, ip: IpAddr) -> bool {
        bits(ip) & self.mask == self.base
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let error = || NetworkError(text.to_owned());
        let (ip, length) = match text.split_once('/') {
            Some((ip, length)) => (ip, Some(length.parse::<u32>().map_err(|_| error())?)),
            None => (text, None),
        };
        let ip: IpAddr = ip.trim().parse().map_err(|_| error())?;
        let width = if ip.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(width);
        if length > width {
            return Err(error());
        }
        // IPv4 lives in ::ffff:0:0/96, so its prefixes are 96 bits longer there.
        let mask = u128::MAX.checked_shl(width - length).unwrap_or(0);
        let mask = if ip.is_ipv4() { mask | !u128::from(u32::MAX) } else { mask };
        Ok(Network { base: bits(ip) & mask, mask })
    }
}

fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

fn identify(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Client {
    let peer = peer.to_canonical();
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    if !is_trusted(peer) {
        return Client { ip: peer, https: false };
    }
    let proto = last(headers, "x-forwarded-proto");
    let https = proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
    if headers.contains_key("x-forwarded-for") {
        return Client { ip: rightmost_untrusted(peer, headers, is_trusted), https };
    }
    let real = last(headers, "x-real-ip").and_then(|text| parse_hop(&text));
    Client { ip: real.unwrap_or(peer), https }
}

/// Walks back from our side. What stands left of the first untrusted hop was written by it and
/// may be anything; a hop that is not an address ends the walk as well.
fn rightmost_untrusted(
    peer: IpAddr,
    headers: &HeaderMap,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let mut client = peer;
    for value in headers.get_all("x-forwarded-for").iter().rev() {
        let Ok(value) = value.to_str() else { return client };
        for hop in value.rsplit(',') {
            let Some(ip) = parse_hop(hop) else { return client };
            client = ip;
            if !is_trusted(ip) {
                return client;
            }
        }
    }
    client
}

/// An address, with or without a port.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let ip = bare.parse::<IpAddr>().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()));
    ip.map(|ip| ip.to_canonical())
}

fn last(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("address")
    }

    fn seen_from(peer: &str, forwarded: &[(&'static str, &str)], trusted: &[&str]) -> Client {
        let mut headers = HeaderMap::new();
        for (name, value) in forwarded {
            headers.append(*name, HeaderValue::from_str(value).expect("value"));
        }
        let trusted: Vec<Network> = trusted.iter().map(|t| t.parse().expect("network")).collect();
        identify(ip(peer), &headers, &trusted)
    }

    #[test]
    fn strangers_are_not_believed() {
        let lies = [
            ("x-forwarded-for", "1.1.1.1"),
            ("x-real-ip", "1.1.1.1"),
            ("x-forwarded-proto", "https"),
        ];
        let client = seen_from("203.0.113.9", &lies, &["10.0.0.0/8"]);
        assert_eq!(client, Client { ip: ip("203.0.113.9"), https: false });
    }

    #[test]
    fn the_rightmost_untrusted_hop_is_the_client() {
        let cases: &[(&[(&'static str, &str)], &str)] = &[
            (&[("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.2")], "203.0.113.9"),
            (&[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.9")], "203.0.113.9"),
            (&[("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            (&[("x-forwarded-for", "203.0.113.9:4711")], "203.0.113.9"),
            (&[("x-forwarded-for", "[2001:db8::7]:4711")], "2001:db8::7"),
            (&[("x-forwarded-for", "[2001:db8::7]")], "2001:db8::7"),
            (&[("x-forwarded-for", "::ffff:203.0.113.9")], "203.0.113.9"),
            (&[("x-forwarded-for", "203.0.113.9, unknown")], "10.0.0.1"),
            (&[("x-forwarded-for", "203.0.113.9, unknown, 10.0.0.2")], "10.0.0.2"),
            (&[("x-real-ip", "203.0.113.9")], "203.0.113.9"),
            (&[("x-real-ip", "nonsense")], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ];
        for (headers, want) in cases {
            let client = seen_from("::ffff:10.0.0.1", headers, &["10.0.0.0/8"]);
            assert_eq!(client.ip, ip(want), "{headers:?}");
        }
    }

    #[test]
    fn the_nearest_proxy_says_whether_it_was_https() {
        let proto = |value| seen_from("10.0.0.1", &[("x-forwarded-proto", value)], &["10.0.0.1"]);
        assert!(proto("https").https);
        assert!(proto("http, https").https);
        assert!(!proto("https, http").https);
    }

    #[test]
    fn networks() {
        let all_v4: Network = "0.0.0.0/0".parse().expect("network");
        assert!(all_v4.contains(ip("8.8.8.8")) && all_v4.contains(ip("::ffff:8.8.8.8")));
        assert!(!all_v4.contains(ip("2001:db8::1")));
        let all: Network = "::/0".parse().expect("network");
        assert!(all.contains(ip("8.8.8.8")) && all.contains(ip("2001:db8::1")));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "localhost"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes() {
        let prefix = |text| Client { ip: ip(text), https: false }.prefix();
        assert_eq!(prefix("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(prefix("2001:db8:1:2:3::4"), "2001:db8:1::/48");
    }

    proptest! {
        #[test]
        fn a_network_contains_exactly_what_shares_its_prefix(
            base: u32, other: u32, length in 0u32..=32,
        ) {
            let network: Network = format!("{}/{length}", Ipv4Addr::from(base)).parse().expect("network");
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            let want = base & mask == other & mask;
            prop_assert_eq!(network.contains(IpAddr::V4(other.into())), want);
            prop_assert!(network.contains(IpAddr::V4(base.into())));
        }

        /// Whatever an untrusted caller writes, it cannot choose its own address.
        #[test]
        fn nobody_chooses_their_own_address(lie in "[ -~]{0,80}") {
            let real = "203.0.113.9";
            prop_assert_eq!(seen_from(real, &[("x-forwarded-for", &lie)], &["10.0.0.0/8"]).ip, ip(real));
            let appended = format!("{lie}, {real}");
            let through = seen_from("10.0.0.1", &[("x-forwarded-for", &appended)], &["10.0.0.0/8"]);
            prop_assert_eq!(through.ip, ip(real));
        }
    }
}
