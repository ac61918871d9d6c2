//! The types of the simple protocol.

use std::sync::Arc;

use model::Millis;

use super::asking::{Ask, check};
use super::json::throttle;
use super::session::Session;
use crate::native::json::Kinds;
use crate::native::simple::{self, Action, ServerMessage};
use crate::native::{ErrorCode, Refusal};

pub(super) fn hear(session: &Arc<Session>, text: &str, now: Millis) -> Result<(), Refusal> {
    let message = simple::parse(text.as_bytes())?;
    let (id, action) = (message.request_id, message.action);
    let id = id.as_deref();
    if let Action::Auth { token } = action {
        session.authenticate(token, id.map(str::to_owned));
        return Ok(());
    }
    let mut state = session.state();
    let voice = state.voice(session);
    let Some(member) = &mut state.member else {
        return Err(Refusal::unauthenticated().for_request(id.map(str::to_owned)));
    };
    if !matches!(action, Action::Ping) {
        member.record().received(text.len() as u64, now);
    }
    let answer = match &action {
        Action::Ping => voice.simple(now, id, &ServerMessage::Pong),
        Action::Echo { data } => voice.simple(now, id, &ServerMessage::Echo { data: *data }),
        Action::Unsubscribe { channels } => {
            member.unsubscribe(Kinds::NONE, channels);
            member.publish_subscriptions();
            voice.simple(now, id, &ServerMessage::Unsubscribed { channels })
        }
        Action::Subscribe { channels, since, throttle_ms } => {
            let ask = Ask {
                types: Kinds::NONE,
                channels,
                throttle: throttle(*throttle_ms),
                filter: None,
                replace: false,
                history: false,
                since: since.as_ref(),
            };
            let most = session.door.options.channels;
            check(&ask, &member.admitted, &member.subscriptions, most)
                .map_err(|refusal| refusal.below("data").for_request(id.map(str::to_owned)))?;
            // The answer goes out before what it lets in.
            member.subscribe(session, voice, now, &ask, id);
            return Ok(());
        }
        Action::Ack => {
            if let Some(id) = id {
                member.acknowledge(session, id);
            }
            return Ok(());
        }
        Action::Unknown { name } => {
            let refusal = Refusal::new(ErrorCode::InvalidType, format!("Unknown type: {name}"));
            return Err(refusal.for_request(id.map(str::to_owned)));
        }
        Action::Auth { .. } => return Ok(()),
    };
    member.subscriber.send(answer);
    Ok(())
}
