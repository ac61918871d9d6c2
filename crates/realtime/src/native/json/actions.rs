//! The payloads, one function per action.

use super::client::{Action, Filter, History, Source, Subscribe, SubscribeMode, Unsubscribe};
use super::kinds::{Kind, Kinds};
use crate::hub::filter::Severity;
use crate::native::limits::{MAX_HISTORY, MAX_ID, MAX_NAME, MAX_NAMES, MAX_THROTTLE_MS, MAX_TOKEN};
use crate::native::read::{Field, Fields, Problems};
use crate::native::{Position, Secret};

/// Reads a payload. `None` goes with a problem that was noted.
type Reader = fn(&Fields<'_>, &mut Problems) -> Option<Action>;

pub(super) fn reader(action: &str) -> Option<Reader> {
    match action {
        "subscribe" => Some(subscribe),
        "unsubscribe" => Some(unsubscribe),
        "ping" => Some(|_, _| Some(Action::Ping)),
        "get_history" => Some(get_history),
        "ack" => Some(ack),
        "auth" => Some(auth),
        _ => None,
    }
}

fn subscribe(payload: &Fields<'_>, problems: &mut Problems) -> Option<Action> {
    let types = match payload.field("types") {
        field if payload.has("channels") => field,
        field => field.required(),
    };
    let types = read_types(types, problems);
    let channels = problems.take(payload.field("channels").names(1)).unwrap_or_default();
    let throttle = problems.take(payload.field("throttleMs").integer(0..=MAX_THROTTLE_MS));
    let filter = read_filter(payload.field("filter"), problems);
    let modes = [("add", SubscribeMode::Add), ("replace", SubscribeMode::Replace)];
    let mode = problems.take(payload.field("mode").word(&modes));
    let history = problems.take(payload.field("history").boolean());
    let since = Position::read(payload.field("since"), problems);
    Some(Action::Subscribe(Subscribe {
        types,
        channels,
        throttle_ms: throttle.and_then(|ms| u32::try_from(ms).ok()),
        filter,
        mode: mode.unwrap_or_default(),
        history: history.unwrap_or(true),
        since,
    }))
}

fn unsubscribe(payload: &Fields<'_>, problems: &mut Problems) -> Option<Action> {
    if !payload.has("types") && !payload.has("channels") {
        return Some(Action::Unsubscribe(Unsubscribe::Everything));
    }
    let types = read_types(payload.field("types"), problems);
    let channels = problems.take(payload.field("channels").names(1)).unwrap_or_default();
    Some(Action::Unsubscribe(Unsubscribe::Of { types, channels }))
}

fn get_history(payload: &Fields<'_>, problems: &mut Problems) -> Option<Action> {
    let channel = problems.take(payload.field("channel").string(1..=MAX_NAME));
    let kind = match payload.field("type") {
        field if payload.has("channel") => field,
        field => field.required(),
    };
    let kind = read_history_type(kind, problems);
    let source = channel.map(|name| Source::Channel(name.to_owned())).or(kind);
    let limit = problems.take(payload.field("limit").required().integer(1..=MAX_HISTORY));
    let before = Position::read(payload.field("before"), problems);
    let since = Position::read(payload.field("since"), problems);
    let limit = u32::try_from(limit?).ok()?;
    Some(Action::GetHistory(History { source: source?, limit, before, since }))
}

fn ack(payload: &Fields<'_>, problems: &mut Problems) -> Option<Action> {
    let of = problems.take(payload.field("id").required().string(1..=MAX_ID))?;
    Some(Action::Ack { of: of.to_owned() })
}

fn auth(payload: &Fields<'_>, problems: &mut Problems) -> Option<Action> {
    let token = problems.take(payload.field("token").required().string(1..=MAX_TOKEN))?;
    Some(Action::Auth { token: Secret::new(token) })
}

/// All unknown types are named, and none of the known ones is taken then.
fn read_types(field: Field<'_>, problems: &mut Problems) -> Kinds {
    let any_length = 0..=usize::MAX;
    let names = problems.take(field.strings(1..=MAX_NAMES, any_length)).unwrap_or_default();
    names.iter().enumerate().fold(Kinds::NONE, |types, (at, name)| match Kinds::named(name) {
        Some(named) => types | named,
        None => {
            problems.unknown_type(&format!("{}[{at}]", field.path()), name);
            types
        }
    })
}

/// History is kept of what is measured, not of configuration.
fn read_history_type(field: Field<'_>, problems: &mut Problems) -> Option<Source> {
    let name = problems.take(field.string(0..=usize::MAX))?;
    let kind = Kind::from_client(name).filter(|kind| Kinds::ALL.contains(*kind));
    if kind.is_none() {
        problems.unknown_type(field.path(), name);
    }
    kind.map(Source::Type)
}

fn read_filter(field: Field<'_>, problems: &mut Problems) -> Option<Filter> {
    let fields = problems.take(field.object())?;
    let severities: Vec<_> = Severity::ALL.iter().map(|s| (s.name(), *s)).collect();
    let min_severity = problems.take(fields.field("minSeverity").word(&severities));
    let components = problems.take(fields.field("components").names(0));
    Some(Filter { min_severity, components: components.unwrap_or_default() })
}
