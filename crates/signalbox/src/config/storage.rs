use std::path::PathBuf;

use super::Bytes;
use super::check::Problems;
use super::section::section;

section! {
    /// The one data directory and how much it may use.
    Storage {
        /// Everything Signalbox keeps: inbox, warehouse, control plane, recordings, log files, key.
        data_dir: PathBuf = PathBuf::from("data");
        /// File with the master key that encrypts signing secrets at rest; created on first start.
        /// Empty: `master.key` in the data directory.
        master_key_file: PathBuf = PathBuf::new();
        /// The master key itself (64 hexadecimal digits), for machines that inject secrets through
        /// the environment. Takes precedence over the file.
        master_key: String = String::new(), secret;
        /// Memory the warehouse may use before it spills to disk.
        warehouse_memory: Bytes = Bytes::mib(512);
        /// Threads of the warehouse; 0 uses every core.
        warehouse_threads: u32 = 0;
        /// Bytes waiting to be committed before ingest answers 503.
        inbox_queue: Bytes = Bytes::mib(64);
        /// Bytes committed but not yet in the warehouse before ingest answers 503.
        inbox_backlog: Bytes = Bytes::gib(2);
        /// All screen recordings together, 0 for no limit; the oldest go first.
        recordings_quota: Bytes = Bytes::gib(10);
        /// Disk that the data directory may use; 0 means the whole file system. Near the limit
        /// recordings are refused first, then events, then logs, errors last.
        max_disk: Bytes = Bytes(0);
    }
}

impl Storage {
    pub fn check(&self, problems: &mut Problems<'_>) {
        problems.range(
            "warehouse_memory",
            self.warehouse_memory,
            Bytes::mib(64)..=Bytes::gib(1024),
        );
        problems.range("warehouse_threads", self.warehouse_threads, 0..=256);
        problems.range("inbox_queue", self.inbox_queue, Bytes::mib(1)..=Bytes::gib(4));
        problems.range("inbox_backlog", self.inbox_backlog, Bytes::mib(16)..=Bytes::gib(1024));
        if self.max_disk.0 != 0 && self.max_disk < Bytes::mib(256) {
            problems.add("max_disk", "must be 0 (the whole file system) or at least 256 MiB");
        }
        if self.data_dir.as_os_str().is_empty() {
            problems.add("data_dir", "must not be empty");
        }
        if !self.master_key.is_empty()
            && (self.master_key.len() != 64
                || !self.master_key.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            problems.add("master_key", "must be 64 hexadecimal digits (openssl rand -hex 32)");
        }
    }

    pub fn master_key_path(&self) -> PathBuf {
        if self.master_key_file.as_os_str().is_empty() {
            self.data_dir.join("master.key")
        } else {
            self.master_key_file.clone()
        }
    }
}
