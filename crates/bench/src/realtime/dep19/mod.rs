//! The load profile that the product must pass (DEP-19, PRF-23), against a server that is running:
//! users arrive at a rate that rises from 10 to 100 a second within a minute and stays there for
//! two more; each subscribes to status and stats, thinks for five seconds, pings and leaves.

mod arrivals;
mod message;
mod target;
mod user;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::error::BenchError;
use crate::report::{Table, count, ms, quantile};

use super::swarm::{Heard, Swarm};

use arrivals::Phases;
use message::Messages;
pub use target::Target;
use user::{Step, Users};

const THINK: Duration = Duration::from_secs(5);
/// How long those who came last have for their answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the loop holds in its hands.
struct Load {
    swarm: Swarm,
    users: Users,
    thinking: VecDeque<(Instant, usize)>,
    messages: Messages,
}

/// Fails, after showing what it has, when anyone was not served to the end.
pub fn measure(
    target: &Target,
    quick: bool,
    seed: u64,
    show: impl FnOnce(&Table),
) -> Result<(), BenchError> {
    super::scale::raise()?;
    let phases = Phases::new(if quick { 0.1 } else { 1.0 });
    let mut load = Load {
        swarm: Swarm::new(target.address()?)?,
        users: Users::default(),
        thinking: VecDeque::new(),
        messages: Messages::new(StdRng::seed_from_u64(seed)),
    };
    let handshake = target.handshake();
    let started = Instant::now();
    let end = phases.duration() + THINK + PATIENCE;
    while started.elapsed() < end && !(phases.over(started.elapsed()) && load.users.active() == 0) {
        while load.users.arrived() < phases.arrivals(started.elapsed()) {
            load.users.arrive(load.swarm.open(&handshake));
        }
        load.listen()?;
        load.wake();
    }
    let users = &load.users;
    show(&report(users, &phases));
    if users.served() == users.arrived() {
        return Ok(());
    }
    let problem = format!("{} of {} users were served", users.served(), users.arrived());
    Err(BenchError::Failed { what: "load profile", problem })
}

impl Load {
    /// Takes in what has arrived, then does what it calls for.
    fn listen(&mut self) -> Result<(), BenchError> {
        let users = &mut self.users;
        let mut steps = Vec::new();
        self.swarm.poll(Duration::from_millis(5), &mut |number, heard| {
            let step = match heard {
                Heard::Ready => users.connected(number),
                Heard::Text(text) => users.answered(number, text),
                Heard::Ended(ended) => users.lost(number, ended),
            };
            steps.extend(step.map(|step| (number, step)));
        })?;
        for (number, step) in steps {
            match step {
                Step::Subscribe => self.say(number, Messages::subscribe),
                Step::Think => self.thinking.push_back((Instant::now() + THINK, number)),
                Step::Leave => self.swarm.close(number..number + 1),
            }
        }
        Ok(())
    }

    /// Everyone thinks for equally long, so that the first to begin is the first to end.
    fn wake(&mut self) {
        while let Some((_, number)) =
            self.thinking.pop_front_if(|(until, _)| *until <= Instant::now())
        {
            if self.users.pings(number) {
                self.say(number, Messages::ping);
            }
        }
    }

    /// A server that no longer takes what is sent has lost this user.
    fn say(&mut self, number: usize, what: fn(&mut Messages) -> String) {
        let text = what(&mut self.messages);
        if let Err(error) = self.swarm.send(number, &text) {
            self.users.fail(number, error.to_string());
            self.swarm.close(number..number + 1);
        }
    }
}

fn report(users: &Users, phases: &Phases) -> Table {
    let mut table = Table::new(
        format!("Load profile DEP-19, {} s", phases.duration().as_secs()),
        &["step", "", "answers", "p50 ms", "p95 ms", "p99 ms"],
    );
    for (name, times) in users.times() {
        let mut sorted = times.to_vec();
        sorted.sort_by(f64::total_cmp);
        let cell = |q| ms(quantile(&sorted, q));
        table.row([
            name.to_owned(),
            String::new(),
            count(sorted.len() as f64),
            cell(0.5),
            cell(0.95),
            cell(0.99),
        ]);
    }
    table.note(format!(
        "{} users arrived, {} were served to the end, {} were lost, {} wait still; at most {} at a time",
        users.arrived(),
        users.served(),
        users.failed(),
        users.active(),
        users.most(),
    ));
    users.problems().for_each(|problem| table.note(problem));
    table
}
