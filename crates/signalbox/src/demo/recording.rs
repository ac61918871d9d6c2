use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use model::Millis;
use serde_json::{Value, json};

/// A few seconds of the checkout page, as rrweb records them: a snapshot, the pointer moving to
/// the button, a click, and the error message that appears.
pub fn events(at: Millis) -> Vec<Value> {
    let text = |id: u32, text: &str| json!({ "type": 3, "textContent": text, "id": id });
    let element = |id: u32, tag: &str, style: &str, children: Vec<Value>| {
        json!({
            "type": 2, "tagName": tag, "attributes": { "style": style },
            "childNodes": children, "id": id,
        })
    };
    let body = element(
        5,
        "body",
        "font-family: sans-serif; padding: 40px; background: #f6f7f9",
        vec![
            element(6, "h1", "font-size: 22px", vec![text(7, "结算 / Checkout")]),
            element(8, "p", "", vec![text(9, "龙井茶 × 1 ……… ¥128.00")]),
            element(
                10,
                "button",
                "padding: 10px 24px; border: 0; border-radius: 6px; background: #2457d6; color: #fff",
                vec![text(11, "提交订单")],
            ),
            element(12, "p", "color: #c02626", vec![text(13, "")]),
        ],
    );
    let page = json!({
        "type": 0, "id": 1,
        "childNodes": [
            { "type": 1, "name": "html", "publicId": "", "systemId": "", "id": 2 },
            element(3, "html", "", vec![element(4, "head", "", vec![]), body]),
        ],
    });
    let mut events = vec![
        json!({ "type": 4, "timestamp": at,
            "data": { "href": "https://shop.example/checkout", "width": 1280, "height": 720 } }),
        json!({ "type": 2, "timestamp": at + 10,
            "data": { "node": page, "initialOffset": { "left": 0, "top": 0 } } }),
    ];
    for step in 0..12 {
        let positions: Vec<Value> = (0..5)
            .map(|n| {
                let way = step * 5 + n;
                json!({ "x": 700 - way * 10, "y": 420 - way * 5, "id": 5, "timeOffset": -400 + n * 100 })
            })
            .collect();
        events.push(json!({ "type": 3, "timestamp": at + 600 + i64::from(step) * 500,
            "data": { "source": 1, "positions": positions } }));
    }
    events.push(json!({ "type": 3, "timestamp": at + 7_000,
        "data": { "source": 2, "type": 2, "id": 10, "x": 100, "y": 130 } }));
    events.push(json!({ "type": 3, "timestamp": at + 8_200, "data": {
        "source": 0, "texts": [{ "id": 13, "value": "支付接口超时，请重试" }],
        "attributes": [], "removes": [], "adds": [] } }));
    events
}

/// The SDK's encoding: base64 of gzip of base64 of the JSON.
pub fn encode(events: &[Value]) -> String {
    let json = serde_json::to_vec(events).unwrap_or_default();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = gzip.write_all(STANDARD.encode(json).as_bytes());
    STANDARD.encode(gzip.finish().unwrap_or_default())
}
