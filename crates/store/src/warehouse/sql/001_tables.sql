-- Time is BIGINT milliseconds and enumerations are text, so that the same statements run on
-- other engines. "rowseq" numbers rows in the order they came; it breaks ties of equal times.
CREATE TABLE events (
    project BIGINT NOT NULL,
    rowseq BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    client_ts BIGINT,
    source VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    part INTEGER NOT NULL,
    seq BIGINT,
    kind VARCHAR NOT NULL,
    class VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    app VARCHAR NOT NULL,
    env VARCHAR NOT NULL,
    release VARCHAR NOT NULL,
    sdk_version VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    visitor VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    referrer VARCHAR NOT NULL,
    status INTEGER,
    ok BOOLEAN,
    duration_ms DOUBLE,
    duration_bucket SMALLINT,
    value DOUBLE,
    value_bucket SMALLINT,
    rating VARCHAR NOT NULL,
    client_rating VARCHAR NOT NULL,
    retries INTEGER,
    timed_out BOOLEAN,
    message VARCHAR NOT NULL USING COMPRESSION zstd,
    stack VARCHAR NOT NULL USING COMPRESSION zstd,
    file VARCHAR NOT NULL,
    line INTEGER,
    col INTEGER,
    fingerprint VARCHAR NOT NULL,
    fatal BOOLEAN,
    recording_id VARCHAR NOT NULL,
    browser VARCHAR NOT NULL,
    browser_version VARCHAR NOT NULL,
    os VARCHAR NOT NULL,
    os_version VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    device_type VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    ip_prefix VARCHAR NOT NULL,
    bot BOOLEAN NOT NULL,
    sample_rate DOUBLE NOT NULL,
    flags VARCHAR NOT NULL,
    props VARCHAR NOT NULL USING COMPRESSION zstd,
    extra VARCHAR NOT NULL USING COMPRESSION zstd
);

CREATE TABLE logs (
    project BIGINT NOT NULL,
    rowseq BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    client_ts BIGINT,
    id VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    message VARCHAR NOT NULL USING COMPRESSION zstd,
    -- Each tag between unit separators (U+001F), one also before the first.
    tags VARCHAR NOT NULL,
    app VARCHAR NOT NULL,
    env VARCHAR NOT NULL,
    release VARCHAR NOT NULL,
    ip_prefix VARCHAR NOT NULL,
    extra VARCHAR NOT NULL USING COMPRESSION zstd
);

-- One row per segment; the segment itself is a file.
CREATE TABLE recordings (
    project BIGINT NOT NULL,
    rowseq BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    recording_id VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    first_ts BIGINT NOT NULL,
    last_ts BIGINT NOT NULL,
    events BIGINT NOT NULL,
    raw_bytes BIGINT NOT NULL,
    stored_bytes BIGINT NOT NULL,
    file VARCHAR NOT NULL
);

-- Named integers that belong to the applied sequence.
CREATE TABLE marks (
    name VARCHAR NOT NULL,
    value BIGINT NOT NULL
);
