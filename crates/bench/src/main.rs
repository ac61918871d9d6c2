//! `make bench`: what the product does per second, per event and per byte, beside SQLite and two
//! Socket.IO servers doing the same work in the same run. Everything is on loopback, bounded and
//! made from a seed.

mod child;
mod data;
mod error;
mod ingest;
mod operator;
mod peers;
mod process;
mod queries;
mod realtime;
mod report;
mod startup;
mod wait;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use error::BenchError;
use queries::Engine;

/// The allocator of the product, so that its peers have it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Signalbox beside others doing the same work
#[derive(Debug, Parser)]
struct Options {
    /// A fraction of the work, in under a minute
    #[arg(long)]
    quick: bool,
    /// How often the realtime servers take turns [default: 5, quick: 2]
    #[arg(long)]
    rounds: Option<usize>,
    /// Only these parts
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Events in the warehouse [default: 5000000, quick: 500000]
    #[arg(long)]
    events: Option<u64>,
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// The release binary [default: beside this one]
    #[arg(long, value_name = "FILE")]
    signalbox: Option<PathBuf>,
    /// Where socket.io is installed beside `socketio.mjs` [default: that peer is left out]
    #[arg(long, value_name = "FOLDER")]
    node_peer: Option<PathBuf>,
    /// Instead of measuring, puts this load on a server that is running
    #[arg(long, value_enum)]
    profile: Option<Profile>,
    /// The server for `--profile`
    #[arg(long, default_value = "ws://127.0.0.1:8080/ws")]
    url: String,
    /// A realtime ticket for `--profile`
    #[arg(long)]
    ticket: Option<String>,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Startup,
    Ingest,
    Queries,
    Realtime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// 10 to 100 users a second within a minute, then 100 a second for two
    Dep19,
}

/// What this executable is when it starts itself.
#[derive(Debug, Subcommand)]
enum Role {
    #[command(hide = true)]
    Peer { address: SocketAddr, dir: PathBuf },
    #[command(hide = true)]
    Worker { engine: Engine, events: u64, seed: u64, dir: PathBuf },
}

impl Options {
    fn binary(&self) -> Result<PathBuf, BenchError> {
        child::product(self.signalbox.clone())
    }

    fn events(&self) -> u64 {
        self.events.unwrap_or(if self.quick { 500_000 } else { 5_000_000 })
    }
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the report is the purpose of this program")]
fn run(options: &Options) -> Result<(), BenchError> {
    match &options.role {
        Some(Role::Peer { address, dir }) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            return runtime.block_on(peers::ingest::serve(dir, *address));
        }
        Some(Role::Worker { engine, events, seed, dir }) => {
            return queries::serve(*engine, *events, *seed, dir);
        }
        None => {}
    }
    if let Some(Profile::Dep19) = options.profile {
        let target = realtime::dep19::Target::new(&options.url, options.ticket.as_deref())?;
        let show = |table: &report::Table| println!("{table}");
        return realtime::dep19::measure(&target, options.quick, options.seed, show);
    }
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Signalbox bench: {cores} cores, seed {}", options.seed);
    if wanted(Part::Startup) {
        println!("{}", startup::measure(options)?);
    }
    if wanted(Part::Ingest) {
        println!("{}", ingest::measure(options)?);
    }
    if wanted(Part::Queries) {
        println!("{}", queries::measure(options)?);
    }
    if wanted(Part::Realtime) {
        realtime::measure(options, |table| println!("{table}"))?;
    }
    Ok(())
}
