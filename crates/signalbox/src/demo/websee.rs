use model::Millis;
use serde_json::{Value, json};

use super::cast::{AGENTS, Agent, HOST};
use super::dice::Dice;
use super::{Route, Shipment, recording};

/// What one page load with the web-see SDK reports, one request each as the SDK does it.
pub fn page(dice: &mut Dice, key: &str, now: Millis) -> Vec<Shipment> {
    let agent = dice.pick(AGENTS);
    let page = Page {
        key,
        agent,
        uuid: dice.id(),
        user: format!("u{}", dice.between(1, 400)),
        now,
        recording: dice.id(),
    };
    let slow = agent.slowness;
    let mut reports = vec![
        page.vital("TTFB", dice.tailed(90.0 * slow)),
        page.vital("FCP", dice.tailed(1_100.0 * slow)),
        page.vital("LCP", dice.tailed(1_700.0 * slow)),
        page.vital("CLS", (dice.tailed(50.0) / 10.0).round() / 100.0),
        page.report(json!({
            "type": "performance", "name": "memory", "status": "ok",
            "memory": { "jsHeapSizeLimit": 3_760_000_000_u64,
                "totalJSHeapSize": 42_000_000, "usedJSHeapSize": dice.between(8, 36) * 1_000_000 },
        })),
        page.resources(dice),
    ];
    if dice.one_in(3) {
        reports.push(page.long_task(dice));
    }
    if dice.one_in(2) {
        reports.push(page.failed_request(dice));
    }
    if dice.one_in(4) {
        reports.push(page.report(json!({ "type": "resource", "name": "img", "status": "error",
            "message": "https://cdn.shop.example/banner.webp; 资源加载失败" })));
    }
    if dice.one_in(8) {
        reports.push(page.report(json!({ "type": "whiteScreen", "status": "error" })));
        reports.push(page.report(json!({ "type": "whiteScreen", "status": "ok" })));
    }
    if dice.one_in(3) {
        reports.extend(page.error());
    }
    let agent = agent.header;
    reports.iter().map(|body| Shipment::new(Route::WebSee, agent, body, 1)).collect()
}

struct Page<'a> {
    key: &'a str,
    agent: &'a Agent,
    uuid: String,
    user: String,
    now: Millis,
    recording: String,
}

impl Page<'_> {
    fn report(&self, mut report: Value) -> Value {
        report["time"] = json!(self.now);
        report["apikey"] = json!(self.key);
        report["uuid"] = json!(self.uuid);
        report["userId"] = json!(self.user);
        report["sdkVersion"] = json!("4.0.2");
        report["pageUrl"] = json!(format!("{HOST}/checkout?from=cart"));
        report["deviceInfo"] = json!({
            "browser": self.agent.browser, "browserVersion": self.agent.version,
            "os": self.agent.os, "osVersion": "10", "ua": self.agent.header, "device": "Unknow",
            "device_type": if self.agent.mobile { "mobile" } else { "Pc" },
        });
        report
    }

    fn vital(&self, name: &str, value: f64) -> Value {
        self.report(json!({ "type": "performance", "name": name, "value": value,
            "rating": "good", "status": "ok" }))
    }

    fn resources(&self, dice: &mut Dice) -> Value {
        let entry = |name: &str, initiator: &str, took: f64, size: i64| {
            json!({ "name": format!("{HOST}/assets/{name}"), "initiatorType": initiator,
                "startTime": 30.0, "responseEnd": 30.0 + took, "duration": took,
                "transferSize": size, "nextHopProtocol": "h2", "responseStatus": 200,
                "isCache": size == 0 })
        };
        let list = [
            entry("checkout-02aa91.js", "script", dice.tailed(120.0), 88_210),
            entry("shop.css", "link", dice.tailed(40.0), 0),
            entry("hero.webp", "img", dice.tailed(300.0), 240_000),
        ];
        self.report(json!({ "type": "performance", "name": "resourceList", "status": "ok",
            "resourceList": list }))
    }

    fn long_task(&self, dice: &mut Dice) -> Value {
        self.report(json!({ "type": "performance", "name": "longTask", "status": "ok",
            "longTask": { "name": "self", "entryType": "longtask", "startTime": 812.0,
                "duration": dice.tailed(120.0), "attribution": [] } }))
    }

    fn failed_request(&self, dice: &mut Dice) -> Value {
        let (kind, status) = *dice.pick(&[("fetch", 404), ("xhr", 500), ("fetch", 503)]);
        self.report(json!({
            "type": kind, "url": format!("{HOST}/api/mall/orders"), "status": status,
            "elapsedTime": dice.tailed(400.0), "message": format!("请求失败，Status值为:{status}"),
            "requestData": { "httpType": kind, "method": "POST",
                "data": "{\"productId\":1042,\"password\":\"never-stored\"}" },
            "response": { "Status": status, "data": null },
        }))
    }

    /// An error with what the visitor did before it, and the recording of it.
    fn error(&self) -> Vec<Value> {
        let crumbs = json!([
            { "type": "history", "category": "Route", "status": "ok", "time": self.now - 9_000,
                "data": { "from": "/cart", "to": "/checkout" } },
            { "type": "click", "category": "Click", "status": "ok", "time": self.now - 1_200,
                "data": "<button>提交订单</button>" },
            { "type": "xhr", "category": "Http", "status": "error", "time": self.now - 300,
                "data": { "url": "/api/mall/orders", "status": 504 } },
        ]);
        let events = recording::events(self.now - 9_000);
        vec![
            self.report(json!({ "type": "error", "status": "error",
                "message": "Cannot read properties of null (reading 'orderId')",
                "fileName": format!("{HOST}/assets/checkout-02aa91.js"), "line": 1, "column": 1811,
                "recordScreenId": self.recording, "breadcrumb": crumbs })),
            self.report(json!({ "type": "recordScreen", "status": "ok",
                "recordScreenId": self.recording, "events": recording::encode(&events) })),
        ]
    }
}
