//! The REST API: one file per resource, each with its types, handlers and `routes()`.

mod version;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().merge(version::routes())
}
