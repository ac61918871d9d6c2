-- Projects, their keys, the people who run them, and what those people did.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: events of a deleted project must never appear under a new one.
CREATE TABLE project (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  demo INTEGER NOT NULL,
  settings TEXT NOT NULL,
  settings_version INTEGER NOT NULL,
  version INTEGER NOT NULL,
  salt BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE environment (
  project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  scopes TEXT NOT NULL,
  origins TEXT NOT NULL,
  env TEXT,
  -- SHA-256 of what the caller presents: the key itself, or the id of a signing key.
  lookup BLOB NOT NULL UNIQUE,
  display TEXT NOT NULL,
  key_id TEXT,
  -- Only of signing keys: encrypted under the master key, bound to this row.
  sealed BLOB,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE INDEX api_key_project ON api_key (project_id);

CREATE TABLE operator (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  role TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  must_change INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_login_at INTEGER
) STRICT;

CREATE TABLE membership (
  operator_id INTEGER NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
  project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  PRIMARY KEY (operator_id, project_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_project ON membership (project_id);

CREATE TABLE session (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token BLOB NOT NULL UNIQUE,
  operator_id INTEGER NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
  ip_prefix TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_operator ON session (operator_id);

-- Who may not try a password for how long. Subjects are hashes: a mistyped user name may be a
-- password.
CREATE TABLE login_guard (
  subject BLOB PRIMARY KEY,
  failures INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_guard_last ON login_guard (last_at);

-- No foreign keys: an entry outlives what it speaks of.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ts INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  project TEXT,
  before TEXT,
  after TEXT,
  ip_prefix TEXT NOT NULL,
  request_id TEXT NOT NULL
) STRICT;
CREATE INDEX audit_ts ON audit (ts);
CREATE INDEX audit_project ON audit (project, id);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'audit entries are append-only');
END;

-- Only retention deletes, and only below the floor it has written down first.
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
WHEN OLD.ts >= coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'audit_floor'), 0)
BEGIN
  SELECT RAISE(ABORT, 'audit entries are append-only');
END;
