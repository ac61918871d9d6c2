//! Whom an event is for: those it concerns by its nature, and those its publisher names.

use model::identity::{check_room, is_id, is_role};
use realtime::hub::Audience;
use realtime::native::business::{role_room, user_room};

use super::message::Message;
use super::prepare::Unaddressed;
use super::problems::Problems;

/// Of rooms, users, roles or exceptions, each.
const MOST: usize = 100;

/// In these rooms the server alone speaks: what is heard there is known to be its own.
const SERVERS: [&str; 3] = ["device:", "level:", "sb:"];

pub fn of(
    message: &Message,
    concerned: &[String],
    unaddressed: Unaddressed,
    problems: &mut Problems,
) -> Audience {
    check(message, problems);
    let named = named(message);
    let named_any = named.clone().next().is_some();
    let nobody = !named_any && concerned.is_empty() && !message.everyone;
    if nobody && unaddressed == Unaddressed::Refused {
        problems.add("rooms", "say for whom it is: rooms, users, roles or everyone");
    }
    let both = message.everyone && named_any;
    problems.must(!both, "everyone", "either everyone, or rooms, users and roles");
    let except =
        message.except.iter().fold(Audience::everybody(), |all, room| all.except(room.as_str()));
    if message.everyone || nobody {
        return except;
    }
    let rooms = concerned.iter().cloned().chain(named);
    rooms.fold(except, |audience, room| audience.to(room))
}

fn named(message: &Message) -> impl Iterator<Item = String> + Clone + '_ {
    let users = message.users.iter().map(|user| user_room(user));
    let roles = message.roles.iter().map(|role| role_room(role));
    message.rooms.iter().cloned().chain(users).chain(roles)
}

fn check(message: &Message, problems: &mut Problems) {
    const ROOM: &str = "must be 1 to 200 bytes without control characters";
    const ID: &str = "must be 1 to 128 bytes without control characters";
    const ROLE: &str = "must be 1 to 64 bytes without control characters";
    let room = |text: &str| check_room(text).is_ok();
    each("rooms", &message.rooms, room, ROOM, problems);
    each("users", &message.users, is_id, ID, problems);
    each("roles", &message.roles, is_role, ROLE, problems);
    each("except", &message.except, room, ROOM, problems);
    let open = |room: &str| !SERVERS.iter().any(|family| room.starts_with(family));
    each("rooms", &message.rooms, open, "only the server speaks in this room", problems);
}

fn each(
    field: &str,
    list: &[String],
    fits: impl Fn(&str) -> bool,
    problem: &str,
    problems: &mut Problems,
) {
    if list.len() > MOST {
        return problems.add(field, format!("{MOST} at most"));
    }
    let wrong = list.iter().enumerate().filter(|(_, text)| !fits(text));
    wrong.for_each(|(index, _)| problems.add(format!("{field}[{index}]"), problem));
}
