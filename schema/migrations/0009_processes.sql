-- What the passing of time or an event makes necessary: which node does it, when it last looked for what is due, and what went
-- wrong then. Whoever holds the advisory lock of its name does it.
CREATE TABLE processes (
    name text PRIMARY KEY,
    node text NOT NULL,
    looked_at timestamptz NOT NULL,
    error text
);
