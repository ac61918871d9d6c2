//! Shapes of `model` and `store` types in the OpenAPI document; those crates know nothing of it.

use utoipa::ToSchema;

macro_rules! shape {
    ($($(#[$meta:meta])* $name:ident { $($(#[$tag:meta])* $variant:ident,)* })*) => {$(
        #[derive(ToSchema)]
        $(#[$meta])*
        #[expect(dead_code, reason = "describes the wire, never constructed")]
        pub enum $name { $($(#[$tag])* $variant,)* }
    )*};
}

shape! {
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
    }
}
