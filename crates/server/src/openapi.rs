//! One document for the whole API, collected from the routes themselves.

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
pub fn document() -> Document {
    routes().into_openapi()
}
