//! Tickets: tokens of a few minutes that this server signs for itself.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use model::identity::{ChannelPattern, DeviceAccess, Identity, IdentityKind, Issuer, Permission};
use model::{Millis, ProjectId, Role};
use serde::{Deserialize, Serialize};
use store::control::TICKET_KEY_ID;

use super::AuthRefusal;
use super::jwt::{self, AUDIENCE, Times};

/// An identity as it travels. The project is named by its id: slugs can be taken again.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    aud: String,
    kind: Kind,
    /// The operator or the secret key behind the ticket.
    by: i64,
    /// Only of operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    project: i64,
    roles: Vec<String>,
    channels: Vec<String>,
    devices: Vec<String>,
    permissions: Vec<String>,
    jti: String,
    iat: i64,
    exp: i64,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Operator,
    User,
    Machine,
}

pub(super) struct Tickets {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Tickets {
    pub fn new(secret: &[u8; 32]) -> Self {
        let (signing, checking) =
            (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Tickets { signing, checking }
    }

    /// `None` for what no ticket can say: an identity without an id or an end, or that nobody
    /// answers for.
    pub fn sign(&self, identity: &Identity) -> Option<String> {
        let claims = Claims::of(identity)?;
        let header =
            Header { kid: Some(TICKET_KEY_ID.to_owned()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims, &self.signing).ok()
    }

    pub fn open(&self, token: &str, now: Millis) -> Result<Identity, AuthRefusal> {
        let claims: Claims = jwt::open(token, &self.checking, Algorithm::HS256)?;
        if claims.aud != AUDIENCE {
            return Err(AuthRefusal::Audience);
        }
        let seconds = |at: i64| Some(at as f64);
        let times =
            Times { expires: seconds(claims.exp), begins: None, issued: seconds(claims.iat) };
        times.judge(now, false)?;
        claims.identity().ok_or(AuthRefusal::Claim("kind"))
    }
}

impl Claims {
    fn of(identity: &Identity) -> Option<Claims> {
        let (kind, by, operator) = match (identity.kind, identity.issuer) {
            (IdentityKind::Operator { role }, Issuer::Operator(id)) => {
                (Kind::Operator, id, Some(role))
            }
            (IdentityKind::User, Issuer::Key(id)) => (Kind::User, id, None),
            (IdentityKind::Machine { key }, Issuer::Key(id)) if key == id => {
                (Kind::Machine, id, None)
            }
            _ => return None,
        };
        Some(Claims {
            aud: AUDIENCE.to_owned(),
            kind,
            by,
            operator,
            sub: identity.user_id.clone(),
            project: identity.project.0,
            roles: identity.roles.clone(),
            channels: identity.channels.iter().map(ToString::to_string).collect(),
            devices: match &identity.devices {
                DeviceAccess::None => Vec::new(),
                DeviceAccess::All => vec!["*".to_owned()],
                DeviceAccess::Only(list) => list.clone(),
            },
            permissions: identity.permissions.iter().map(|p| p.name().to_owned()).collect(),
            jti: identity.token_id.clone()?,
            iat: identity.issued_at / 1000,
            exp: identity.expires_at? / 1000,
        })
    }

    /// What was signed here needs no second check of its lists.
    fn identity(self) -> Option<Identity> {
        let (kind, issuer) = match (self.kind, self.operator) {
            (Kind::Operator, Some(role)) => {
                (IdentityKind::Operator { role }, Issuer::Operator(self.by))
            }
            (Kind::User, None) => (IdentityKind::User, Issuer::Key(self.by)),
            (Kind::Machine, None) => (IdentityKind::Machine { key: self.by }, Issuer::Key(self.by)),
            _ => return None,
        };
        let channels = self.channels.iter().map(|text| ChannelPattern::parse(text).ok());
        let permissions = self.permissions.iter().map(|name| Permission::parse(name));
        Some(Identity {
            project: ProjectId(self.project),
            kind,
            issuer,
            user_id: self.sub,
            roles: self.roles,
            channels: channels.collect::<Option<_>>()?,
            devices: match self.devices.as_slice() {
                [] => DeviceAccess::None,
                [all] if all == "*" => DeviceAccess::All,
                _ => DeviceAccess::Only(self.devices),
            },
            permissions: permissions.collect::<Option<_>>()?,
            token_id: Some(self.jti),
            issued_at: self.iat * 1000,
            expires_at: Some(self.exp * 1000),
        })
    }
}
