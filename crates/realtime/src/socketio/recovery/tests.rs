use super::super::socket::Inner;
use super::*;
use crate::hub::{Hub, HubOptions};

const HOUR: Duration = Duration::from_secs(3600);

/// Scopes come from a hub only.
async fn scope() -> Arc<Scope> {
    Hub::start(&HubOptions::new(Arc::new(model::SystemClock))).scope("tenant", "/")
}

fn absent(id: &str, scope: &Arc<Scope>) -> Absent {
    Absent {
        id: id.into(),
        scope: Arc::clone(scope),
        rooms: vec!["room".into()],
        given: Vec::new(),
        data: Extensions::new(),
        offset: 7,
    }
}

fn ids(absent: impl IntoIterator<Item = Absent>) -> Vec<String> {
    absent.into_iter().map(|absent| absent.id.to_string()).collect()
}

#[tokio::test]
async fn a_private_id_works_once() {
    let (mut absentees, scope) = (Absentees::default(), scope().await);
    let until = Instant::now() + HOUR;
    assert!(absentees.put("secret".into(), absent("a", &scope), until).is_empty());
    assert_eq!(ids(absentees.take("secret", &scope)), ["a"]);
    assert!(
        absentees.take("secret", &scope).is_none() && absentees.take("other", &scope).is_none()
    );
}

#[tokio::test]
async fn who_stays_away_too_long_is_forgotten() {
    let (mut absentees, scope) = (Absentees::default(), scope().await);
    let now = Instant::now() + HOUR;
    let seconds = Duration::from_secs;
    for (id, stays) in [("long", 30), ("short", 10), ("medium", 20)] {
        absentees.put(id.into(), absent(id, &scope), now + seconds(stays));
    }
    assert!(absentees.expire(now + seconds(9)).is_empty());
    assert_eq!(ids(absentees.expire(now + seconds(20))), ["short", "medium"]);
    assert!(absentees.take("short", &scope).is_none());
    assert_eq!(ids(absentees.take("long", &scope)), ["long"]);
}

#[tokio::test]
async fn an_absence_does_not_end_with_an_earlier_one() {
    let (mut absentees, scope) = (Absentees::default(), scope().await);
    let now = Instant::now() + HOUR;
    absentees.put("secret".into(), absent("a", &scope), now);
    assert!(absentees.take("secret", &scope).is_some(), "it comes back");
    absentees.put("secret".into(), absent("a", &scope), now + HOUR);
    assert!(absentees.expire(now).is_empty());
    assert_eq!(ids(absentees.expire(now + HOUR)), ["a"]);
}

#[tokio::test]
async fn coming_and_going_takes_no_memory() {
    let (mut absentees, scope) = (Absentees::default(), scope().await);
    let until = Instant::now() + HOUR;
    for round in 0..1_000 {
        absentees.put("secret".into(), absent("a", &scope), until + HOUR * (round % 3));
        assert_eq!((absentees.known.len(), absentees.order.len()), (1, 1));
        if round % 2 == 0 {
            absentees.take("secret", &scope);
        }
    }
}

#[tokio::test]
async fn too_many_push_out_those_with_the_least_time_left() {
    let (mut absentees, scope) = (Absentees::default(), scope().await);
    let until = Instant::now() + HOUR;
    let mut over = Vec::new();
    for number in 0..u32::try_from(MOST).expect("few") + 2 {
        let id = number.to_string();
        let until = until + Duration::from_millis(number.into());
        over.extend(absentees.put(id.as_str().into(), absent(&id, &scope), until));
    }
    assert_eq!(ids(over), ["0", "1"]);
    assert_eq!((absentees.known.len(), absentees.order.len()), (MOST, MOST));
}

#[test]
fn who_wanted_to_leave_or_had_to_does_not_return() {
    for reason in ["client namespace disconnect", "server namespace disconnect", "parse error"] {
        assert!(!may_return(reason), "{reason}");
    }
    for reason in ["transport close", "transport error", "ping timeout", "server shutting down"] {
        assert!(may_return(reason), "{reason}");
    }
}

/// Besides what `hub::tests::sizes` counts, for each namespace that a connection is in.
#[test]
fn what_a_socket_takes_is_small() {
    let size = size_of::<Inner>();
    assert!(size <= 352, "a socket takes {size} bytes");
}
