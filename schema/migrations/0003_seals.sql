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
