use std::collections::BTreeSet;
use std::time::Instant;

use crate::realtime::connection::Ended;

/// Kinds of trouble that are told apart in the report.
const MAX_PROBLEMS: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Connecting,
    Subscribing,
    Thinking,
    Pinging,
    Gone,
}

/// What a user does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Subscribe,
    Think,
    Leave,
}

/// Everyone who has arrived, by the number of their connection.
#[derive(Debug, Default)]
pub struct Users {
    users: Vec<(State, Instant)>,
    /// Arrivals that did not get as far as a connection.
    refused: usize,
    active: usize,
    most: usize,
    served: usize,
    failed: usize,
    problems: BTreeSet<String>,
    connect: Vec<f64>,
    subscribe: Vec<f64>,
    ping: Vec<f64>,
}

impl Users {
    pub fn arrive(&mut self, connection: Result<usize, Ended>) {
        match connection {
            Ok(_) => {
                self.users.push((State::Connecting, Instant::now()));
                self.active += 1;
                self.most = self.most.max(self.active);
            }
            Err(ended) => {
                self.refused += 1;
                self.failed += 1;
                self.problem(ended.to_string());
            }
        }
    }

    pub fn connected(&mut self, number: usize) -> Option<Step> {
        let took = self.enter(number, State::Subscribing);
        self.connect.push(took);
        Some(Step::Subscribe)
    }

    /// Other events, such as what was subscribed to, are only read.
    pub fn answered(&mut self, number: usize, text: &[u8]) -> Option<Step> {
        let event = |name: &[u8]| text.windows(name.len()).any(|w| w == name);
        match self.users[number].0 {
            State::Subscribing if event(br#""event":"subscribed""#) => {
                let took = self.enter(number, State::Thinking);
                self.subscribe.push(took);
                Some(Step::Think)
            }
            State::Pinging if event(br#""event":"pong""#) => {
                let took = self.enter(number, State::Gone);
                self.ping.push(took);
                self.active -= 1;
                self.served += 1;
                Some(Step::Leave)
            }
            State::Subscribing | State::Pinging if event(br#""event":"error""#) => {
                self.fail(number, String::from_utf8_lossy(text).into_owned());
                Some(Step::Leave)
            }
            _ => None,
        }
    }

    pub fn lost(&mut self, number: usize, ended: Ended) -> Option<Step> {
        self.fail(number, ended.to_string());
        None
    }

    /// Whether the user is still there to ping, after thinking.
    pub fn pings(&mut self, number: usize) -> bool {
        let there = self.users[number].0 == State::Thinking;
        if there {
            self.enter(number, State::Pinging);
        }
        there
    }

    pub fn fail(&mut self, number: usize, problem: String) {
        if self.users[number].0 != State::Gone {
            self.enter(number, State::Gone);
            self.active -= 1;
            self.failed += 1;
        }
        self.problem(problem);
    }

    fn problem(&mut self, problem: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.insert(problem);
        }
    }

    /// Changes the state, and returns how many milliseconds the last one took.
    fn enter(&mut self, number: usize, state: State) -> f64 {
        let (_, since) = std::mem::replace(&mut self.users[number], (state, Instant::now()));
        since.elapsed().as_secs_f64() * 1e3
    }

    pub fn arrived(&self) -> usize {
        self.users.len() + self.refused
    }

    pub fn active(&self) -> usize {
        self.active
    }

    pub fn most(&self) -> usize {
        self.most
    }

    pub fn served(&self) -> usize {
        self.served
    }

    pub fn failed(&self) -> usize {
        self.failed
    }

    pub fn problems(&self) -> impl Iterator<Item = &String> {
        self.problems.iter()
    }

    pub fn times(&self) -> [(&'static str, &[f64]); 3] {
        [("connect", &self.connect), ("subscribe", &self.subscribe), ("ping", &self.ping)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIBED: &[u8] = br#"{"id":"x","event":"subscribed","data":{}}"#;
    const PONG: &[u8] = br#"{"id":"x","event":"pong","data":{}}"#;

    #[test]
    fn a_user_goes_through_the_scenario_once() {
        let mut users = Users::default();
        users.arrive(Ok(0));
        assert_eq!(users.answered(0, SUBSCRIBED), None, "not yet connected");
        assert_eq!(users.connected(0), Some(Step::Subscribe));
        assert_eq!(users.answered(0, br#"{"event":"connected"}"#), None);
        assert_eq!(users.answered(0, SUBSCRIBED), Some(Step::Think));
        assert!(users.pings(0) && !users.pings(0));
        assert_eq!(users.answered(0, PONG), Some(Step::Leave));
        assert_eq!((users.served(), users.failed(), users.active(), users.most()), (1, 0, 0, 1));
    }

    #[test]
    fn who_is_lost_is_counted_once_and_told_why() {
        let mut users = Users::default();
        users.arrive(Ok(0));
        users.arrive(Err(Ended::Full));
        users.connected(0);
        assert_eq!(users.answered(0, br#"{"event":"error"}"#), Some(Step::Leave));
        assert_eq!(users.lost(0, Ended::Closed), None);
        assert_eq!((users.arrived(), users.failed(), users.active()), (2, 2, 0));
        assert_eq!(users.problems().count(), 3);
        assert!(!users.pings(0));
    }
}
