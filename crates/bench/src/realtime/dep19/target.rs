use std::net::{SocketAddr, ToSocketAddrs};

use crate::error::BenchError;

use super::super::dialect::Handshake;

/// Where the running server is, and what lets a user in.
#[derive(Debug)]
pub struct Target {
    authority: String,
    path: String,
}

impl Target {
    /// `url` is `ws://host:port/path`; TLS is the proxy's business.
    pub fn new(url: &str, ticket: Option<&str>) -> Result<Self, BenchError> {
        let problem = || BenchError::Failed {
            what: "the target",
            problem: format!("{url} is not ws://host:port/path"),
        };
        let rest = url.strip_prefix("ws://").ok_or_else(problem)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, "ws"));
        let plain = |text: &str| !text.bytes().any(|b| b.is_ascii_whitespace());
        if authority.is_empty() || !plain(url) || !ticket.is_none_or(plain) {
            return Err(problem());
        }
        let join = if path.contains('?') { '&' } else { '?' };
        let ticket = ticket.map(|ticket| format!("{join}token={ticket}")).unwrap_or_default();
        Ok(Target { authority: authority.to_owned(), path: format!("/{path}{ticket}") })
    }

    pub fn address(&self) -> Result<SocketAddr, BenchError> {
        let found = self.authority.to_socket_addrs()?.next();
        found.ok_or(BenchError::NotReady { what: "the address of the target" })
    }

    pub fn handshake(&self) -> Handshake {
        Handshake { path: self.path.clone(), connect: None }
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn the_ticket_goes_where_the_server_looks_for_it() {
        let path = |url, ticket| Target::new(url, ticket).map(|t| t.handshake().path);
        assert_eq!(path("ws://a:1/ws", None).expect("valid"), "/ws");
        assert_eq!(path("ws://a:1", Some("t.k")).expect("valid"), "/ws?token=t.k");
        assert_eq!(path("ws://a:1/ws?v=1", Some("t")).expect("valid"), "/ws?v=1&token=t");
        assert!(path("wss://a:1/ws", None).is_err());
        assert!(path("ws://a:1/ws", Some("t HTTP/1.1\r\nx: y")).is_err());
    }
}
