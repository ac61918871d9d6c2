mod external;
mod hostile;
mod public_keys;
mod tickets;
mod vectors;

use std::sync::Arc;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use model::identity::Identity;
use model::{ManualClock, ProjectId, ProjectSettings};
use serde_json::{Value, json};
use store::control::{Actor, Control, MasterKey, NewProject, NewTokenKey, TokenMaterial};

use super::{AuthRefusal, Verifier};

const NOW: i64 = 1_790_000_000_000;
const SECONDS: i64 = NOW / 1000;
const SECRET: &[u8] = b"a secret of the project, 32 bytes and more";

/// A control plane with the project `shop` and its key `hs`, and the verifier over it.
struct Bench {
    verifier: Verifier,
    control: Control,
    clock: Arc<ManualClock>,
    shop: ProjectId,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let dir = tempfile::tempdir().expect("dir");
        let clock = Arc::new(ManualClock::at(NOW));
        let path = dir.path().join("control.db");
        let key = MasterKey::from_bytes([7; 32]);
        let control = Control::open(&path, key, clock.clone()).expect("open");
        let verifier = Verifier::new(control.clone(), clock.clone());
        let mut bench = Bench { verifier, control, clock, shop: ProjectId(0), _dir: dir };
        bench.shop = bench.project("shop");
        bench.key(bench.shop, "hs", TokenMaterial::Hs256(SECRET.to_vec()));
        bench
    }

    fn project(&self, slug: &str) -> ProjectId {
        let new = NewProject { slug: slug.into(), name: slug.into(), ..NewProject::default() };
        self.control.create_project(&Actor::system(), new).expect("project").id
    }

    fn key(&self, project: ProjectId, kid: &str, material: TokenMaterial) -> i64 {
        let new = NewTokenKey { name: kid.into(), kid: Some(kid.into()), material: Some(material) };
        self.control.create_token_key(&Actor::system(), project, new).expect("key").info.id
    }

    fn settings(&self, change: impl FnOnce(&mut ProjectSettings)) {
        let mut settings = self.control.settings(self.shop).expect("settings").settings;
        change(&mut settings);
        self.control.put_settings(&Actor::system(), self.shop, settings, None).expect("saved");
    }

    fn verify(&self, token: &str) -> Result<Identity, AuthRefusal> {
        self.verifier.verify(token, None)
    }

    /// A token of the key `hs` with `claims` on top of good ones.
    fn signed(&self, claims: &Value) -> Result<Identity, AuthRefusal> {
        self.verify(&token(Some("hs"), SECRET, claims))
    }
}

/// Signed with HS256. `claims` override those of a good token; `null` takes one away.
fn token(kid: Option<&str>, secret: &[u8], claims: &Value) -> String {
    let mut all = json!({"sub": "ann", "iat": SECONDS, "exp": SECONDS + 600});
    for (name, value) in claims.as_object().expect("claims") {
        all[name] = value.clone();
    }
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::HS256) };
    encode(&header, &all, &EncodingKey::from_secret(secret)).expect("signed")
}
