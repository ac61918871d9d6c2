//! Where connections come in: the paths that are not requests and answers.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::routing::any;
use realtime::answer::Answer;

use crate::App;
use crate::client_ip::Client;

pub fn routes() -> Router<App> {
    Router::new().route("/socket.io", any(socket_io)).route("/socket.io/", any(socket_io))
}

/// Engine.IO answers for itself, refusals included: stock clients know no other language.
async fn socket_io(State(app): State<App>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let address = Client::of(&parts).ip;
    let answer = app.live.engine.handle(Request::from_parts(parts, body), address).await;
    served(answer)
}

fn served(answer: Answer) -> Response<Body> {
    answer.map(Body::new)
}
