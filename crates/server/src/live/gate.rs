//! Who may come in, whatever door they come through.

use std::sync::Arc;

use axum::http::header;
use model::identity::Identity;
use realtime::gate::{Admission, Admitted, Caller, Gate, GateError, Standing};
use realtime::handshake::Handshake;
use realtime::registry::Protocol;
use store::control::Control;
use tokio::sync::watch;

use super::hub::tenant;
use super::{AuthRefusal, Verifier};

/// Tokens as the projects settle it, and pages of their origins.
#[derive(Clone)]
pub struct Entrance {
    verifier: Verifier,
    control: Control,
}

impl Entrance {
    pub fn new(verifier: Verifier, control: Control) -> Self {
        Entrance { verifier, control }
    }

    /// `project` is the slug that the connection names, if it does.
    pub fn identify(
        &self,
        handshake: &Handshake,
        token: &str,
        project: Option<&str>,
        protocol: Protocol,
    ) -> Result<Admitted, GateError> {
        let identity = self.verifier.verify(token, project).map_err(|refusal| {
            tracing::info!(reason = refusal.name(), ?protocol, "not let in");
            refused(refusal)
        })?;
        let project = self.control.directory().project(identity.project);
        let project = project.ok_or(GateError::Unauthorized)?;
        if handshake.origin().is_some_and(|origin| {
            !is_own_page(handshake, origin) && !project.settings.access.allows_origin(origin)
        }) {
            return Err(GateError::Origin);
        }
        let realtime = &project.settings.realtime;
        Ok(Admitted {
            tenant: tenant(project.id).into(),
            open_channels: realtime.open_channels.clone().into(),
            per_user: match protocol {
                Protocol::Json => realtime.per_user_connections as usize,
                // Business users may have as many tabs as they like.
                Protocol::SocketIo | Protocol::Simple | Protocol::Sse => 0,
            },
            identity: Arc::new(identity),
        })
    }
}

impl Gate for Entrance {
    fn admit<'a>(&'a self, caller: Caller<'a>) -> Admission<'a> {
        let project = caller.handshake.query("project");
        let token = caller.token.unwrap_or_default();
        let admitted = self.identify(caller.handshake, token, project.as_deref(), caller.protocol);
        Box::pin(std::future::ready(admitted))
    }

    fn standing(&self, identity: &Identity) -> Standing {
        match self.verifier.recheck(identity) {
            // What cannot be asked now is asked again soon.
            Ok(()) | Err(AuthRefusal::Unavailable) => Standing::Good,
            Err(AuthRefusal::Expired) => Standing::Expired,
            Err(_) => Standing::Revoked,
        }
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.verifier.changes()
    }
}

fn refused(refusal: AuthRefusal) -> GateError {
    match refusal {
        AuthRefusal::Missing => GateError::Missing,
        AuthRefusal::Unavailable => GateError::Unavailable,
        _ => GateError::Unauthorized,
    }
}

/// The dashboard's own pages come from where they connect to.
fn is_own_page(handshake: &Handshake, origin: &str) -> bool {
    let host = handshake.header(&header::HOST);
    let page = origin.split_once("://").map(|(_, host)| host);
    host.zip(page).is_some_and(|(host, page)| host.eq_ignore_ascii_case(page))
}
