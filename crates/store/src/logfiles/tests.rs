use model::Level;

use super::*;

const DAY: Millis = 86_400_000;
const NOW: Millis = 20_000 * DAY;

fn log(project: i64, message: &str) -> LogEntry {
    LogEntry {
        project: ProjectId(project),
        id: "1".into(),
        device: "d".into(),
        ts: NOW,
        level: Level::Warn,
        message: message.into(),
        tags: vec!["a".into(), "b".into()],
        extra: r#"{"n":1}"#.into(),
        ..LogEntry::default()
    }
}

fn text(change: impl FnOnce(&mut LogFileOptions)) -> LogFileOptions {
    let mut options = LogFileOptions { format: LogFileFormat::Text, ..LogFileOptions::default() };
    change(&mut options);
    options
}

fn contents(root: &Path, project: i64) -> BTreeMap<String, String> {
    let directory = root.join(project.to_string());
    let files = std::fs::read_dir(directory).expect("directory").map(|e| e.expect("entry").path());
    files
        .map(|path| {
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("text"))
        })
        .collect()
}

fn line(message: &str) -> String {
    format!("2024-10-04T00:00:00Z WARN  [d] {message} #a #b\n")
}

#[test]
fn lines_cannot_steer_a_terminal_or_pretend_to_be_two() {
    let dir = tempfile::tempdir().expect("dir");
    let mut files = LogFiles::open(dir.path(), text(|_| ()), &[]).expect("open");
    files.append(1, &[log(1, "red \u{1b}[31m\nnext\u{9b}2J\u{202e}日志")], NOW).expect("written");
    let expected = line(r"red \u001b[31m\u000anext\u009b2J\u202e日志");
    assert_eq!(contents(dir.path(), 1)["000001-2024-10-04.log"], expected);

    let mut lines = Vec::new();
    line::write(LogFileFormat::Ndjson, &log(1, "a\u{1b}\u{9b}\"\n"), &mut lines);
    let parsed: serde_json::Value = serde_json::from_slice(&lines).expect("JSON");
    assert_eq!(parsed["message"], "a\u{1b}\u{9b}\"\n");
    assert_eq!(parsed["extra"]["n"], 1);
    assert!(!lines.contains(&0x1b) && lines.iter().filter(|b| **b == b'\n').count() == 1);
}

#[test]
fn lines_that_were_not_committed_are_cut_and_written_again() {
    let dir = tempfile::tempdir().expect("dir");
    let open = |marks: &[(String, i64)]| LogFiles::open(dir.path(), text(|_| ()), marks);
    let written = |messages: &[&str]| {
        let only = contents(dir.path(), 1);
        assert_eq!(only.len(), 1);
        assert_eq!(only.into_values().next(), Some(messages.iter().map(|m| line(m)).collect()));
    };
    // The process ends between append and apply, before anything was committed:
    open(&[]).expect("open").append(1, &[log(1, "a")], NOW).expect("written");
    let mut files = open(&[]).expect("open");
    let marks = files.append(1, &[log(1, "a")], NOW).expect("written");
    files.settle(1).expect("committed");
    written(&["a"]);
    // The warehouse refuses, then takes it:
    files.append(1, &[log(1, "b")], NOW).expect("written");
    files.settle(0).expect("taken back");
    written(&["a"]);
    files.append(1, &[log(1, "b")], NOW).expect("written");
    written(&["a", "b"]);
    // The process ends after append again:
    let mut files = open(&marks).expect("open");
    written(&["a"]);
    files.append(1, &[log(1, "c")], NOW).expect("written");
    written(&["a", "c"]);
}

#[test]
fn files_rotate_by_size_and_age_also_across_a_crash() {
    let dir = tempfile::tempdir().expect("dir");
    let small = || text(|o| o.rotate_bytes = 60);
    let mut files = LogFiles::open(dir.path(), small(), &[]).expect("open");
    let mut marks = Vec::new();
    for message in ["a", "b", "c"] {
        marks = files.append(1, &[log(1, message)], NOW).expect("written");
        files.settle(1).expect("committed");
    }
    // A new file that was never committed goes; the mark's file is continued.
    files.append(1, &[log(1, "d")], NOW + DAY).expect("written");
    assert_eq!(contents(dir.path(), 1).len(), 3);
    let mut files = LogFiles::open(dir.path(), small(), &marks).expect("open");
    files.append(1, &[log(1, "d")], NOW).expect("written");
    files.append(1, &[log(1, "e")], NOW + DAY).expect("written");
    files.settle(1).expect("committed");
    let expected = [
        ("000001-2024-10-04.log", line("a") + &line("b")),
        ("000002-2024-10-04.log", line("c") + &line("d")),
        ("000003-2024-10-05.log", line("e")),
    ];
    assert_eq!(contents(dir.path(), 1), expected.map(|(n, l)| (n.to_owned(), l)).into());

    files.options.keep_files = 1;
    files.purge(NOW + DAY).expect("purged");
    assert_eq!(contents(dir.path(), 1).len(), 2);
    files.purge(NOW + 40 * DAY).expect("purged");
    let left: Vec<_> = contents(dir.path(), 1).into_keys().collect();
    assert_eq!(left, ["000003-2024-10-05.log"]);
}

#[test]
fn a_new_warehouse_leaves_old_files_alone() {
    let dir = tempfile::tempdir().expect("dir");
    let project = dir.path().join("1");
    std::fs::create_dir(&project).expect("created");
    for name in ["000007-2024-10-03.log", "000008-2024-10-04.log", "notes.txt"] {
        std::fs::write(project.join(name), "kept").expect("written");
    }
    let mut files = LogFiles::open(dir.path(), text(|_| ()), &[]).expect("open");
    files.append(1, &[log(1, "a")], NOW).expect("written");
    files.settle(0).expect("taken back");
    files.append(1, &[log(1, "a")], NOW).expect("written");
    let found = contents(dir.path(), 1);
    assert_eq!(found.len(), 4);
    assert_eq!(found["000008-2024-10-04.log"], "kept");
    assert_eq!(found["000009-2024-10-04.log"], line("a"));
}
