use std::time::Duration;

use super::{Route, Shipment};

/// Where the demo goes. Only ever the demo project: the key is the one that `serve --demo` made
/// for it, and there is no way to give another.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Target {
    pub url: String,
    pub key: String,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot reach {url}: {problem}")]
pub struct Refused {
    url: String,
    problem: String,
}

/// Carries shipments to the public endpoints over HTTP.
pub struct Courier {
    target: Target,
    http: ureq::Agent,
}

impl Courier {
    pub fn new(target: Target) -> Courier {
        let http = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .build()
            .new_agent();
        Courier { target, http }
    }

    /// The server's answer, as it is: refusals are part of the demo. `Retry-After` is returned so
    /// that the caller can be as polite as it asks others to be.
    pub fn carry(&self, shipment: &Shipment) -> Result<Answer, Refused> {
        let url = format!("{}{}", self.target.url, shipment.route.path());
        let request = self.http.post(&url).header("user-agent", shipment.user_agent);
        // web-see posts beacons, whose type is text and whose key is in the body.
        let request = match shipment.route {
            Route::WebSee => request.content_type("text/plain;charset=UTF-8"),
            Route::Batch | Route::Logs => {
                request.content_type("application/json").header("x-api-key", &self.target.key)
            }
        };
        match request.send(&shipment.body) {
            Ok(response) => {
                let header = response.headers().get("retry-after");
                let wait = header.and_then(|value| value.to_str().ok()?.parse().ok());
                Ok(Answer { status: response.status().as_u16(), retry_after_s: wait })
            }
            Err(error) => Err(Refused { url, problem: error.to_string() }),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub retry_after_s: Option<u64>,
}
