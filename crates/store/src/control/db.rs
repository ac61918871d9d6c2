use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use model::Clock;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use tokio::sync::watch;

use super::realtime::Revoked;
use super::touched::Touched;
use super::{ControlError, Directory, MasterKey, meta, migrations, realtime};

/// A handle on the control plane; clones share it.
#[derive(Clone)]
pub struct Control(Arc<Inner>);

struct Inner {
    /// Writers take turns here; the lock is also what orders directory swaps.
    writer: Mutex<Connection>,
    /// WAL lets this one read while the writer waits for the disk.
    reader: Mutex<Connection>,
    /// For what may take its time (searching the audit trail, backups): sign-ins do not wait.
    slow_reader: Mutex<Connection>,
    directory: RwLock<Arc<Directory>>,
    touched: Mutex<Touched>,
    revoked: RwLock<Revoked>,
    /// Counts the changes after which an identity may no longer hold.
    identities: watch::Sender<u64>,
    key: MasterKey,
    clock: Arc<dyn Clock>,
}

impl Control {
    /// Opens or creates the file, migrates it, and checks that the master key is the one its
    /// secrets were sealed with.
    pub fn open(path: &Path, key: MasterKey, clock: Arc<dyn Clock>) -> Result<Self, ControlError> {
        let mut writer = connect(path)?;
        migrations::migrate(&mut writer)?;
        meta::check_master_key(&mut writer, &key)?;
        let directory = Directory::load(&writer, &key)?;
        let revoked = realtime::load_revoked(&writer, clock.now())?;
        Ok(Control(Arc::new(Inner {
            writer: Mutex::new(writer),
            reader: Mutex::new(connect_to_read(path)?),
            slow_reader: Mutex::new(connect_to_read(path)?),
            directory: RwLock::new(Arc::new(directory)),
            touched: Mutex::default(),
            revoked: RwLock::new(revoked),
            identities: watch::Sender::new(0),
            key,
            clock,
        })))
    }

    /// Projects and keys as of the latest change. Cheap enough for every request.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.0.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn now(&self) -> model::Millis {
        self.0.clock.now()
    }

    pub(super) fn master_key(&self) -> &MasterKey {
        &self.0.key
    }

    pub(super) fn touched(&self) -> MutexGuard<'_, Touched> {
        self.0.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn revoked(&self) -> RwLockReadGuard<'_, Revoked> {
        self.0.revoked.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn revoked_mut(&self) -> RwLockWriteGuard<'_, Revoked> {
        self.0.revoked.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves on with every change after which a live connection's identity must be looked at
    /// again: keys, settings, operators, revocations.
    pub fn identity_changes(&self) -> watch::Receiver<u64> {
        self.0.identities.subscribe()
    }

    pub(super) fn identities_changed(&self) {
        self.0.identities.send_modify(|count| *count += 1);
    }

    pub(super) fn read<T>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        f(&self.0.reader.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn read_slowly<T>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        f(&self.0.slow_reader.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One transaction that leaves projects and keys alone.
    pub(super) fn write<T>(
        &self,
        f: impl FnOnce(&Transaction) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        let mut db = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let out = f(&tx)?;
        tx.commit()?;
        Ok(out)
    }

    /// One that changes who somebody is or what they may do.
    pub(super) fn write_identities<T>(
        &self,
        f: impl FnOnce(&Transaction) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        let out = self.write(f)?;
        self.identities_changed();
        Ok(out)
    }

    /// One transaction that changes what the directory shows. The new snapshot is built before
    /// the commit and published before the next writer begins.
    pub(super) fn change<T>(
        &self,
        f: impl FnOnce(&Transaction) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        let mut db = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let out = f(&tx)?;
        let directory = Arc::new(Directory::load(&tx, &self.0.key)?);
        tx.commit()?;
        *self.0.directory.write().unwrap_or_else(PoisonError::into_inner) = directory;
        self.identities_changed();
        Ok(out)
    }

    /// Copies the database into a new file while it is in use.
    pub fn backup(&self, to: &Path) -> Result<(), ControlError> {
        self.read_slowly(|db| {
            let mut copy = Connection::open(to)?;
            let backup = rusqlite::backup::Backup::new(db, &mut copy)?;
            backup.run_to_completion(256, Duration::ZERO, None)?;
            Ok(())
        })
    }
}

fn connect(path: &Path) -> Result<Connection, ControlError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    // Without this, REPLACE would slip past the triggers that protect the audit trail.
    db.pragma_update(None, "recursive_triggers", true)?;
    db.busy_timeout(Duration::from_secs(5))?;
    Ok(db)
}

fn connect_to_read(path: &Path) -> Result<Connection, ControlError> {
    let db = connect(path)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}
