use crate::error::BenchError;
use crate::report::{Table, quantile, ratio};

use super::dialect::Dialect;
use super::scale::Scale;
use super::servers::Server;

/// One table: what is done to each server, and which figures come of it.
pub struct Scenario {
    pub title: fn(&Scale) -> String,
    /// The first is the one by which servers are compared; less of it is better.
    pub metrics: &'static [Metric],
    pub only_with_recovery: bool,
    /// One value per metric, from a process started for it.
    pub run: fn(&Server, &Scale) -> Result<Vec<f64>, BenchError>,
}

pub struct Metric {
    pub name: &'static str,
    pub show: fn(f64) -> String,
}

impl Scenario {
    /// The servers take turns, round by round, so that whatever else the machine does falls on all.
    pub fn measure(&self, servers: &[Server], scale: &Scale) -> Result<Table, BenchError> {
        let taking_part: Vec<&Server> =
            servers.iter().filter(|s| s.recovers() || !self.only_with_recovery).collect();
        let mut rounds: Vec<Vec<Vec<f64>>> = vec![Vec::new(); taking_part.len()];
        let mut problems = Vec::new();
        for _ in 0..scale.rounds {
            for (server, figures) in taking_part.iter().zip(&mut rounds) {
                match (self.run)(server, scale) {
                    Ok(values) => figures.push(values),
                    Err(error) if server.is_ours() => return Err(error),
                    Err(error) => problems.push(format!("{}: {error}", server.name())),
                }
            }
        }
        let medians: Vec<Vec<f64>> = rounds.iter().map(|r| self.medians(r)).collect();
        let mut table = self.table(&taking_part, &medians, scale);
        problems.dedup();
        problems.into_iter().for_each(|problem| table.note(problem));
        Ok(table)
    }

    fn medians(&self, rounds: &[Vec<f64>]) -> Vec<f64> {
        let median = |metric| {
            let mut values: Vec<f64> =
                rounds.iter().filter_map(|r| r.get(metric).copied()).collect();
            values.sort_by(f64::total_cmp);
            quantile(&values, 0.5)
        };
        (0..self.metrics.len()).map(median).collect()
    }

    fn table(&self, servers: &[&Server], medians: &[Vec<f64>], scale: &Scale) -> Table {
        let names = self.metrics.iter().map(|m| m.name);
        let header: Vec<&str> =
            ["server", "protocol"].into_iter().chain(names).chain([""]).collect();
        let mut table = Table::new((self.title)(scale), &header);
        // Peers are compared with ours speaking the same protocol as they do.
        let ours = servers.iter().position(|s| s.is_ours() && s.dialect == Dialect::SocketIo);
        let reference = ours.and_then(|at| medians[at].first().copied());
        for (server, values) in servers.iter().zip(medians) {
            let figures = self.metrics.iter().zip(values).map(|(metric, value)| {
                if value.is_finite() { (metric.show)(*value) } else { "-".to_owned() }
            });
            let compared = match reference {
                Some(reference) if !server.is_ours() && values[0].is_finite() => {
                    ratio(values[0] / reference)
                }
                _ => String::new(),
            };
            let named = [server.name().to_owned(), server.dialect.name().to_owned()];
            table.row(named.into_iter().chain(figures).chain([compared]));
        }
        table
    }
}

pub fn micros(us: f64) -> String {
    if us < 10.0 { format!("{us:.2}") } else { format!("{us:.0}") }
}

pub fn kib(bytes: f64) -> String {
    format!("{:.1}", bytes / 1024.0)
}

pub fn mib(bytes: f64) -> String {
    format!("{:.1}", bytes / f64::from(1 << 20))
}

pub fn percent(value: f64) -> String {
    format!("{value:.1}")
}

pub fn seconds(value: f64) -> String {
    format!("{value:.2}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::realtime::servers::all;

    const SCENARIO: Scenario = Scenario {
        title: |scale| format!("{} rounds", scale.rounds),
        metrics: &[Metric { name: "cost", show: micros }, Metric { name: "share", show: percent }],
        only_with_recovery: false,
        run: |server, _| match server.name() {
            "signalbox" => Ok(vec![4.0, 100.0]),
            "socket.io (Node)" => Ok(vec![14.0, f64::NAN]),
            _ => Err(BenchError::NotReady { what: "it" }),
        },
    };

    #[test]
    fn peers_are_compared_and_those_that_fail_say_why() {
        let servers = all(Path::new("."), Some(Path::new(".")));
        let table = SCENARIO.measure(&servers, &Scale::new(true)).expect("ours did not fail");
        let shown = table.to_string();
        let line = |name: &str| {
            let line = shown.lines().find(|line| line.trim_start().starts_with(name));
            line.map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
        };
        assert_eq!(line("2 rounds"), "2 rounds");
        assert_eq!(line("signalbox"), "signalbox Socket.IO 4.00 100.0");
        assert_eq!(line("socket.io"), "socket.io (Node) Socket.IO 14 - 3.5x");
        assert_eq!(line("socketioxide (axum) "), "socketioxide (axum) Socket.IO - -");
        assert!(shown.ends_with("  socketioxide (axum): it did not become ready in time\n"));
    }

    #[test]
    fn a_failure_of_ours_fails_the_bench() {
        let broken = Scenario { run: |_, _| Err(BenchError::NotReady { what: "it" }), ..SCENARIO };
        let servers = all(Path::new("."), None);
        assert!(broken.measure(&servers, &Scale::new(true)).is_err());
    }
}
