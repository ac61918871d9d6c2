-- One row per device: when anything was heard of it, and the last it said about itself. Times are
-- those of the lines and heartbeats, so that what arrives late or twice changes nothing.
CREATE TABLE devices (
    project BIGINT NOT NULL,
    device VARCHAR NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    status_at BIGINT
);
