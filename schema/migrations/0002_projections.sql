-- What keeps tables up with the log; the tables themselves are another file's.

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

-- Why is it behind? In events, in seconds since the oldest event that is not folded yet, and by its own last error: why it stands
-- still, or why it parked the newest of those it passed over.
CREATE VIEW projection_status AS
    SELECT c.projection, c.position, h.position - c.position AS behind,
        coalesce(extract(epoch FROM clock_timestamp() - e.recorded_at), 0)::float8 AS behind_seconds,
        coalesce(c.error, (SELECT 'parked ' || p.position || ': ' || p.error FROM parked_events AS p
            WHERE p.projection = c.projection ORDER BY p.position DESC LIMIT 1)) AS error,
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
