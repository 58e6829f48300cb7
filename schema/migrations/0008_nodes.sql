-- The processes that have viewers, or had some of whom nobody has said yet that they left. One that lives holds the advisory lock of
-- its number; what another finds without a lock for long enough is dead, and taken out once its viewers are closed off.
CREATE TABLE nodes (
    -- Its streams are named after it, in hexadecimal.
    id bigint PRIMARY KEY,
    name text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
