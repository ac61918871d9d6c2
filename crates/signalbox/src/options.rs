//! What the configuration means to each part.

use std::time::Duration;

use pipeline::PipelineOptions;
use server::{
    BackupOptions, Keep, ListenOptions, LiveOptions, MetricsToken, Protocol, PublishOptions, Rate,
    SecureCookies, ServerOptions,
};
use store::control::SessionLimits;
use store::{DiskOptions, LogFileFormat, LogFileOptions, MasterKey, StoreOptions};

use crate::config::{Bytes, Config, LineFormat, Realtime, SecureCookie, WsProtocol};

/// Saturates where an address space is smaller than what was asked for.
fn size(bytes: Bytes) -> usize {
    usize::try_from(bytes.0).unwrap_or(usize::MAX)
}

pub fn pipeline(config: &Config) -> PipelineOptions {
    let ingest = &config.ingest;
    PipelineOptions {
        max_body_bytes: size(ingest.max_body),
        max_log_body_bytes: size(ingest.max_log_body),
        rate_limit_entries: ingest.rate_limit_entries as usize,
        nonce_entries: ingest.nonce_entries as usize,
        heavy_requests: ingest.recordings_at_once as usize,
        ..PipelineOptions::default()
    }
}

pub fn store(config: &Config, key: MasterKey) -> StoreOptions {
    let (storage, logs) = (&config.storage, &config.log_files);
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    StoreOptions {
        dir: storage.data_dir.clone(),
        warehouse_memory_bytes: storage.warehouse_memory.0,
        warehouse_threads: match storage.warehouse_threads {
            0 => u32::try_from(cores).unwrap_or(2),
            threads => threads,
        },
        inbox_queue_bytes: size(storage.inbox_queue),
        inbox_backlog_bytes: storage.inbox_backlog.0,
        recordings_quota_bytes: storage.recordings_quota.0,
        log_files: LogFileOptions {
            enabled: logs.enabled,
            format: match logs.format {
                LineFormat::Ndjson => LogFileFormat::Ndjson,
                LineFormat::Text => LogFileFormat::Text,
            },
            rotate_bytes: logs.rotate_at.0,
            rotate_hours: logs.rotate_hours,
            keep_files: logs.keep_files,
            keep_days: logs.keep_days,
        },
        disk: DiskOptions { max_bytes: storage.max_disk.0, ..DiskOptions::default() },
        master_key: key,
    }
}

pub fn server(config: &Config) -> ServerOptions {
    const HOUR: i64 = 3_600_000;
    let auth = &config.auth;
    ServerOptions {
        // Those that do not parse were refused with the configuration.
        trusted_proxies: config
            .server
            .trusted_proxies
            .iter()
            .filter_map(|proxy| proxy.parse().ok())
            .collect(),
        session: SessionLimits {
            idle_ms: i64::from(auth.session_idle_hours) * HOUR,
            max_ms: i64::from(auth.session_max_hours) * HOUR,
        },
        secure_cookies: match auth.secure_cookie {
            SecureCookie::Auto => SecureCookies::Auto,
            SecureCookie::Always => SecureCookies::Always,
            SecureCookie::Never => SecureCookies::Never,
        },
        ingest_bodies_bytes: size(config.ingest.bodies_in_flight),
        audit_keep_ms: i64::from(auth.audit_days) * 24 * HOUR,
        request_timeout: Duration::from_secs(config.server.request_timeout_s.into()),
        live: live(&config.realtime),
        metrics_token: Some(&config.metrics.token)
            .filter(|token| !token.is_empty())
            .map(|token| MetricsToken::new(token)),
        backups: Some(BackupOptions {
            dir: config.backup.root(&config.storage),
            keep: config.backup.keep as usize,
        }),
        ..ServerOptions::default()
    }
}

fn live(realtime: &Realtime) -> LiveOptions {
    let ms = |ms: u32| Duration::from_millis(ms.into());
    let published = realtime.publish_per_second;
    LiveOptions {
        connections: realtime.max_connections as usize,
        connections_per_address: realtime.max_connections_per_ip as usize,
        ping_interval: ms(realtime.ping_interval_ms),
        ping_timeout: ms(realtime.ping_timeout_ms),
        heartbeat_interval: ms(realtime.heartbeat_interval_ms),
        heartbeat_timeout: ms(realtime.heartbeat_timeout_ms),
        max_message: size(realtime.max_message),
        messages: Rate::per_second(realtime.messages_per_second, realtime.messages_per_second),
        recovery: Duration::from_secs(realtime.recovery_s.into()),
        waiting_per_connection: size(realtime.waiting_per_connection),
        waiting_in_all: size(realtime.waiting_in_all),
        history_bytes: size(realtime.history),
        lenient: realtime.ws_lenient,
        default_protocol: match realtime.ws_default_protocol {
            WsProtocol::Json => Protocol::Json,
            WsProtocol::Simple => Protocol::Simple,
        },
        reject_before_upgrade: realtime.ws_reject_before_upgrade,
        notice_alias: realtime.notice_alias,
        publish: PublishOptions {
            rate: Rate::per_second(published, published.saturating_mul(2)),
            max_data: size(realtime.max_event),
            keep: Keep {
                count: realtime.history_events_per_room as usize,
                bytes: size(realtime.history_per_room),
                age_ms: i64::from(realtime.history_s) * 1000,
            },
            remembered: realtime.publish_ids as usize,
        },
    }
}

pub fn listen(config: &Config) -> ListenOptions {
    let server = &config.server;
    ListenOptions {
        max_connections: server.max_connections as usize,
        header_timeout: Duration::from_secs(server.header_timeout_s.into()),
        grace: Duration::from_secs(server.shutdown_grace_s.into()),
    }
}
