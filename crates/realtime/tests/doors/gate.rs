//! A gate whose tokens say what they are good for: `ann`, `ann.status`, `ann.vip`, `ann.exp200`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use model::identity::{ChannelPattern, Identity, Permission, Permissions};
use model::{Clock, ProjectId};
use realtime::gate::{Admission, Admitted, Caller, Gate, GateError, Standing};
use realtime::registry::Protocol;
use tokio::sync::watch;

pub struct Keeper {
    clock: Arc<dyn Clock>,
    revoked: Mutex<HashSet<String>>,
    changes: watch::Sender<u64>,
}

/// Of the JSON protocol, for each user.
pub const PER_USER: usize = 3;

impl Keeper {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Keeper { clock, revoked: Mutex::default(), changes: watch::Sender::new(0) }
    }

    pub fn revoke(&self, user: &str) {
        self.revoked.lock().expect("no panic").insert(user.to_owned());
        self.changes.send_modify(|generation| *generation += 1);
    }

    fn identity(&self, token: &str) -> Identity {
        let now = self.clock.now();
        let mut words = token.split('.');
        let user = words.next().map(str::to_owned);
        let mut identity = Identity {
            user_id: user,
            token_id: Some(token.into()),
            ..Identity::anonymous(ProjectId(1), now)
        };
        identity.channels = vec![ChannelPattern::parse("channel:orders").expect("a pattern")];
        for word in words {
            match word {
                "status" => identity.permissions = Permissions::NONE.with(Permission::ReadStatus),
                "vip" => identity.roles = vec!["admin".to_owned()],
                "poor" => identity.channels.clear(),
                _ => {
                    let millis = word.strip_prefix("exp").and_then(|n| n.parse::<i64>().ok());
                    identity.expires_at = millis.map(|millis| now + millis);
                }
            }
        }
        identity
    }
}

impl Gate for Keeper {
    fn admit<'a>(&'a self, caller: Caller<'a>) -> Admission<'a> {
        Box::pin(async move {
            if caller.handshake.origin() == Some("https://evil.example") {
                return Err(GateError::Origin);
            }
            match caller.token {
                None => return Err(GateError::Missing),
                Some("wrong") => return Err(GateError::Unauthorized),
                Some("forbidden") => return Err(GateError::Forbidden),
                Some("down") => return Err(GateError::Unavailable),
                Some("slow") => tokio::task::yield_now().await,
                Some(_) => {}
            }
            let per_user = if caller.protocol == Protocol::Json { PER_USER } else { 0 };
            Ok(Admitted {
                identity: Arc::new(self.identity(caller.token.unwrap_or_default())),
                open_channels: Arc::new(["channel:news:*".to_owned(), "lobby".to_owned()]),
                per_user,
                tenant: "shop".into(),
            })
        })
    }

    fn standing(&self, identity: &Identity) -> Standing {
        let revoked = self.revoked.lock().expect("no panic");
        if identity.user_id.as_ref().is_some_and(|user| revoked.contains(user)) {
            Standing::Revoked
        } else if identity.expires_at.is_some_and(|at| at <= self.clock.now()) {
            Standing::Expired
        } else {
            Standing::Good
        }
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
