use serde_json::value::RawValue;

use super::super::{
    Args, ack_text, append_string, connect_error_text, connect_text, disconnect_text, event_text,
};

#[test]
fn packets_are_those_of_the_protocol_document() {
    let data = RawValue::from_string(r#"{"code":1}"#.into()).expect("JSON");
    for (wire, text) in [
        (connect_text("/", "x", None), r#"0{"sid":"x"}"#),
        (connect_text("/admin", "x", Some("y")), r#"0/admin,{"sid":"x","pid":"y"}"#),
        (connect_error_text("/", "No \"way\"", None), r#"4{"message":"No \"way\""}"#),
        (
            connect_error_text("/admin", "No", Some(&data)),
            r#"4/admin,{"message":"No","data":{"code":1}}"#,
        ),
        (disconnect_text("/"), "1"),
        (disconnect_text("/admin"), "1/admin,"),
        (event_text("/", None, 0, r#"["foo"]"#), r#"2["foo"]"#),
        (event_text("/admin", Some(12), 0, r#"["foo",1]"#), r#"2/admin,12["foo",1]"#),
        (event_text("/admin", Some(12), 2, r#"["foo"]"#), r#"52-/admin,12["foo"]"#),
        (ack_text("/", 12, 0, "[]"), "312[]"),
        (ack_text("/admin", 13, 1, "[1]"), "61-/admin,13[1]"),
    ] {
        assert_eq!(wire.packet(), text);
        assert_eq!(wire.message(), format!("4{text}"));
        assert_eq!(wire.into_message(), format!("4{text}"));
    }
}

#[test]
fn the_offset_becomes_the_last_argument() {
    for (array, longer) in [
        ("[]", r#"["o"]"#),
        ("[ ]", r#"[ "o"]"#),
        (r#"["name",1]"#, r#"["name",1,"o"]"#),
        (r#"["[",[]]"#, r#"["[",[],"o"]"#),
        (r#"["["]"#, r#"["[","o"]"#),
    ] {
        assert_eq!(append_string(array, "o"), longer);
        assert!(Args::from_json_array(&append_string(array, "quote \" and \\")).is_ok());
    }
}
