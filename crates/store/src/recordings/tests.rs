use model::Recording;

use super::*;

const DAY: Millis = 86_400_000;

fn segment(project: i64, day: i64, event: &str, bytes: usize) -> (String, Vec<u8>) {
    let recording = Recording {
        project: ProjectId(project),
        recording_id: "r".into(),
        event_id: event.into(),
        ts: day * DAY + 5,
        ..Recording::default()
    };
    (name_of(&recording), vec![7; bytes])
}

fn open(quota: u64) -> (tempfile::TempDir, Recordings) {
    let dir = tempfile::tempdir().expect("dir");
    let recordings = Recordings::open(dir.path(), quota).expect("open");
    (dir, recordings)
}

#[test]
fn a_segment_is_read_back_within_its_cap_and_written_again_without_harm() {
    let (_dir, recordings) = open(0);
    let segments = [segment(1, 20_000, "a", 10), segment(1, 20_000, "b", 5)];
    for _ in 0..2 {
        recordings.write(&segments).expect("written");
    }
    let (name, bytes) = &segments[0];
    assert!(name.starts_with("1/2024-10-04/"), "{name}");
    assert_eq!(&recordings.read(name, 10).expect("read"), bytes);
    assert!(matches!(recordings.read(name, 9), Err(RecordingError::TooLarge(9))));
    assert_eq!(recordings.status().bytes, 15);
    assert_eq!(recordings.remove([name.as_str()]), 1);
    assert!(matches!(recordings.read(name, 10), Err(RecordingError::Gone)));
    assert_eq!(recordings.status().bytes, 5);
}

#[test]
fn only_our_own_names_are_opened() {
    let (_dir, recordings) = open(0);
    let hash = "0123456789abcdef";
    for name in [
        "../inbox.db".to_owned(),
        format!("1/2024-10-04/../{hash}.zst"),
        format!("1/2024-10-04/{hash}/{hash}"),
        format!("/1/2024-10-04/{hash}/{hash}.zst"),
        format!("x/2024-10-04/{hash}/{hash}.zst"),
        format!("1/2024-13-04/{hash}/{hash}.zst"),
    ] {
        assert!(matches!(recordings.read(&name, 10), Err(RecordingError::Name(_))), "{name}");
    }
}

#[test]
fn every_segment_gets_a_name_whatever_its_time() {
    for ts in [Millis::MIN, -1, 0, Millis::MAX] {
        let recording = Recording { ts, ..Recording::default() };
        let name = name_of(&recording);
        assert!(layout::parse(&name).is_some(), "{name} at {ts}");
    }
}

#[test]
fn the_quota_takes_the_oldest_days_and_spares_the_newest() {
    let (dir, recordings) = open(100);
    let segments: Vec<_> = [(1, 10), (2, 10), (1, 11), (1, 12)]
        .map(|(project, day)| segment(project, day, "a", 60))
        .into();
    recordings.write(&segments).expect("written");

    // As after a restart: the sizes come from the disk.
    let recordings = Recordings::open(dir.path(), 100).expect("open");
    recordings.measure().expect("measured");
    let mut evicted = Vec::new();
    while let Some((day, project)) = recordings.to_evict() {
        recordings.evict(day, project).expect("evicted");
        evicted.push((day.start() / DAY, project.0));
    }
    assert_eq!(evicted, [(10, 1), (10, 2), (11, 1)]);
    assert_eq!(recordings.status().evicted_bytes, 180);
    assert!(!recordings.over_quota());
    assert!(recordings.read(&segments[3].0, 100).is_ok());
    recordings.write(&[segment(1, 12, "b", 60)]).expect("written");
    assert!(recordings.over_quota() && recordings.to_evict().is_none());
}

#[test]
fn retention_removes_whole_days_of_one_project() {
    let (_dir, recordings) = open(0);
    let segments = [segment(1, 10, "a", 1), segment(1, 11, "a", 1), segment(2, 10, "a", 1)];
    recordings.write(&segments).expect("written");
    recordings.purge(ProjectId(1), 11 * DAY).expect("purged");
    recordings.purge(ProjectId(9), 11 * DAY).expect("nothing there");
    let kept = segments.iter().map(|(name, _)| recordings.read(name, 9).is_ok());
    assert_eq!(kept.collect::<Vec<_>>(), [false, true, true]);
}
