use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    App, Problem, client_ip, ingest, live, metrics, openapi, request_id, security_headers, ui,
};

/// The whole server as one service.
pub fn router(app: App) -> Router {
    let (routes, _) = openapi::routes().split_for_parts();
    routes
        .merge(live::routes())
        .merge(metrics::routes())
        .fallback(fallback)
        .method_not_allowed_fallback(method_not_allowed)
        // The last layer is the outermost.
        .layer(DefaultBodyLimit::max(app.options.api_body_bytes))
        .layer(from_fn_with_state(app.clone(), time_limit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), ingest::cors))
        .layer(from_fn(security_headers::layer))
        .layer(from_fn_with_state(app.clone(), client_ip::layer))
        .layer(from_fn_with_state(app.clone(), request_id::layer))
        .with_state(app)
}

/// The dashboard, except below the paths that programs call.
async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") || path.starts_with("/system/") {
        return Problem::not_found("endpoint").into_response();
    }
    ui::serve(request).await
}

async fn method_not_allowed() -> Problem {
    let detail = "this endpoint does not answer to that method";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

async fn time_limit(State(app): State<App>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(app.options.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::overloaded("the request took too long", 5).into_response(),
    }
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Problem::internal(text.as_deref().unwrap_or("panic")).into_response()
}
