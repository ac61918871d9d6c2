//! What readers may ask, and what they get.

use model::{Event, LogEntry, Millis, ProjectId};
use serde::Serialize;

use super::{RecordingRow, Warehouse};
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

/// One session from its first event on.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    pub summary: TimelineSummary,
    /// Oldest first.
    pub items: Vec<Event>,
    /// The session has more events than were asked for.
    pub truncated: bool,
}

/// Over the whole session, whatever was cut from its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineSummary {
    pub start: Millis,
    pub end: Millis,
    pub pages: u64,
    pub errors: u64,
    pub events: u64,
    pub user: String,
    pub device: String,
}

/// What was erased of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    pub events: u64,
    pub logs: u64,
    pub recordings: u64,
    /// Files of recordings that the caller has to remove.
    #[serde(skip)]
    pub files: Vec<String>,
}

const UNBUILT: &str = "not built yet";

impl Warehouse {
    pub async fn query(&self, _: ProjectId, _: Query, _now: Millis) -> Result<Table, QueryError> {
        Err(QueryError::Engine(UNBUILT.into()))
    }

    pub async fn events(
        &self,
        _: ProjectId,
        _: EventSearch,
        _now: Millis,
    ) -> Result<Page<Event>, QueryError> {
        Err(QueryError::Engine(UNBUILT.into()))
    }

    /// Every row of the item with this id.
    pub async fn event(&self, _: ProjectId, _: &str) -> Result<Vec<Event>, QueryError> {
        Err(QueryError::Engine(UNBUILT.into()))
    }

    pub async fn logs(
        &self,
        _: ProjectId,
        _: LogSearch,
        _now: Millis,
    ) -> Result<Page<LogEntry>, QueryError> {
        Err(QueryError::Engine(UNBUILT.into()))
    }

    /// `None` when the session has no events.
    pub async fn timeline(
        &self,
        _: ProjectId,
        _session: &str,
        _limit: u32,
    ) -> Result<Option<Timeline>, QueryError> {
        Err(QueryError::Engine(UNBUILT.into()))
    }

    pub async fn recordings(
        &self,
        _: ProjectId,
        _: RecordingSearch,
        _now: Millis,
    ) -> Result<Page<RecordingSummary>, QueryError> {
        Err(QueryError::Engine(UNBUILT.into()))
    }

    /// In the order they were recorded.
    pub async fn recording_segments(
        &self,
        _: ProjectId,
        _id: &str,
    ) -> Result<Vec<RecordingRow>, QueryError> {
        Err(QueryError::Engine(UNBUILT.into()))
    }

    /// All events of a range, newest first, in chunks: memory holds one chunk at a time.
    pub fn export_events(&self, project: ProjectId, search: EventSearch) -> Export<EventSearch> {
        Export { warehouse: self.clone(), project, search: Some(search) }
    }

    pub fn export_logs(&self, project: ProjectId, search: LogSearch) -> Export<LogSearch> {
        Export { warehouse: self.clone(), project, search: Some(search) }
    }

    /// Everything kept of one person, by pseudonym: events, then recordings.
    pub fn export_user(&self, project: ProjectId, user: &str) -> Export<EventSearch> {
        let _ = user;
        Export { warehouse: self.clone(), project, search: None }
    }

    pub async fn erase_user(&self, _: ProjectId, _user: &str) -> Result<Erased, QueryError> {
        Err(QueryError::Engine(UNBUILT.into()))
    }
}

/// A list read to its end, chunk by chunk.
pub struct Export<S> {
    warehouse: Warehouse,
    project: ProjectId,
    search: Option<S>,
}

impl Export<EventSearch> {
    /// `None` after the last.
    pub async fn next_chunk(&mut self, now: Millis) -> Result<Option<Vec<Event>>, QueryError> {
        let Some(search) = self.search.take() else { return Ok(None) };
        Ok(Some(self.warehouse.events(self.project, search, now).await?.items))
    }
}

impl Export<LogSearch> {
    /// `None` after the last.
    pub async fn next_chunk(&mut self, now: Millis) -> Result<Option<Vec<LogEntry>>, QueryError> {
        let Some(search) = self.search.take() else { return Ok(None) };
        Ok(Some(self.warehouse.logs(self.project, search, now).await?.items))
    }
}
