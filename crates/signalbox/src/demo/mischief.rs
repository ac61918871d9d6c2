use model::Millis;
use serde_json::json;

use super::dice::Dice;
use super::{Route, Shipment};

const AGENT: &str = "signalbox-demo-mischief/1";

/// What goes wrong in real life, so that the ledger has something to tell: a retry of what was
/// already stored, fields that make no sense, a body that is no JSON.
pub fn act(dice: &mut Dice, scene: &[Shipment], now: Millis) -> Option<Shipment> {
    match dice.below(4) {
        0 => scene.first().cloned(),
        1 => {
            let events = json!([
                { "type": "teleport", "name": "unknown kind", "ts": now, "eventId": dice.id() },
                { "type": "api", "name": "GET /x", "status": "many", "ts": now, "eventId": dice.id() },
                { "type": "event", "name": "kept.anyway", "ts": now, "eventId": dice.id() },
            ]);
            Some(Shipment::new(Route::Batch, AGENT, &events, 3))
        }
        2 => {
            let body = r#"{"app":"shop","events":[{"type":"page","#.to_owned();
            Some(Shipment { route: Route::Batch, user_agent: AGENT, body, items: 1 })
        }
        _ => {
            let line =
                json!({ "deviceId": "pos-hangzhou-01", "level": "LOUD", "message": "level?" });
            Some(Shipment::new(Route::Logs, AGENT, &line, 1))
        }
    }
}
