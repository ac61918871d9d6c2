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
            Kind::Signalbox => command.args([&port, PING_INTERVAL_MS, PING_TIMEOUT_MS]),
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

/// All that can be started here, ours first, and why the others cannot.
pub fn available(node_peer: Option<&Path>) -> Result<(Vec<Server>, Vec<String>), BenchError> {
    let beside = |name| Ok::<_, BenchError>(std::env::current_exe()?.with_file_name(name));
    let conformance = beside("examples")?.join("conformance");
    let mut servers = vec![
        Server { kind: Kind::Signalbox, dialect: Dialect::SocketIo, file: conformance.clone() },
        Server { kind: Kind::Signalbox, dialect: Dialect::Json, file: conformance },
        Server {
            kind: Kind::Socketioxide,
            dialect: Dialect::SocketIo,
            file: beside("bench-socketioxide")?,
        },
    ];
    let mut absent = Vec::new();
    match node_peer {
        Some(folder) => servers.push(Server {
            kind: Kind::SocketIo,
            dialect: Dialect::SocketIo,
            file: folder.join("socketio.mjs"),
        }),
        None => absent.push("socket.io is not installed (--node-peer FOLDER): left out".to_owned()),
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
