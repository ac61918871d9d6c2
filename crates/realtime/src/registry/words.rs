use serde::Serialize;

/// The language that is spoken, whatever carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    SocketIo,
    Json,
    Simple,
    Sse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    Polling,
    WebSocket,
    Sse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Operators: when all places are taken, an idle normal connection makes room.
    Vip,
    Normal,
}

/// Why a connection ended. Each protocol has its own words and close codes for these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The client said goodbye, or was simply gone.
    Gone,
    HeartbeatTimeout,
    /// Neither a subscription nor a message for too long.
    Idle,
    /// A VIP needed the place.
    Evicted,
    /// The same user came back while this one was silent.
    Replaced,
    /// Somebody asked for it through the control API.
    Operator,
    /// What let it in has run out or was taken back.
    Unauthorised,
    Abuse,
    SlowConsumer,
    ProtocolError,
    Shutdown,
}

impl Protocol {
    pub const ALL: [Protocol; 4] =
        [Protocol::SocketIo, Protocol::Json, Protocol::Simple, Protocol::Sse];
}
