//! The stage without Socket.IO: JSON messages on a bare WebSocket.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use hyper::body::Incoming;
use realtime::answer::Answer;
use realtime::hub::{Audience, Body, Dialect, Hub, Link, Publication, Scope, Subscriber};
use realtime::native::json::Kind;
use realtime::net::{Heard, Speaker};
use serde::Deserialize;

use crate::RAW;
use crate::stage::{Go, Message, Run};
use crate::support::Ground;

pub fn accept(ground: &Ground, request: &mut Request<Incoming>) -> Answer {
    let hub = ground.hub.clone();
    let scope = hub.scope("stage", "plain");
    realtime::net::accept(&ground.hub, request, RAW, move |link: Arc<Link>| {
        let id = format!("plain-{}", link.id).into();
        let subscriber = hub.attach(&scope, id, &link, Dialect::Bare);
        Actor { hub, scope, _subscriber: subscriber }
    })
}

struct Actor {
    hub: Hub,
    scope: Arc<Scope>,
    _subscriber: Subscriber,
}

#[derive(Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
enum Asked {
    Go(Go),
    Run(Run),
}

impl Speaker for Actor {
    fn text(&mut self, text: &str) -> Heard {
        let (hub, scope) = (self.hub.clone(), Arc::clone(&self.scope));
        match serde_json::from_str(text) {
            Ok(Asked::Go(go)) => {
                go.each(|message| say(&hub, &scope, &message));
            }
            Ok(Asked::Run(run)) => {
                tokio::spawn(run.each(move |message| say(&hub, &scope, &message)));
            }
            Err(_) => {}
        }
        Heard::Go
    }

    fn binary(&mut self, _bytes: Bytes) -> Heard {
        Heard::Go
    }
}

fn say(hub: &Hub, scope: &Arc<Scope>, message: &Message) {
    let data = format!("{{\"t\":\"m\",\"ts\":{},\"pad\":\"{}\"}}", message.ts, message.pad);
    let body = Body {
        name: "m".into(),
        args: data.into(),
        arity: 1,
        attachments: Arc::default(),
        kind: Kind::System,
    };
    let _ = hub.publish(Publication::new(Arc::clone(scope), Audience::everybody(), body));
}
