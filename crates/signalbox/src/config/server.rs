use std::net::SocketAddr;

use ::server::Network;

use super::check::Problems;
use super::section::section;

section! {
    /// Where and how the one HTTP server listens.
    Server {
        /// Address to listen on. Loopback unless you say otherwise: put a TLS proxy in front, or
        /// set `0.0.0.0` in a container.
        host: String = "127.0.0.1".to_owned();
        /// Port to listen on; 0 lets the system choose one, and the log says which.
        port: u16 = 8080;
        /// Further `host:port` pairs that serve the same, for clients with an older address.
        extra_listeners: Vec<String> = Vec::new();
        /// Proxies (addresses or networks such as `10.0.0.0/8`) whose `X-Forwarded-For` and
        /// `X-Forwarded-Proto` are believed. Nobody else's are.
        trusted_proxies: Vec<String> = Vec::new();
        /// Open connections at the same time; further ones wait in the system's accept queue.
        max_connections: u32 = 10_000;
        /// A connection whose next request head has not arrived within this time is closed, idle
        /// ones included: a proxy in front should let go of them sooner.
        header_timeout_s: u32 = 30;
        /// How long a request may take altogether, its body included.
        request_timeout_s: u32 = 60;
        /// How long a shutdown waits for requests in flight before it cuts them off.
        shutdown_grace_s: u32 = 20;
    }
}

impl Server {
    pub fn check(&self, problems: &mut Problems<'_>) {
        if self.host.parse::<std::net::IpAddr>().is_err() {
            problems.add("host", "must be an IP address such as 127.0.0.1, 0.0.0.0 or ::");
        }
        for listener in &self.extra_listeners {
            if listener.parse::<SocketAddr>().is_err() {
                problems.add("extra_listeners", format!("{listener:?} is not address:port"));
            }
        }
        for proxy in &self.trusted_proxies {
            if let Err(error) = proxy.parse::<Network>() {
                problems.add("trusted_proxies", error.to_string());
            }
        }
        problems.range("max_connections", self.max_connections, 1..=1_000_000);
        problems.range("header_timeout_s", self.header_timeout_s, 1..=300);
        problems.range("request_timeout_s", self.request_timeout_s, 1..=3600);
        problems.range("shutdown_grace_s", self.shutdown_grace_s, 1..=600);
    }
}
