use super::Bytes;
use super::check::Problems;
use super::section::section;

section! {
    /// Live connections (Socket.IO, `/ws`, SSE) and what is pushed to them. Who may connect is a
    /// setting of each project.
    Realtime {
        /// Connections at the same time; operators and administrators take the place of an idle
        /// one when all are taken.
        max_connections: u32 = 10_000;
        /// Connections from one address (of IPv6, one /64); 0 is unlimited.
        max_connections_per_ip: u32 = 100;
        /// How often Socket.IO clients are pinged.
        ping_interval_ms: u32 = 25_000;
        /// How long a ping may stay unanswered.
        ping_timeout_ms: u32 = 60_000;
        /// How often the other clients are pinged.
        heartbeat_interval_ms: u32 = 30_000;
        /// How long they may be silent.
        heartbeat_timeout_ms: u32 = 60_000;
        /// What `/ws` speaks with clients that do not say: `json` or `simple`.
        ws_default_protocol: WsProtocol = WsProtocol::Json;
        /// Whether JSON messages on `/ws` may leave out `id`, `type` and `timestamp`.
        ws_lenient: bool = false;
        /// Refuse connections to `/ws` by an HTTP status. Pages cannot read it: usually they are
        /// accepted, told, and closed with a code.
        ws_reject_before_upgrade: bool = false;
        /// One message of a client.
        max_message: Bytes = Bytes(1_000_000);
        /// Messages of one client, as a rate and at once.
        messages_per_second: u32 = 100;
        /// How long a Socket.IO client that lost its connection may take to come back and get what
        /// it missed.
        recovery_s: u32 = 120;
        /// Bytes that may wait for one connection before it counts as too slow and is closed.
        waiting_per_connection: Bytes = Bytes::mib(1);
        /// Bytes that may wait for all of them.
        waiting_in_all: Bytes = Bytes::mib(256);
        /// Memory for what was published and may be asked for again.
        history: Bytes = Bytes::mib(64);
        /// Of one room,
        history_per_room: Bytes = Bytes::mib(4);
        /// and as a number of events.
        history_events_per_room: u32 = 10_000;
        /// How long it is kept; not shorter than `recovery_s`.
        history_s: u32 = 300;
        /// Whether `notice:new` also goes out under its older name `notice`.
        notice_alias: bool = false;
        /// The data of one event that is published through the API.
        max_event: Bytes = Bytes(64 << 10);
        /// Events that one key or operator may publish; twice as many at once.
        publish_per_second: u32 = 1000;
        /// Ids of published events by which a repetition is recognised within a day. They are in
        /// memory: a restart forgets them.
        publish_ids: u32 = 100_000;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WsProtocol {
    Json,
    Simple,
}

/// More often would only heat phones.
const SHORTEST_BEAT_MS: u32 = 10_000;
const LONGEST_BEAT_MS: u32 = 300_000;

impl Realtime {
    pub fn check(&self, problems: &mut Problems<'_>) {
        let kib = |n: u64| Bytes(n << 10);
        let beat = SHORTEST_BEAT_MS..=LONGEST_BEAT_MS;
        problems.range("max_connections", self.max_connections, 1..=1_000_000);
        problems.range("max_connections_per_ip", self.max_connections_per_ip, 0..=1_000_000);
        problems.range("ping_interval_ms", self.ping_interval_ms, beat.clone());
        problems.range("ping_timeout_ms", self.ping_timeout_ms, 1_000..=LONGEST_BEAT_MS);
        problems.range("heartbeat_interval_ms", self.heartbeat_interval_ms, beat);
        problems.range("heartbeat_timeout_ms", self.heartbeat_timeout_ms, 1_000..=900_000);
        if self.heartbeat_timeout_ms <= self.heartbeat_interval_ms {
            let problem = "must be longer than realtime.heartbeat_interval_ms";
            problems.add("heartbeat_timeout_ms", problem);
        }
        problems.range("max_message", self.max_message, kib(1)..=Bytes::mib(16));
        problems.range("messages_per_second", self.messages_per_second, 1..=100_000);
        problems.range("recovery_s", self.recovery_s, 0..=3600);
        let waiting = self.waiting_per_connection;
        problems.range("waiting_per_connection", waiting, kib(64)..=Bytes::mib(64));
        problems.range("waiting_in_all", self.waiting_in_all, waiting..=Bytes::gib(16));
        self.check_history(problems);
        problems.range("max_event", self.max_event, kib(1)..=kib(64));
        problems.range("publish_per_second", self.publish_per_second, 1..=100_000);
        problems.range("publish_ids", self.publish_ids, 1_000..=10_000_000);
    }

    fn check_history(&self, problems: &mut Problems<'_>) {
        problems.range("history", self.history, Bytes::mib(1)..=Bytes::gib(16));
        let few = 1..=1_000_000;
        problems.range("history_events_per_room", self.history_events_per_room, few);
        if self.history_per_room > self.history {
            problems.add("history_per_room", "must not be more than realtime.history");
        }
        problems.range("history_s", self.history_s, 1..=86_400);
        if self.history_s < self.recovery_s {
            problems.add("history_s", "must be at least realtime.recovery_s");
        }
    }
}
