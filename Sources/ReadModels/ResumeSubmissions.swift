package import EventStore

/// Which résumés were sent, to whom, and what became of them?
package enum ResumeSubmissions {
    package static let projection = Projection(name: "submissions", tables: ["submissions"], fold: [submitted, tracked])

    /// A résumé that was withdrawn may be sent anew: the same row begins again.
    private static let submitted = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) substr(stream, 12)::uuid AS id, data, version, position, recorded_at
            FROM batch WHERE type = 'ResumeSubmitted' ORDER BY stream, version DESC)
        INSERT INTO submissions (id, candidate, position, company, session, channel, consent, sealed, status,
            submitted_at, changed_at, version, submitted)
        SELECT id, data->>'candidate', (data->>'position')::uuid, (data->>'company')::uuid, (data->>'session')::uuid,
            data->>'channel', data->'consent', data->'sealed', 'submitted', recorded_at, recorded_at, version, position
        FROM newest
        ON CONFLICT (id) DO UPDATE SET session = excluded.session, channel = excluded.channel, consent = excluded.consent,
            sealed = excluded.sealed, status = excluded.status, submitted_at = excluded.submitted_at,
            changed_at = excluded.changed_at, version = excluded.version, submitted = excluded.submitted
        """

    private static let tracked = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) substr(stream, 12)::uuid AS id, version, recorded_at,
                CASE type WHEN 'SubmissionDelivered' THEN 'delivered' WHEN 'SubmissionViewed' THEN 'viewed'
                    WHEN 'CandidateContacted' THEN 'contacted' WHEN 'InterviewScheduled' THEN 'interview' WHEN 'OfferMade' THEN 'offered'
                    WHEN 'CandidateHired' THEN 'hired' WHEN 'SubmissionRejected' THEN 'rejected'
                    WHEN 'SubmissionWithdrawn' THEN 'withdrawn' END AS status
            FROM batch WHERE stream LIKE 'submission-%' AND type <> 'ResumeSubmitted' ORDER BY stream, version DESC)
        UPDATE submissions AS s SET status = coalesce(n.status, s.status), version = n.version, changed_at = n.recorded_at
        FROM newest AS n WHERE s.id = n.id AND n.version > s.version
        """
}
