use std::sync::Arc;

use model::Project;
use realtime::hub::{Audience, Body, Publication};
use realtime::native::json::Kind;
use realtime::native::stream_room;
use store::control::FieldProblem;
use uuid::Uuid;

use super::content::{self, Rules};
use super::message::Message;
use super::problems::Problems;
use super::{audience, manner, names};
use crate::live::Live;

/// What a message means that does not say for whom it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unaddressed {
    Refused,
    Everybody,
}

impl Live {
    /// A message as the hub takes it, once under each of its names.
    pub(super) fn prepare(
        &self,
        project: &Project,
        message: &Message,
        unaddressed: Unaddressed,
    ) -> Result<Vec<Publication>, Vec<FieldProblem>> {
        let options = &self.options.publish;
        let rules = Rules {
            max_bytes: options.max_data,
            notice_alias: self.options.notice_alias,
            now: self.clock.now(),
        };
        let scope = self.scope(project);
        let mut problems = Problems::default();
        names::check(&message.event, &mut problems);
        let content = content::read(message, &rules, &mut problems);
        // Whom it concerns is not known when it cannot be read; that is not one more problem.
        let unaddressed = if content.is_some() { unaddressed } else { Unaddressed::Everybody };
        let concerned = content.as_ref().map(|content| &content.rooms[..]).unwrap_or_default();
        let audience = audience::of(message, concerned, unaddressed, &mut problems);
        let manner = manner::of(message, &scope, options.keep, &mut problems);
        let id = message.id.as_deref().map(Uuid::parse_str).transpose();
        problems.must(id.is_ok(), "id", "must be a UUID");
        let id = id.ok().flatten();
        problems.finish()?;

        let data: Arc<str> = content.as_ref().map_or("null", |content| content.data.get()).into();
        let named = content.into_iter().flat_map(|content| content.names);
        let publication = |(index, name): (usize, String)| {
            let body = Body {
                name: name.into(),
                args: Arc::clone(&data),
                arity: 1,
                attachments: Arc::default(),
                kind: Kind::System,
            };
            let plain = Publication::new(Arc::clone(&scope), audience.clone(), body);
            // Under its other name it is another event to whoever listens to both.
            let id = id.filter(|_| index == 0);
            Publication { id, ..manner.apply(plain) }
        };
        Ok(named.enumerate().map(publication).collect())
    }
}

/// The same for those who subscribed to types of the JSON protocol instead.
pub(super) fn of_kinds(all: &[Publication], kinds: &[(Kind, &str)]) -> Vec<Publication> {
    let of_kind = |publication: &Publication, &(kind, _): &(Kind, &str)| {
        let except = publication.audience.except.clone();
        Publication {
            audience: Audience { rooms: vec![stream_room(kind).into()], except },
            body: Body { kind, ..publication.body.clone() },
            ..publication.clone()
        }
    };
    all.iter().flat_map(|publication| kinds.iter().map(|kind| of_kind(publication, kind))).collect()
}
