use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

use crate::error::BenchError;

use super::http::Connection;

pub struct Outcome {
    pub elapsed: Duration,
    /// Of each request, in milliseconds, unsorted.
    pub latencies: Vec<f64>,
}

/// Sends every request once over `connections` kept-alive connections, each taking the next one
/// as soon as its last was acknowledged. Anything but full acceptance ends the measurement.
pub async fn run(
    address: SocketAddr,
    connections: usize,
    requests: Vec<Vec<u8>>,
    events: u64,
) -> Result<Outcome, BenchError> {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections.min(requests.len()) {
        open.push(Connection::open(address).await?);
    }
    let mut workers = JoinSet::new();
    let started = Instant::now();
    for mut connection in open {
        let (requests, next) = (requests.clone(), next.clone());
        workers.spawn(async move {
            let mut latencies = Vec::new();
            let mut accepted = 0;
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sent = Instant::now();
                let (status, body) = connection.send(request).await?;
                latencies.push(sent.elapsed().as_secs_f64() * 1e3);
                accepted += taken(status, body)?;
            }
            Ok::<_, BenchError>((latencies, accepted))
        });
    }
    let mut latencies = Vec::with_capacity(requests.len());
    let mut accepted = 0;
    while let Some(worker) = workers.join_next().await {
        let (own, taken) = worker.map_err(|e| BenchError::Failed {
            what: "a connection of the load generator",
            problem: e.to_string(),
        })??;
        latencies.extend(own);
        accepted += taken;
    }
    let elapsed = started.elapsed();
    if accepted != events {
        let problem = format!("{accepted} of {events} events were accepted");
        return Err(BenchError::Failed { what: "ingest", problem });
    }
    Ok(Outcome { elapsed, latencies })
}

fn taken(status: u16, body: String) -> Result<u64, BenchError> {
    let answer: Option<Value> = serde_json::from_str(&body).ok();
    match answer.as_ref().and_then(|a| a.get("accepted")).and_then(Value::as_u64) {
        Some(accepted) if status == 200 => Ok(accepted),
        _ => Err(BenchError::Answer { what: "ingest".into(), status, body }),
    }
}
