use model::{Millis, Reason};

use crate::decode::fields::Problem;
use crate::decode::{Fields, Obj};
use crate::normalise::time;
use crate::scene::Scene;

/// What a batch says once for all of its lines.
#[derive(Debug, Default)]
pub(crate) struct Shared<'a> {
    pub device: String,
    pub app: String,
    pub env: String,
    pub release: String,
    pub drift: Option<Millis>,
    pub extra: Obj<'a>,
}

impl<'a> Shared<'a> {
    pub fn read(scene: &Scene<'_>, mut obj: Obj<'a>) -> Self {
        obj.take("apiKey");
        obj.take("apikey");
        let sent_at = obj.take("sentAt").as_ref().and_then(time::read);
        let mut fields = Fields::new(obj, &scene.project.settings.limits, false);
        let device = fields.short(&["deviceId", "device"]);
        scene.scrub.object(&mut fields.obj);
        Shared {
            device,
            app: fields.short(&["app", "service"]),
            env: fields.short(&["env", "environment"]),
            release: fields.short(&["release", "version"]),
            drift: sent_at.map(|sent| scene.received_at.saturating_sub(sent)),
            extra: fields.obj,
        }
    }
}

/// A line has a message; everything else can be missing.
pub(super) fn item<'a>(scene: &Scene<'_>, raw: &'a str) -> Result<Obj<'a>, Problem> {
    let obj = scene.object(raw)?;
    let message = obj.get("message").or_else(|| obj.get("msg"));
    match message {
        None | Some(crate::decode::Json::Null) => {
            Err(Problem::at(Reason::Schema, "message", "is missing"))
        }
        Some(_) => Ok(obj),
    }
}
