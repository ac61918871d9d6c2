use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use crate::config::Config;
use crate::terminal::{complain, say};

#[derive(Debug, Args)]
pub struct Options {
    /// Address of the server [default: the configured one]
    #[arg(long)]
    url: Option<String>,
    /// Seconds to wait for the answer
    #[arg(long, default_value_t = 5)]
    timeout: u64,
}

/// For containers and supervisors: needs no curl, exits 0 when the server says that it is well.
pub fn run(options: Options, config: &Config) -> ExitCode {
    let base = options.url.unwrap_or_else(|| local_url(&config.server.host, config.server.port));
    let url = format!("{}/system/health", base.trim_end_matches('/'));
    let http = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(options.timeout)))
        .build()
        .new_agent();
    match http.get(&url).call() {
        Ok(mut response) => {
            let status = response.status();
            let body = response.body_mut().with_config().limit(64 << 10).read_to_string();
            say(body.unwrap_or_default().trim());
            if status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            complain(format_args!("{url}: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// A server that listens on every address is reached by loopback.
pub fn local_url(host: &str, port: u16) -> String {
    let ip = host.parse::<IpAddr>().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let ip = if ip.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { ip };
    format!("http://{}", SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::local_url;

    #[test]
    fn the_probe_goes_to_loopback() {
        assert_eq!(local_url("0.0.0.0", 8080), "http://127.0.0.1:8080");
        assert_eq!(local_url("::", 1), "http://127.0.0.1:1");
        assert_eq!(local_url("::1", 1), "http://[::1]:1");
    }
}
