//! The questions of a dashboard over millions of raw events, asked of the warehouse through the
//! typed query model and of SQLite through hand-written SQL over the same rows.
//!
//! Each engine lives in a worker process of its own, so that its memory can be told apart; they
//! are asked in turn and their answers compared.

mod ours;
mod questions;
mod sqlite;
mod worker;

use crate::Options;
use crate::error::BenchError;
use crate::report::{Table, count, mib, ms, quantile, ratio};

pub use worker::{Engine, serve};

use questions::QUESTIONS;
use worker::Worker;

pub fn measure(options: &Options) -> Result<Table, BenchError> {
    let events = options.events();
    let mut ours = Worker::start(Engine::Warehouse, events, options.seed)?;
    let mut sqlite = Worker::start(Engine::Sqlite, events, options.seed)?;
    // Both load at the same time, a core each.
    let loaded = [ours.loaded()?, sqlite.loaded()?];

    let mut table = Table::new(
        format!("{} events of a week, project 1 asked (55 %)", count(events as f64)),
        &["", "question", "signalbox ms", "SQLite ms", "better by", "rows", "answers"],
    );
    let runs = if options.quick { 3 } else { 5 };
    for question in QUESTIONS {
        let mut times = [Vec::new(), Vec::new()];
        let mut answers = [None, None];
        // The first run of each is not counted: it reads what the later ones find in memory.
        for run in 0..=runs {
            for (i, worker) in [&mut ours, &mut sqlite].into_iter().enumerate() {
                let answer = worker.ask(question.id)?;
                if run > 0 {
                    times[i].push(answer.ms);
                }
                answers[i] = Some((answer.rows, answer.digest));
            }
        }
        let [own, theirs] = times.map(|mut t| {
            t.sort_by(f64::total_cmp);
            quantile(&t, 0.5)
        });
        table.row([
            question.id.to_owned(),
            question.what.to_owned(),
            ms(own),
            ms(theirs),
            ratio(theirs / own),
            answers[0].as_ref().map_or(0, |(rows, _)| *rows).to_string(),
            if answers[0] == answers[1] { "equal" } else { "DIFFER" }.to_owned(),
        ]);
    }
    for (name, worker, loaded) in
        [("signalbox", &ours, &loaded[0]), ("SQLite", &sqlite, &loaded[1])]
    {
        let usage = worker.usage();
        table.note(format!(
            "{name}: {:.0} bytes on disk per event, loaded at {} events/s, RSS {} MiB, peak {} MiB",
            loaded.bytes as f64 / events as f64,
            count(events as f64 / loaded.seconds),
            mib(usage.rss_bytes),
            mib(usage.peak_rss_bytes),
        ));
    }
    table.note(format!(
        "medians of {runs}; warehouse limited to {} MiB and {} threads; SQLite has two indexes, 256 MiB cache, mmap",
        ours::MEMORY >> 20,
        ours::THREADS,
    ));
    Ok(table)
}
