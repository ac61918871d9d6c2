//! Names of settings that other deployments already use. A name either sets one of our keys or
//! has a reason why it cannot; it is never passed over in silence.

pub enum Alias {
    Key(&'static str),
    Ignored(&'static str),
}

const NO_REDIS: &str = "Signalbox keeps everything in its own data directory and needs no Redis";

pub const ALIASES: &[(&str, Alias)] = &[
    ("PORT", Alias::Key("server.port")),
    (
        "JWT_SECRET",
        Alias::Ignored(
            "tokens are verified with each project's own signing keys, which are created under the \
             project's keys and kept encrypted",
        ),
    ),
    ("WS_MAX_CONNECTIONS", Alias::Key("realtime.max_connections")),
    ("WS_HEARTBEAT_INTERVAL", Alias::Key("realtime.heartbeat_interval_ms")),
    (
        "NODE_ENV",
        Alias::Ignored(
            "Signalbox always runs with production rules; `--dev` relaxes them on loopback only",
        ),
    ),
    ("REDIS_HOST", Alias::Ignored(NO_REDIS)),
    ("REDIS_PORT", Alias::Ignored(NO_REDIS)),
    ("REDIS_PASSWORD", Alias::Ignored(NO_REDIS)),
    ("REDIS_DB", Alias::Ignored(NO_REDIS)),
    (
        "MONGODB_URI",
        Alias::Ignored(
            "events are kept in the embedded store under storage.data_dir, not in MongoDB",
        ),
    ),
];
