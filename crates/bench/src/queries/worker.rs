use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use clap::ValueEnum;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tempfile::TempDir;

use crate::child::Running;
use crate::data::{Generator, Row, RowKind};
use crate::error::BenchError;
use crate::process::{Usage, usage};

use super::questions::{Answer, PROJECT, SESSION_DAY};
use super::{ours, sqlite};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Warehouse,
    Sqlite,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Loaded {
    pub bytes: u64,
    pub seconds: f64,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    pub ms: f64,
    pub rows: usize,
    pub digest: String,
}

/// What a worker does with its engine.
pub trait Answers {
    fn load(&mut self, rows: Vec<Row>) -> Result<(), BenchError>;
    /// After the last row: everything is where a restart would find it. Returns bytes on disk.
    fn seal(&mut self) -> Result<u64, BenchError>;
    fn ask(&mut self, id: &str, session: &str) -> Result<Answer, BenchError>;
}

const CHUNK: usize = 20_000;

/// The worker's side: loads, then answers one question per line of standard input.
#[expect(clippy::print_stdout, reason = "standard output is the protocol between the processes")]
pub fn serve(engine: Engine, events: u64, seed: u64, dir: &Path) -> Result<(), BenchError> {
    let mut engine: Box<dyn Answers> = match engine {
        Engine::Warehouse => Box::new(ours::Ours::open(dir)?),
        Engine::Sqlite => Box::new(sqlite::Sqlite::open(dir)?),
    };
    let mut session = String::new();
    let mut rows = Generator::new(seed, events, 0).take(events as usize);
    let mut loading = std::time::Duration::ZERO;
    loop {
        let chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        if session.is_empty() {
            let day = format!("-{SESSION_DAY}");
            let found = chunk.iter().find(|r| {
                r.project == PROJECT && r.kind != RowKind::Log && r.session.ends_with(&day)
            });
            session = found.map(|r| r.session.clone()).unwrap_or_default();
        }
        // Making the rows is not part of the work.
        let started = Instant::now();
        engine.load(chunk)?;
        loading += started.elapsed();
    }
    let started = Instant::now();
    let bytes = engine.seal()?;
    let seconds = (loading + started.elapsed()).as_secs_f64();
    println!("{}", serde_json::to_string(&Loaded { bytes, seconds })?);
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let started = Instant::now();
        let answer = engine.ask(&line, &session)?;
        let ms = started.elapsed().as_secs_f64() * 1e3;
        let (rows, digest) = answer.digest();
        println!("{}", serde_json::to_string(&Asked { ms, rows, digest })?);
    }
    Ok(())
}

/// The measuring side of one worker process.
pub struct Worker {
    child: Running,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Ours, because the child is killed in the end and could not tidy up.
    _dir: TempDir,
}

impl Worker {
    pub fn start(engine: Engine, events: u64, seed: u64) -> Result<Self, BenchError> {
        let name = engine.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
        let dir = tempfile::tempdir()?;
        let mut child = Running::start(
            Command::new(std::env::current_exe()?)
                .args(["worker", &name, &events.to_string(), &seed.to_string()])
                .arg(dir.path())
                .stdout(Stdio::piped()),
        )?;
        let process = child.process();
        let gone = || BenchError::NotReady { what: "a query worker" };
        let input = process.stdin.take().ok_or_else(gone)?;
        let output = process.stdout.take().ok_or_else(gone)?;
        Ok(Worker { child, input, output: BufReader::new(output), _dir: dir })
    }

    pub fn loaded(&mut self) -> Result<Loaded, BenchError> {
        self.line()
    }

    pub fn ask(&mut self, id: &str) -> Result<Asked, BenchError> {
        writeln!(self.input, "{id}")?;
        self.line()
    }

    pub fn usage(&self) -> Usage {
        usage(self.child.pid()).unwrap_or_default()
    }

    fn line<T: DeserializeOwned>(&mut self) -> Result<T, BenchError> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err(BenchError::NotReady { what: "a query worker" });
        }
        Ok(serde_json::from_str(&line)?)
    }
}
