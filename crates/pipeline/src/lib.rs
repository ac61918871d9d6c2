//! From bytes on the wire to an acknowledged item: decode → protect → normalise → enqueue, with
//! the same verbs in each signal's folder.

mod metrics;
mod options;
mod projects;
mod reply;
mod request;

use std::sync::Arc;

pub use metrics::Metrics;
pub use options::PipelineOptions;
pub use projects::Projects;
pub use reply::{BatchReply, ItemError, Refusal, SdkConfig};
pub use request::{Headers, Method, Request, SignatureHeaders};

use metrics::Meter;
use model::{Clock, Project, Reason};
use store::Inbox;

/// The one way in. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline(Arc<Inner>);

struct Inner {
    inbox: Inbox,
    projects: Arc<dyn Projects>,
    clock: Arc<dyn Clock>,
    options: PipelineOptions,
    meter: Meter,
}

impl Pipeline {
    pub fn new(
        inbox: Inbox,
        projects: Arc<dyn Projects>,
        clock: Arc<dyn Clock>,
        options: PipelineOptions,
    ) -> Self {
        Pipeline(Arc::new(Inner { inbox, projects, clock, options, meter: Meter::default() }))
    }

    /// `POST /api/telemetry/batch`
    pub async fn telemetry(&self, request: Request) -> Result<BatchReply, Refusal> {
        self.unready(&request)
    }

    /// `POST` and `GET` of `/reportData` and `/api/report`
    pub async fn websee(&self, request: Request) -> Result<BatchReply, Refusal> {
        self.unready(&request)
    }

    /// `POST /api/logs`
    pub async fn logs(&self, request: Request) -> Result<BatchReply, Refusal> {
        self.unready(&request)
    }

    /// `GET /api/telemetry/config`
    pub fn sdk_config(&self, request: &Request) -> Result<SdkConfig, Refusal> {
        let _ = &self.0.projects;
        self.unready(request).map(|_| SdkConfig { json: String::new(), etag: String::new() })
    }

    /// Whether a page at `origin` may read our answers. A preflight cannot show the key, and
    /// learns nothing by a yes: the request that follows is judged by its own key.
    pub fn cors(&self, _origin: &str, _key: Option<&str>) -> bool {
        false
    }

    /// How many bytes of a body are worth reading.
    pub fn max_body(&self, path: &str) -> usize {
        let options = &self.0.options;
        if path == "/api/logs" { options.max_log_body_bytes } else { options.max_body_bytes }
    }

    /// Counters and latencies since the start.
    pub fn metrics(&self) -> Metrics {
        self.0.meter.read()
    }

    fn unready(&self, _request: &Request) -> Result<BatchReply, Refusal> {
        self.0.meter.request();
        let _ = (self.0.inbox.pressure(), self.0.clock.now());
        Err(Refusal::new(Reason::Shutdown, "not ready").retry_after(1))
    }
}

/// How the project keeps a user's id: what an erasure or export request must look for.
pub fn user_pseudonym(_project: &Project, raw: &str) -> String {
    raw.to_owned()
}
