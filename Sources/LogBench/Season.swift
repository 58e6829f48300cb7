import Postgres

/// A large log, written by PostgreSQL itself: positions posted and vetted, shelved and featured, résumés sent, viewers observed.
enum Season {
    /// Fills an empty log with `events` events, in streams of the shape that the read models fold.
    static func fill(_ pool: PostgresPool, events: Int) async throws {
        try await pool.session { session in
            _ = try session.query("SELECT log_make_partitions($1)", [.int8(Int64(events) + 1)])
            _ = try session.query(insert, [.int8(Int64(events))])
            try session.execute(
                """
                INSERT INTO streams (stream, start, version) SELECT stream, min(position), max(version) FROM events GROUP BY stream;
                UPDATE log_head SET position = (SELECT max(position) FROM events), recorded_at = now();
                """
            )
        }
        // Outside a transaction, as VACUUM must be.
        try await pool.session { try $0.execute("VACUUM ANALYZE") }
    }

    /// Of ten events: four posting, two vetting, three résumés, one change to a session's room.
    private static let insert = """
        INSERT INTO events (position, start, recorded_at, version, lane, schema_version, correlation, stream, type, actor_kind, actor_id, data)
        SELECT p, CASE k WHEN 4 THEN p - 4 WHEN 5 THEN p - 4 WHEN 9 THEN greatest(10, p % 10 + 1) ELSE p END, now(),
            CASE WHEN k IN (4, 5) THEN 2 WHEN k = 9 THEN (p / 10 / 100)::int + 1 ELSE 1 END, 0, 1,
            CASE WHEN k >= 6 THEN md5('session' || p / 10 % 100)::uuid END,
            CASE WHEN k IN (0, 1, 2, 3) THEN 'position-' || md5('position' || p)::uuid
                WHEN k IN (4, 5) THEN 'position-' || md5('position' || p - 4)::uuid
                WHEN k = 9 THEN 'session-' || md5('session' || p / 10 % 100)::uuid
                ELSE 'submission-' || md5('submission' || p)::uuid END,
            CASE WHEN k < 4 THEN 'PositionPosted' WHEN k IN (4, 5) THEN 'PositionVetted' WHEN k = 9 THEN 'PositionFeatured' ELSE 'ResumeSubmitted' END,
            'bench', 'bench',
            CASE WHEN k < 4 THEN jsonb_build_object('company', md5('company' || p % 500)::uuid, 'title', '数控技工', 'occupation', '数控', 'duties', '操作机床',
                    'conditions', '会看图纸', 'place', '东莞', 'region', '441900', 'pay', '{"minimum":6000,"maximum":9000,"unit":"month"}'::jsonb,
                    'openings', 15, 'validThrough', '2027-03-31', 'source', '{"kind":"original"}'::jsonb)
                WHEN k IN (4, 5) THEN '{"by":"reviewer"}'
                WHEN k = 9 THEN jsonb_build_object('at', '2026-12-01T08:00:00.000Z', 'card', jsonb_build_object('position', md5('position' || p % 1000)::uuid,
                    'version', 2, 'company', md5('company' || p % 500)::uuid, 'companyName', '东莞精工', 'title', '数控技工', 'occupation', '数控',
                    'pay', '{"minimum":6000,"maximum":9000,"unit":"month"}'::jsonb, 'place', '东莞', 'openings', 15, 'conditions', '会看图纸'))
                ELSE jsonb_build_object('candidate', md5('candidate' || p)::uuid, 'position', md5('position' || p % 1000)::uuid,
                    'company', md5('company' || p % 500)::uuid, 'session', md5('session' || p / 10 % 100)::uuid, 'channel', 'live',
                    'respondBy', '2026-12-04T08:00:00.000Z',
                    'consent', jsonb_build_object('recipient', md5('company' || p % 500)::uuid, 'recipientName', '东莞精工', 'noticeVersion', '1'),
                    'sealed', jsonb_build_object('key', md5('key' || p)::uuid, 'nonce', 'AAAAAAAAAAAAAAAA', 'ciphertext', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')) END
        FROM (SELECT p, (p % 10)::int AS k FROM generate_series(1, $1::bigint) AS p) AS places
        """
}
