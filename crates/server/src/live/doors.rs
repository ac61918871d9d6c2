//! Where connections come in: the paths that are not requests and answers.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::routing::any;
use realtime::answer::Answer;

use crate::App;
use crate::client_ip::Client;

/// Each answers for itself, refusals included: stock clients know no other language.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/socket.io", any(socket_io))
        .route("/socket.io/", any(socket_io))
        .route("/ws", any(native))
        .route("/ws/json", any(native))
        .route("/ws/simple", any(native))
        .route("/api/realtime/events", any(events))
}

async fn socket_io(State(app): State<App>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let address = Client::of(&parts).ip;
    served(app.live.engine.handle(Request::from_parts(parts, body), address).await)
}

async fn native(State(app): State<App>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let address = Client::of(&parts).ip;
    served(app.live.ws.handle(Request::from_parts(parts, body), address).await)
}

async fn events(State(app): State<App>, request: Request) -> Response<Body> {
    // A stream has nothing to say first.
    let (parts, _) = request.into_parts();
    let address = Client::of(&parts).ip;
    served(app.live.sse.handle(Request::from_parts(parts, ()), address).await)
}

fn served(answer: Answer) -> Response<Body> {
    answer.map(Body::new)
}
