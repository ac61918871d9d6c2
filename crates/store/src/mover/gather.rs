use model::{Recording, Stored};

use crate::inbox::{Batch, SetAside, decode, frames};
use crate::recordings::name_of;
use crate::warehouse::{ApplyBatch, RecordingRow};

/// What a step moves, sorted by where it goes.
#[derive(Default)]
pub(super) struct Load {
    pub rows: ApplyBatch,
    pub segments: Vec<(String, Vec<u8>)>,
    pub set_aside: Vec<SetAside>,
}

pub(super) fn gather(batches: &[Batch]) -> Load {
    let mut load = Load::default();
    for batch in batches {
        if !batch.readable {
            load.set_aside.push(SetAside {
                seq: batch.seq,
                frame: 0,
                problem: "the batch has an unknown format".into(),
                payload: batch.frames.clone(),
            });
            continue;
        }
        for (index, frame) in (0..).zip(frames(&batch.frames)) {
            let payload = frame.as_ref().copied().unwrap_or_default();
            match frame.and_then(decode) {
                Ok(stored) => load.add(stored),
                Err(problem) => load.set_aside.push(SetAside {
                    seq: batch.seq,
                    frame: index,
                    problem: problem.to_string(),
                    payload: payload.to_owned(),
                }),
            }
        }
    }
    load
}

impl Load {
    fn add(&mut self, stored: Stored) {
        match stored {
            Stored::Events(events) => self.rows.events.extend(events),
            Stored::Log(log) => self.rows.logs.push(log),
            Stored::Heartbeat(heartbeat) => self.rows.heartbeats.push(heartbeat),
            Stored::Recording(recording, event) => {
                self.rows.events.push(*event);
                let file = name_of(&recording);
                let (row, segment) = row(recording, file.clone());
                self.rows.recordings.push(row);
                self.segments.push((file, segment));
            }
        }
    }
}

fn row(recording: Recording, file: String) -> (RecordingRow, Vec<u8>) {
    let row = RecordingRow {
        project: recording.project,
        recording_id: recording.recording_id,
        event_id: recording.event_id,
        session: recording.session,
        user: recording.user,
        page_id: recording.page_id,
        url: recording.url,
        first_ts: recording.first_ts,
        last_ts: recording.last_ts,
        ts: recording.ts,
        received_at: recording.received_at,
        events: recording.events,
        raw_bytes: recording.raw_bytes,
        stored_bytes: recording.segment.len() as u64,
        file,
    };
    (row, recording.segment)
}
