//! The JSON Schemas (draft-07) of everything that travels, as they are published.

/// File name and text of each.
pub fn all() -> &'static [(&'static str, &'static str)] {
    macro_rules! schemas {
        ($($name:literal),* $(,)?) => {
            &[$(($name, include_str!(concat!("../../schemas/", $name)))),*]
        };
    }
    schemas![
        "json-client.schema.json",
        "json-server.schema.json",
        "simple.schema.json",
        "order-update.schema.json",
        "reservation-update.schema.json",
        "notice-new.schema.json",
        "orders-refresh.schema.json",
    ]
}
