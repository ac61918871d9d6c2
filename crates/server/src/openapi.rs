//! One document for the whole API, collected from the routes themselves.

use serde_json::Value;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, api, ingest};

#[derive(OpenApi)]
#[openapi(
    info(title = "Signalbox", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    modifiers(&Schemes),
    components(schemas(crate::problem::ProblemBody<'static>)),
)]
struct Base;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let cookie = ApiKey::Cookie(ApiKeyValue::new("sb_session"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        let csrf = ApiKey::Header(ApiKeyValue::new("X-CSRF-Token"));
        components.add_security_scheme("csrf", SecurityScheme::ApiKey(csrf));
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("sbs_…");
        components.add_security_scheme("secretKey", SecurityScheme::Http(bearer.build()));
    }
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Base::openapi()).merge(api::routes()).merge(ingest::routes())
}

/// The document, as `GET /api/openapi.json` serves it.
pub fn document() -> Value {
    let document = serde_json::to_value(routes().into_openapi());
    // Strings, numbers and maps with text keys always serialise.
    let mut document = document.unwrap_or_default();
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    if let Some(number) = schemas.and_then(|schemas| schemas.remove(ALIAS)) {
        inline(&mut document, &number);
    }
    document
}

/// What utoipa makes of `Millis`: it takes the alias for a type of its own.
const ALIAS: &str = "i64";

fn inline(value: &mut Value, number: &Value) {
    match value {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|r| r.strip_prefix("#/components/schemas/"));
            if name == Some(ALIAS) {
                members.remove("$ref");
                members.extend(number.as_object().cloned().unwrap_or_default());
            }
            members.values_mut().for_each(|member| inline(member, number));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| inline(item, number)),
        _ => {}
    }
}
