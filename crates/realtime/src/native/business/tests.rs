use super::*;
use crate::native::ErrorCode;

const NOW: i64 = 1_706_941_200_000;

fn pushed(event: BusinessEvent, payload: &str) -> (String, Vec<String>) {
    let done = normalise(event, payload.as_bytes(), NOW).unwrap();
    (done.data.get().to_owned(), done.rooms)
}

fn wrong_fields(event: BusinessEvent, payload: &str) -> Vec<String> {
    let refusal = normalise(event, payload.as_bytes(), NOW).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::InvalidMessage);
    refusal.problems.into_iter().map(|problem| problem.field).collect()
}

#[test]
fn the_shortest_reservation_gets_a_time() {
    let (data, rooms) = pushed(BusinessEvent::ReservationUpdate, r#"{"id":1,"status":"PAID"}"#);
    assert_eq!(data, r#"{"id":1,"status":"PAID","ts":1706941200000}"#);
    assert_eq!(rooms, ["role:admin"]);
}

#[test]
fn an_order_concerns_its_user_and_administrators() {
    let order = r#"{"id":"o-1","status":"SHIPPED","userId":42,"ts":5,"carrier":"SF"}"#;
    let (data, rooms) = pushed(BusinessEvent::OrderUpdate, order);
    assert_eq!(data, r#"{"carrier":"SF","id":"o-1","status":"SHIPPED","ts":5,"userId":42}"#);
    assert_eq!(rooms, ["user:42", "role:admin"]);
}

#[test]
fn notices_and_refreshes_are_free_objects() {
    let (data, rooms) = pushed(BusinessEvent::NoticeNew, r#"{"title":"Hello"}"#);
    assert_eq!(data, r#"{"title":"Hello","ts":1706941200000}"#);
    assert!(rooms.is_empty());
    assert_eq!(pushed(BusinessEvent::OrdersRefresh, "{}").1, ["channel:orders"]);
}

#[test]
fn every_wrong_field_is_named() {
    let order = r#"{"id":true,"status":"","ts":"now"}"#;
    let wrong = wrong_fields(BusinessEvent::OrderUpdate, order);
    assert_eq!(wrong, ["ts", "id", "status", "userId"]);
    let reservation = r#"{"id":1,"status":"PAID","updatedBy":[]}"#;
    assert_eq!(wrong_fields(BusinessEvent::ReservationUpdate, reservation), ["updatedBy"]);
    assert_eq!(wrong_fields(BusinessEvent::OrdersRefresh, "[]"), [""]);
}

#[test]
fn size_comes_before_reading() {
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(64 << 10));
    let refusal = normalise(BusinessEvent::NoticeNew, long.as_bytes(), NOW).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::PayloadTooLarge);
}

#[test]
fn the_alias_is_understood_and_only_sent_when_enabled() {
    assert_eq!(BusinessEvent::by_name("notice"), Some(BusinessEvent::NoticeNew));
    assert!(BusinessEvent::NoticeNew.names(false).eq(["notice:new"]));
    assert!(BusinessEvent::NoticeNew.names(true).eq(["notice:new", "notice"]));
    assert!(BusinessEvent::OrderUpdate.names(true).eq(["order:update"]));
}

#[test]
fn a_generic_message_wraps_the_payload_untouched() {
    let payload = RawValue::from_string(r#"{"b":1, "a":2}"#.to_owned()).unwrap();
    let message = generic_message("order:update", &payload);
    assert_eq!(message.get(), r#"{"type":"order:update","payload":{"b":1, "a":2}}"#);
}
