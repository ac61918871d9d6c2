//! The server's own log: one line per happening, to standard error and, if wanted, to a file.

mod redact;
mod rotate;

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::{Format, Logging};
use rotate::RotatingFile;

#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    #[error("logging.level: {0}")]
    Level(#[from] tracing_subscriber::filter::ParseError),
    #[error("logging.file: cannot open {path}: {error}")]
    File { path: String, error: io::Error },
    #[error("logging was already started")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

pub fn start(options: &Logging) -> Result<(), LoggingError> {
    let json = match options.format {
        Format::Json => true,
        Format::Pretty => false,
        Format::Auto => !io::stderr().is_terminal(),
    };
    let stderr = Redacting::new(io::stderr());
    let console = if json {
        tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(stderr).boxed()
    } else {
        let colours = io::stderr().is_terminal();
        tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(stderr).boxed()
    };
    let file = if options.file.as_os_str().is_empty() {
        None
    } else {
        let file =
            RotatingFile::open(&options.file, options.file_max.0, options.file_keep).map_err(
                |error| LoggingError::File { path: options.file.display().to_string(), error },
            )?;
        let writer = Redacting::new(file);
        Some(tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(writer))
    };
    tracing_subscriber::registry()
        .with(options.level.parse::<EnvFilter>()?)
        .with(console)
        .with(file)
        .try_init()?;
    Ok(())
}

/// Passes whole lines through [`redact::redact`] to a shared sink.
struct Redacting<W>(Arc<Mutex<W>>);

impl<W> Redacting<W> {
    fn new(sink: W) -> Self {
        Redacting(Arc::new(Mutex::new(sink)))
    }
}

impl<'a, W: Write + 'a> MakeWriter<'a> for Redacting<W> {
    type Writer = Line<W>;

    fn make_writer(&'a self) -> Line<W> {
        Line { sink: Arc::clone(&self.0) }
    }
}

/// The subscriber writes a formatted line in one call.
struct Line<W> {
    sink: Arc<Mutex<W>>,
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let clean = redact::redact(&text);
        // A panic while logging must not silence the log afterwards.
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        sink.write_all(clean.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}
