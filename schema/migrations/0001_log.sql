-- The event log: the only source of truth. Everything else in this database can be rebuilt from it.

-- One row. Whoever appends locks it until the commit is visible, so positions are dense and in commit order,
-- and a reader who sees position p sees 1…p, on the primary and on every replica.
CREATE TABLE log_head (
    only_row boolean NOT NULL DEFAULT true,
    -- Names this history; a client that resumes with another epoch starts anew.
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    -- Where it is written: the server's system identifier and its timeline.
    timeline text NOT NULL DEFAULT '',
    position bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT '2000-01-01 00:00:00Z',
    -- Events per partition; those already made keep their size.
    partition_size bigint NOT NULL DEFAULT 10000000
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO log_head DEFAULT VALUES;

-- While somebody holds a snapshot (pg_dump does), every version of the row since then is kept, and a look-up that passes them all takes
-- ever longer. Equal keys of an index stand in the order of their rows' places, and versions that are kept push new ones to the end: from
-- there the newest is found at once. Not unique, as a check for that would pass them all again; a trigger keeps the row alone.
CREATE INDEX log_head_newest ON log_head (only_row);

-- Before the first append over a connection. A server that was promoted, or restored to a moment, writes a timeline of its own: what
-- it had not received of the old one is lost, and positions are given out again. Then another epoch begins. Answers the epoch.
CREATE FUNCTION log_enter() RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    here text := (SELECT system_identifier FROM pg_control_system()) || ' ' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
BEGIN
    IF here <> (SELECT timeline FROM log_head) THEN
        UPDATE log_head SET epoch = gen_random_uuid(), timeline = here WHERE timeline <> here;
    END IF;
    RETURN (SELECT epoch FROM log_head);
END $$;

SELECT log_enter();

-- None of the tables that an append writes has a CHECK: PostgreSQL reads its text anew for each statement, a tenth of the append.
--
-- A stream's number is the position of its first event: small, ascending, and a bound for every search of the stream.
CREATE TABLE streams (
    stream text COLLATE "C" PRIMARY KEY,
    start bigint NOT NULL,
    version integer NOT NULL
) WITH (fillfactor = 80);

-- What an append's key answered, so that a repeat gets the same answer.
CREATE TABLE append_keys (
    key uuid PRIMARY KEY,
    fingerprint bigint NOT NULL,
    first bigint NOT NULL,
    count integer NOT NULL
);
-- For forgetting old ones. They come in ascending order, so that a summary of each range of pages is enough:
-- it costs 0.15 µs a key, of 3.5 for the key itself (two cores, November 2026).
CREATE INDEX append_keys_first ON append_keys USING brin (first);

-- Lane 0 holds facts, lane 1 audience observations, which may be dropped by age without touching facts.
CREATE TABLE events (
    position bigint NOT NULL,
    start bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    version integer NOT NULL,
    media_time integer,
    lane smallint NOT NULL,
    schema_version smallint NOT NULL,
    correlation uuid,
    causation uuid,
    stream text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    actor_kind text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    data jsonb NOT NULL
) PARTITION BY LIST (lane);

CREATE TABLE events_facts PARTITION OF events FOR VALUES IN (0) PARTITION BY RANGE (position);
CREATE TABLE events_audience PARTITION OF events FOR VALUES IN (1) PARTITION BY RANGE (position);

CREATE UNIQUE INDEX events_position ON events (position, lane);
CREATE INDEX events_stream ON events (start, version);
CREATE INDEX events_correlation ON events (correlation, position) WHERE correlation IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % of % refused', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Record a new event that corrects the old one.';
END $$;

CREATE TRIGGER one_row BEFORE INSERT OR DELETE OR TRUNCATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events_facts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events_audience FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Makes the partitions that hold the next positions up to `through`; answers the last position that has one.
-- ATTACH takes a lock that appends don't wait for, where CREATE … PARTITION OF would stop them.
CREATE FUNCTION log_make_partitions(through bigint) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    size bigint;
    made bigint;
    part text;
    lane_name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('log_make_partitions'));
    SELECT partition_size INTO size FROM log_head;
    IF size < 1 THEN
        RAISE EXCEPTION 'log_head.partition_size is %: it must be 1 or more', size;
    END IF;
    SELECT coalesce(max(substring(c.relname FROM '_([0-9]+)$')::bigint), 0) INTO made
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'events_facts'::regclass;
    WHILE made < through LOOP
        FOREACH lane_name IN ARRAY ARRAY['facts', 'audience'] LOOP
            -- Named by its last position, with leading zeros so that names sort as positions do.
            part := format('events_%s_%s', lane_name, lpad((made + size)::text, 19, '0'));
            EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
            EXECUTE format('ALTER TABLE events_%s ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                lane_name, part, made + 1, made + size + 1);
            EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
        END LOOP;
        made := made + size;
    END LOOP;
    RETURN made;
END $$;

-- Keeps a whole partition free beyond the next `count` events; answers the position from which it is to be called again.
CREATE FUNCTION log_make_partitions_ahead(count bigint) RETURNS bigint LANGUAGE sql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT log_make_partitions(position + count + partition_size) - partition_size FROM log_head
$$;

SELECT log_make_partitions(1);

-- Appends a batch in one call: all of it, or nothing and an error. Answers the position before its first event.
--
-- Every written stream is either fresh (its first event is in the batch, at ordinal `fresh_first`) or grown from
-- version `grown_from`; both, and the streams that were only read (`read_*`), are conditions. Broken ones give
-- SQLSTATE 23505 (a fresh stream or a key is taken) or JC409 (a version has moved); `log_refusals` then tells which.
-- Fresh streams and keys need no look-up of their own: their primary keys decide.
--
-- Arrays are unnested side by side in a SELECT list, where they are read as they are: in FROM each would be copied first.
CREATE FUNCTION log_append(
    fresh_stream text[], fresh_first integer[], fresh_version integer[],
    grown_stream text[], grown_from integer[], grown_version integer[],
    read_stream text[], read_version integer[],
    append_key uuid[], append_fingerprint bigint[], append_first integer[], append_count integer[],
    event_stream text[], event_version integer[], event_first integer[], event_type text[], event_schema smallint[],
    event_lane smallint[], event_media_time integer[], event_actor_kind text[], event_actor_id text[],
    event_correlation uuid[], event_causation uuid[], event_data jsonb[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
-- Pinned, since a young table has no statistics and the plan that is good for it would scan a grown one.
SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    head bigint;
    at timestamptz;
    touched bigint;
BEGIN
    -- Again when somebody else has moved it meanwhile: PostgreSQL, by its minor version, then follows the row or leaves it out.
    LOOP
        UPDATE log_head SET
            position = position + cardinality(event_stream),
            recorded_at = greatest(clock_timestamp(), recorded_at)
            WHERE ctid = (SELECT ctid FROM log_head ORDER BY only_row DESC LIMIT 1)
            RETURNING position - cardinality(event_stream), recorded_at INTO head, at;
        EXIT WHEN FOUND;
    END LOOP;

    IF cardinality(read_stream) > 0 THEN
        PERFORM FROM (SELECT unnest(read_stream) AS stream, unnest(read_version) AS version) AS r
            LEFT JOIN streams AS s USING (stream) WHERE coalesce(s.version, 0) <> r.version;
        IF FOUND THEN
            RAISE EXCEPTION 'a stream that was read has moved' USING ERRCODE = 'JC409';
        END IF;
    END IF;

    IF cardinality(grown_stream) > 0 THEN
        UPDATE streams AS s SET version = g.version
            FROM (SELECT unnest(grown_stream) AS stream, unnest(grown_from) AS was, unnest(grown_version) AS version) AS g
            WHERE s.stream = g.stream AND s.version = g.was;
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched < cardinality(grown_stream) THEN
            RAISE EXCEPTION 'a stream that is written has moved' USING ERRCODE = 'JC409';
        END IF;
    END IF;

    IF cardinality(fresh_stream) > 0 THEN
        INSERT INTO streams (stream, start, version)
            SELECT f.stream, head + f.first, f.version
            FROM (SELECT unnest(fresh_stream) AS stream, unnest(fresh_first) AS first, unnest(fresh_version) AS version) AS f;
    END IF;

    IF cardinality(append_key) > 0 THEN
        INSERT INTO append_keys (key, fingerprint, first, count)
            SELECT a.key, a.fingerprint, head + a.first, a.count
            FROM (SELECT unnest(append_key) AS key, unnest(append_fingerprint) AS fingerprint,
                unnest(append_first) AS first, unnest(append_count) AS count) AS a;
    END IF;

    INSERT INTO events (position, start, recorded_at, version, media_time, lane, schema_version, correlation, causation,
            stream, type, actor_kind, actor_id, data)
        SELECT head + e.ordinal, coalesce(head + e.first, (SELECT s.start FROM streams AS s WHERE s.stream = e.stream)),
            at, e.version, e.media_time, e.lane, e.schema, e.correlation, e.causation,
            e.stream, e.type, e.actor_kind, e.actor_id, e.data
        FROM (SELECT unnest(event_stream) AS stream, unnest(event_version) AS version, unnest(event_first) AS first,
            unnest(event_type) AS type, unnest(event_schema) AS schema, unnest(event_lane) AS lane, unnest(event_media_time) AS media_time,
            unnest(event_actor_kind) AS actor_kind, unnest(event_actor_id) AS actor_id, unnest(event_correlation) AS correlation,
            unnest(event_causation) AS causation, unnest(event_data) AS data, generate_subscripts(event_stream, 1) AS ordinal) AS e;

    RETURN head;
END $$;

-- Which appends of a refused batch can't be accepted: by a key that has been answered, or by a stream that has moved.
CREATE FUNCTION log_refusals(
    append_key uuid[], append_key_of integer[], condition_stream text[], condition_version integer[], condition_of integer[]
) RETURNS TABLE (append integer, fingerprint bigint, first bigint, count integer, stream text) LANGUAGE sql STABLE
SET search_path FROM CURRENT SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    SELECT a.append, k.fingerprint, k.first, k.count, NULL
        FROM unnest(append_key, append_key_of) AS a (key, append) JOIN append_keys AS k USING (key)
    UNION ALL
    SELECT c.append, NULL, NULL, NULL, c.stream
        FROM unnest(condition_stream, condition_version, condition_of) AS c (stream, version, append)
        LEFT JOIN streams AS s USING (stream) WHERE coalesce(s.version, 0) <> c.version
$$;

-- Which positions' observations have been dropped by age.
CREATE TABLE log_dropped (
    first bigint PRIMARY KEY,
    last bigint NOT NULL
);

-- Drops the partitions of observations that hold nothing past `through`; facts stay, and so does what is not full yet.
-- Answers how many were dropped.
CREATE FUNCTION log_drop_audience(through bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    part record;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('log_make_partitions'));
    FOR part IN
        SELECT name, last, lag(last, 1, 0::bigint) OVER (ORDER BY last) + 1 AS first FROM (
            SELECT c.relname AS name, substring(c.relname FROM '_([0-9]+)$')::bigint AS last
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'events_facts'::regclass) AS facts
        WHERE last <= through AND last <= (SELECT position FROM log_head) ORDER BY last
    LOOP
        IF to_regclass(replace(part.name, 'facts', 'audience')) IS NOT NULL THEN
            EXECUTE format('DROP TABLE %I', replace(part.name, 'facts', 'audience'));
            INSERT INTO log_dropped (first, last) VALUES (part.first, part.last);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    RETURN dropped;
END $$;

-- The last position that was recorded before a moment, by halving; 0 when there is none.
CREATE FUNCTION log_position_before(moment timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    low bigint := 0;
    high bigint := (SELECT position FROM log_head);
    middle bigint;
BEGIN
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        -- Where observations were dropped the next event stands for them.
        IF (SELECT e.recorded_at >= moment FROM events AS e WHERE e.position >= middle ORDER BY e.position LIMIT 1) THEN
            high := middle - 1;
        ELSE
            low := middle;
        END IF;
    END LOOP;
    RETURN low;
END $$;

-- Forgets up to `batch` keys of appends that lie before or at `through`; answers how many. A repeat of such an append is decided anew.
CREATE FUNCTION log_forget_keys(through bigint, batch integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    forgotten integer;
BEGIN
    DELETE FROM append_keys WHERE ctid = ANY (ARRAY(SELECT k.ctid FROM append_keys AS k WHERE k.first <= through LIMIT batch));
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;
