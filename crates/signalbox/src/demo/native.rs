use model::Millis;
use serde_json::{Value, json};

use super::cast::{ADMIN, AGENTS, Agent, BUGS, CALLS, CRAWLER, HOST, REFERRERS, RELEASES, SHOP};
use super::dice::Dice;
use super::{Route, Shipment};

/// One visit as our SDK would report it: pages with their calls, vitals, clicks and now and then
/// an error, in one batch.
pub fn visit(dice: &mut Dice, ends: Millis, past: bool) -> Shipment {
    let admin = dice.one_in(4);
    let agent = dice.pick(AGENTS);
    let walk = if admin { ADMIN } else { SHOP };
    let pages = 1 + dice.below(u32::try_from(walk.len()).unwrap_or(1)) as usize;
    let mut events = Vec::new();
    let mut visit = Visit { dice, agent, at: ends, events: &mut events };
    for (nth, path) in walk.iter().take(pages).enumerate() {
        visit.page(path, nth == 0);
    }
    // The walk was told forwards from `ends`; move it so that it finishes there.
    let overrun = visit.at - ends;
    for event in &mut events {
        if let Some(ts) = event["ts"].as_i64() {
            event["ts"] = json!(ts - overrun);
        }
    }
    let user = dice.between(1, 400);
    let release = if past { dice.pick(RELEASES) } else { &RELEASES[RELEASES.len() - 1] };
    let crawler = dice.one_in(40);
    let body = json!({
        "app": if admin { "admin" } else { "shop" },
        "env": if dice.one_in(12) { "staging" } else { "production" },
        "release": release,
        "user": { "id": format!("u{user}"), "role": if admin { "ops" } else { "customer" } },
        "sessionId": dice.id(),
        "visitorId": format!("v{user}"),
        "pageId": dice.id(),
        "sdkVersion": "0.1.0",
        "events": events,
    });
    let header = if crawler { CRAWLER } else { agent.header };
    Shipment::new(Route::Batch, header, &body, events.len())
}

struct Visit<'a> {
    dice: &'a mut Dice,
    agent: &'a Agent,
    at: Millis,
    events: &'a mut Vec<Value>,
}

impl Visit<'_> {
    fn push(&mut self, mut event: Value, path: &str) {
        event["eventId"] = json!(self.dice.id());
        event["ts"] = json!(self.at);
        event["url"] = json!(format!("{HOST}{path}"));
        self.events.push(event);
    }

    fn page(&mut self, path: &str, first: bool) {
        let referrer = if first { *self.dice.pick(REFERRERS) } else { "" };
        self.push(json!({ "type": "page", "name": path, "referrer": referrer }), path);
        if first || self.dice.one_in(3) {
            self.vitals(path);
        }
        for _ in 0..1 + self.dice.below(3) {
            self.call(path);
        }
        if self.dice.one_in(3) {
            self.click(path);
        }
        if self.dice.one_in(11) {
            self.error(path);
        }
        let stay = self.dice.tailed(14_000.0).min(180_000.0);
        self.at += stay as Millis;
        self.push(
            json!({ "type": "event", "name": "page.stay", "props": { "path": path, "stayMs": stay } }),
            path,
        );
    }

    fn vitals(&mut self, path: &str) {
        let slow = self.agent.slowness;
        let vitals = json!({
            "LCP": self.dice.tailed(1500.0 * slow),
            "INP": self.dice.tailed(110.0 * slow),
            "TTFB": self.dice.tailed(320.0 * slow),
            "FCP": self.dice.tailed(900.0 * slow),
            "CLS": (self.dice.tailed(60.0) / 10.0).round() / 100.0,
        });
        self.push(json!({ "type": "perf", "name": "web-vitals", "props": vitals }), path);
    }

    fn call(&mut self, path: &str) {
        let call = self.dice.pick(CALLS);
        let took = self.dice.tailed(call.ms * self.agent.slowness.sqrt());
        self.at += took as Millis;
        let mut event =
            json!({ "type": "api", "name": call.name, "status": 200, "durationMs": took });
        if self.dice.one_in(call.fails) {
            let (status, reason) = *self.dice.pick(&[
                (500, "internal error"),
                (502, "bad gateway"),
                (404, "not found"),
                (0, "请求超时"),
            ]);
            event["status"] = json!(status);
            event["reason"] = json!(reason);
            event["retries"] = json!(self.dice.below(3));
            event["timeout"] = json!(status == 0);
        }
        self.push(event, path);
    }

    fn click(&mut self, path: &str) {
        let event = match self.dice.below(3) {
            0 => {
                let product = self.dice.between(1000, 1060);
                json!({ "name": "cart.add", "props": { "productId": product, "quantity": 1 } })
            }
            1 => json!({ "name": "search.submit", "props": { "query": "龙井", "results": 12 } }),
            _ => json!({ "name": "orders.export", "props": { "format": "csv" } }),
        };
        self.at += 400;
        let mut event = event;
        event["type"] = json!("event");
        self.push(event, path);
    }

    fn error(&mut self, path: &str) {
        let bug = self.dice.pick(BUGS);
        self.push(
            json!({
                "type": "error", "name": bug.name, "message": bug.message, "stack": bug.stack,
                "fatal": bug.fatal,
            }),
            path,
        );
    }
}
