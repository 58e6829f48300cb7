import Postgres

/// A large log, written by PostgreSQL itself, in the shape of a season of livestreamed job fairs: 54 sessions one after another brought
/// 2.0 million comings and goings, 150,000 cards opened or saved, 40,000 questions and answers, 7,000 jobs and 25,000 steps of
/// résumés, by an estimate from Guangxi's figures (18,704 visits, 130 jobs and 120 résumés in a session). An audience event carries
/// what 250 ms bring: two observations, of which 93 such events come to seven facts. Events are recorded 250 ms apart.
enum Season {
    /// Fills an empty log with `events` events.
    static func fill(_ pool: PostgresPool, events: Int) async throws {
        try await pool.connection { db in
            _ = try db.query("SELECT log_make_partitions($1)", [.int8(Int64(events) + 1)])
            try db.execute(viewer)
            _ = try db.query(insert, [.int8(Int64(events))])
            try db.execute(
                """
                INSERT INTO streams (stream, start, version) SELECT stream, min(position), max(version) FROM events GROUP BY stream;
                UPDATE log_head SET position = (SELECT max(position) FROM events), recorded_at = now();
                """
            )
        }
        // Outside a transaction, as VACUUM must be.
        try await pool.connection { try $0.execute("VACUUM ANALYZE") }
    }

    /// Whose visit it is: three of thirteen are of somebody who was there before.
    private static let viewer = """
        CREATE OR REPLACE FUNCTION pg_temp.viewer(session uuid, visit integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT substr(md5(session::text || CASE WHEN visit % 13 >= 10 AND visit > 3000 THEN visit - 1300 - visit % 13 ELSE visit END), 1, 16)
        $$
        """

    /// A hundred events to a block, 226 blocks to a session. One comes and one who came 700 visits before goes with every audience event;
    /// with every eighth somebody opens a card.
    private static let insert = """
        INSERT INTO events (position, start, recorded_at, version, lane, schema_version, correlation, stream, type, actor_kind, actor_id, data)
        SELECT p,
            CASE WHEN kind = 'AudienceObserved' THEN number * 22600 + 1
                WHEN kind IN ('SessionScheduled', 'SessionStarted', 'JobFeatured') THEN number * 22600 + 94
                WHEN kind IN ('QuestionAnswered', 'JobVetted') THEN p - 1 ELSE p END,
            now() - ($1 - p) * interval '250 ms',
            CASE kind WHEN 'AudienceObserved' THEN visit + 1 WHEN 'JobFeatured' THEN b % 226 + 3
                WHEN 'SessionStarted' THEN 2 WHEN 'QuestionAnswered' THEN 2 WHEN 'JobVetted' THEN 2 ELSE 1 END,
            CASE WHEN kind = 'AudienceObserved' THEN 1 ELSE 0 END, 1, CASE WHEN k < 98 THEN session END,
            CASE WHEN kind = 'AudienceObserved' THEN 'audience-' || lpad(to_hex(number % 4), 16, '0') || '/' || session
                WHEN kind IN ('SessionScheduled', 'SessionStarted', 'JobFeatured') THEN 'session-' || session
                WHEN k IN (93, 94) THEN 'question-' || md5('question' || b)::uuid
                WHEN k IN (95, 96) THEN 'submission-' || md5('submission' || p)::uuid ELSE 'job-' || md5('job' || b)::uuid END,
            kind, 'bench', 'bench',
            CASE kind
                WHEN 'AudienceObserved' THEN jsonb_build_object('session', session, 'node', 'one', 'observedFrom', '2026-12-01T08:00:00.000Z') ||
                    CASE WHEN visit < 700 THEN jsonb_build_object('offset', '[12]'::jsonb, 'kind', '["entered"]'::jsonb,
                            'viewer', jsonb_build_array(pg_temp.viewer(session, visit)))
                        WHEN visit % 8 = 0 THEN jsonb_build_object('offset', '[12, 100, 130]'::jsonb, 'kind', '["entered", "left", "opened"]'::jsonb,
                            'viewer', jsonb_build_array(pg_temp.viewer(session, visit), pg_temp.viewer(session, visit - 700),
                                pg_temp.viewer(session, visit - 5)), 'job', jsonb_build_array('', '', card))
                        ELSE jsonb_build_object('offset', '[12, 100]'::jsonb, 'kind', '["entered", "left"]'::jsonb,
                            'viewer', jsonb_build_array(pg_temp.viewer(session, visit), pg_temp.viewer(session, visit - 700))) END
                WHEN 'SessionScheduled' THEN jsonb_build_object('title', '春风行动', 'format', 'county', 'host', 'xiaolin',
                    'startsAt', '2026-12-01T08:00:00.000Z', 'endsAt', '2026-12-01T10:00:00.000Z')
                WHEN 'SessionStarted' THEN '{"at":"2026-12-01T08:00:00.000Z"}'
                WHEN 'QuestionAsked' THEN jsonb_build_object('question', md5('question' || b)::uuid, 'session', session, 'by', pg_temp.viewer(session, b), 'text', '包吃住吗？')
                WHEN 'QuestionAnswered' THEN jsonb_build_object('question', md5('question' || b)::uuid, 'mode', 'live', 'text', '包吃住')
                WHEN 'ResumeSubmitted' THEN jsonb_build_object('candidate', md5('candidate' || p)::uuid, 'job', card, 'company', company,
                    'session', session, 'channel', 'live', 'respondBy', '2026-12-04T08:00:00.000Z',
                    'consent', jsonb_build_object('recipient', company, 'recipientName', '东莞精工', 'noticeVersion', '1'),
                    'sealed', jsonb_build_object('key', md5('key' || p)::uuid, 'nonce', 'AAAAAAAAAAAAAAAA', 'ciphertext', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'))
                WHEN 'JobFeatured' THEN jsonb_build_object('at', '2026-12-01T08:00:00.000Z', 'card', jsonb_build_object('job', card,
                    'version', 2, 'company', company, 'companyName', '东莞精工', 'title', '数控技工', 'occupation', '数控',
                    'pay', '{"minimum":6000,"maximum":9000,"unit":"month"}'::jsonb, 'place', '东莞', 'openings', 15, 'conditions', '会看图纸'))
                WHEN 'JobPosted' THEN jsonb_build_object('company', company, 'title', '数控技工', 'occupation', '数控', 'duties', '操作机床',
                    'conditions', '会看图纸', 'place', '东莞', 'region', '441900', 'pay', '{"minimum":6000,"maximum":9000,"unit":"month"}'::jsonb,
                    'openings', 15, 'validThrough', '2027-03-31', 'source', '{"kind":"original"}'::jsonb)
                ELSE '{"by":"reviewer"}' END
        FROM (
            SELECT p, k, b, b / 226 AS number, b % 226 * 93 + k AS visit, md5('session' || b / 226)::uuid AS session,
                md5('job' || greatest(b - 1, 0))::uuid AS card, md5('company' || b % 500)::uuid AS company,
                CASE WHEN k < 93 THEN 'AudienceObserved'
                    WHEN k = 93 THEN CASE b % 226 WHEN 0 THEN 'SessionScheduled' ELSE 'QuestionAsked' END
                    WHEN k = 94 THEN CASE b % 226 WHEN 0 THEN 'SessionStarted' ELSE 'QuestionAnswered' END
                    WHEN k IN (95, 96) THEN 'ResumeSubmitted' WHEN k = 97 THEN 'JobFeatured' WHEN k = 98 THEN 'JobPosted'
                    ELSE 'JobVetted' END AS kind
            FROM (SELECT p, ((p - 1) % 100)::integer AS k, ((p - 1) / 100)::integer AS b FROM generate_series(1, $1::bigint) AS p) AS places) AS course
        """
}
