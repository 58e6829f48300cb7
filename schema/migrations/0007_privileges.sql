-- The log's own functions act with their owner's rights, so nobody may call them unasked.
REVOKE EXECUTE ON FUNCTION log_enter, log_append, log_make_partitions, log_make_partitions_ahead, log_seal FROM PUBLIC;

-- What a server needs that doesn't own the tables: it may append through the one function, read, and keep the read models, and
-- nothing else. Migrating, rebuilding and dropping observations remain the owner's.
CREATE FUNCTION grant_application(application name) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('GRANT SELECT ON schema_migrations, log_head, streams, append_keys, events, log_dropped, log_seals, projection_status
        TO %I', application);
    EXECUTE format('GRANT EXECUTE ON FUNCTION log_enter, log_append, log_make_partitions_ahead, log_seal TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON checkpoints, parked_events, companies, filed_documents, blacklist, jobs, series, policies,
        sessions, session_staff, session_shelf, session_questions, submissions, erased_candidates, session_counters, session_audience, counted_openings,
        session_timeline, audience_timeline, accounts, account_grants, account_events,
        account_credentials, invitations, sign_ins, provider_identities, subject_keys, candidate_identities, company_documents,
        redeemed_tickets, nodes, processes, imports, import_rows TO %I', application);
END $$;
