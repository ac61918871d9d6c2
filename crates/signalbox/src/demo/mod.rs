//! The demo: what a small shop's pages, back ends and devices would send, made up from a seed.
//!
//! Pure data: [`Story`] writes the bodies, [`send::Courier`] carries them to the public
//! endpoints like anybody else's. Nothing here knows the store.

mod cast;
mod dice;
mod feed;
mod logs;
mod mischief;
mod native;
mod recording;
mod send;
mod websee;

use model::Millis;
use serde_json::Value;

use dice::Dice;

pub use feed::{Pace, Progress, history, live};
pub use send::{Courier, Refused, Target};

/// One request, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Shipment {
    pub route: Route,
    pub user_agent: &'static str,
    pub body: String,
    /// How many items the ledger will count for it, if it is understood.
    pub items: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    Batch,
    WebSee,
    Logs,
}

impl Route {
    pub const fn path(self) -> &'static str {
        match self {
            Route::Batch => "/api/telemetry/batch",
            Route::WebSee => "/reportData",
            Route::Logs => "/api/logs",
        }
    }
}

impl Shipment {
    fn new(route: Route, user_agent: &'static str, body: &Value, items: usize) -> Shipment {
        let items = u32::try_from(items).unwrap_or(u32::MAX);
        Shipment { route, user_agent, body: body.to_string(), items }
    }
}

/// An endless source of visits, logs and a little mischief.
pub struct Story {
    dice: Dice,
    key: String,
}

impl Story {
    pub fn new(seed: u64, key: &str) -> Story {
        Story { dice: Dice::new(seed), key: key.to_owned() }
    }

    /// What arrives in the minutes before `now`: one visit, lines of some devices, sometimes a
    /// web-see page, sometimes a request that is wrong on purpose. `past` is for history, which
    /// web-see cannot tell: its reports carry no sending time, so the server takes them as of now.
    pub fn scene(&mut self, now: Millis, past: bool) -> Vec<Shipment> {
        let mut scene = vec![native::visit(&mut self.dice, now, past)];
        if self.dice.one_in(2) {
            scene.push(logs::lines(&mut self.dice, now));
        }
        if !past && self.dice.one_in(3) {
            scene.extend(websee::page(&mut self.dice, &self.key, now));
        }
        if self.dice.one_in(9) {
            let mischief = mischief::act(&mut self.dice, &scene, now);
            scene.extend(mischief);
        }
        scene
    }
}

#[cfg(test)]
mod tests;
