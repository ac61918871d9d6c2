//! Whom an address counts for.

use std::net::{IpAddr, Ipv6Addr};

/// An IPv4 address, or the /64 of an IPv6 address: whoever has one of these has all 2^64, and
/// could spread over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source(IpAddr);

impl From<IpAddr> for Source {
    fn from(ip: IpAddr) -> Self {
        // `::ffff:192.0.2.1` is what a dual-stack socket calls 192.0.2.1.
        match ip.to_canonical() {
            IpAddr::V4(v4) => Source(IpAddr::V4(v4)),
            IpAddr::V6(v6) => {
                let network = v6.to_bits() >> 64 << 64;
                Source(IpAddr::V6(Ipv6Addr::from_bits(network)))
            }
        }
    }
}
