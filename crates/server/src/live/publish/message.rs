use model::Millis;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// One event, as its publisher writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PublishEvent)]
pub struct Message {
    /// `module:action`, 1 to 128 characters.
    #[schema(example = "order:update")]
    pub event: String,
    /// Any JSON, up to 64 KiB unless the server is configured otherwise.
    #[schema(value_type = serde_json::Value)]
    pub data: Box<RawValue>,
    #[serde(default)]
    pub rooms: Vec<String>,
    /// User ids.
    #[serde(default)]
    pub users: Vec<String>,
    #[serde(default)]
    pub roles: Vec<String>,
    /// Everybody connected to the project.
    #[serde(default)]
    pub everyone: bool,
    /// Rooms, `user:` rooms among them, and ids of connections that get nothing.
    #[serde(default)]
    pub except: Vec<String>,
    pub priority: Option<Urgency>,
    pub delivery: Option<Delivery>,
    /// Of two events with the same name and key, one that waits gives way to the newer.
    pub key: Option<String>,
    /// Whoever cannot take it at once goes without.
    #[serde(default)]
    pub volatile: bool,
    /// A UUID: clients recognise a repetition by it, and so does the server for a day.
    #[schema(example = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1")]
    pub id: Option<String>,
    /// When it happened, for data that does not say. Now when absent.
    pub ts: Option<Millis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    High,
    Normal,
    Low,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Never merged or dropped, and remembered for those who come back.
    Reliable,
    BestEffort,
}
