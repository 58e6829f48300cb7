-- Which tickets were used, until they would have expired.
CREATE TABLE redeemed_tickets (
    id uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON redeemed_tickets (expires_at);

CREATE OR REPLACE FUNCTION grant_application(application name) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('GRANT SELECT ON schema_migrations, log_head, streams, append_keys, events, log_dropped, log_seals, projection_status
        TO %I', application);
    EXECUTE format('GRANT EXECUTE ON FUNCTION log_append, log_make_partitions_ahead, log_seal TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON checkpoints, parked_events, companies, positions, series, policies,
        sessions, session_shelf, session_questions, submissions, session_counters, session_audience, session_pushed, subject_keys,
        redeemed_tickets TO %I', application);
END $$;
