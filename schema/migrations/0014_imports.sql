-- Tables of jobs on their way into the log: what was read of each row, how it is understood, and what is wrong with it. They may hold
-- whatever somebody's table holds, and are forgotten a day after they came.
CREATE TABLE imports (
    id uuid PRIMARY KEY,
    -- The account whose it is, and the organisation to which its jobs will belong.
    owner text NOT NULL,
    organisation uuid,
    name text NOT NULL,
    digest bytea NOT NULL,
    -- Who reads it now; whoever begins anew takes the place of whoever did before.
    attempt uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('reading', 'checking', 'ready', 'posted')),
    -- Rows that have been read, or checked.
    done integer NOT NULL DEFAULT 0,
    -- How it is understood, for whoever goes on with it, and as clients get it.
    summary jsonb,
    shown jsonb,
    result jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '1 day'
);
CREATE INDEX ON imports (expires_at);
CREATE INDEX ON imports (owner, created_at);

CREATE TABLE import_rows (
    import uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    -- The line of the file.
    number integer NOT NULL,
    cells jsonb NOT NULL,
    shared jsonb NOT NULL,
    -- `repeated` is a row that an earlier one says already, `known` one whose job is posted, `beside` one that names no job.
    status text NOT NULL CHECK (status IN ('good', 'faulty', 'repeated', 'known', 'beside')),
    faults jsonb,
    findings jsonb,
    -- The line of the row that a repeated one repeats.
    repeats integer,
    job uuid,
    posting jsonb,
    PRIMARY KEY (import, number)
);
CREATE INDEX ON import_rows (import, status, number);
