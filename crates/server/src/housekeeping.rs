use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::App;

const EVERY: Duration = Duration::from_secs(60);

/// Keeps the control plane tidy until the task is dropped. The binary starts it, and runs
/// [`App::housekeep`] once more on the way out.
pub async fn housekeeping(app: App) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.housekeep().await;
    }
}

impl App {
    pub async fn housekeep(&self) {
        let (session, audit) = (self.options.session, self.options.audit_keep_ms);
        // A failure is logged where it becomes a problem; the next round tries again.
        if let Ok(swept) = self.control(move |control| control.housekeep(session, audit)).await {
            tracing::debug!(?swept, "control plane swept");
        }
    }
}
