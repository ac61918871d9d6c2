use model::{Event, LogEntry, Millis, ProjectId};

use super::Warehouse;
use super::lists::{self, Listing};
use crate::query::{EventSearch, LogSearch, QueryError, When};

const CHUNK: u32 = 2_000;

/// The beginning of time as a question may put it.
const EVER: Millis = 365 * 86_400_000;

/// A list read to its end, chunk by chunk. What arrives meanwhile is not in it.
pub struct Export<S> {
    warehouse: Warehouse,
    project: ProjectId,
    now: Millis,
    search: Option<S>,
    owner: Option<String>,
}

macro_rules! export {
    ($search:ty, $row:ty, $listing:ident, $list:ident) => {
        impl Export<$search> {
            pub(super) fn new(
                warehouse: Warehouse,
                project: ProjectId,
                mut search: $search,
                now: Millis,
            ) -> Self {
                search.limit = CHUNK;
                search.cursor = None;
                Export { warehouse, project, now, search: Some(search), owner: None }
            }

            /// `None` after the last.
            pub async fn next_chunk(&mut self) -> Result<Option<Vec<$row>>, QueryError> {
                let Some(mut search) = self.search.take() else { return Ok(None) };
                search.to.get_or_insert(When::Ms(self.now));
                let listing = Listing::$listing(self.project, &search, self.now, CHUNK)?;
                let listing = listing.owned_by(self.owner.clone());
                let page = self.warehouse.read(move |db| lists::$list(db, &listing)).await?;
                if page.next.is_some() {
                    search.cursor = page.next;
                    self.search = Some(search);
                }
                Ok(Some(page.items))
            }
        }
    };
}

export!(EventSearch, Event, of_events, events);
export!(LogSearch, LogEntry, of_logs, logs);

impl Export<EventSearch> {
    pub(super) fn of_user(
        warehouse: Warehouse,
        project: ProjectId,
        user: &str,
        now: Millis,
    ) -> Self {
        let search = EventSearch { from: When::Ms(EVER), ..EventSearch::default() };
        let export = Export::<EventSearch>::new(warehouse, project, search, now);
        Export { owner: Some(user.to_owned()), ..export }
    }
}
