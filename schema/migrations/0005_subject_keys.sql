-- One key per candidate, wrapped by the master key, which is never in the database. What it has sealed stands in events and
-- can be read as long as its row is here.
CREATE TABLE subject_keys (
    candidate uuid PRIMARY KEY,
    key uuid NOT NULL UNIQUE,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
