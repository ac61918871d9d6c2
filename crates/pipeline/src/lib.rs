//! From bytes on the wire to an acknowledged item: decode → protect → normalise → enqueue, with
//! the same verbs in each signal's folder.
//!
//! A request is received in one go ([`receive`]): its body is undone layer by layer, taken apart
//! into items, its sender is admitted, and each item is decoded, protected, normalised and packed
//! on its own, so that one bad item never costs the others. What is packed is handed to the inbox
//! ([`enqueue`]), and the answer is given when the inbox has it on disk. Everything refused on the
//! way is counted there too: every received item ends in exactly one outcome.

mod config;
mod decode;
mod devices;
mod door;
mod enqueue;
mod logs;
mod metrics;
mod normalise;
mod options;
mod projects;
mod protect;
mod receive;
mod recording;
mod reply;
mod request;
mod scene;
mod telemetry;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod websee;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

pub use metrics::Metrics;
pub use options::PipelineOptions;
pub use projects::Projects;
pub use protect::pseudonym::user_pseudonym;
pub use reply::{BatchReply, ItemError, Refusal, SdkConfig};
pub use request::{Headers, Method, Request, SignatureHeaders};

use door::Door;
use metrics::Meter;
use model::origin::check_origin;
use model::{Clock, Reason, Source};
use normalise::agent::Agents;
use protect::Gate;
use protect::quota::{Quota, resets_in};
use receive::{Receiver, TurnedAway};
use store::Inbox;
use tokio::sync::Semaphore;

/// Bodies beyond this are decoded on a thread that may block: they carry recordings.
const HEAVY_BYTES: usize = 256 << 10;
/// Heavy requests that may wait for their turn; more are told to come back.
const HEAVY_WAITING: usize = 32;

/// The one way in. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline(Arc<Inner>);

struct Inner {
    inbox: Inbox,
    projects: Arc<dyn Projects>,
    clock: Arc<dyn Clock>,
    options: PipelineOptions,
    gate: Gate,
    quota: Quota,
    meter: Meter,
    agents: Agents,
    heavy: Semaphore,
    heavy_waiting: AtomicUsize,
}

impl Pipeline {
    pub fn new(
        inbox: Inbox,
        projects: Arc<dyn Projects>,
        clock: Arc<dyn Clock>,
        options: PipelineOptions,
    ) -> Self {
        Pipeline(Arc::new(Inner {
            inbox,
            projects,
            clock,
            gate: Gate::new(&options),
            quota: Quota::default(),
            meter: Meter::default(),
            agents: Agents::default(),
            heavy: Semaphore::new(options.heavy_requests.max(1)),
            heavy_waiting: AtomicUsize::new(0),
            options,
        }))
    }

    /// `POST /api/telemetry/batch`
    pub async fn telemetry(&self, request: Request) -> Result<BatchReply, Refusal> {
        self.take(Door::Native, request).await
    }

    /// `POST` and `GET` of `/reportData` and `/api/report`
    pub async fn websee(&self, request: Request) -> Result<BatchReply, Refusal> {
        self.take(Door::WebSee, request).await
    }

    /// `POST /api/logs`
    pub async fn logs(&self, request: Request) -> Result<BatchReply, Refusal> {
        self.take(Door::Logs, request).await
    }

    /// `POST /api/devices/heartbeat` and `/api/devices/status`
    pub async fn devices(&self, request: Request) -> Result<BatchReply, Refusal> {
        self.take(Door::Devices, request).await
    }

    async fn take(&self, door: Door, request: Request) -> Result<BatchReply, Refusal> {
        let began = Instant::now();
        let inner = &self.0;
        inner.meter.request();
        let received = if weight(&request) > HEAVY_BYTES {
            self.receive_aside(door, request).await
        } else {
            inner.receive(door, &request)
        };
        let mut batch = received.map_err(|turned| inner.turn_away(door.source(), turned))?;
        inner.hold_to_quota(&mut batch);
        let acknowledged = enqueue::deliver(&inner.inbox, &inner.meter, batch).await;
        inner.meter.acknowledged(began.elapsed());
        let mut reply = acknowledged?;
        if door != Door::Logs {
            reply.ids.clear();
        }
        Ok(reply)
    }

    /// Decodes a heavy request where it delays nobody, a few at a time.
    async fn receive_aside(
        &self,
        door: Door,
        request: Request,
    ) -> Result<enqueue::Batch, TurnedAway> {
        let busy = || TurnedAway {
            project: model::ProjectId::NONE,
            items: 1,
            refusal: Refusal::new(Reason::QueueFull, "too many large requests").retry_after(2),
        };
        let waiting = Waiting::enter(&self.0.heavy_waiting).ok_or_else(busy)?;
        let _turn = self.0.heavy.acquire().await.map_err(|_| busy())?;
        drop(waiting);
        let inner = Arc::clone(&self.0);
        let work = tokio::task::spawn_blocking(move || inner.receive(door, &request));
        work.await.unwrap_or_else(|_| Err(busy()))
    }

    /// `GET /api/telemetry/config`. Answers also while the kill switch is on: it says so.
    pub fn sdk_config(&self, request: Request) -> Result<SdkConfig, Refusal> {
        let project = protect::recognise(&*self.0.projects, &request)?;
        Ok(config::sdk_config(&project))
    }

    /// Counts a request whose body nobody could read as one item, for the project whose `key` it
    /// shows outside of it.
    pub fn refuse(&self, source: Source, key: Option<&str>, refusal: Refusal) -> Refusal {
        let owner = key.and_then(|key| self.0.projects.by_key(key));
        let project = owner.map_or(model::ProjectId::NONE, |(project, _)| project.id);
        self.0.meter.request();
        self.0.turn_away(source, TurnedAway { project, items: 1, refusal })
    }

    /// Whether a page at `origin` may read our answers. A preflight cannot show the key, and
    /// learns nothing by a yes: the request that follows is judged by its own key.
    pub fn cors(&self, origin: &str, key: Option<&str>) -> bool {
        match key.and_then(|key| self.0.projects.by_key(key)) {
            Some((project, key)) => project.allows_origin(&key, origin),
            None => key.is_none() && check_origin(origin).is_ok(),
        }
    }

    /// How many bytes of a body are worth reading.
    pub fn max_body(&self, path: &str) -> usize {
        let options = &self.0.options;
        match path {
            "/api/logs" | "/api/devices/heartbeat" | "/api/devices/status" => {
                options.max_log_body_bytes
            }
            _ => options.max_body_bytes,
        }
    }

    /// Counters and latencies since the start.
    pub fn metrics(&self) -> Metrics {
        self.0.meter.read()
    }
}

impl Inner {
    fn receive(&self, door: Door, request: &Request) -> Result<enqueue::Batch, TurnedAway> {
        let receiver = Receiver {
            projects: &*self.projects,
            gate: &self.gate,
            options: &self.options,
            pressure: self.inbox.pressure(),
            agents: &self.agents,
        };
        receiver.receive(door, request)
    }

    fn turn_away(&self, source: Source, turned: TurnedAway) -> Refusal {
        let TurnedAway { project, items, refusal } = turned;
        self.inbox.refuse(project, source, refusal.reason, items);
        self.meter.count(refusal.reason, items);
        refusal
    }

    /// Drops what the day has no room for, the last items first.
    fn hold_to_quota(&self, batch: &mut enqueue::Batch) {
        if batch.per_day == 0 || batch.items.is_empty() {
            return;
        }
        let now = self.clock.now();
        let items = batch.items.len();
        let granted = self.quota.take(&self.inbox, batch.project, batch.per_day, items, now);
        if granted < items {
            batch.items.truncate(granted);
            batch.ids.truncate(granted);
            let over = u32::try_from(items - granted).unwrap_or(u32::MAX);
            batch.count(Reason::Quota, over);
            batch.retry_after_s = Some(resets_in(now));
            let problem = decode::fields::Problem::new(Reason::Quota, "the day's quota is used up");
            batch.error(granted, &problem);
        }
    }
}

/// What a body may come to once it is undone.
fn weight(request: &Request) -> usize {
    const USUAL_RATIO: usize = 8;
    let packed = request.headers.content_encoding.is_some();
    request.body.len().saturating_mul(if packed { USUAL_RATIO } else { 1 })
}

/// A place in the line before the heavy requests, given up when dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(line: &'a AtomicUsize) -> Option<Self> {
        let place = Waiting(line);
        (line.fetch_add(1, Ordering::Relaxed) < HEAVY_WAITING).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
