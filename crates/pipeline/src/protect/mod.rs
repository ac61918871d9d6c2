//! Who may send, how much, and what of it may be kept. Shared by all signals.

pub(crate) mod address;
pub(crate) mod consent;
mod credentials;
mod limiter;
mod nonces;
pub(crate) mod pseudonym;
pub(crate) mod quota;
pub(crate) mod scrub;
mod signature;
mod token;

use std::net::IpAddr;
use std::sync::Arc;

use model::settings::Limits;
use model::{KeyKind, Millis, Project, ProjectId, ProjectKey, Reason, Scope};

use crate::{PipelineOptions, Projects, Refusal, Request};
pub(crate) use consent::Consent;
use credentials::{Credentials, Signed};
use limiter::{Limiter, Rate};
use nonces::{Nonce, Nonces};

/// All users behind one address together get this many times what one of them gets: enough for
/// an office, and the most that inventing user ids can gain.
const USERS_PER_ADDRESS: u32 = 10;

/// Who sends, proven as far as the project asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub project: Arc<Project>,
    pub key: Arc<ProjectKey>,
    /// From a verified token; wins over what items claim.
    pub user: String,
    pub role: String,
}

/// A refusal and the project whose ledger it belongs to.
#[derive(Debug)]
pub(crate) struct Denied {
    pub project: ProjectId,
    pub refusal: Refusal,
}

pub(crate) struct Gate {
    limiter: Limiter,
    nonces: Nonces,
}

impl Gate {
    pub fn new(options: &PipelineOptions) -> Self {
        Gate {
            limiter: Limiter::new(options.rate_limit_entries),
            nonces: Nonces::new(options.nonce_entries),
        }
    }

    /// `in_body` is the key that the body carries, `claimed` the user it claims to be about.
    pub fn admit(
        &self,
        projects: &dyn Projects,
        request: &Request,
        scope: Scope,
        in_body: Option<&str>,
        claimed: &str,
    ) -> Result<Caller, Denied> {
        let shown = credentials::read(request, in_body);
        let (project, key) = identify(projects, &shown)?;
        let denied = |refusal| Denied { project: project.id, refusal };
        let now = request.received_at;

        if key.expired(now) {
            return Err(denied(unknown_key()));
        }
        if !project.settings.enabled {
            let text = "collection is switched off for this project";
            return Err(denied(Refusal::new(Reason::KillSwitch, text)));
        }
        if !key.allows(scope) {
            let text = format!("the key lacks the scope {}", scope.name());
            return Err(denied(Refusal::new(Reason::Scope, text)));
        }
        if key.kind == KeyKind::Public {
            self.rate_of_address(&project, request.ip, now).map_err(denied)?;
        }
        let proof = self.prove(&project, &key, &shown, request).map_err(denied)?;
        allow_anonymity(&project, &key, proof.is_some()).map_err(denied)?;
        check_origin(&project, &key, request, proof.is_some()).map_err(denied)?;
        let server = key.kind == KeyKind::Secret || shown.signed.is_some();
        let claims = proof.unwrap_or_default();
        let user = if claims.user.is_empty() { claimed } else { &claims.user };
        self.rate(&project, &key, server, (request.ip, user), now).map_err(denied)?;
        projects.touch(key.id);
        Ok(Caller { project, key, user: claims.user, role: claims.role })
    }

    /// Verifies the signature and the token, if there are any. `None`: neither was shown.
    fn prove(
        &self,
        project: &Project,
        key: &ProjectKey,
        shown: &Credentials<'_>,
        request: &Request,
    ) -> Result<Option<token::Claims>, Refusal> {
        let now = request.received_at;
        let mut proof = None;
        if let Some(jwt) = shown.jwt {
            proof = Some(verify_token(project, key, jwt, now)?);
        }
        if let Some(signed) = &shown.signed {
            self.verify_signature(project, key, signed, request)?;
            proof.get_or_insert_default();
        }
        Ok(proof)
    }

    fn verify_signature(
        &self,
        project: &Project,
        key: &ProjectKey,
        signed: &Signed<'_>,
        request: &Request,
    ) -> Result<(), Refusal> {
        let refused = |text: String| Refusal::new(Reason::Signature, text);
        // Looked up again through the project: a public key may stand beside the signature.
        let (id, secret) = signing_secret(project, key)
            .ok_or_else(|| refused("the signing key is not one of this project".to_owned()))?;
        signature::verify(secret, signed, request, request.received_at)
            .map_err(|e| refused(e.to_string()))?;
        match self.nonces.claim(id, &signed.nonce, request.received_at) {
            Nonce::Fresh => Ok(()),
            Nonce::Used => Err(refused("the nonce was used before".to_owned())),
            Nonce::Full => {
                Err(Refusal::new(Reason::Rate, "too many signed requests").retry_after(60))
            }
        }
    }

    fn rate_of_address(&self, project: &Project, ip: IpAddr, now: Millis) -> Result<(), Refusal> {
        let limits = &project.settings.limits;
        let all = Rate {
            per_minute: limits.requests_per_minute.saturating_mul(USERS_PER_ADDRESS),
            burst: limits.burst.saturating_mul(USERS_PER_ADDRESS),
        };
        let caller = (project.id, address::caller(ip));
        self.limiter.take(&caller, all, now).map_err(too_fast)
    }

    fn rate(
        &self,
        project: &Project,
        key: &ProjectKey,
        server: bool,
        (ip, user): (IpAddr, &str),
        now: Millis,
    ) -> Result<(), Refusal> {
        let limits = &project.settings.limits;
        let taken = if server {
            self.limiter.take(&(project.id, key.id), server_rate(limits), now)
        } else {
            let rate = Rate { per_minute: limits.requests_per_minute, burst: limits.burst };
            self.limiter.take(&(project.id, address::caller(ip), user), rate, now)
        };
        taken.map_err(too_fast)
    }
}

fn server_rate(limits: &Limits) -> Rate {
    let per_minute = limits.server_requests_per_minute;
    Rate { per_minute, burst: per_minute.max(limits.burst) }
}

fn too_fast(wait_s: u32) -> Refusal {
    Refusal::new(Reason::Rate, "too many requests").retry_after(wait_s)
}

fn unknown_key() -> Refusal {
    Refusal::new(Reason::Key, "unknown, revoked or expired key").field("apiKey")
}

/// The project and key that a request names. Nothing is proven yet.
fn identify(
    projects: &dyn Projects,
    shown: &Credentials<'_>,
) -> Result<(Arc<Project>, Arc<ProjectKey>), Denied> {
    let nobody = |refusal| Denied { project: ProjectId::NONE, refusal };
    let signer = match (&shown.signed, shown.jwt) {
        (Some(signed), _) => {
            let signer = projects.by_key(&signed.key);
            let wrong = || Refusal::new(Reason::Signature, "unknown signing key");
            Some(signer.ok_or_else(wrong).map_err(nobody)?)
        }
        (None, Some(jwt)) => {
            let wrong = |text: String| nobody(Refusal::new(Reason::Token, text));
            let kid = token::key_id(jwt).map_err(|e| wrong(e.to_string()))?;
            let signer = projects.by_key(&kid);
            Some(signer.ok_or_else(|| wrong("unknown signing key".to_owned()))?)
        }
        (None, None) => None,
    };
    let signer = match signer {
        Some((project, key)) if key.kind != KeyKind::Signing => {
            let text = "the key does not sign";
            return Err(Denied {
                project: project.id,
                refusal: Refusal::new(Reason::Signature, text),
            });
        }
        signer => signer,
    };
    let Some(plain) = shown.plain.as_deref() else {
        return signer.ok_or_else(|| {
            nobody(Refusal::new(Reason::Key, "no key in header, query or body").field("apiKey"))
        });
    };
    let (project, key) = projects.by_key(plain).ok_or_else(|| nobody(unknown_key()))?;
    match signer {
        // An id proves nothing: only what it signs does.
        None if key.kind == KeyKind::Signing => Err(nobody(unknown_key())),
        None => Ok((project, key)),
        Some((signed_for, signer)) if signed_for.id == project.id => Ok((signed_for, signer)),
        Some(_) => {
            let text = "key and signature belong to different projects";
            Err(Denied { project: project.id, refusal: Refusal::new(Reason::Signature, text) })
        }
    }
}

fn signing_secret<'p>(project: &'p Project, key: &'p ProjectKey) -> Option<(i64, &'p [u8])> {
    let in_force = project.signing.iter().any(|k| k.id == key.id);
    let secret = key.signing_secret.as_deref()?;
    (in_force && key.kind == KeyKind::Signing).then_some((key.id, secret))
}

fn verify_token(
    project: &Project,
    key: &ProjectKey,
    jwt: &str,
    now: Millis,
) -> Result<token::Claims, Refusal> {
    let refused = |text: String| Refusal::new(Reason::Token, text);
    let (_, secret) = signing_secret(project, key)
        .ok_or_else(|| refused("the signing key is not one of this project".to_owned()))?;
    token::verify(jwt, secret, &project.slug, now).map_err(|e| refused(e.to_string()))
}

fn allow_anonymity(project: &Project, key: &ProjectKey, proven: bool) -> Result<(), Refusal> {
    let access = &project.settings.access;
    let enough = proven
        || !access.require_signature && (key.kind == KeyKind::Secret || access.allow_anonymous);
    if enough {
        return Ok(());
    }
    Err(Refusal::new(Reason::Signature, "this project wants a signature or a token"))
}

/// Public keys are for pages of allowed origins. A key's own list binds whoever uses it.
fn check_origin(
    project: &Project,
    key: &ProjectKey,
    request: &Request,
    proven: bool,
) -> Result<(), Refusal> {
    let trusted = proven || key.kind != KeyKind::Public;
    let allowed = match request.headers.origin.as_deref() {
        Some(origin) if trusted && key.origins.is_empty() => !origin.is_empty(),
        Some(origin) => project.allows_origin(key, origin),
        None => trusted || project.settings.access.allow_no_origin,
    };
    if allowed {
        return Ok(());
    }
    Err(Refusal::new(Reason::Origin, "this origin may not send").field("origin"))
}

/// The project behind a request that only asks. Origins count, rates and switches do not.
pub(crate) fn recognise(
    projects: &dyn Projects,
    request: &Request,
) -> Result<Arc<Project>, Refusal> {
    let shown = credentials::read(request, None);
    let (project, key) = identify(projects, &shown).map_err(|denied| denied.refusal)?;
    if key.expired(request.received_at) {
        return Err(unknown_key());
    }
    check_origin(&project, &key, request, false)?;
    Ok(project)
}

/// Whose ledger a request belongs to that cannot be read any further.
pub(crate) fn attribute(projects: &dyn Projects, request: &Request) -> ProjectId {
    let shown = credentials::read(request, None);
    identify(projects, &shown).map_or(ProjectId::NONE, |(project, _)| project.id)
}
