use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// `signalbox` with nothing of this machine's environment that could be meant for it.
pub fn signalbox(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signalbox"));
    command.env_clear().current_dir(data_dir);
    command.env("SIGNALBOX_STORAGE__DATA_DIR", data_dir.join("data"));
    command.env("SIGNALBOX_SERVER__PORT", "0");
    // However full the machine's own disk is.
    command.env("SIGNALBOX_STORAGE__MAX_DISK", "1 GiB");
    command
}

/// Runs a command to its end: exit code, output, errors.
pub fn finish(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().expect("signalbox runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A running server; killed when the test is over.
pub struct Server {
    child: Child,
    pub url: String,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
}

impl Server {
    /// Returns when the server says where it is.
    pub fn start(command: &mut Command) -> Server {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("signalbox starts");
        let (said, urls) = mpsc::channel();
        let stdout = collect_stdout(child.stdout.take().expect("piped"), said);
        let mut errors = child.stderr.take().expect("piped");
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).expect("stderr");
            text
        });
        match urls.recv() {
            Ok(url) => Server { child, url, stdout, stderr },
            Err(_) => panic!("no address: {}", stderr.join().expect("stderr")),
        }
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("the process is there");
    }

    pub fn wait(mut self) -> (ExitStatus, String, String) {
        let status = self.child.wait().expect("wait");
        (status, self.stdout.join().expect("stdout"), self.stderr.join().expect("stderr"))
    }
}

fn collect_stdout(stdout: ChildStdout, said: mpsc::Sender<String>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut all = String::new();
        for line in BufReader::new(stdout).lines() {
            let line = line.expect("utf-8");
            // Nobody may be listening any more; the output is collected all the same.
            if let Some(url) = line.trim().strip_prefix("Signalbox   ") {
                let _ = said.send(url.to_owned());
            }
            all.push_str(&line);
            all.push('\n');
        }
        all
    })
}

pub fn http() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().new_agent()
}

/// The public key of the demo project, as `serve --demo` left it.
pub fn demo_key(data_dir: &Path) -> String {
    let path: PathBuf = data_dir.join("data/demo.json");
    let text = std::fs::read_to_string(path).expect("demo.json");
    let file: Value = serde_json::from_str(&text).expect("json");
    file["target"]["key"].as_str().expect("key").to_owned()
}
