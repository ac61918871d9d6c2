//! Somebody who was let in, and what belongs to them.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::header::USER_AGENT;

use super::repeater::Repeater;
use super::session::{Session, State};
use super::subscriptions::Subscriptions;
use super::unacked::Unacked;
use super::voice::Voice;
use crate::gate::Admitted;
use crate::hub::{Arrival, Link, Subscriber};
use crate::native::json::Connected;
use crate::registry::{
    CloseReason, ConnectionInfo, ConnectionRecord, Registered, Reservation, Transport,
};

pub(super) struct Member {
    pub admitted: Admitted,
    pub subscriber: Subscriber,
    pub subscriptions: Subscriptions,
    /// Once it has said that it acknowledges.
    pub unacked: Option<(Unacked, Arc<Repeater>)>,
    /// Since when its token no longer holds.
    pub lapsed: Option<Instant>,
    registered: Registered,
    /// Of the link, in the books already: sent, dropped.
    booked: (u64, u64),
}

impl Session {
    /// It is in: registered, in its own rooms, and greeted. `preface` goes before the greeting.
    pub fn enter(&self, admitted: Admitted, reservation: Reservation, preface: Option<&[u8]>) {
        let registered = reservation.register(self.info(&admitted));
        let mut state = self.state();
        let voice = state.voice(self);
        let own: Vec<Arc<str>> = admitted.identity.own_rooms().map(Into::into).collect();
        let greeting = [preface.unwrap_or_default(), &self.greeting(voice)].concat();
        let hub = &self.door.premises.hub;
        let (scope, id) = (hub.scope(&admitted.tenant, "/"), Arc::clone(&self.id));
        let arrival = Arrival { id, dialect: voice.dialect(), rooms: own.clone(), after: None };
        let greet = |_: &_| Some(greeting.into());
        let arrived = hub.arrive(&scope, &self.link, arrival, greet);
        // Without a past nothing can be missing, so nobody stays outside.
        let Some((subscriber, offset)) = arrived else { return };
        let wants_acks = self.handshake.query("ack").is_some_and(|value| value == "1");
        let mut member = Member {
            admitted,
            subscriptions: Subscriptions::new(&self.id, own, offset),
            subscriber,
            unacked: None,
            lapsed: None,
            registered,
            booked: (0, 0),
        };
        if wants_acks {
            member.expect_acks(self, offset);
        }
        state.stranger = None;
        state.member = Some(member);
    }

    /// The first message has shown that it speaks the other protocol: it is greeted in that, and
    /// from now on gets everything in it.
    pub fn resettle(&self, state: &State) {
        let voice = state.voice(self);
        if let Some(member) = &state.member {
            member.subscriber.speak(voice.dialect());
            member.subscriber.send(self.greeting(voice));
        }
    }

    fn greeting(&self, voice: Voice) -> Bytes {
        let options = &self.door.options;
        let interval = options.heartbeat_interval.as_millis();
        let connected = Connected {
            connection_id: &self.id,
            heartbeat_interval: u64::try_from(interval).unwrap_or(u64::MAX),
            max_reconnect_attempts: options.max_reconnect_attempts,
            epoch: self.door.premises.hub.epoch(),
        };
        voice.greeting(self.now(), connected)
    }

    fn info(&self, admitted: &Admitted) -> ConnectionInfo {
        let own = self.own.clone();
        ConnectionInfo {
            id: Arc::clone(&self.id),
            roles: admitted.identity.roles.clone(),
            agent: self.handshake.header(&USER_AGENT).unwrap_or_default().to_owned(),
            transport: Transport::WebSocket,
            close: Box::new(move |reason| {
                if let Some(session) = own.upgrade() {
                    session.end(reason);
                }
            }),
        }
    }
}

impl Member {
    pub fn record(&self) -> &Arc<ConnectionRecord> {
        self.registered.connection()
    }

    /// What the registry shows of its subscriptions.
    pub fn publish_subscriptions(&self) {
        let summary = self.subscriptions.summary();
        self.record().subscribed(self.subscriptions.count(), Some(summary));
    }

    pub fn keep_books(&mut self, link: &Link) {
        let now = (link.sent(), link.dropped());
        self.record().sent(now.0 - self.booked.0, 0);
        self.record().dropped(now.1 - self.booked.1);
        self.booked = now;
    }

    pub fn leave(self, reason: CloseReason) {
        self.subscriber.detach();
        self.registered.finish(reason);
    }
}
