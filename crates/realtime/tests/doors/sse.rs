use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::{House, KEEP, house, options};
use realtime::hub::Publication;
use realtime::hub::history::Keep;
use realtime::registry;

struct Stream {
    socket: TcpStream,
    read: String,
    head: String,
}

/// One event: its id, name and data.
#[derive(Debug, Default, PartialEq)]
struct Event {
    id: String,
    name: String,
    data: String,
}

impl Stream {
    async fn open(house: &House, path: &str, headers: &str) -> Stream {
        let mut socket = TcpStream::connect(house.address).await.expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        socket.write_all(request.as_bytes()).await.expect("written");
        let mut stream = Stream { socket, read: String::new(), head: String::new() };
        stream.head = stream.take("\r\n\r\n").await;
        stream
    }

    fn status(&self) -> &str {
        &self.head[9..12]
    }

    /// Everything up to `end`; without the chunks' lengths.
    async fn take(&mut self, end: &str) -> String {
        loop {
            if let Some(at) = self.read.find(end) {
                let rest = self.read.split_off(at + end.len());
                return std::mem::replace(&mut self.read, rest);
            }
            let mut buffer = [0; 4096];
            let read = tokio::time::timeout(Duration::from_secs(10), self.socket.read(&mut buffer));
            let count = read.await.expect("something in time").expect("read");
            assert_ne!(count, 0, "the stream is over: {}", self.read);
            self.read.push_str(std::str::from_utf8(&buffer[..count]).expect("text"));
        }
    }

    async fn next(&mut self) -> Event {
        let lines = self.take("\n\n").await;
        let mut event = Event::default();
        for line in lines.lines() {
            match line.split_once(": ") {
                Some(("id", value)) => event.id = value.to_owned(),
                Some(("event", value)) => event.name = value.to_owned(),
                Some(("data", value)) => event.data = value.to_owned(),
                _ => {}
            }
        }
        event
    }

    /// The next that is no comment.
    async fn event(&mut self) -> Event {
        loop {
            let event = self.next().await;
            if !event.name.is_empty() {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn rooms_are_streamed_with_headers_that_let_them_through() {
    let house = house().await;
    let mut stream =
        Stream::open(&house, "/events?room=lobby&channel=channel:orders&token=ann", "").await;
    assert_eq!(stream.status(), "200");
    let head = stream.head.to_lowercase();
    for header in
        ["content-type: text/event-stream", "cache-control: no-cache", "x-accel-buffering: no"]
    {
        assert!(head.contains(header), "{head}");
    }
    let first = stream.take("\n\n").await;
    assert!(first.contains("retry: 3000"), "{first}");
    assert!(first.contains(&format!("id: {}-0", house.premises.hub.epoch())), "{first}");
    house.publish("lobby", "notice", "{\"n\":1}");
    house.publish("channel:orders", "orders:refresh", "{}");
    let event = stream.event().await;
    let id = format!("{}-1", house.premises.hub.epoch());
    assert_eq!(event, Event { id, name: "notice".into(), data: "{\"n\":1}".into() });
    assert_eq!(stream.event().await.name, "orders:refresh");
    stream.take(": \n\n").await;
}

#[tokio::test]
async fn a_stream_goes_on_after_the_last_event_that_was_seen() {
    let house = house().await;
    let epoch = house.premises.hub.epoch().to_string();
    house.count("lobby", 0..5);
    for (path, headers) in [
        ("/events?room=lobby&token=ann", format!("Last-Event-ID: {epoch}-3\r\n")),
        (&*format!("/events?room=lobby&token=ann&lastEventId={epoch}-3"), String::new()),
    ] {
        let mut stream = Stream::open(&house, path, &headers).await;
        assert_eq!(stream.event().await.data, "{\"n\":3}");
        assert_eq!(stream.event().await.data, "{\"n\":4}");
    }
    let mut live = Stream::open(&house, "/events?room=lobby&token=ann", "").await;
    live.take("\n\n").await;
    house.publish("lobby", "notice", "{\"n\":5}");
    assert_eq!(live.event().await.data, "{\"n\":5}", "and nothing before");
}

#[tokio::test]
async fn a_gap_is_an_event() {
    let house = house().await;
    let epoch = house.premises.hub.epoch().to_string();
    for n in 0..5 {
        let publication = house.publication("lobby", "notice", &format!("{{\"n\":{n}}}"));
        let keep = Some(Keep { count: 2, ..KEEP });
        house.premises.hub.publish(Publication { keep, ..publication }).expect("room");
    }
    for id in [format!("{epoch}-1"), "other-7".to_owned(), "nonsense".to_owned()] {
        let headers = format!("Last-Event-ID: {id}\r\n");
        let mut stream = Stream::open(&house, "/events?room=lobby&token=ann", &headers).await;
        let gap = stream.event().await;
        assert_eq!((gap.name.as_str(), gap.id), ("gap", format!("{epoch}-5")), "{id}");
    }
}

#[tokio::test]
async fn refusals_are_problems() {
    let house = House::open(options(), registry::Options { per_ip: 1, ..Default::default() }).await;
    for (path, status, code) in [
        ("/events?room=lobby", "401", "UNAUTHORIZED"),
        ("/events?room=lobby&token=wrong", "401", "UNAUTHORIZED"),
        ("/events?room=lobby&token=forbidden", "403", "FORBIDDEN"),
        ("/events?room=user:bob&token=ann", "403", "FORBIDDEN"),
        ("/events?room=sb:stats&token=ann", "403", "FORBIDDEN"),
        ("/events?room=lobby&token=down", "503", "INTERNAL_ERROR"),
        ("/events?token=ann", "400", "INVALID_MESSAGE"),
    ] {
        let mut stream = Stream::open(&house, path, "").await;
        assert_eq!(stream.status(), status, "{path}");
        assert!(stream.head.contains("application/problem+json"), "{path}");
        let body = stream.take("}").await;
        assert!(body.contains(&format!("\"code\":\"{code}\"")), "{path}: {body}");
    }
    let _one = Stream::open(&house, "/events?room=lobby&token=ann", "").await;
    let two = Stream::open(&house, "/events?room=lobby&token=ann", "").await;
    assert_eq!(two.status(), "429");
    assert!(two.head.to_lowercase().contains("retry-after"));
}

#[tokio::test]
async fn a_stream_ends_with_its_token_and_with_its_reader() {
    let house = house().await;
    let mut stream = Stream::open(&house, "/events?room=lobby&token=ann", "").await;
    house.keeper.revoke("ann");
    let told = stream.event().await;
    assert_eq!(
        (told.name.as_str(), told.data.as_str()),
        ("disconnected", "{\"reason\":\"unauthorized\"}")
    );
    stream.take("0\r\n\r\n").await;
    let other = Stream::open(&house, "/events?room=lobby&token=bob", "").await;
    drop(other);
    while house.premises.registry.held() > 0 || house.streams.connections() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.premises.hub.count(&house.scope(), None), 0);
}
