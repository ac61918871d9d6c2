use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::child::{Running, free_address};
use crate::error::BenchError;
use crate::operator::Operator;
use crate::wait::until;

use super::target::Target;

const PROJECT: &str = "bench";
const SETTLE: Duration = Duration::from_secs(120);

/// The product on an empty data directory, with one project and its secret key.
pub struct Signalbox {
    child: Running,
    address: SocketAddr,
    operator: Operator,
    key: String,
    _dir: TempDir,
}

impl Signalbox {
    pub fn start(binary: &Path) -> Result<Self, BenchError> {
        let dir = tempfile::tempdir()?;
        let address = free_address()?;
        let child = serve(binary, dir.path(), address)?;
        let operator = Operator::first(binary, dir.path(), address)?;
        let key = prepare(&operator)?;
        Ok(Signalbox { child, address, operator, key, _dir: dir })
    }
}

/// Starts `serve` and returns when it says that it is healthy.
pub fn serve(binary: &Path, dir: &Path, address: SocketAddr) -> Result<Running, BenchError> {
    let mut child = Running::start(
        Command::new(binary)
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
            .arg("--data-dir")
            .arg(dir)
            // A budget of its own, or a full machine would have the server refuse items.
            .args(["--set", "storage.max_disk=8GiB", "--log-level", "warn", "serve"])
            .stdout(Stdio::null()),
    )?;
    let health = format!("http://{address}/system/health");
    until("signalbox", Duration::from_secs(30), || {
        let healthy = ureq::get(&health).call().is_ok();
        (healthy || !child.alive()).then_some(())
    })?;
    if child.alive() { Ok(child) } else { Err(BenchError::NotReady { what: "signalbox" }) }
}

/// A project whose limits do not take part in the measurement.
fn prepare(operator: &Operator) -> Result<String, BenchError> {
    operator.post("/api/projects", &json!({ "slug": PROJECT, "name": PROJECT }))?;
    let path = format!("/api/projects/{PROJECT}");
    let mut settings = operator.get(&format!("{path}/settings"))?;
    settings["limits"]["serverRequestsPerMinute"] = json!(100_000_000);
    operator.put(&format!("{path}/settings"), &settings)?;
    let key = operator.post(
        &format!("{path}/keys"),
        &json!({ "name": "load", "kind": "secret", "scopes": ["ingest:events", "query:read"] }),
    )?;
    Ok(key["secret"].as_str().unwrap_or_default().to_owned())
}

impl Target for Signalbox {
    fn name(&self) -> &'static str {
        "signalbox"
    }

    fn address(&self) -> SocketAddr {
        self.address
    }

    fn pid(&self) -> u32 {
        self.child.pid()
    }

    fn key(&self) -> &str {
        &self.key
    }

    fn settle(&mut self) -> Result<(), BenchError> {
        until("the warehouse", SETTLE, || {
            let system = self.operator.get("/api/system").ok()?;
            (system["inbox"]["items"].as_u64() == Some(0)).then_some(())
        })
    }

    fn stored(&mut self) -> Result<u64, BenchError> {
        let system = self.operator.get("/api/system")?;
        Ok(system["warehouse"]["events"].as_u64().unwrap_or(0))
    }
}
