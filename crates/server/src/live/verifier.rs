use std::sync::Arc;

use model::identity::{Identity, IdentityKind, Issuer};
use model::{Clock, Project};
use store::control::{Control, ControlError, TICKET_KEY_ID};
use tokio::sync::watch;

use super::jwt::{self, expired};
use super::ticket::Tickets;
use super::{AuthRefusal, external};

/// Turns tokens into identities, and says whether an identity still holds. Clones share it.
#[derive(Clone)]
pub struct Verifier {
    control: Control,
    clock: Arc<dyn Clock>,
    tickets: Arc<Tickets>,
}

impl Verifier {
    pub fn new(control: Control, clock: Arc<dyn Clock>) -> Self {
        let tickets = Arc::new(Tickets::new(&control.ticket_secret()));
        Verifier { control, clock, tickets }
    }

    /// Who shows `token`; `project` is the slug that the connection names, if it does. An empty
    /// token is nobody, which a project may allow. Reads memory, and for operators' tickets one
    /// row of the control plane.
    pub fn verify(&self, token: &str, project: Option<&str>) -> Result<Identity, AuthRefusal> {
        if token.is_empty() {
            return self.anonymous(project);
        }
        let header = jwt::header(token)?;
        let (directory, now) = (self.control.directory(), self.clock.now());
        let identity = if header.kid.as_deref() == Some(TICKET_KEY_ID) {
            self.tickets.open(token, now)?
        } else {
            external::identify(&directory, token, &header, project, now)?
        };
        let found = directory.project(identity.project).ok_or(AuthRefusal::UnknownProject)?;
        if project.is_some_and(|slug| slug != found.slug) {
            return Err(AuthRefusal::UnknownProject);
        }
        self.recheck(&identity)?;
        if let Issuer::TokenKey(id) = identity.issuer {
            self.control.touch_token_key(id);
        }
        Ok(identity)
    }

    /// Whether an identity that was proven before still holds: to be asked when it expires and
    /// after each of [`Verifier::changes`].
    pub fn recheck(&self, identity: &Identity) -> Result<(), AuthRefusal> {
        let project = self.control.directory().project(identity.project);
        let project = project.ok_or(AuthRefusal::UnknownProject)?;
        if identity.expires_at.is_some_and(|at| expired(at, self.clock.now())) {
            return Err(AuthRefusal::Expired);
        }
        let (token, user) = (identity.token_id.as_deref(), identity.user_id.as_deref());
        if self.control.is_revoked(project.id, token, user, identity.issued_at) {
            return Err(AuthRefusal::Revoked);
        }
        if self.vouched_for(identity, &project)? { Ok(()) } else { Err(AuthRefusal::Withdrawn) }
    }

    /// Moves on whenever an identity may have lost its ground.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.control.identity_changes()
    }

    /// The ticket that says what `identity` says; `None` if no ticket can.
    pub(crate) fn ticket(&self, identity: &Identity) -> Option<String> {
        self.tickets.sign(identity)
    }

    /// Says the same of a project that is closed and of one that is not there.
    fn anonymous(&self, project: Option<&str>) -> Result<Identity, AuthRefusal> {
        let directory = self.control.directory();
        let found = project.and_then(|slug| directory.by_slug(slug));
        let open = found.filter(|project| project.settings.realtime.allow_anonymous);
        let now = self.clock.now();
        open.map(|project| Identity::anonymous(project.id, now)).ok_or(AuthRefusal::Missing)
    }

    fn vouched_for(&self, identity: &Identity, project: &Project) -> Result<bool, AuthRefusal> {
        let directory = self.control.directory();
        Ok(match identity.issuer {
            Issuer::Project => project.settings.realtime.allow_anonymous,
            Issuer::Key(id) => directory.key(id).is_some_and(|key| !key.expired(self.clock.now())),
            Issuer::TokenKey(id) => {
                directory.token_keys_of(project.id).iter().any(|key| key.id == id)
            }
            Issuer::Operator(id) => match self.control.operator(id) {
                Ok(operator) => {
                    // Another role is another identity: it takes a new ticket.
                    let same = IdentityKind::Operator { role: operator.role } == identity.kind;
                    let active = !operator.disabled && !operator.must_change_password;
                    same && active && operator.may_read(project.id)
                }
                Err(ControlError::NotFound(_)) => false,
                Err(error) => {
                    tracing::error!(%error, "an operator's ticket cannot be checked");
                    return Err(AuthRefusal::Unavailable);
                }
            },
        })
    }
}
