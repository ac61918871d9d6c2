use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use model::{Clock, SystemClock};

use crate::config::Config;
use crate::demo::{Courier, Pace, Progress, Story, history, live};
use crate::demo_feed::DemoFile;
use crate::terminal::say;

/// There is no option for a key: the demo project's is read from the data directory, so generated
/// traffic cannot end up among real data.
#[derive(Debug, Args)]
pub struct Options {
    /// Items per second; 0 sends as fast as the server takes them
    #[arg(long, default_value_t = 20.0)]
    rate: f64,
    /// Seconds to go on for
    #[arg(long, default_value_t = 60)]
    duration: u64,
    /// Stop after this many items
    #[arg(long, default_value_t = 100_000)]
    events: u64,
    /// First send this many items spread over the last 24 hours
    #[arg(long, default_value_t = 0)]
    history: u64,
    /// The same seed tells the same story
    #[arg(long, default_value_t = 42)]
    seed: u64,
}

pub fn run(options: &Options, config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let target = DemoFile::read(&config.storage.data_dir)?.target;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut story = Story::new(options.seed, &target.key);
    let courier = Courier::new(target);
    if options.history > 0 {
        let sent = history(&mut story, &courier, clock.now(), options.history, || false)?;
        say(format_args!("history: {}", told(sent)));
    }
    let pace = Pace {
        per_second: options.rate.max(0.0),
        items: options.events,
        duration: Duration::from_secs(options.duration),
    };
    let sent = live(&mut story, &courier, &*clock, pace, || false)?;
    say(format_args!("live: {}", told(sent)));
    Ok(())
}

fn told(sent: Progress) -> String {
    format!("{} items in {} requests, {} refused", sent.items, sent.requests, sent.refused)
}
