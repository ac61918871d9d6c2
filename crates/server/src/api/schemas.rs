//! Shapes of `model` and `store` types in the OpenAPI document; those crates know nothing of it.
//! A test holds the settings' shape against the type itself.

use utoipa::ToSchema;

macro_rules! names {
    ($($(#[$meta:meta])* $name:ident { $($(#[$tag:meta])* $variant:ident,)* })*) => {$(
        #[derive(ToSchema)]
        $(#[$meta])*
        #[expect(dead_code, reason = "describes the wire, never constructed")]
        pub enum $name { $($(#[$tag])* $variant,)* }
    )*};
}

macro_rules! documents {
    ($($(#[$meta:meta])* $name:ident { $($(#[$tag:meta])* $field:ident: $type:ty,)* })*) => {$(
        #[derive(ToSchema)]
        #[schema(rename_all = "camelCase")]
        $(#[$meta])*
        #[expect(dead_code, reason = "describes the wire, never constructed")]
        pub struct $name { $($(#[$tag])* $field: $type,)* }
    )*};
}

names! {
    #[schema(rename_all = "lowercase")]
    Role { Admin, Operator, Viewer, }

    #[schema(rename_all = "lowercase")]
    KeyKind { Public, Secret, Signing, }

    Scope {
        #[schema(rename = "ingest:events")]
        IngestEvents,
        #[schema(rename = "ingest:logs")]
        IngestLogs,
        #[schema(rename = "query:read")]
        QueryRead,
        #[schema(rename = "realtime:tickets")]
        RealtimeTickets,
        #[schema(rename = "realtime:publish")]
        RealtimePublish,
    }

    TokenAlgorithm {
        #[schema(rename = "HS256")]
        Hs256,
        #[schema(rename = "RS256")]
        Rs256,
        #[schema(rename = "EdDSA")]
        EdDsa,
    }

    #[schema(rename_all = "lowercase")]
    AppKind { Admin, Consumer, }

    #[schema(rename_all = "lowercase")]
    OptOut { Drop, Anonymous, Ignore, }

    #[schema(rename_all = "lowercase")]
    UserIdPolicy { Hash, Keep, Drop, }

    #[schema(rename_all = "lowercase")]
    VitalsProfile { Standard, Seed, }
}

documents! {
    /// What a project accepts, keeps and tells its SDKs. What is left out has its default.
    ProjectSettings {
        /// Off refuses everything of the project at once.
        enabled: bool,
        app_kind: AppKind,
        access: Access,
        limits: Limits,
        sampling: Sampling,
        privacy: Privacy,
        retention: Retention,
        sdk: Sdk,
        devices: Devices,
        realtime: Realtime,
        vitals_native: VitalsProfile,
        vitals_websee: VitalsProfile,
    }

    Access {
        /// Exact origins, or with one leading wildcard label: `https://*.shop.example`.
        origins: Vec<String>,
        allow_anonymous: bool,
        allow_no_origin: bool,
        require_signature: bool,
    }

    Limits {
        requests_per_minute: u32,
        burst: u32,
        server_requests_per_minute: u32,
        batch_items: u32,
        body_bytes: u32,
        log_body_bytes: u32,
        recording_body_bytes: u32,
        recording_raw_bytes: u32,
        field_chars: u32,
        text_chars: u32,
        props_bytes: u32,
        /// 0 is unlimited.
        items_per_day: u64,
    }

    /// Rates between 0 and 1.
    Sampling {
        /// `null`: the default of the app kind.
        rate: Option<f64>,
        error_rate: f64,
        server_rate: f64,
    }

    Privacy {
        /// What `Sec-GPC: 1` or `DNT: 1` does.
        opt_out: OptOut,
        user_id: UserIdPolicy,
        keep_query: Vec<String>,
        disabled_fields: Vec<String>,
        allowed_fields: Vec<String>,
        allowed_events: Vec<String>,
        secret_keys: Vec<String>,
        keep_bodies: bool,
        mask_recordings: bool,
    }

    Retention {
        events_days: u32,
        errors_days: u32,
        logs_days: u32,
        recordings_days: u32,
        ledger_days: u32,
    }

    Sdk {
        max_batch_size: u32,
        max_interval_ms: u32,
    }

    Devices {
        /// Silence after which a device is offline: 10 to 86400.
        offline_after_seconds: u32,
    }

    /// Live connections.
    Realtime {
        /// Rooms that everybody connected may join: names, or prefixes such as `channel:news:*`.
        open_channels: Vec<String>,
        /// Connections without a token.
        allow_anonymous: bool,
        /// Tokens that live longer than 15 minutes, 30 days at most.
        allow_long_tokens: bool,
        /// 5 to 15.
        ticket_minutes: u32,
        /// How long a connection outlives its token: 0 to 600.
        reauth_grace_seconds: u32,
        /// Of one user at a time: 1 to 1000.
        per_user_connections: u32,
        claims: Claims,
    }

    /// Which claims of the project's own tokens mean what; the first one present counts.
    Claims {
        user_id: Vec<String>,
        roles: Vec<String>,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    /// Every member of `document` and nothing else is a property of the schema.
    fn compare(schemas: &Value, name: &str, document: &Value, path: &str) {
        let schema = &schemas[name];
        let (Some(members), Some(properties)) =
            (document.as_object(), schema["properties"].as_object())
        else {
            let known = schema["enum"].as_array().expect(path);
            assert!(known.contains(document), "{path}: {document} is not one of {known:?}");
            return;
        };
        let real: BTreeSet<_> = members.keys().collect();
        let told: BTreeSet<_> = properties.keys().collect();
        assert_eq!(real, told, "{path}");
        for (member, property) in properties {
            let reference = property.pointer("/$ref").or(property.pointer("/allOf/0/$ref"));
            if let Some(name) = reference.and_then(|r| r.as_str()?.rsplit('/').next()) {
                compare(schemas, name, &members[member], &format!("{path}.{member}"));
            }
        }
    }

    #[test]
    fn the_settings_are_described_as_they_are() {
        let document = crate::document();
        let settings = json!(model::ProjectSettings::default());
        compare(&document["components"]["schemas"], "ProjectSettings", &settings, "settings");
    }
}
