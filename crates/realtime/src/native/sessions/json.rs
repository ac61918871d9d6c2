//! The actions of the JSON protocol.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::Millis;
use uuid::Uuid;

use super::asking::{Ask, check, check_source};
use super::chapter::{self, Chapter, find};
use super::joining::BUDGET;
use super::member::Member;
use super::session::Session;
use super::voice::Voice;
use crate::hub::filter::{Filter, HealthFilter, Severity};
use crate::native::json::{
    self, Action, History, Mode, ServerMessage, Subscribe, SubscribeMode, Unsubscribe,
};
use crate::native::{Problem, Refusal};

pub(super) fn hear(session: &Arc<Session>, text: &str, now: Millis) -> Result<(), Refusal> {
    let mode = match session.door.options.lenient {
        true => Mode::Lenient { id: Uuid::new_v4(), now },
        false => Mode::Strict,
    };
    let message = json::parse(text.as_bytes(), mode)?;
    let (id, action) = (message.id, message.action);
    if let Action::Auth { token } = action {
        session.authenticate(token, Some(id));
        return Ok(());
    }
    let mut state = session.state();
    let voice = state.voice(session);
    let Some(member) = &mut state.member else {
        return Err(Refusal::unauthenticated().for_request(Some(id)));
    };
    if !matches!(action, Action::Ping) {
        member.record().received(text.len() as u64, now);
    }
    let mut asked = Asked { session, member, voice, now, id: &id };
    let answer = match action {
        Action::Subscribe(subscribe) => asked.subscribe(&subscribe),
        Action::Unsubscribe(unsubscribe) => Ok(Some(asked.unsubscribe(unsubscribe))),
        Action::Ping => Ok(Some(voice.json(now, &ServerMessage::Pong { request_id: Some(&id) }))),
        Action::GetHistory(history) => asked.history(&history).map(Some),
        Action::Ack { of } => {
            asked.member.acknowledge(session, &of);
            Ok(None)
        }
        Action::Auth { .. } => Ok(None),
    };
    match answer {
        Ok(Some(answer)) => member.subscriber.send(answer),
        Ok(None) => {}
        Err(refusal) => return Err(refusal.for_request(Some(id))),
    }
    Ok(())
}

struct Asked<'a> {
    session: &'a Session,
    member: &'a mut Member,
    voice: Voice,
    now: Millis,
    id: &'a str,
}

impl Asked<'_> {
    /// The answer goes out before what it lets in.
    fn subscribe(&mut self, subscribe: &Subscribe) -> Result<Option<Bytes>, Refusal> {
        let ask = Ask {
            types: subscribe.types,
            channels: &subscribe.channels,
            throttle: throttle(subscribe.throttle_ms),
            filter: subscribe.filter.as_ref().map(filter).transpose()?.flatten(),
            replace: subscribe.mode == SubscribeMode::Replace,
            history: subscribe.history,
            since: subscribe.since.as_ref(),
        };
        let most = self.session.door.options.channels;
        check(&ask, &self.member.admitted, &self.member.subscriptions, most)
            .map_err(|refusal| refusal.below("payload"))?;
        let (session, voice) = (self.session, self.voice);
        self.member.subscribe(session, voice, self.now, &ask, Some(self.id));
        Ok(None)
    }

    fn unsubscribe(&mut self, unsubscribe: Unsubscribe) -> Bytes {
        let lost = match unsubscribe {
            Unsubscribe::Of { types, channels } => self.member.unsubscribe(types, &channels),
            Unsubscribe::Everything => {
                let channels = self.member.subscriptions.channels.clone();
                self.member.unsubscribe(self.member.subscriptions.types, &channels)
            }
        };
        self.member.publish_subscriptions();
        lost.unsubscribed(self.voice, self.now, Some(self.id))
    }

    fn history(&self, history: &History) -> Result<Bytes, Refusal> {
        check_source(&self.member.admitted, &history.source)
            .map_err(|refusal| refusal.below("payload"))?;
        let most = self.session.door.options.max_history;
        let limit = usize::try_from(history.limit).unwrap_or(most).min(most);
        let (hub, scope) = (&self.session.door.premises.hub, self.member.subscriber.scope());
        let found = find(hub, scope, chapter::room(&history.source), history, limit);
        let chapter = Chapter {
            source: &history.source,
            events: &found.events,
            limit,
            more: found.more,
            gap: found.gap,
            forward: found.forward,
            request_id: Some(self.id),
        };
        Ok(chapter.write(self.voice, self.now, &mut { BUDGET }))
    }
}

pub(super) fn throttle(millis: Option<u32>) -> Option<Duration> {
    millis.filter(|millis| *millis > 0).map(|millis| Duration::from_millis(millis.into()))
}

/// `None`: one that lets everything through.
fn filter(filter: &json::Filter) -> Result<Option<Arc<Filter>>, Refusal> {
    let severity = filter.min_severity;
    let components: Vec<_> = filter.components.iter().map(String::as_str).collect();
    if components.is_empty() && severity.is_none_or(|severity| severity == Severity::Info) {
        return Ok(None);
    }
    let filter = HealthFilter::new(severity, &components).map_err(|error| {
        Refusal::invalid(vec![Problem::new("payload.filter.components", error.to_string())])
    })?;
    Ok(Some(Arc::new(Filter::Health(filter))))
}
