use super::super::{DecodeError, Kind, Limits, Packet, decode};

fn decoded(text: &str) -> Result<Packet<'_>, DecodeError> {
    decode(text, &Limits::default())
}

#[test]
fn the_parts_of_a_packet_are_told_apart() {
    let packet = decoded(
        r#"52-/admin,456["e",{"_placeholder":true,"num":1},[{"num":0,"_placeholder":true}]] "#,
    );
    let expected = Packet {
        kind: Kind::BinaryEvent,
        namespace: "/admin",
        id: Some(456),
        data: r#"["e",{"_placeholder":true,"num":1},[{"num":0,"_placeholder":true}]]"#,
        attachments: 2,
    };
    assert_eq!(packet, Ok(expected));
}

#[test]
fn a_namespace_may_end_the_packet_and_loses_its_query() {
    for (text, namespace) in [
        ("0", "/"),
        ("0/", "/"),
        ("0/,", "/"),
        ("0/admin", "/admin"),
        ("0/admin,", "/admin"),
        ("0/admin?token=1&a=b,", "/admin"),
        ("0/?token=1", "/"),
        ("0/日本,{}", "/日本"),
    ] {
        assert_eq!(decoded(text).map(|p| p.namespace), Ok(namespace), "{text}");
    }
}

#[test]
fn ids_reach_to_64_bits_and_no_further() {
    let id = |digits: &str| decoded(&format!(r#"2{digits}["e"]"#)).map(|p| p.id);
    assert_eq!(id("18446744073709551615"), Ok(Some(u64::MAX)));
    assert_eq!(id("18446744073709551616"), Err(DecodeError::Id));
    assert_eq!(id("007"), Ok(Some(7)));
    assert_eq!(id(&"9".repeat(10_000)), Err(DecodeError::Id));
    assert_eq!(decoded("012{}"), Err(DecodeError::UnexpectedId));
    assert_eq!(decoded("11"), Err(DecodeError::UnexpectedId));
    assert_eq!(decoded(r#"41"x""#), Err(DecodeError::UnexpectedId));
    assert_eq!(decoded("3[]"), Err(DecodeError::MissingId));
    assert_eq!(decoded("3"), Err(DecodeError::MissingId));
}

#[test]
fn every_fault_has_its_name() {
    let one = r#"{"_placeholder":true,"num":0}"#;
    for (text, error) in [
        ("", DecodeError::Empty),
        ("7", DecodeError::UnknownKind),
        ("/", DecodeError::UnknownKind),
        ("日", DecodeError::UnknownKind),
        ("5", DecodeError::Attachments),
        ("5-[]", DecodeError::Attachments),
        ("51[]", DecodeError::Attachments),
        ("50-[]", DecodeError::Attachments),
        ("5é-[]", DecodeError::Attachments),
        ("51e1-[]", DecodeError::Attachments),
        ("565-[]", DecodeError::TooManyAttachments(64)),
        ("599999999999999999999-[]", DecodeError::TooManyAttachments(64)),
        (r#"51-["e"]"#, DecodeError::Placeholders),
        (&format!(r#"51-["e",{one},{one}]"#), DecodeError::Placeholders),
        (&format!(r#"52-["e",{one}]"#), DecodeError::Placeholders),
        (&format!(r#"52-["e",{one},{one}]"#), DecodeError::Placeholders),
        (r#"51-["e",{"_placeholder":true,"num":1}]"#, DecodeError::Placeholders),
        (r#"51-["e",{"_placeholder":true}]"#, DecodeError::Placeholders),
        (r#"51-["e",{"_placeholder":true,"num":1e99}]"#, DecodeError::Placeholders),
        (r#"51-["e",{"_placeholder":"true","num":0}]"#, DecodeError::Placeholders),
        (r#"51-["e",{"a":{"_placeholder":true},"num":0}]"#, DecodeError::Placeholders),
        ("0/a\u{1e}4,", DecodeError::Namespace),
        ("0/a\n", DecodeError::Namespace),
        ("2", DecodeError::Payload),
        ("2/a", DecodeError::Payload),
        ("21", DecodeError::Payload),
        ("2 [\"e\"]", DecodeError::Payload),
        ("2[]", DecodeError::Payload),
        ("2[null]", DecodeError::Payload),
        ("2[{}]", DecodeError::Payload),
        (r#"2["\ud800"]"#, DecodeError::Payload),
        (r#"21-["e"]"#, DecodeError::Payload),
        ("0[]", DecodeError::Payload),
        ("1{}", DecodeError::Payload),
        ("4", DecodeError::Payload),
        ("4[]", DecodeError::Payload),
        ("31{}", DecodeError::Payload),
        ("2[", DecodeError::Json),
        ("2[\"e\"", DecodeError::Json),
        (r#"2["e",]"#, DecodeError::Json),
        (r#"2["e"]]"#, DecodeError::Json),
        (r#"2["e\"#, DecodeError::Json),
        (r#"2["e\é"]"#, DecodeError::Json),
        ("0{\"a\":}", DecodeError::Json),
        (r#"2["connect"]"#, DecodeError::ReservedName),
        (r#"2["\u0064isconnect"]"#, DecodeError::ReservedName),
    ] {
        assert_eq!(decoded(text), Err(error), "{text}");
    }
}

/// As JSON is read everywhere; else the text would pass here and name no attachment there.
#[test]
fn a_repeated_key_of_a_placeholder_means_what_it_says_last() {
    let placeholder = |last: &str| format!(r#"51-["e",{{"_placeholder":true,"num":0,{last}}}]"#);
    for last in [r#""num":"0""#, r#""num":{}"#, r#""_placeholder":"true""#, r#""_placeholder":[]"#]
    {
        assert_eq!(decoded(&placeholder(last)), Err(DecodeError::Placeholders), "{last}");
    }
    assert!(decoded(&placeholder(r#""num":0,"other":"1""#)).is_ok());
}

#[test]
fn what_is_deep_long_or_wide_is_refused_at_its_limit() {
    let nested = |depth: usize| format!("31{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(decoded(&nested(64)).is_ok());
    assert_eq!(decoded(&nested(65)), Err(DecodeError::TooDeep(64)));
    assert_eq!(decoded(&nested(400_000)), Err(DecodeError::TooDeep(64)));
    assert_eq!(decoded(&format!("2{}", r#"{"a":["#.repeat(9))), Err(DecodeError::Payload));

    let brackets = format!(r#"2["e","{}"]"#, "[".repeat(100));
    assert!(decoded(&brackets).is_ok(), "brackets inside of a string are text");

    let wide = |n: usize| format!(r#"2["e"{}]"#, ",1".repeat(n - 1));
    assert!(decoded(&wide(1024)).is_ok());
    assert_eq!(decoded(&wide(1025)), Err(DecodeError::TooManyArgs(1024)));

    let named = |bytes: usize| format!("0/{}", "é".repeat((bytes - 1) / 2));
    assert!(decoded(&named(255)).is_ok());
    assert_eq!(decoded(&named(257)), Err(DecodeError::LongNamespace(256)));
}

#[test]
fn limits_can_be_lowered_but_attachments_not_raised() {
    let text = r#"52-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    let few = Limits { attachments: 1, ..Limits::default() };
    assert_eq!(decode(text, &few), Err(DecodeError::TooManyAttachments(1)));
    let many = Limits { attachments: 1000, ..Limits::default() };
    assert_eq!(decode("5999-[]", &many), Err(DecodeError::TooManyAttachments(64)));
}
