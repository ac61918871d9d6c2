//! What readers may ask, and what they get.

use model::{Event, LogEntry, Millis, ProjectId};
use serde::Serialize;

use super::answer::answer;
use super::export::Export;
use super::lists::{self, Listing, MOST_PAGE};
use super::timeline::{Timeline, timeline};
use super::{RecordingRow, Warehouse};
use crate::query::plan::Plan;
use crate::query::{EventSearch, LogSearch, Page, Query, QueryError, RecordingSearch, Table};

/// All segments of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordingSummary {
    pub recording_id: String,
    pub session: String,
    pub user: String,
    pub url: String,
    pub first_ts: Millis,
    pub last_ts: Millis,
    pub segments: u64,
    pub events: u64,
    pub bytes: u64,
}

impl Warehouse {
    pub async fn query(
        &self,
        project: ProjectId,
        query: Query,
        now: Millis,
    ) -> Result<Table, QueryError> {
        let plan = Plan::new(project, &query, now)?;
        self.read(move |db| answer(db, &plan)).await
    }

    pub async fn events(
        &self,
        project: ProjectId,
        search: EventSearch,
        now: Millis,
    ) -> Result<Page<Event>, QueryError> {
        let listing = Listing::of_events(project, &search, now, MOST_PAGE)?;
        self.read(move |db| lists::events(db, &listing)).await
    }

    /// Every row of the item with this id.
    pub async fn event(&self, project: ProjectId, id: &str) -> Result<Vec<Event>, QueryError> {
        let id = id.to_owned();
        self.read(move |db| lists::event(db, project, &id)).await
    }

    pub async fn logs(
        &self,
        project: ProjectId,
        search: LogSearch,
        now: Millis,
    ) -> Result<Page<LogEntry>, QueryError> {
        let listing = Listing::of_logs(project, &search, now, MOST_PAGE)?;
        self.read(move |db| lists::logs(db, &listing)).await
    }

    /// `None` when the session has no events.
    pub async fn timeline(
        &self,
        project: ProjectId,
        session: &str,
        limit: u32,
    ) -> Result<Option<Timeline>, QueryError> {
        let session = session.to_owned();
        self.read(move |db| timeline(db, project, &session, limit)).await
    }

    pub async fn recordings(
        &self,
        project: ProjectId,
        search: RecordingSearch,
        now: Millis,
    ) -> Result<Page<RecordingSummary>, QueryError> {
        let listing = Listing::of_recordings(project, &search, now, MOST_PAGE)?;
        self.read(move |db| lists::recordings(db, &listing)).await
    }

    /// In the order they were recorded.
    pub async fn recording_segments(
        &self,
        project: ProjectId,
        id: &str,
    ) -> Result<Vec<RecordingRow>, QueryError> {
        let id = id.to_owned();
        self.read(move |db| lists::segments(db, project, &id)).await
    }

    /// All events that match, newest first, in chunks: memory holds one chunk at a time.
    pub fn export_events(
        &self,
        project: ProjectId,
        search: EventSearch,
        now: Millis,
    ) -> Export<EventSearch> {
        Export::<EventSearch>::new(self.clone(), project, search, now)
    }

    pub fn export_logs(
        &self,
        project: ProjectId,
        search: LogSearch,
        now: Millis,
    ) -> Export<LogSearch> {
        Export::<LogSearch>::new(self.clone(), project, search, now)
    }

    /// Every event of one person, by pseudonym, up to `now`. Recordings: see
    /// [`Warehouse::user_recordings`].
    pub fn export_user(&self, project: ProjectId, user: &str, now: Millis) -> Export<EventSearch> {
        Export::of_user(self.clone(), project, user, now)
    }
}
