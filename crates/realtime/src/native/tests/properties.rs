//! Whatever comes, it is understood or refused with a code, and the schemas agree on which.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::schema;
use crate::native::business::{BusinessEvent, normalise};
use crate::native::json::{self, Mode};
use crate::native::select::{Protocol, select};
use crate::native::simple;

const WORDS: &str = "\
    subscribe unsubscribe ping get_history ack auth echo status stats health config \
    system all error add replace info critical e1 \
    550e8400-e29b-41d4-a716-446655440000";
const FIELDS: &str = "\
    id type timestamp action payload types channels channel limit throttleMs filter \
    minSeverity components mode history since before epoch offset token data ts \
    requestId userId updatedBy";

fn one_word_of(words: &'static str) -> impl Strategy<Value = String> {
    let words: Vec<_> = words.split_whitespace().collect();
    prop::sample::select(words).prop_map(str::to_owned)
}

/// Words that mean something here, and some that do not.
fn word() -> impl Strategy<Value = String> {
    let known = one_word_of(WORDS);
    prop_oneof![9 => known, 1 => ".{0,8}"]
}

fn field_name() -> impl Strategy<Value = String> {
    let known = one_word_of(FIELDS);
    prop_oneof![19 => known, 1 => ".{0,4}"]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2_i64..130).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(field_name(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A field that is mostly right, sometimes anything, sometimes not there.
fn field(right: impl Strategy<Value = Value>) -> impl Strategy<Value = Option<Value>> {
    prop_oneof![10 => right.prop_map(Some), 1 => any_json().prop_map(Some), 8 => Just(None)]
}

fn object(fields: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    let with_names = move |values: Vec<Option<Value>>| {
        let pairs = names.iter().zip(values);
        let present = pairs.filter_map(|(name, value)| Some(((*name).to_owned(), value?)));
        Value::Object(present.collect())
    };
    values.prop_map(with_names).boxed()
}

fn one_of<T: Into<Value>>(values: Vec<T>) -> BoxedStrategy<Value> {
    prop::sample::select(values.into_iter().map(Into::into).collect::<Vec<Value>>()).boxed()
}

fn list_of(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(item, 0..3).prop_map(Value::from).boxed()
}

/// Of all actions at once: what one of them needs, the others ignore.
fn payload() -> BoxedStrategy<Value> {
    let text = || one_of(vec!["orders", "user:7", "x", "é", ""]);
    let kind = || one_of(vec!["status", "stats", "health", "config", "all", "sensor"]);
    let number = |values: &[f64]| field(one_of(values.to_vec())).boxed();
    let position = || {
        let fields = vec![
            ("epoch", field(text()).boxed()),
            ("offset", number(&[0.0, 5.0, 6.0, 7.0, -1.0, 9_007_199_254_740_992.0])),
        ];
        field(object(fields)).boxed()
    };
    let filter = vec![
        ("minSeverity", field(one_of(vec!["info", "warning", "critical", "fatal"])).boxed()),
        ("components", field(list_of(text())).boxed()),
    ];
    object(vec![
        ("types", field(list_of(kind())).boxed()),
        ("channels", field(list_of(text())).boxed()),
        ("channel", field(text()).boxed()),
        ("type", field(kind()).boxed()),
        ("id", field(text()).boxed()),
        ("token", field(text()).boxed()),
        ("mode", field(one_of(vec!["add", "replace", "merge"])).boxed()),
        ("history", field(any::<bool>().prop_map(Value::from)).boxed()),
        ("limit", number(&[1.0, 50.0, 100.0, 0.0, 101.0, 1.5])),
        ("throttleMs", number(&[0.0, 60_000.0, 60_001.0, -1.0])),
        ("since", position()),
        ("before", position()),
        ("filter", field(object(filter)).boxed()),
    ])
}

fn nearly_json_message() -> BoxedStrategy<Value> {
    let nearly = |value: Value| prop_oneof![19 => Just(Some(value)), 1 => Just(None)].boxed();
    let actions = vec!["subscribe", "unsubscribe", "ping", "get_history", "ack", "auth", "reboot"];
    object(vec![
        ("id", nearly(json!("550e8400-e29b-41d4-a716-446655440000"))),
        ("timestamp", nearly(json!(1_706_941_200_000_i64))),
        ("type", nearly(json!("config"))),
        ("action", one_of(actions).prop_map(Some).boxed()),
        ("payload", prop_oneof![19 => payload().prop_map(Some), 1 => Just(None)].boxed()),
    ])
}

fn nearly_simple_message() -> BoxedStrategy<Value> {
    let types = vec!["ping", "echo", "subscribe", "unsubscribe", "ack", "auth", "chat", ""];
    object(vec![
        ("type", one_of(types).prop_map(Some).boxed()),
        ("requestId", field(word().prop_map(Value::from)).boxed()),
        ("ts", field((0_i64..9).prop_map(Value::from)).boxed()),
        ("data", prop_oneof![19 => payload().prop_map(Some), 1 => Just(None)].boxed()),
    ])
}

proptest! {
    // Many of few fields: a message has a dozen places where one limit can be off by one.
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = json::parse(&bytes, Mode::Strict);
        let _ = simple::parse(&bytes);
        let selection = select("/ws", None, None, Protocol::Json).unwrap();
        let _ = selection.settle(&bytes);
        for event in BusinessEvent::ALL {
            let _ = normalise(event, &bytes, 0);
        }
    }

    #[test]
    fn handshakes_never_panic(path in ".*", query in ".*", offered in ".*") {
        let _ = select(&path, Some(&query), Some(&offered), Protocol::Simple);
    }

    #[test]
    fn code_and_schema_agree_on_json_messages(
        message in prop_oneof![1 => any_json(), 9 => nearly_json_message()]
    ) {
        let read = json::parse(message.to_string().as_bytes(), Mode::Strict);
        let schema = schema("json-client.schema.json", "").check(&message);
        prop_assert_eq!(read.is_ok(), schema.is_ok(), "{:?} {:?}", read, schema);
    }

    #[test]
    fn code_and_schema_agree_on_simple_messages(
        message in prop_oneof![1 => any_json(), 9 => nearly_simple_message()]
    ) {
        let text = message.to_string();
        let read = simple::parse(text.as_bytes());
        let schema = schema("simple.schema.json", "/definitions/client").check(&message);
        prop_assert_eq!(read.is_ok(), schema.is_ok(), "{:?} {:?}", read, schema);
    }

    #[test]
    fn code_and_schema_agree_on_business_payloads(message in any_json()) {
        for (event, name) in [
            (BusinessEvent::OrderUpdate, "order-update.schema.json"),
            (BusinessEvent::ReservationUpdate, "reservation-update.schema.json"),
            (BusinessEvent::NoticeNew, "notice-new.schema.json"),
            (BusinessEvent::OrdersRefresh, "orders-refresh.schema.json"),
        ] {
            let read = normalise(event, message.to_string().as_bytes(), 0);
            let valid = schema(name, "").check(&message);
            prop_assert_eq!(read.is_ok(), valid.is_ok(), "{:?} {:?}", read, valid);
            if let Ok(done) = read {
                let pushed = serde_json::from_str(done.data.get()).unwrap();
                prop_assert_eq!(schema(name, "").check(&pushed), Ok(()));
            }
        }
    }
}
