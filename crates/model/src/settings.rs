//! What an administrator can set per project. Stored as JSON in the control plane, edited over
//! REST, read by the pipeline through [`crate::Project`]. Every field has a default, so that a
//! document written by an older version still reads.

mod realtime;

use serde::{Deserialize, Serialize};

use crate::VitalsProfile;
use crate::origin::{check_origin, origin_matches};

pub use realtime::{Claims, Realtime};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ProjectSettings {
    /// The kill switch: off refuses every item of the project at once.
    pub enabled: bool,
    /// Which preset of defaults the SDKs get.
    pub app_kind: AppKind,
    pub access: Access,
    pub limits: Limits,
    pub sampling: Sampling,
    pub privacy: Privacy,
    pub retention: Retention,
    pub sdk: Sdk,
    pub devices: Devices,
    pub realtime: Realtime,
    /// Ratings of native vitals.
    pub vitals_native: VitalsProfile,
    /// Ratings of web-see vitals.
    pub vitals_websee: VitalsProfile,
}

impl Default for ProjectSettings {
    fn default() -> Self {
        ProjectSettings {
            enabled: true,
            app_kind: AppKind::default(),
            access: Access::default(),
            limits: Limits::default(),
            sampling: Sampling::default(),
            privacy: Privacy::default(),
            retention: Retention::default(),
            sdk: Sdk::default(),
            devices: Devices::default(),
            realtime: Realtime::default(),
            vitals_native: VitalsProfile::Standard,
            vitals_websee: VitalsProfile::Seed,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppKind {
    #[default]
    Admin,
    Consumer,
}

/// Who may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Access {
    /// Exact origins (`https://shop.example`) or one leading wildcard label
    /// (`https://*.shop.example`). Empty: no browser page may send.
    pub origins: Vec<String>,
    /// A public key alone is enough, from an allowed origin.
    pub allow_anonymous: bool,
    /// Requests without an `Origin` header (apps, servers) may use a public key.
    pub allow_no_origin: bool,
    /// Refuse whatever carries neither a valid signature nor a valid JWT.
    pub require_signature: bool,
}

impl Default for Access {
    fn default() -> Self {
        Access {
            origins: Vec::new(),
            allow_anonymous: true,
            allow_no_origin: true,
            require_signature: false,
        }
    }
}

impl Access {
    /// Whether a page at `origin` is one of the project's.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|entry| origin_matches(entry, origin))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Limits {
    /// Token bucket per address and user for browser ingest.
    pub requests_per_minute: u32,
    pub burst: u32,
    /// The same for secret keys, per key (back ends send for many users).
    pub server_requests_per_minute: u32,
    /// Items in one batch.
    pub batch_items: u32,
    /// Bytes of a telemetry body, after decompression.
    pub body_bytes: u32,
    pub log_body_bytes: u32,
    /// Bytes of a request that carries a recording.
    pub recording_body_bytes: u32,
    /// Bytes of the rrweb JSON after every layer is undone.
    pub recording_raw_bytes: u32,
    /// Characters of a short field (names, ids, URLs get four times as much).
    pub field_chars: u32,
    /// Characters of a message or a stack.
    pub text_chars: u32,
    /// Bytes of the properties and of the extra fields of one event.
    pub props_bytes: u32,
    /// Items per UTC day over all sources; 0 is unlimited.
    pub items_per_day: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            requests_per_minute: 60,
            burst: 60,
            server_requests_per_minute: 60_000,
            batch_items: 500,
            body_bytes: 1 << 20,
            log_body_bytes: 1 << 20,
            recording_body_bytes: 8 << 20,
            recording_raw_bytes: 5 << 20,
            field_chars: 512,
            text_chars: 16_384,
            props_bytes: 32_768,
            items_per_day: 0,
        }
    }
}

/// Rates between 0 and 1. The SDK decides per session; the server undoes it with weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Sampling {
    /// `None`: the default of the app kind (admin 5 %, consumer 1 %).
    pub rate: Option<f64>,
    pub error_rate: f64,
    /// Sampling by the server on top, by session; 1 keeps everything.
    pub server_rate: f64,
}

impl Sampling {
    pub fn sdk_rate(&self, kind: AppKind) -> f64 {
        self.rate.unwrap_or(match kind {
            AppKind::Admin => 0.05,
            AppKind::Consumer => 0.01,
        })
    }
}

impl Default for Sampling {
    fn default() -> Self {
        Sampling { rate: None, error_rate: 1.0, server_rate: 1.0 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Privacy {
    /// What `Sec-GPC: 1` or `DNT: 1` does.
    pub opt_out: OptOut,
    /// How the user id is kept.
    pub user_id: UserIdPolicy,
    /// Query parameters that survive in URLs; every other value is dropped.
    pub keep_query: Vec<String>,
    /// Property names removed on receipt, and told to the SDK.
    pub disabled_fields: Vec<String>,
    /// If not empty, only these property names are kept.
    pub allowed_fields: Vec<String>,
    /// If not empty, only these event names are kept (kind `event`).
    pub allowed_events: Vec<String>,
    /// Key names masked in addition to the built-in list.
    pub secret_keys: Vec<String>,
    /// Request and response bodies of failed calls.
    pub keep_bodies: bool,
    /// Text typed or shown in recordings.
    pub mask_recordings: bool,
}

impl Default for Privacy {
    fn default() -> Self {
        Privacy {
            opt_out: OptOut::Drop,
            user_id: UserIdPolicy::Hash,
            keep_query: Vec::new(),
            disabled_fields: Vec::new(),
            allowed_fields: Vec::new(),
            allowed_events: Vec::new(),
            secret_keys: Vec::new(),
            keep_bodies: true,
            mask_recordings: true,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptOut {
    /// Nothing is kept.
    #[default]
    Drop,
    /// Kept without user, visitor, session and address.
    Anonymous,
    /// For pages whose visitors have consented otherwise.
    Ignore,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserIdPolicy {
    /// HMAC with the project's salt: countable, not readable.
    #[default]
    Hash,
    /// As sent (ids that are meaningless outside); e-mails and phone numbers are hashed anyway.
    Keep,
    Drop,
}

/// Days. Aggregates outlive all of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Retention {
    pub events_days: u32,
    pub errors_days: u32,
    pub logs_days: u32,
    pub recordings_days: u32,
    /// The ledger itself.
    pub ledger_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Retention {
            events_days: 30,
            errors_days: 30,
            logs_days: 30,
            recordings_days: 7,
            ledger_days: 400,
        }
    }
}

/// What `GET /api/telemetry/config` tells the SDKs besides limits and sampling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Sdk {
    pub max_batch_size: u32,
    pub max_interval_ms: u32,
}

impl Default for Sdk {
    fn default() -> Self {
        Sdk { max_batch_size: 20, max_interval_ms: 10_000 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Devices {
    /// A device that has been silent for this long is offline.
    pub offline_after_seconds: u32,
}

impl Default for Devices {
    fn default() -> Self {
        Devices { offline_after_seconds: 120 }
    }
}

/// One setting that cannot be accepted, by its path in the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct SettingsError {
    pub field: &'static str,
    pub problem: String,
}

impl ProjectSettings {
    /// Every problem at once, so that a form can show them all.
    pub fn validate(&self) -> Result<(), Vec<SettingsError>> {
        let mut errors = Vec::new();
        let mut check = |ok: bool, field: &'static str, problem: &str| {
            if !ok {
                errors.push(SettingsError { field, problem: problem.to_owned() });
            }
        };
        for rate in [self.sampling.rate, Some(self.sampling.error_rate)].into_iter().flatten() {
            check((0.0..=1.0).contains(&rate), "sampling.rate", "must be between 0 and 1");
        }
        let server = self.sampling.server_rate;
        check(server > 0.0 && server <= 1.0, "sampling.serverRate", "must be above 0, at most 1");

        let r = &self.retention;
        for (days, field) in [
            (r.events_days, "retention.eventsDays"),
            (r.errors_days, "retention.errorsDays"),
            (r.logs_days, "retention.logsDays"),
            (r.recordings_days, "retention.recordingsDays"),
        ] {
            check((1..=365).contains(&days), field, "must be between 1 and 365");
        }
        check((1..=3650).contains(&r.ledger_days), "retention.ledgerDays", "must be 1 to 3650");

        let l = &self.limits;
        check((1..=10_000).contains(&l.batch_items), "limits.batchItems", "must be 1 to 10000");
        const MIB: u32 = 1 << 20;
        for (bytes, field) in [
            (l.body_bytes, "limits.bodyBytes"),
            (l.log_body_bytes, "limits.logBodyBytes"),
            (l.recording_body_bytes, "limits.recordingBodyBytes"),
            (l.recording_raw_bytes, "limits.recordingRawBytes"),
        ] {
            check((1024..=32 * MIB).contains(&bytes), field, "must be 1 KiB to 32 MiB");
        }
        check((16..=8192).contains(&l.field_chars), "limits.fieldChars", "must be 16 to 8192");
        check((64..=262_144).contains(&l.text_chars), "limits.textChars", "must be 64 to 262144");
        check((256..=MIB).contains(&l.props_bytes), "limits.propsBytes", "must be 256 B to 1 MiB");
        check(l.requests_per_minute > 0, "limits.requestsPerMinute", "must be above 0");
        check(l.burst > 0, "limits.burst", "must be above 0");
        check(
            l.server_requests_per_minute > 0,
            "limits.serverRequestsPerMinute",
            "must be above 0",
        );

        let silence = self.devices.offline_after_seconds;
        let silent = "devices.offlineAfterSeconds";
        check((10..=86_400).contains(&silence), silent, "must be 10 to 86400");
        self.realtime.validate(&mut check);

        for origin in &self.access.origins {
            if let Err(problem) = check_origin(origin) {
                check(false, "access.origins", &format!("{origin:?} {problem}"));
            }
        }
        for list in [
            &self.privacy.keep_query,
            &self.privacy.disabled_fields,
            &self.privacy.allowed_fields,
            &self.privacy.allowed_events,
            &self.privacy.secret_keys,
            &self.access.origins,
        ] {
            let fits = list.len() <= 200 && list.iter().all(|s| !s.is_empty() && s.len() <= 256);
            check(fits, "lists", "at most 200 entries of 1 to 256 bytes");
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid_and_complete() {
        ProjectSettings::default().validate().expect("defaults");
        let empty: ProjectSettings = serde_json::from_str("{}").expect("every field defaults");
        assert_eq!(empty, ProjectSettings::default());
    }

    #[test]
    fn problems_name_their_field() {
        let mut settings = ProjectSettings::default();
        settings.retention.logs_days = 0;
        settings.devices.offline_after_seconds = 9;
        settings.realtime.open_channels = vec!["user:*".into()];
        settings.realtime.ticket_minutes = 60;
        settings.realtime.claims.roles.clear();
        settings.access.origins = vec!["localhost".into()];
        let errors = settings.validate().expect_err("six problems");
        let fields: Vec<_> = errors.iter().map(|e| e.field).collect();
        let want = [
            "retention.logsDays",
            "devices.offlineAfterSeconds",
            "realtime.openChannels",
            "realtime.ticketMinutes",
            "realtime.claims.roles",
            "access.origins",
        ];
        assert_eq!(fields, want);
    }
}
