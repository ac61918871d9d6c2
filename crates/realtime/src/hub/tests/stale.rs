//! Slots and rooms are used again; what was before has no say in it.

use super::client::direct;
use super::*;

#[tokio::test]
async fn who_is_gone_cannot_touch_who_took_its_slot() {
    let hub = Hub::start(&HubOptions { shards: 1, ..options() });
    let scope = hub.scope("tenant", "/");
    let (old_link, new_link) = (hub.link_to_fetch(), hub.link_to_fetch());
    let old = hub.attach(&scope, "old".into(), &old_link, Dialect::Bare);
    old.join("room", Terms::default(), Past::Nothing, |_| None);
    old.detach();
    let new = hub.attach(&scope, "new".into(), &new_link, Dialect::Bare);
    assert_eq!(old.slot, new.slot, "the slot is used again");
    new.join("room", Terms::default(), Past::Nothing, |_| None);

    old.join("elsewhere", Terms::default(), Past::Nothing, |_| None);
    assert!(!old.leave("room"));
    assert_eq!((old.pause("room", true), old.rooms().len()), (None, 0));
    old.send(direct("for the old one"));
    old.detach();
    drop(old);
    assert_eq!(hub.rooms(&scope), [("room".into(), 1)]);
    assert_eq!(hub.members(&scope, None), ["new".into()]);
    assert!(new_link.take(usize::MAX).is_empty());
    assert_eq!(old_link.take(usize::MAX), [direct("for the old one")]);
}

#[tokio::test]
async fn scopes_share_nothing_but_the_hub() {
    let hub = Hub::start(&options());
    let scopes = [hub.scope("one", "/"), hub.scope("two", "/"), hub.scope("one", "/other")];
    let links: Vec<_> = scopes.iter().map(|_| hub.link_to_fetch()).collect();
    let attach = |(scope, link)| hub.attach(scope, "same".into(), link, Dialect::Bare);
    let subscribers: Vec<_> = scopes.iter().zip(&links).map(attach).collect();
    for subscriber in &subscribers {
        subscriber.join("room", Terms::default(), Past::Nothing, |_| None);
    }
    for room in [None, Some("room"), Some("same")] {
        hub.publish(said(&scopes[0], room, "1")).expect("there is room");
    }
    links[0].attention().await;
    eventually(|| hub.stats().waiting_events == 0 && hub.stats().delivered == 3).await;
    let got: Vec<usize> = links.iter().map(|link| link.take(usize::MAX).len()).collect();
    assert_eq!(got, [3, 0, 0]);
    assert_eq!(hub.last(&scopes[1], "room", 9).len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_loops_end_with_the_last_handle() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let hub = Hub::start(&options());
    let scope = hub.scope("tenant", "/");
    let link = hub.link_to_fetch();
    let subscriber = hub.attach(&scope, "me".into(), &link, Dialect::Bare);
    hub.publish(said(&scope, None, "1")).expect("there is room");
    drop(hub);
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    assert_eq!((tasks(), link.take(usize::MAX).len()), (2, 1), "somebody still listens");
    drop(subscriber);
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    assert_eq!(tasks(), 0);
}

/// The shard has no turn before the second join, so the event still waits then.
#[tokio::test]
async fn who_joins_again_loses_nothing_that_was_on_its_way() {
    let hub = Hub::start(&options());
    let (scope, link) = (hub.scope("tenant", "/"), hub.link_to_fetch());
    let subscriber = hub.attach(&scope, "me".into(), &link, Dialect::Bare);
    subscriber.join("room", Terms::default(), Past::Nothing, |_| None);
    hub.publish(said(&scope, Some("room"), "1")).expect("there is room");
    subscriber.join("room", Terms::default(), Past::Nothing, |_| None);
    hub.publish(said(&scope, Some("room"), "2")).expect("there is room");
    let earlier = subscriber.join("room", Terms::default(), Past::Last(2), |_| None).earlier;
    assert!(matches!(earlier, Since::Complete(events) if events.len() == 2));
    hub.publish(said(&scope, Some("room"), "3")).expect("there is room");
    subscriber.join("room", Terms::default(), Past::Nothing, |_| None);
    eventually(|| hub.stats().waiting_events == 0 && link.has_waiting()).await;
    assert_eq!(link.take(usize::MAX).len(), 1, "two were a part of the past");
}
