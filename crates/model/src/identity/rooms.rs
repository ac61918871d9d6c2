//! Which rooms an identity may ask to join. The server puts connections into the rooms it keeps
//! for itself; a request gets there only where the connection is already.

use super::{Identity, channel_matches};

pub const MAX_ROOM_BYTES: usize = 200;

/// Families whose rooms only the server fills: they carry what is meant for somebody, or are
/// indexes of subscriptions. `sb:` is for what the server may need one day.
const RESERVED: [&str; 5] = ["user:", "role:", "device:", "level:", "sb:"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomRefusal {
    #[error("a room has 1 to 200 bytes and no control characters")]
    Malformed,
    #[error("only the server puts connections into this room")]
    Reserved,
    #[error("this room is not open to you")]
    NotAllowed,
}

/// Whether `room` can be the name of a room at all.
pub fn check_room(room: &str) -> Result<(), RoomRefusal> {
    let fits = (1..=MAX_ROOM_BYTES).contains(&room.len()) && !room.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(RoomRefusal::Malformed) }
}

/// Letters of either case: `User:7` must not look like somebody's room either.
pub(super) fn reserved(room: &str) -> bool {
    RESERVED.iter().any(|family| {
        room.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family))
    })
}

impl Identity {
    /// Whether a request to join `room` is granted; `open` are the patterns that the project
    /// opens to everybody.
    pub fn may_join(&self, room: &str, open: &[String]) -> Result<(), RoomRefusal> {
        check_room(room)?;
        if self.lives_in(room) {
            return Ok(());
        }
        if reserved(room) {
            return Err(RoomRefusal::Reserved);
        }
        let granted = self.channels.iter().any(|pattern| pattern.matches(room))
            || open.iter().any(|pattern| channel_matches(pattern, room));
        if granted { Ok(()) } else { Err(RoomRefusal::NotAllowed) }
    }

    /// The rooms that every connection of this identity is in from the start.
    pub fn own_rooms(&self) -> impl Iterator<Item = String> {
        let user = self.user_id.iter().map(|id| format!("user:{id}"));
        user.chain(self.roles.iter().map(|role| format!("role:{role}")))
    }

    fn lives_in(&self, room: &str) -> bool {
        match room.split_once(':') {
            Some(("user", id)) => self.user_id.as_deref() == Some(id),
            Some(("role", role)) => self.has_role(role),
            _ => false,
        }
    }
}
