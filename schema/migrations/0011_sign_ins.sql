-- By what people of the staff sign in. None of it stands in the log, all of it can be replaced, and nobody who reads it can sign in by
-- it: passwords are scrypt's digests, second factors are sealed under a key that is never in the database, and what invitations and
-- cookies hold is known by SHA-256 of 32 random bytes.
CREATE TABLE account_credentials (
    account text COLLATE "C" PRIMARY KEY,
    -- How the person is called.
    name text,
    password text,
    second_factor bytea,
    -- A second factor of which no code has been shown yet.
    offered_factor bytea,
    -- The last period of which a code was used: each is good once.
    last_step bigint NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL
);

CREATE TABLE invitations (
    account text COLLATE "C" PRIMARY KEY,
    name text,
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    until timestamptz NOT NULL
);

CREATE TABLE sign_ins (
    id uuid PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    means text NOT NULL,
    device text NOT NULL,
    -- The digests of the cookie's secrets: in use, to follow, and the one before.
    current bytea NOT NULL CHECK (length(current) = 32),
    next bytea CHECK (length(next) = 32),
    previous bytea CHECK (length(previous) = 32),
    rotated_at timestamptz NOT NULL,
    offered_at timestamptz,
    since timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX ON sign_ins (account, since);
CREATE INDEX ON sign_ins (ends_at);

-- Who there is of the staff, and what became of each account: functions of the log, as the tables of 0004 are.
CREATE TABLE accounts (
    account text COLLATE "C" PRIMARY KEY,
    membership text NOT NULL DEFAULT 'named',
    suspended boolean NOT NULL DEFAULT false,
    signed_in_at timestamptz,
    version integer NOT NULL
);

CREATE TABLE account_grants (
    account text COLLATE "C" NOT NULL,
    granted jsonb NOT NULL,
    given bigint NOT NULL,
    PRIMARY KEY (account, granted)
);

CREATE TABLE account_events (
    position bigint PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    data jsonb NOT NULL
);
CREATE INDEX ON account_events (account, position);
CREATE INDEX ON account_events (type, position);
CREATE INDEX ON account_events (account, type, position);

INSERT INTO checkpoints (projection) VALUES ('accounts'), ('audit');
