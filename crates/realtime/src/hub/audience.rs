use std::sync::Arc;

/// Whom an event is for. A subscriber that is in several of the rooms gets one copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// The union of these; empty means everybody in the scope.
    pub rooms: Vec<Arc<str>>,
    /// Whoever is in one of these gets nothing. A subscriber's own id is a room as well, which is
    /// how a sender is left out.
    pub except: Vec<Arc<str>>,
}

impl Audience {
    pub fn everybody() -> Self {
        Audience::default()
    }

    pub fn room(name: impl Into<Arc<str>>) -> Self {
        Audience { rooms: vec![name.into()], except: Vec::new() }
    }

    pub fn to(mut self, room: impl Into<Arc<str>>) -> Self {
        let room = room.into();
        if !self.rooms.contains(&room) {
            self.rooms.push(room);
        }
        self
    }

    pub fn except(mut self, room: impl Into<Arc<str>>) -> Self {
        self.except.push(room.into());
        self
    }

    /// The rooms whose history keeps the event. `EVERYBODY` stands for the scope itself, of which
    /// every subscriber is a member.
    pub fn kept_in(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        let all = self.rooms.is_empty().then(|| Arc::from(EVERYBODY));
        self.rooms.iter().cloned().chain(all)
    }
}

/// The history of what was sent to a whole scope. No room can have this name, which is not in
/// the grammar of rooms.
pub const EVERYBODY: &str = "";
