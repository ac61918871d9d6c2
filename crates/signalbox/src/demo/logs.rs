use model::Millis;
use serde_json::{Value, json};

use super::cast::DEVICES;
use super::dice::Dice;
use super::{Route, Shipment};

/// A few lines of one device, as its agent would send them.
pub fn lines(dice: &mut Dice, now: Millis) -> Shipment {
    let device = dice.pick(DEVICES);
    let count = 1 + dice.below(6);
    let lines: Vec<Value> = (0..count)
        .map(|nth| {
            let (level, message) = dice.pick(device.lines);
            let number = dice.between(1, 900).to_string();
            json!({
                "id": dice.id(),
                "deviceId": device.id,
                "timestamp": now - i64::from(count - nth) * 1_700,
                "level": level,
                "message": message.replace("{n}", &number),
                "tags": device.tags,
                "app": "fleet",
                "env": "production",
                "uptimeS": dice.between(60, 900_000),
            })
        })
        .collect();
    Shipment::new(Route::Logs, "signalbox-demo-agent/1", &json!(lines), lines.len())
}
