use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{ArgError, Args, Binary, DecodeError, EncodeError, IntoArgs, MAX_ATTACHMENTS};
use super::event;

fn json(values: impl IntoArgs) -> String {
    Args::event("e", values).expect("serialises").json().to_owned()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Upload {
    name: String,
    parts: Vec<Binary>,
    #[serde(flatten)]
    more: More,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum More {
    Thumb { thumb: Binary },
    None {},
}

fn upload() -> Upload {
    let thumb = Binary::from(vec![3]);
    Upload {
        name: "a.png".into(),
        parts: vec![Binary::from(vec![1]), Binary::from(vec![2, 2])],
        more: More::Thumb { thumb },
    }
}

#[test]
fn a_tuple_is_several_arguments_and_all_else_is_one() {
    assert_eq!(json(()), r#"["e"]"#);
    assert_eq!(json("text"), r#"["e","text"]"#);
    assert_eq!(json(String::from("é\u{1e}")), r#"["e","é\u001e"]"#);
    assert_eq!(json(7), r#"["e",7]"#);
    assert_eq!(json((1, "two")), r#"["e",1,"two"]"#);
    assert_eq!(json((1, 2.5, None::<u8>, true, "x")), r#"["e",1,2.5,null,true,"x"]"#);
    assert_eq!(json(([1, 2],)), r#"["e",[1,2]]"#);
    assert_eq!(json(&[1, 2]), r#"["e",[1,2]]"#);
    assert_eq!(json(vec![1, 2]), r#"["e",[1,2]]"#);
    assert_eq!(json(json!({"a": [1]})), r#"["e",{"a":[1]}]"#);
    assert_eq!(json(&More::None {}), r#"["e",{}]"#);
    let ack = Args::ack((1, "two")).expect("serialises");
    assert_eq!(ack.json(), r#"[1,"two"]"#);
    assert_eq!(Args::ack(()).expect("serialises").json(), "[]");
}

#[test]
fn arguments_can_be_passed_on_under_another_name() {
    let sent = Args::event("upload", &upload()).expect("serialises");
    let passed = Args::event("copy", &sent).expect("serialises");
    assert_eq!(passed.name().as_deref(), Some("copy"));
    assert_eq!(passed.get::<Upload>(0).expect("the same"), upload());
    let answer = Args::ack(passed).expect("serialises");
    assert_eq!(answer.get::<Upload>(0).expect("the same"), upload());
    let raw = Args::from_json_array(" [ 1 , \"two\" ] ").expect("an array");
    assert_eq!(json(raw), r#"["e",1,"two"]"#);
}

#[test]
fn bytes_travel_beside_the_json_from_anywhere_inside_a_value() {
    let sent = Args::event("upload", (&upload(), Binary::default())).expect("serialises");
    let expected = concat!(
        r#"["upload",{"name":"a.png","parts":[{"_placeholder":true,"num":0},"#,
        r#"{"_placeholder":true,"num":1}],"thumb":{"_placeholder":true,"num":2}},"#,
        r#"{"_placeholder":true,"num":3}]"#
    );
    assert_eq!(sent.json(), expected);
    assert_eq!(sent.attachments(), [&[1][..], &[2, 2], &[3], &[]]);

    let received = event(&format!("54-{}", sent.json()), sent.attachments());
    assert_eq!(received.get::<Upload>(0).expect("the same"), upload());
    assert_eq!(received.get::<Binary>(1).expect("empty"), Binary::default());
}

#[test]
fn a_placeholder_without_its_attachment_is_an_error() {
    let stray = event(r#"2["e",{"_placeholder":true,"num":0}]"#, &[]);
    assert!(matches!(stray.get::<Binary>(0), Err(ArgError::Invalid { index: 0, .. })));
    let text = r#"51-["e",{"_placeholder":true,"num":0},{"_placeholder":false,"num":0}]"#;
    let args = event(text, &[Bytes::from_static(b"x")]);
    assert_eq!(args.get::<Binary>(0).expect("bytes").0, "x");
    assert!(args.get::<Binary>(1).is_err());
}

#[test]
fn bytes_alone_are_no_json() {
    assert!(serde_json::to_string(&Binary::default()).is_err());
    let placeholder = r#"{"_placeholder":true,"num":0}"#;
    assert!(serde_json::from_str::<Binary>(placeholder).is_err());
    let sent = Args::ack(Binary::from(vec![1])).expect("serialises");
    assert!(sent.get::<Binary>(0).is_ok());
    assert!(serde_json::from_str::<Binary>(placeholder).is_err(), "nothing is left behind");
}

#[test]
fn arguments_inside_of_arguments_keep_their_bytes_apart() {
    struct Nested;
    impl Serialize for Nested {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let inner = Args::ack(Binary::from(vec![9])).expect("serialises");
            assert_eq!(inner.attachments().len(), 1);
            serializer.serialize_str(inner.json())
        }
    }
    let bytes = |byte| Binary::from(vec![byte]);
    let args = Args::ack((bytes(1), &Nested, bytes(2))).expect("serialises");
    assert_eq!(args.attachments(), [&[1][..], &[2]]);
    assert_eq!(args.get::<Binary>(2).expect("bytes"), bytes(2));
}

#[test]
fn what_cannot_be_sent_says_so() {
    assert!(matches!(Args::event("disconnect", ()), Err(EncodeError::ReservedName)));
    let map = std::collections::BTreeMap::from([((1, 2), 3)]);
    assert!(matches!(Args::event("e", &map), Err(EncodeError::Serialise(_))));
    let many = vec![Binary::default(); MAX_ATTACHMENTS];
    assert!(Args::event("e", &many).is_ok());
    assert!(Args::event("e", (many, Binary::default())).is_err());
    for (text, error) in [
        ("", DecodeError::Json),
        ("{}", DecodeError::Payload),
        ("[1", DecodeError::Json),
        ("[1][2]", DecodeError::Json),
    ] {
        assert_eq!(Args::from_json_array(text).err(), Some(error), "{text}");
    }
}

#[test]
fn arguments_are_found_by_index() {
    let text = r#"2[ "a \"name\"" , [1,{"b":[]}] ,"x,]}\"", -1.5e3 ,{"k":","},null ]"#;
    let args = event(text, &[]);
    assert_eq!(args.name().as_deref(), Some(r#"a "name""#));
    let raw: Vec<&str> = args.iter().collect();
    assert_eq!(raw, [r#"[1,{"b":[]}]"#, r#""x,]}\"""#, "-1.5e3", r#"{"k":","}"#, "null"]);
    assert_eq!((args.len(), args.raw(4), args.raw(5)), (5, Some("null"), None));
    assert_eq!(args.get::<String>(1).expect("a string"), "x,]}\"");
    assert_eq!(args.get::<Option<u8>>(4).expect("null"), None);
    assert_eq!(args.get::<Value>(3).expect("an object"), json!({"k": ","}));
    assert!(matches!(args.get::<Value>(5), Err(ArgError::Missing { index: 5 })));
    let error = args.get::<u8>(1).expect_err("not a number").to_string();
    assert!(error.starts_with("argument 1: "), "{error}");
}

#[test]
fn empty_and_numbered_events_are_read_too() {
    let args = event(r#"2[12,"x"]"#, &[]);
    assert_eq!((args.name().as_deref(), args.len()), (Some("12"), 1));
    let args = event("2[\"\"]", &[]);
    assert_eq!((args.name().as_deref(), args.is_empty()), (Some(""), true));
    let none = Args::from_json_array("[ ]").expect("an array");
    assert_eq!((none.name(), none.len()), (None, 0));
}

#[test]
fn half_a_surrogate_spoils_its_own_argument_only() {
    let args = event(r#"2["e","\ud83d",1]"#, &[]);
    assert!(args.get::<String>(0).is_err());
    assert_eq!(args.get::<u8>(1).expect("a number"), 1);
}
