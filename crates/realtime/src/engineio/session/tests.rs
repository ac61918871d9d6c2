//! How sessions end: once, whoever wants it, and from wherever.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use http::{Method, Request, StatusCode};
use proptest::prelude::*;
use tokio::net::TcpListener;

use super::*;
use crate::engineio::{Engine, EngineOptions};
use crate::hub::tests::seeded;
use crate::hub::{Hub, HubOptions};
use crate::net::pulse::Pulse;

type Said = fn(&Session) -> Result<(), Stop>;

/// A client that does what a test wants, and writes down its end.
struct Puppet {
    session: Arc<Session>,
    said: Said,
    ends: Arc<Mutex<Vec<&'static str>>>,
    busy: bool,
}

impl Client for Puppet {
    fn text(&mut self, _: &str) -> Result<(), Stop> {
        (self.said)(&self.session)
    }

    fn binary(&mut self, _: Bytes) -> Result<(), Stop> {
        Ok(())
    }

    fn busy(&self) -> bool {
        self.busy
    }

    fn closed(&mut self, reason: &'static str) {
        // As handlers do, it may still ask and say things.
        self.session.close("again");
        assert!(self.session.is_closed() && !self.session.busy());
        self.ends.lock().unwrap().push(reason);
    }
}

struct Bench {
    engine: Engine,
    session: Option<Arc<Session>>,
    ends: Arc<Mutex<Vec<&'static str>>>,
}

/// What an application does when a session begins.
#[derive(Clone, Copy)]
struct Behaviour {
    opened: fn(&Session),
    said: Said,
    busy: bool,
}

const CALM: Behaviour = Behaviour { opened: |_| {}, said: |_| Ok(()), busy: false };

impl Bench {
    /// A polling session, as a request opens it.
    async fn new(behaviour: Behaviour) -> Self {
        let (ends, sessions) = (Arc::default(), Arc::new(Mutex::new(None)));
        let (made, written) = (Arc::clone(&sessions), Arc::clone(&ends));
        let app = move |session: Arc<Session>| -> Box<dyn Client> {
            (behaviour.opened)(&session);
            *made.lock().unwrap() = Some(Arc::clone(&session));
            let ends = Arc::clone(&written);
            Box::new(Puppet { session, said: behaviour.said, ends, busy: behaviour.busy })
        };
        let clock: Arc<dyn model::Clock> = Arc::new(model::ManualClock::at(0));
        let hub = Hub::start(&HubOptions::new(Arc::clone(&clock)));
        let engine = Engine::new(&hub, &Pulse::start(), clock, EngineOptions::default(), app);
        let mut bench = Bench { engine, session: None, ends };
        assert_eq!(bench.request(Method::GET, "").await, StatusCode::OK);
        bench.session = sessions.lock().unwrap().take();
        bench
    }

    async fn request(&self, method: Method, body: &str) -> StatusCode {
        let sid = self.session.as_ref().map_or(String::new(), |s| format!("&sid={}", s.id));
        let request =
            Request::builder().method(method).uri(format!("/?EIO=4&transport=polling{sid}"));
        let request = request.body(body.to_owned()).expect("a request");
        self.engine.handle(request, IpAddr::V4(Ipv4Addr::LOCALHOST)).await.status()
    }

    fn session(&self) -> &Arc<Session> {
        self.session.as_ref().expect("it was opened")
    }

    async fn ends(&self) -> Vec<&'static str> {
        settle().await;
        self.ends.lock().unwrap().clone()
    }

    /// The same, when nobody polls for the goodbye.
    async fn ends_unpolled(&self) -> Vec<&'static str> {
        tokio::time::sleep(PATIENCE).await;
        self.ends().await
    }
}

/// Whatever was spawned has run.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

async fn streams() -> (Arc<TcpStream>, TcpStream) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    let (ours, theirs) = tokio::join!(listener.accept(), TcpStream::connect(address));
    (Arc::new(ours.expect("a connection").0), theirs.expect("a connection"))
}

#[tokio::test(start_paused = true)]
async fn a_client_may_close_its_session_from_within_a_call() {
    let close = Behaviour {
        said: |session| {
            session.close("enough");
            Ok(())
        },
        ..CALM
    };
    let bench = Bench::new(close).await;
    assert_eq!(bench.request(Method::POST, "4bye\u{1e}4bye").await, StatusCode::OK);
    assert_eq!(bench.ends_unpolled().await, ["enough"]);
    assert_eq!(bench.engine.sessions(), 0);

    let both = Behaviour {
        said: |session| {
            session.close("first");
            Err(Stop("second"))
        },
        ..CALM
    };
    let bench = Bench::new(both).await;
    bench.request(Method::POST, "4bye").await;
    assert_eq!(bench.ends_unpolled().await.len(), 1);
}

#[tokio::test]
async fn a_poll_that_waits_gets_the_goodbye_at_once() {
    let bench = Bench::new(CALM).await;
    let poll = bench.request(Method::GET, "");
    let close = async { bench.session().close("enough") };
    assert_eq!(tokio::join!(poll, close).0, StatusCode::OK);
    assert_eq!((bench.ends().await, bench.engine.sessions()), (vec!["enough"], 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_while_it_begins_is_not_kept() {
    let bench = Bench::new(Behaviour { opened: |session| session.close("not you"), ..CALM }).await;
    assert_eq!(bench.ends_unpolled().await, ["not you"]);
    let session = Arc::downgrade(bench.session());
    assert_eq!(bench.engine.sessions(), 0);
    drop(bench);
    assert!(session.upgrade().is_none(), "nobody holds on to it");
}

/// The end may come between the making of the client and its being put in place.
#[tokio::test(start_paused = true)]
async fn a_client_that_comes_too_late_is_told_so() {
    let bench = Bench::new(CALM).await;
    bench.session().close("over");
    assert_eq!(bench.ends_unpolled().await, ["over"]);
    let (session, ends) = (Arc::clone(bench.session()), Arc::clone(&bench.ends));
    let late = Puppet { session, said: CALM.said, ends, busy: false };
    bench.session().set_client(Box::new(late));
    assert_eq!(bench.ends().await, ["over", "over"], "each of the two once");
}

#[tokio::test(start_paused = true)]
async fn a_post_does_not_wait_for_a_client_whose_session_is_over() {
    let bench = Bench::new(Behaviour { busy: true, ..CALM }).await;
    let post = bench.request(Method::POST, "4hello");
    let end = async {
        settle().await;
        bench.session().close("over");
    };
    let both = async { tokio::join!(post, end) };
    tokio::time::timeout(Duration::from_secs(10), both).await.expect("it does not wait");
    assert_eq!(bench.ends_unpolled().await, ["over"]);
}

#[tokio::test]
async fn a_late_poll_ends_the_websocket_with_the_session() {
    for last in [None, Some("1")] {
        let bench = Bench::new(CALM).await;
        let (ours, _theirs) = streams().await;
        assert!(bench.session().begin_upgrade() && !bench.session().begin_upgrade());
        assert!(bench.session().complete_upgrade(ours, false));
        bench.session().over("transport error", last);
        let ending = bench.session().link().ending().expect("it is to end");
        assert_eq!(
            (ending.reason, bench.ends().await),
            ("transport error", vec!["transport error"])
        );
    }
}

#[tokio::test]
async fn an_upgrade_that_fails_in_the_end_ends_the_session() {
    let bench = Bench::new(CALM).await;
    bench.session().send_text("4waiting");
    let (ours, theirs) = streams().await;
    theirs.set_zero_linger().expect("a socket");
    drop(theirs);
    ours.readable().await.expect("the reset has come");
    assert!(bench.session().begin_upgrade());
    assert!(!bench.session().complete_upgrade(ours, false));
    assert_eq!((bench.ends().await, bench.engine.sessions()), (vec!["transport error"], 0));
}

#[tokio::test]
async fn who_does_not_answer_pings_is_gone() {
    let bench = Bench::new(CALM).await;
    let (session, options) = (bench.session(), EngineOptions::default());
    let first = session.first_beat();
    let next = session.beat(first).expect("it was pinged");
    session.receive(&Packet::Pong("")).expect("it answers");
    let second = session.beat(next).expect("and is looked at again");
    let deadline = next + options.ping_timeout;
    assert_eq!(session.beat(second), Some(deadline));
    assert_eq!(session.beat(deadline - Duration::from_millis(1)), Some(deadline));
    assert_eq!(bench.ends().await, [""; 0]);
    assert_eq!(session.beat(deadline), None);
    assert_eq!(bench.ends().await, ["ping timeout"]);
}

#[derive(Debug, Clone, Copy)]
enum End {
    Close,
    Over,
    GivenUp,
    Goodbye,
    Malformed,
    Overlap,
    Upgrade,
    Settle,
}

const ENDS: [End; 8] = [
    End::Close,
    End::Over,
    End::GivenUp,
    End::Goodbye,
    End::Malformed,
    End::Overlap,
    End::Upgrade,
    End::Settle,
];

async fn end(bench: &Bench, how: End) {
    let session = bench.session();
    match how {
        End::Close => session.close("close"),
        End::Over => session.over("over", Some("1")),
        End::GivenUp => session.over("given up", None),
        End::Goodbye => drop(bench.request(Method::POST, "1").await),
        End::Malformed => drop(bench.request(Method::POST, "?").await),
        End::Overlap => {
            let Ok(_turn) = session.poll() else { return };
            bench.request(Method::GET, "").await;
        }
        End::Upgrade if session.begin_upgrade() => {
            session.complete_upgrade(streams().await.0, false);
        }
        End::Upgrade => {}
        End::Settle => settle().await,
    }
}

proptest! {
    #![proptest_config(seeded(60))]

    #[test]
    fn however_often_it_ends_it_ends_once(
        ends in prop::collection::vec(prop::sample::select(&ENDS[..]), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let bench = Bench::new(CALM).await;
            for how in ends {
                end(&bench, how).await;
            }
            // Nothing of this waits for the reader of a stream, which there is none of here.
            bench.session().over("last", Some("1"));
            prop_assert_eq!(bench.ends().await.len(), 1);
            prop_assert_eq!(bench.engine.sessions(), 0);
            Ok(())
        })?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_end_it_at_once_end_it_once() {
    for _ in 0..200 {
        let bench = Bench::new(CALM).await;
        let ends = (0..4).map(|number| {
            let session = Arc::clone(bench.session());
            tokio::spawn(async move {
                match number % 2 {
                    0 => session.close("close"),
                    _ => session.over("over", None),
                }
            })
        });
        for end in ends.collect::<Vec<_>>() {
            end.await.expect("nobody waits for another");
        }
        while bench.ends.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(bench.ends().await.len(), 1);
    }
}
