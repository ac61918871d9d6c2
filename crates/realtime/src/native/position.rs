use super::limits::{MAX_EPOCH, SAFE_INTEGER};
use super::read::{Field, Problems};

/// A place in a history. It means something only within its epoch: offsets start anew when the
/// server has lost what it kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub epoch: String,
    pub offset: u64,
}

impl Position {
    pub(super) fn read(field: Field<'_>, problems: &mut Problems) -> Option<Position> {
        let fields = problems.take(field.object())?;
        let epoch = problems.take(fields.field("epoch").required().string(1..=MAX_EPOCH));
        let offset = problems.take(fields.field("offset").required().integer(0..=SAFE_INTEGER));
        Some(Position { epoch: epoch?.to_owned(), offset: offset? })
    }
}
