use crate::App;

impl App {
    /// Keeps the control plane tidy. The binary calls it once a minute and on the way out.
    pub async fn housekeep(&self) {
        let (session, audit) = (self.options.session, self.options.audit_keep_ms);
        // A failure is logged where it becomes a problem; the next round tries again.
        if let Ok(swept) = self.control(move |control| control.housekeep(session, audit)).await {
            tracing::debug!(?swept, "control plane swept");
        }
    }
}
