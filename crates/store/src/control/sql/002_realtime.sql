-- Keys that projects sign their own users' tokens with, and what was taken back before it expired.

CREATE TABLE token_key (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  kid TEXT NOT NULL,
  name TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  -- HS256: the secret, encrypted under the master key and bound to this row. RS256: the modulus.
  -- EdDSA: the public point.
  material BLOB NOT NULL,
  -- Only of RS256.
  exponent BLOB,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  last_used_at INTEGER,
  UNIQUE (project_id, kid)
) STRICT;

-- One row per token, or per user: then every token issued until `since`.
CREATE TABLE revocation (
  project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  since INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX revocation_expires ON revocation (expires_at);
