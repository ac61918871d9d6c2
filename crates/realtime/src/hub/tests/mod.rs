mod arriving;
mod client;
mod crowd;
mod sizes;
mod slow;
mod stale;
mod turns;

use std::sync::Arc;

use proptest::test_runner::{Config, RngSeed};

use super::filter::{Filter, HealthFilter, Severity};
use super::link::Pressure;
use super::scope::Scopes;
use super::*;
use crate::native::json::Kind;

/// The same cases in every run.
pub(crate) fn seeded(cases: u32) -> Config {
    let rng_seed = RngSeed::Fixed(0x5167_a1b0);
    Config { cases, rng_seed, failure_persistence: None, ..Config::default() }
}

pub(super) fn scope(name: &str) -> Arc<Scope> {
    Scopes::default().of("", name)
}

pub(super) fn link(id: u64) -> Arc<Link> {
    Arc::new(Link::fetched(id, Arc::new(Pressure::new(1 << 20, 1 << 20))))
}

pub(super) fn body(args: &str) -> Body {
    Body {
        name: "said".into(),
        args: args.into(),
        arity: 1,
        attachments: Arc::default(),
        kind: Kind::Status,
    }
}

pub(super) fn event(publication: Publication, offset: u64) -> Arc<Event> {
    Arc::new(Event::new(publication, offset, "epoch".into(), 0))
}

pub(super) fn from_severity(severity: Severity) -> Arc<Filter> {
    let filter = HealthFilter::new(Some(severity), &[]).expect("no components");
    Arc::new(Filter::Health(filter))
}

pub(super) fn of_severity(severity: Severity) -> Arc<Facts> {
    Arc::new(Facts::Health { severity, component: "disk".to_owned() })
}

pub(super) const KEEP: history::Keep =
    history::Keep { count: 100_000, bytes: 1 << 30, age_ms: i64::MAX };

fn options() -> HubOptions {
    HubOptions { shards: 2, ..HubOptions::new(Arc::new(model::ManualClock::at(1))) }
}

/// To a room, or to everybody.
fn said(scope: &Arc<Scope>, room: Option<&str>, data: &str) -> Publication {
    let audience = room.map_or_else(Audience::everybody, Audience::room);
    let mut publication = Publication::new(Arc::clone(scope), audience, body(data));
    publication.keep = Some(KEEP);
    publication
}

/// Waits for what other tasks are about to do.
async fn eventually(holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(client::PATIENCE, wait).await.expect("it never holds");
}
