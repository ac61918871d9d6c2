use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::child::{Running, free_address};
use crate::error::BenchError;
use crate::wait::until;

use super::dialect::Dialect;

/// The defaults of Socket.IO, which its peers run with.
const PING_INTERVAL_MS: &str = "25000";
const PING_TIMEOUT_MS: &str = "20000";

const START: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signalbox,
    SocketIo,
    Socketioxide,
}

/// One of those that are compared, by what it is started with.
#[derive(Debug, Clone)]
pub struct Server {
    kind: Kind,
    pub dialect: Dialect,
    /// An executable, or a script for Node.
    file: PathBuf,
}

impl Server {
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Signalbox => "signalbox",
            Kind::SocketIo => "socket.io (Node)",
            Kind::Socketioxide => "socketioxide (axum)",
        }
    }

    pub fn is_ours(&self) -> bool {
        self.kind == Kind::Signalbox
    }

    /// Whether it has connection state recovery.
    pub fn recovers(&self) -> bool {
        self.dialect == Dialect::SocketIo && self.kind != Kind::Socketioxide
    }

    pub fn start(&self, recovery: bool) -> Result<Started, BenchError> {
        let address = free_address()?;
        let port = address.port().to_string();
        let mut command = match self.kind {
            Kind::SocketIo => Command::new("node"),
            Kind::Signalbox | Kind::Socketioxide => Command::new(&self.file),
        };
        match self.kind {
            Kind::Signalbox => command
                .args([&port, PING_INTERVAL_MS, PING_TIMEOUT_MS])
                .args(recovery.then_some("--recovery")),
            Kind::Socketioxide => command.arg(&port),
            Kind::SocketIo => {
                command.arg(&self.file).arg(&port).args(recovery.then_some("--recovery"))
            }
        };
        let mut child = Running::start(command.stdout(Stdio::null()))?;
        until(self.name(), START, || {
            let listens = TcpStream::connect(address).is_ok();
            (listens || !child.alive()).then_some(())
        })?;
        if !child.alive() {
            return Err(BenchError::NotReady { what: self.name() });
        }
        Ok(Started { child, address })
    }
}

pub struct Started {
    pub child: Running,
    pub address: SocketAddr,
}

/// All that are compared, ours first: `programs` is where they are built.
pub fn all(programs: &Path, node_peer: Option<&Path>) -> Vec<Server> {
    let server = |kind, dialect, file| Server { kind, dialect, file };
    let ours = programs.join("examples/conformance");
    let socketioxide = programs.join("bench-socketioxide");
    let mut servers = vec![
        server(Kind::Signalbox, Dialect::SocketIo, ours.clone()),
        server(Kind::Signalbox, Dialect::Json, ours),
        server(Kind::Socketioxide, Dialect::SocketIo, socketioxide),
    ];
    if let Some(folder) = node_peer {
        servers.push(server(Kind::SocketIo, Dialect::SocketIo, folder.join("socketio.mjs")));
    }
    servers
}

/// Those that can be started here, and why the others cannot.
pub fn available(node_peer: Option<&Path>) -> Result<(Vec<Server>, Vec<String>), BenchError> {
    let own = std::env::current_exe()?;
    let mut servers = all(own.parent().unwrap_or(Path::new(".")), node_peer);
    let mut absent = Vec::new();
    if node_peer.is_none() {
        absent.push("socket.io is not installed (--node-peer FOLDER): left out".to_owned());
    }
    servers.retain(|server| {
        let there = server.file.is_file();
        if !there {
            absent.push(format!("{} is missing: left out", server.file.display()));
        }
        there
    });
    absent.dedup();
    Ok((servers, absent))
}
