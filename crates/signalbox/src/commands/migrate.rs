use std::sync::Arc;

use model::{Clock, SystemClock};
use store::control::SCHEMA_VERSION;

use crate::app::open_store;
use crate::config::Config;
use crate::terminal::say;

/// Opening applies whatever is missing; a store written by a newer program is refused.
pub fn run(config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = open_store(config, &clock)?;
    let status = store.status();
    say(format_args!("control plane   schema {SCHEMA_VERSION}"));
    say(format_args!("inbox           current, {} items waiting", status.inbox.items));
    match status.warehouse {
        Some(warehouse) => say(format_args!(
            "warehouse       current, {} events and {} logs",
            warehouse.events, warehouse.logs
        )),
        None => say("warehouse       current"),
    }
    Ok(())
}
