use duckdb::{Config, Connection};

use super::{WarehouseError, WarehouseOptions};

pub(super) const FILE: &str = "warehouse.duckdb";
pub(super) const TEMP: &str = "temp";
pub(super) const STAGING: &str = "staging";

/// A commit that takes the write-ahead log past this pays for a checkpoint. Larger means fewer but
/// longer pauses of the mover, and a longer start after a crash.
const CHECKPOINT_BYTES: u64 = 32 << 20;

/// Row groups that one checkpoint may merge. Merging rewrites old rows to fill groups up, which
/// costs several times what writing the new rows does: only what follows a deletion merges.
pub(super) const MERGE_NOTHING: &str = "SET GLOBAL max_vacuum_tasks = 0";
pub(super) const MERGE: &str = "SET GLOBAL max_vacuum_tasks = 100";

/// Callers that compute themselves: the mover and a reader. The engine starts that many threads
/// fewer: whoever waits for one of them spins meanwhile, which on two cores doubled the cost.
const CALLERS: u32 = 2;

/// What spilling queries may take from the disk, as a multiple of the memory limit.
const TEMP_FACTOR: u64 = 16;

/// Opens the file with everything that could reach beyond the data directory switched off.
/// `staging` is the one directory that statements may touch: backups are written there.
pub(super) fn open(options: &WarehouseOptions) -> Result<Connection, WarehouseError> {
    let temp = options.dir.join(TEMP);
    let staging = options.dir.join(STAGING);
    for dir in [&options.dir, &temp, &staging] {
        std::fs::create_dir_all(dir)
            .map_err(|error| WarehouseError::File { path: dir.clone(), error })?;
    }
    let threads = options.threads.max(1);
    let config = Config::default()
        .with("storage_compatibility_version", "v1.5.0")?
        .with("memory_limit", bytes(options.memory_bytes))?
        .with("threads", threads.to_string())?
        .with("external_threads", threads.min(CALLERS).to_string())?
        .with("temp_directory", temp.to_string_lossy())?
        .with("max_temp_directory_size", bytes(options.memory_bytes.saturating_mul(TEMP_FACTOR)))?
        .with("checkpoint_threshold", bytes(CHECKPOINT_BYTES))?
        .with("preserve_insertion_order", "false")?
        .with("default_null_order", "nulls_last")?
        .with("autoinstall_known_extensions", "false")?
        .with("autoload_known_extensions", "false")?
        .with("allow_community_extensions", "false")?
        .with("enable_external_access", "true")?;
    Ok(Connection::open_with_flags(options.dir.join(FILE), config)?)
}

/// Nothing else can be set any more, by any statement.
pub(super) fn lock(db: &Connection, options: &WarehouseOptions) -> Result<(), WarehouseError> {
    let staging = options.dir.join(STAGING).to_string_lossy().replace('\'', "''");
    db.execute_batch(&format!(
        "{MERGE_NOTHING}; SET allowed_configs = ['max_vacuum_tasks'];
         SET allowed_directories = ['{staging}']; SET enable_external_access = false;
         SET lock_configuration = true;"
    ))?;
    Ok(())
}

fn bytes(n: u64) -> String {
    format!("{n}B")
}
