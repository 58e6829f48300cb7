-- The event log: the only source of truth. Everything else in this database can be rebuilt from it.

-- One row. Whoever appends locks it until the commit is visible, so positions are dense and in commit order,
-- and a reader who sees position p sees 1…p, on the primary and on every replica.
CREATE TABLE log_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Names this log; a client that resumes with another epoch starts anew.
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    position bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT '2000-01-01 00:00:00Z',
    -- Events per partition; those already made keep their size.
    partition_size bigint NOT NULL DEFAULT 10000000 CHECK (partition_size > 0)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO log_head DEFAULT VALUES;

-- A stream's number is the position of its first event: small, ascending, and a bound for every search of the stream.
CREATE TABLE streams (
    stream text COLLATE "C" PRIMARY KEY,
    start bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0)
) WITH (fillfactor = 80);

-- What an append's key answered, so that a repeat gets the same answer.
CREATE TABLE append_keys (
    key uuid PRIMARY KEY,
    fingerprint bigint NOT NULL,
    first bigint NOT NULL,
    count integer NOT NULL
);

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
    RAISE EXCEPTION 'events are append-only: % refused', lower(TG_OP)
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Record a new event that corrects the old one.';
END $$;

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
    SELECT coalesce(max(substring(c.relname FROM '_([0-9]+)$')::bigint), 0) INTO made
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'events_facts'::regclass;
    WHILE made < through LOOP
        FOREACH lane_name IN ARRAY ARRAY['facts', 'audience'] LOOP
            -- Named by its last position, with leading zeros so that names sort as positions do.
            part := format('events_%s_%s', lane_name, lpad((made + size)::text, 19, '0'));
            EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
            EXECUTE format('ALTER TABLE %I ADD CHECK (position > %s AND position <= %s)', part, made, made + size);
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

-- Appends a batch in one call: all of it, or nothing and an error.
--
-- Every written stream is either fresh (its first event is in the batch, at ordinal `fresh_first`) or grown from
-- version `grown_from`; both, and the streams that were only read (`read_*`), are conditions. Broken ones give
-- SQLSTATE 23505 (a fresh stream or a key is taken) or JC409 (a version has moved); `log_refusals` then tells which.
-- Fresh streams and keys need no look-up of their own: their primary keys decide.
CREATE FUNCTION log_append(
    fresh_stream text[], fresh_first integer[], fresh_version integer[],
    grown_stream text[], grown_from integer[], grown_version integer[],
    read_stream text[], read_version integer[],
    append_key uuid[], append_fingerprint bigint[], append_first integer[], append_count integer[],
    event_stream text[], event_version integer[], event_first integer[], event_type text[], event_schema smallint[],
    event_lane smallint[], event_media_time integer[], event_actor_kind text[], event_actor_id text[],
    event_correlation uuid[], event_causation uuid[], event_data jsonb[],
    OUT head bigint, OUT at timestamptz
) LANGUAGE plpgsql SECURITY DEFINER
-- Pinned, since a young table has no statistics and the plan that is good for it would scan a grown one.
SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    touched bigint;
BEGIN
    UPDATE log_head SET
        position = position + cardinality(event_stream),
        recorded_at = greatest(clock_timestamp(), recorded_at)
        RETURNING position - cardinality(event_stream), recorded_at INTO head, at;

    IF cardinality(read_stream) > 0 THEN
        PERFORM FROM unnest(read_stream, read_version) AS r (stream, version)
            LEFT JOIN streams AS s USING (stream) WHERE coalesce(s.version, 0) <> r.version;
        IF FOUND THEN
            RAISE EXCEPTION 'a stream that was read has moved' USING ERRCODE = 'JC409';
        END IF;
    END IF;

    IF cardinality(grown_stream) > 0 THEN
        UPDATE streams AS s SET version = g.version
            FROM unnest(grown_stream, grown_from, grown_version) AS g (stream, was, version)
            WHERE s.stream = g.stream AND s.version = g.was;
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched < cardinality(grown_stream) THEN
            RAISE EXCEPTION 'a stream that is written has moved' USING ERRCODE = 'JC409';
        END IF;
    END IF;

    IF cardinality(fresh_stream) > 0 THEN
        INSERT INTO streams (stream, start, version)
            SELECT f.stream, head + f.first, f.version
            FROM unnest(fresh_stream, fresh_first, fresh_version) AS f (stream, first, version);
    END IF;

    IF cardinality(append_key) > 0 THEN
        INSERT INTO append_keys (key, fingerprint, first, count)
            SELECT a.key, a.fingerprint, head + a.first, a.count
            FROM unnest(append_key, append_fingerprint, append_first, append_count) AS a (key, fingerprint, first, count);
    END IF;

    INSERT INTO events (position, start, recorded_at, version, media_time, lane, schema_version, correlation, causation,
            stream, type, actor_kind, actor_id, data)
        SELECT head + e.ordinal, coalesce(head + e.first, (SELECT s.start FROM streams AS s WHERE s.stream = e.stream)),
            at, e.version, e.media_time, e.lane, e.schema, e.correlation, e.causation,
            e.stream, e.type, e.actor_kind, e.actor_id, e.data
        FROM unnest(event_stream, event_version, event_first, event_type, event_schema, event_lane, event_media_time,
                event_actor_kind, event_actor_id, event_correlation, event_causation, event_data)
            WITH ORDINALITY AS e (stream, version, first, type, schema, lane, media_time,
                actor_kind, actor_id, correlation, causation, data, ordinal);
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

-- How far each projection has folded the log, in the same transaction as its tables.
CREATE TABLE checkpoints (
    projection text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    moved_at timestamptz NOT NULL DEFAULT now(),
    -- Why it stands still, when it does.
    error text
) WITH (fillfactor = 50);

-- Events that a projection could not fold: passed over so that they hold nobody up, kept so that they can be tried again.
CREATE TABLE parked_events (
    projection text NOT NULL,
    position bigint NOT NULL,
    error text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (projection, position)
);

-- Why is it behind? In events, in seconds since the oldest event that is not folded yet, and by its own last error.
CREATE VIEW projection_status AS
    SELECT c.projection, c.position, h.position - c.position AS behind,
        coalesce(extract(epoch FROM clock_timestamp() - e.recorded_at), 0)::float8 AS behind_seconds, c.error,
        (SELECT count(*) FROM parked_events AS p WHERE p.projection = c.projection) AS parked
    FROM checkpoints AS c CROSS JOIN log_head AS h
    LEFT JOIN LATERAL (SELECT recorded_at FROM events WHERE position > c.position ORDER BY position LIMIT 1) AS e ON true;

-- Puts a rebuilt table in the place of the live one of the same name, with the same rights.
CREATE FUNCTION replace_table(from_schema name, tab name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    live regclass := tab::regclass;
    home name := (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = live);
    acl record;
BEGIN
    FOR acl IN SELECT a.privilege_type, a.grantee FROM pg_class AS c, aclexplode(c.relacl) AS a
            WHERE c.oid = live AND a.grantee <> c.relowner LOOP
        EXECUTE format('GRANT %s ON %I.%I TO %s', acl.privilege_type, from_schema, tab,
            CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END);
    END LOOP;
    EXECUTE format('DROP TABLE %s', live);
    EXECUTE format('ALTER TABLE %I.%I SET SCHEMA %I', from_schema, tab, home);
END $$;

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

-- Seals: a chained digest over each completed range of 10,000 positions of a lane, so that anyone can check that nothing was
-- changed. A mark is the beginning of an event's own digest: it names the event when the range's digest doesn't hold.
CREATE TABLE log_seals (
    lane smallint NOT NULL,
    last bigint NOT NULL,
    digest bytea NOT NULL,
    marks bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lane, last)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_seals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The digest of an event. The columns are named, so that one that is added later leaves old digests as they are.
CREATE FUNCTION log_event_digest(e events) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(ROW(e.position, e.start, e.recorded_at, e.version, e.media_time, e.lane, e.schema_version,
        e.correlation, e.causation, e.stream, e.type, e.actor_kind, e.actor_id, e.data)::text, 'UTF8'))
$$;

-- The digest of a lane's range that ends at `last`, after `before`, and the marks of its events.
CREATE FUNCTION log_digest(of_lane smallint, to_last bigint, before bytea, OUT digest bytea, OUT marks bytea) LANGUAGE sql STABLE
SET search_path FROM CURRENT SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 AS $$
    SELECT sha256(before || coalesce(string_agg(d, ''::bytea ORDER BY position), '')),
        coalesce(string_agg(substr(d, 1, 4), ''::bytea ORDER BY position), '')
    FROM (SELECT position, log_event_digest(e) AS d FROM events AS e
        WHERE lane = of_lane AND position > to_last - 10000 AND position <= to_last) AS digests
$$;

-- Seals the ranges completed since the last time; answers how many. Any number of processes may call it.
CREATE FUNCTION log_seal() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    head bigint := (SELECT position FROM log_head);
    of_lane smallint;
    newest log_seals;
    made integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('log_seal')) THEN
        RETURN 0;
    END IF;
    FOREACH of_lane IN ARRAY ARRAY[0, 1]::smallint[] LOOP
        LOOP
            SELECT * INTO newest FROM log_seals WHERE lane = of_lane ORDER BY last DESC LIMIT 1;
            EXIT WHEN coalesce(newest.last, 0) + 10000 > head;
            INSERT INTO log_seals (lane, last, digest, marks)
                SELECT of_lane, coalesce(newest.last, 0) + 10000, d.digest, d.marks
                FROM log_digest(of_lane, coalesce(newest.last, 0) + 10000, coalesce(newest.digest, '')) AS d;
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

-- Where sealed ranges are not what they were: the positions of changed events, or the range's last when it has more or fewer
-- of them than it had (which ones, the density of positions tells), or when it is the seal that was changed. Ranges whose
-- observations were dropped by age are passed over.
CREATE FUNCTION log_broken_seals() RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 AS $$
DECLARE
    seal record;
    now_is record;
BEGIN
    FOR seal IN
        SELECT s.*, coalesce(lag(s.digest) OVER (PARTITION BY lane ORDER BY last), '') AS before FROM log_seals AS s ORDER BY lane, last
    LOOP
        CONTINUE WHEN seal.lane = 1 AND EXISTS (SELECT FROM log_dropped AS d WHERE d.first < seal.last AND d.last > seal.last - 10000);
        SELECT * INTO now_is FROM log_digest(seal.lane, seal.last, seal.before);
        CONTINUE WHEN now_is.digest = seal.digest;
        RETURN QUERY
            SELECT e.position FROM (
                SELECT position, row_number() OVER (ORDER BY position) AS place, log_event_digest(events) AS digest
                FROM events WHERE lane = seal.lane AND position > seal.last - 10000 AND position <= seal.last) AS e
            WHERE length(now_is.marks) = length(seal.marks)
                AND substr(e.digest, 1, 4) <> substr(seal.marks, (e.place * 4 - 3)::integer, 4);
        IF NOT FOUND THEN
            RETURN NEXT seal.last;
        END IF;
    END LOOP;
END $$;

-- What a process needs that is not the owner of the log: it may append and read, and nothing else.
CREATE FUNCTION log_grant(application name) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('GRANT SELECT ON log_head, streams, append_keys, events, log_dropped, projection_status TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON checkpoints, parked_events TO %I', application);
    EXECUTE format('GRANT EXECUTE ON FUNCTION log_append, log_refusals, log_make_partitions_ahead, log_seal TO %I', application);
END $$;
