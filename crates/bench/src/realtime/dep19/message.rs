use model::{Clock, SystemClock};
use rand::RngExt;
use rand::rngs::StdRng;

/// Client messages that satisfy the published schema in full: id, type, timestamp, action.
#[derive(Debug)]
pub struct Messages {
    rng: StdRng,
}

impl Messages {
    pub fn new(rng: StdRng) -> Self {
        Messages { rng }
    }

    pub fn subscribe(&mut self) -> String {
        self.message("config", "subscribe", r#","payload":{"types":["status","stats"]}"#)
    }

    pub fn ping(&mut self) -> String {
        self.message("system", "ping", "")
    }

    fn message(&mut self, kind: &str, action: &str, rest: &str) -> String {
        let (id, now) = (self.id(), SystemClock.now());
        format!(r#"{{"id":"{id}","type":"{kind}","timestamp":{now},"action":"{action}"{rest}}}"#)
    }

    /// A UUID of version 4.
    fn id(&mut self) -> String {
        let bits: u128 = self.rng.random();
        let bits = bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
        let hex = format!("{bits:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use serde_json::Value;

    use super::*;

    #[test]
    fn messages_have_what_the_schema_asks_for() {
        let mut messages = Messages::new(StdRng::seed_from_u64(1));
        let subscribe: Value = serde_json::from_str(&messages.subscribe()).expect("JSON");
        let ping: Value = serde_json::from_str(&messages.ping()).expect("JSON");
        assert_eq!(subscribe["payload"]["types"], serde_json::json!(["status", "stats"]));
        assert_eq!((&ping["type"], &ping["action"]), (&"system".into(), &"ping".into()));
        assert!(ping["timestamp"].is_i64() && ping["id"] != subscribe["id"]);
        let id = ping["id"].as_str().expect("id");
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert!(["8", "9", "a", "b"].contains(&&id[19..20]));
    }
}
