-- What the queries read. Each table is a function of the log: Sources/ReadModels holds the folds that fill it.
-- Indexes have no names of their own, so that a rebuilt table gets the same ones.

-- Every two neighbouring characters of a text that hold no white space, each once: by them an index finds words of languages that put
-- no blanks between words. In order, so that the same text gives the same array.
CREATE FUNCTION character_pairs(value text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(
        SELECT DISTINCT pair COLLATE "C" FROM (
            SELECT substr(lower(value), place, 2) AS pair FROM generate_series(1, length(value) - 1) AS place) AS pairs
        WHERE pair !~ '\s' ORDER BY 1)
$$;

CREATE TABLE companies (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    uscc text NOT NULL,
    region text NOT NULL,
    kind text NOT NULL,
    licence text,
    -- What the last judgement says, the event that says it, and on which day of China's it was said.
    standing text NOT NULL,
    judgement jsonb,
    since date NOT NULL,
    reverify_by date,
    suspension jsonb,
    suspended date,
    blacklisted date,
    status text NOT NULL GENERATED ALWAYS AS (CASE WHEN blacklisted IS NOT NULL THEN 'blacklisted'
        WHEN suspended IS NOT NULL THEN 'suspended' ELSE standing END) STORED,
    -- The day from which on it waits for a reviewer.
    due date NOT NULL GENERATED ALWAYS AS (CASE WHEN blacklisted IS NOT NULL THEN blacklisted
        WHEN suspended IS NOT NULL THEN suspended WHEN standing = 'verified' THEN reverify_by ELSE since END) STORED,
    -- What it is found by.
    pairs text[] NOT NULL GENERATED ALWAYS AS (character_pairs(name)) STORED,
    version integer NOT NULL,
    registered bigint NOT NULL
);
CREATE INDEX ON companies (registered);
CREATE INDEX ON companies (name, registered);
CREATE INDEX ON companies (due, registered);
CREATE INDEX ON companies (due, registered) WHERE status IN ('unverified', 'verified');
CREATE INDEX ON companies (status, due, registered);
CREATE INDEX ON companies (status, registered);
CREATE INDEX ON companies (status, name, registered);
CREATE INDEX ON companies USING gin (pairs);

CREATE TABLE filed_documents (
    id uuid PRIMARY KEY,
    company uuid NOT NULL,
    kind text NOT NULL,
    digest text NOT NULL,
    size integer NOT NULL,
    form text NOT NULL,
    valid_until date,
    filed_by text NOT NULL,
    filed_at timestamptz NOT NULL,
    withdrawn boolean NOT NULL,
    filed bigint NOT NULL
);
CREATE INDEX ON filed_documents (company, filed) WHERE NOT withdrawn;

-- Codes under which nobody may register, whether somebody has or not.
CREATE TABLE blacklist (
    id uuid PRIMARY KEY,
    uscc text NOT NULL,
    reason text NOT NULL,
    listed_by text NOT NULL,
    listed_at timestamptz NOT NULL,
    listed bigint NOT NULL
);
CREATE INDEX ON blacklist (listed);

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    company uuid NOT NULL,
    title text NOT NULL,
    occupation text NOT NULL,
    duties text NOT NULL,
    conditions text NOT NULL,
    place text NOT NULL,
    region text COLLATE "C" NOT NULL,
    pay jsonb NOT NULL,
    terms jsonb,
    occupation_code text COLLATE "C",
    skills_grade integer,
    -- What a month of work pays at least, in hundredths of a yuan: of 21.75 days or 174 hours (劳社部发〔2008〕3号); 0 for piece work.
    monthly_pay bigint NOT NULL GENERATED ALWAYS AS ((pay->>'minimum')::bigint
        * CASE pay->>'unit' WHEN 'month' THEN 100 WHEN 'day' THEN 2175 WHEN 'hour' THEN 17400 ELSE 0 END) STORED,
    -- What it is found by.
    pairs text[] NOT NULL GENERATED ALWAYS AS (character_pairs(title || ' ' || occupation || ' ' || place)) STORED,
    openings integer NOT NULL,
    valid_through date NOT NULL,
    source jsonb NOT NULL,
    batch uuid,
    organisation uuid,
    posted_by text,
    -- Whose it is: its company, its organisation, who posted it.
    owners text[] NOT NULL GENERATED ALWAYS AS (ARRAY[company::text, organisation::text, posted_by]) STORED,
    status text NOT NULL,
    findings jsonb,
    -- Whether a reviewer vouches for it in its present form, and whether one ever did.
    vetted boolean NOT NULL DEFAULT false,
    was_vetted boolean NOT NULL DEFAULT false,
    -- Since when it waits for vetting: position and moment of what made it wait.
    waiting bigint,
    waiting_since timestamptz,
    version integer NOT NULL,
    posted bigint NOT NULL
);
CREATE INDEX ON jobs (waiting) WHERE status = 'posted';
CREATE INDEX ON jobs (company, waiting) WHERE status = 'posted';
CREATE INDEX ON jobs (valid_through, id) WHERE status IN ('posted', 'vetted', 'rejected');
CREATE INDEX ON jobs (status, valid_through, posted);
CREATE INDEX ON jobs (status, company, posted);
CREATE INDEX ON jobs (status, occupation_code, posted);
CREATE INDEX ON jobs USING gin (owners);
CREATE INDEX ON jobs (posted);
CREATE INDEX ON jobs (company, posted);
CREATE INDEX ON jobs (status, posted);
CREATE INDEX ON jobs (monthly_pay, posted);
CREATE INDEX ON jobs (status, monthly_pay, posted);
CREATE INDEX ON jobs (region, posted);
CREATE INDEX ON jobs (status, region, posted);
CREATE INDEX ON jobs USING gin (pairs);

CREATE TABLE series (
    id uuid PRIMARY KEY,
    title text NOT NULL,
    brand text,
    organisers jsonb NOT NULL,
    organisation uuid,
    status text NOT NULL,
    pairs text[] NOT NULL GENERATED ALWAYS AS (character_pairs(title || ' ' || coalesce(brand, ''))) STORED,
    version integer NOT NULL,
    opened bigint NOT NULL
);
CREATE INDEX ON series (opened);
CREATE INDEX ON series (status, opened);
CREATE INDEX ON series (organisation, opened);
CREATE INDEX ON series USING gin (pairs);

CREATE TABLE policies (
    id uuid PRIMARY KEY,
    title text NOT NULL,
    topic text NOT NULL,
    summary text NOT NULL,
    link text,
    region text NOT NULL,
    valid_through date,
    organisation uuid,
    status text NOT NULL,
    -- The last day, also of those that have none: a day after all that there are.
    ends date NOT NULL GENERATED ALWAYS AS (coalesce(valid_through, '2200-01-01')) STORED,
    pairs text[] NOT NULL GENERATED ALWAYS AS (character_pairs(title || ' ' || topic)) STORED,
    version integer NOT NULL,
    published bigint NOT NULL
);
CREATE INDEX ON policies (published);
CREATE INDEX ON policies (ends, published);
CREATE INDEX ON policies (status, published);
CREATE INDEX ON policies (status, ends, published);
CREATE INDEX ON policies (organisation, published);
CREATE INDEX ON policies USING gin (pairs);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    title text NOT NULL,
    format text NOT NULL,
    series uuid,
    base text,
    policies jsonb NOT NULL,
    segments jsonb,
    hosts jsonb NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    organisation uuid,
    status text NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    segment text,
    featured jsonb,
    featured_at timestamptz,
    policy jsonb,
    recording jsonb,
    pairs text[] NOT NULL GENERATED ALWAYS AS (character_pairs(title || ' ' || coalesce(base, ''))) STORED,
    version integer NOT NULL,
    scheduled bigint NOT NULL
);
CREATE INDEX ON sessions (status, scheduled);
CREATE INDEX ON sessions (status, starts_at, scheduled);
CREATE INDEX ON sessions (starts_at, scheduled);
CREATE INDEX ON sessions (scheduled);
CREATE INDEX ON sessions (series, starts_at, scheduled);
CREATE INDEX ON sessions (starts_at, scheduled) WHERE status IN ('live', 'interrupted');
CREATE INDEX ON sessions (organisation, starts_at, scheduled);
CREATE INDEX ON sessions USING gin (pairs);

-- Who may work in a session beside its host, by grants for it alone.
CREATE TABLE session_staff (
    session uuid NOT NULL,
    account text COLLATE "C" NOT NULL,
    role text NOT NULL,
    given bigint NOT NULL,
    PRIMARY KEY (session, account, role)
);
CREATE INDEX ON session_staff (session, given);

CREATE TABLE session_shelf (
    session uuid NOT NULL,
    job uuid NOT NULL,
    openings integer NOT NULL,
    card_version integer NOT NULL,
    is_shelved boolean NOT NULL,
    shelved bigint NOT NULL,
    PRIMARY KEY (session, job)
);

CREATE TABLE session_questions (
    id uuid PRIMARY KEY,
    session uuid NOT NULL,
    asked_by text NOT NULL,
    job uuid,
    text text NOT NULL,
    status text NOT NULL,
    answer text,
    merged_into uuid,
    asked bigint NOT NULL,
    settled bigint
);
CREATE INDEX ON session_questions (session, asked);
CREATE INDEX ON session_questions (session, asked_by, asked);
CREATE INDEX ON session_questions (session, asked) WHERE status = 'asked';
CREATE INDEX ON session_questions (session, settled) WHERE status = 'answered';

CREATE TABLE submissions (
    id uuid PRIMARY KEY,
    candidate text NOT NULL,
    job uuid NOT NULL,
    company uuid NOT NULL,
    session uuid,
    channel text NOT NULL,
    status text NOT NULL,
    submitted_at timestamptz NOT NULL,
    -- By when an answer was promised, when the first one came, and whether it was missing when that time was over.
    respond_by timestamptz NOT NULL,
    answered_at timestamptz,
    overdue boolean NOT NULL DEFAULT false,
    delivered boolean NOT NULL DEFAULT false,
    -- The newest event of its kind, as it stands in the log; of checks the data of all.
    interview jsonb,
    offer jsonb,
    hiring jsonb,
    checks jsonb NOT NULL DEFAULT '[]',
    reason text,
    score integer,
    -- The first day of work.
    starts_on date,
    version integer NOT NULL,
    submitted bigint NOT NULL
);
CREATE INDEX ON submissions (submitted);
CREATE INDEX ON submissions (status, submitted);
CREATE INDEX ON submissions (candidate, submitted);
CREATE INDEX ON submissions (company, submitted);
CREATE INDEX ON submissions (company, status, submitted);
CREATE INDEX submissions_due_idx ON submissions (respond_by) WHERE status IN ('submitted', 'viewed') AND NOT overdue;
CREATE INDEX submissions_overdue_idx ON submissions (submitted) WHERE overdue AND answered_at IS NULL;

-- Candidates of whom nothing is shown any more, and whose keys are destroyed once the legal period is over.
CREATE TABLE erased_candidates (
    candidate text PRIMARY KEY,
    requested_at timestamptz NOT NULL,
    destroyed_at timestamptz
);
CREATE INDEX ON erased_candidates (requested_at) WHERE destroyed_at IS NULL;

CREATE TABLE session_counters (
    session uuid PRIMARY KEY,
    online integer NOT NULL DEFAULT 0,
    entries bigint NOT NULL DEFAULT 0,
    viewers bigint NOT NULL DEFAULT 0,
    cards integer NOT NULL DEFAULT 0,
    openings integer NOT NULL DEFAULT 0,
    submissions integer NOT NULL DEFAULT 0,
    questions_asked integer NOT NULL DEFAULT 0,
    questions_answered integer NOT NULL DEFAULT 0,
    -- The last event that counted.
    position bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Who has entered a session, by pseudonym, and how many nodes hold a connection of theirs now.
CREATE TABLE session_audience (
    session uuid NOT NULL,
    viewer text COLLATE "C" NOT NULL,
    connections integer NOT NULL,
    PRIMARY KEY (session, viewer)
) WITH (fillfactor = 80);

-- By how much each counter changed by the second of the log's clock: those that facts count, and those that observations do. A row is
-- ten seconds from `at` on; its arrays have a place for each second, 0 to 9, in which something changed.
CREATE TABLE session_timeline (
    session uuid NOT NULL,
    at timestamptz NOT NULL,
    seconds smallint[] NOT NULL,
    cards integer[] NOT NULL,
    applied integer[] NOT NULL,
    withdrawn integer[] NOT NULL,
    asked integer[] NOT NULL,
    answered integer[] NOT NULL,
    PRIMARY KEY (session, at)
) WITH (fillfactor = 80);

CREATE TABLE audience_timeline (
    session uuid NOT NULL,
    at timestamptz NOT NULL,
    seconds smallint[] NOT NULL,
    entered integer[] NOT NULL,
    gone integer[] NOT NULL,
    opened integer[] NOT NULL,
    saved integer[] NOT NULL,
    shared integer[] NOT NULL,
    PRIMARY KEY (session, at)
) WITH (fillfactor = 80);

-- Which jobs' openings have been counted for a session.
CREATE TABLE counted_openings (
    session uuid NOT NULL,
    job uuid NOT NULL,
    PRIMARY KEY (session, job)
);

INSERT INTO checkpoints (projection)
    VALUES ('companies'), ('posted_positions'), ('policies'), ('series'), ('live_sessions'),
        ('resume_submissions'), ('erased_candidates'), ('live_counters');

-- A time as JSON has it: RFC 3339, UTC, milliseconds.
CREATE FUNCTION rfc3339(at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
