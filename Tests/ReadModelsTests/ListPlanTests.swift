import Postgres
import ReadModels
import Recruiting
import TestSupport
import Testing

/// How PostgreSQL finds a page of each list, in each of its orders.
@Suite(.timeLimit(.minutes(5))) struct ListPlanTests {
    @Test func `every page is found by an index among 100,000 rows, and no table is scanned`() async throws {
        try await withDatabase { pool, _ in
            try await pool.connection { db in
                try db.execute(Self.rows)
                try db.execute("ANALYZE")
            }
            try await expectPlansOfSessions(in: pool)
            try await expectPlansOfJobs(in: pool)
            try await expectPlansOfSubmissions(in: pool)
            try await expectPlansOfCompanies(in: pool)
            try await expectPlansOfPoliciesAndSeries(in: pool)
            try await expectPage(of: Accounts.list(), by: "accounts_pkey", in: pool)
            let somebody = try Subject("a7")
            try await expectPage(of: Audit.list(of: nil, type: nil), by: "account_events_pkey", in: pool)
            try await expectPage(of: Audit.list(of: somebody, type: nil), by: "account_events_account_position_idx", in: pool)
            try await expectPage(of: Audit.list(of: nil, type: "GrantGiven"), by: "account_events_type_position_idx", in: pool)
            try await expectPage(
                of: Audit.list(of: somebody, type: "GrantGiven"),
                by: "account_events_account_type_position_idx",
                in: pool
            )
        }
    }

    private func expectPlansOfSessions(in pool: PostgresPool) async throws {
        let (session, viewer) = (SessionID(Self.session)!, try Pseudonym("00000000000000aa"))
        let now = try Timestamp("2026-12-01T00:00:00.000Z")
        try await expectPage(of: LiveSessions.list(.scheduling), by: "sessions_scheduled_idx", in: pool)
        try await expectPage(of: LiveSessions.list(.soonest, .live), by: "sessions_starts_at_scheduled_idx1", in: pool)
        try await expectPage(of: LiveSessions.list(.soonest, .upcoming(now)), by: "sessions_status_starts_at_scheduled_idx", in: pool)
        try await expectPage(of: LiveSessions.list(.latest, .status("ended")), by: "sessions_starts_at_scheduled_idx", in: pool)
        let series = LiveSessions.list(.soonest, series: SeriesID(Self.session))
        try await expectPage(of: series, by: "sessions_series_starts_at_scheduled_idx", in: pool)
        let theirs = LiveSessions.list(.soonest, organisation: OrganisationID(Self.company))
        try await expectPage(of: theirs, by: "sessions_organisation_starts_at_scheduled_idx", in: pool)
        try await expectPage(of: LiveSessions.list(.latest, words: "七七八"), by: "sessions_pairs_idx", in: pool)
        try await expectPage(of: LiveSessions.list(.latest, .status("cancelled")), by: "sessions_status_starts_at_scheduled_idx", in: pool)
        try await expectPage(of: LiveSessions.staff(of: session), by: "session_staff_session_given_idx", in: pool)
        try await expectPage(of: LiveSessions.shelf(of: session), by: "session_shelf_pkey", in: pool)
        let all = LiveSessions.questions(in: session, withHidden: true)
        try await expectPage(of: all, by: "session_questions_session_asked_idx", in: pool)
        try await expectPage(of: LiveSessions.openQuestions(in: session), by: "session_questions_session_asked_idx1", in: pool)
        try await expectPage(of: LiveSessions.answeredQuestions(in: session), by: "session_questions_session_settled_idx", in: pool)
        let own = LiveSessions.questions(by: viewer, in: session, status: nil)
        try await expectPage(of: own, by: "session_questions_session_asked_by_asked_idx", in: pool)
    }

    private func expectPlansOfPoliciesAndSeries(in pool: PostgresPool) async throws {
        let own = OrganisationID(Self.company)
        for order in [Policies.Order.publication, .newest] {
            try await expectPage(of: Policies.list(order), by: "policies_published_idx", in: pool)
            try await expectPage(of: Policies.list(order, status: "expired"), by: "policies_status_published_idx", in: pool)
            try await expectPage(of: Policies.list(order, organisation: own), by: "policies_organisation_published_idx", in: pool)
        }
        try await expectPage(of: Policies.list(.expiry), by: "policies_ends_published_idx", in: pool)
        try await expectPage(of: Policies.list(.expiry, status: "expired"), by: "policies_status_ends_published_idx", in: pool)
        try await expectPage(of: Policies.list(words: "七七八"), by: "policies_pairs_idx", in: pool)
        try await expectPage(of: SeriesList.list(), by: "series_opened_idx", in: pool)
        try await expectPage(of: SeriesList.list(status: "closed"), by: "series_status_opened_idx", in: pool)
        try await expectPage(of: SeriesList.list(organisation: own), by: "series_organisation_opened_idx", in: pool)
        try await expectPage(of: SeriesList.list(words: "七七八"), by: "series_pairs_idx", in: pool)
    }

    private func expectPlansOfCompanies(in pool: PostgresPool) async throws {
        let day = try CalendarDate("2026-12-01")
        try await expectPage(of: Companies.list(.registration, on: day), by: "companies_registered_idx", in: pool)
        try await expectPage(of: Companies.list(.name, on: day), by: "companies_name_registered_idx", in: pool)
        try await expectPage(of: Companies.list(.due, for: .staff, on: day), by: "companies_due_registered_idx", in: pool)
        try await expectPage(of: Companies.list(.due, for: .staff, on: day, .due), by: "companies_due_registered_idx1", in: pool)
        for status in Companies.Status.allCases where status != .due {
            let waiting = Companies.list(.due, for: .staff, on: day, status)
            try await expectPage(of: waiting, by: "companies_status_due_registered_idx", in: pool)
        }
        try await expectPage(of: Companies.list(.registration, on: day, .suspended), by: "companies_status_registered_idx", in: pool)
        try await expectPage(of: Companies.list(.name, on: day, .suspended), by: "companies_status_name_registered_idx", in: pool)
        try await expectPage(of: Companies.list(.registration, on: day, words: "七七八"), by: "companies_pairs_idx", in: pool)
        let company = CompanyID(Self.company)!
        try await expectPage(of: Companies.documents(of: company), by: "filed_documents_company_filed_idx", in: pool)
        try await expectPage(of: Companies.blacklist, by: "blacklist_listed_idx", in: pool)
    }

    private func expectPlansOfJobs(in pool: PostgresPool) async throws {
        let company = CompanyID(Self.company)
        try await expectPage(of: PostedPositions.list(.posting), by: "jobs_posted_idx", in: pool)
        try await expectPage(of: PostedPositions.list(.newest, .init(company: company)), by: "jobs_company_posted_idx", in: pool)
        try await expectPage(of: PostedPositions.list(.newest, .init(status: "posted")), by: "jobs_status_posted_idx", in: pool)
        try await expectPage(of: PostedPositions.list(.pay), by: "jobs_monthly_pay_posted_idx", in: pool)
        try await expectPage(of: PostedPositions.list(.pay, .init(status: "posted")), by: "jobs_status_monthly_pay_posted_idx", in: pool)
        try await expectPage(of: PostedPositions.list(.place), by: "jobs_region_posted_idx", in: pool)
        try await expectPage(of: PostedPositions.list(.place, .init(status: "posted")), by: "jobs_status_region_posted_idx", in: pool)
        try await expectPage(of: PostedPositions.list(.newest, .init(words: "数控 七七")), by: "jobs_pairs_idx", in: pool)
        try await expectPage(
            of: PostedPositions.list(.expiry, .init(status: "vetted")),
            by: "jobs_status_valid_through_posted_idx",
            in: pool
        )
        try await expectPage(of: PostedPositions.list(.company, .init(status: "posted")), by: "jobs_status_company_posted_idx", in: pool)
        var everybody = PostedPositions.Search()
        everybody.scope = .everybody(on: try CalendarDate("2026-12-01"))
        try await expectPage(of: PostedPositions.list(.newest, everybody), by: "jobs_posted_idx", in: pool)
        var rare = everybody
        rare.occupation = "6-99"
        try await expectPage(of: PostedPositions.list(.newest, rare), by: "jobs_status_occupation_code_posted_idx", in: pool)
        var own = PostedPositions.Search(status: "posted")
        own.scope = .owners([Self.company, "li"])
        try await expectPage(of: PostedPositions.list(.newest, own), by: "jobs_waiting_idx", in: pool)
        try await expectPage(of: PostedPositions.queue(), by: "jobs_waiting_idx", in: pool)
        try await expectPage(of: PostedPositions.queue(.company), by: "jobs_status_company_posted_idx", in: pool)
        try await expectPage(of: PostedPositions.queue(company: company), by: "jobs_company_waiting_idx", in: pool)
    }

    private func expectPlansOfSubmissions(in pool: PostgresPool) async throws {
        let company = try #require(CompanyID(Self.company))
        for order in ResumeSubmissions.Order.allCases {
            try await expectPage(of: ResumeSubmissions.list(order), by: "submissions_submitted_idx", in: pool)
            try await expectPage(of: ResumeSubmissions.list(order, status: "hired"), by: "submissions_status_submitted_idx", in: pool)
            let received = ResumeSubmissions.Scope.organisations(companies: [company], offices: [])
            try await expectPage(of: ResumeSubmissions.list(order, received), by: "submissions_company_submitted_idx", in: pool)
            let hired = ResumeSubmissions.list(order, received, status: "hired")
            try await expectPage(of: hired, by: "submissions_company_status_submitted_idx", in: pool)
            let overdue = ResumeSubmissions.list(order, due: (.answer, on: try CalendarDate("2026-03-01")))
            try await expectPage(of: overdue, by: "submissions_overdue_idx", in: pool)
            for people in [[Self.company], [Self.company, Self.session]] {
                let own = ResumeSubmissions.list(order, .candidates(people.compactMap { CandidateID($0) }))
                try await expectPage(of: own, by: "submissions_candidate_submitted_idx", in: pool)
            }
        }
    }

    /// Expects the first page and the next one, if any, to be found by `index`.
    private func expectPage<Item>(of list: ListQuery<Item>, by index: String, in pool: PostgresPool) async throws {
        let next = try await list.page(after: nil, limit: 20, in: pool).next
        for cursor in next.map({ [nil, $0] }) ?? [nil] {
            let plan = try await pool.connection { db in try list.plan(after: cursor, limit: 20, in: db) }
            #expect(plan.contains("\"Index Name\": \"\(index)\"") && !plan.contains("Seq Scan"), "\(plan)")
        }
    }

    private static let session = "00000000-0000-4000-8000-000000000007"
    private static let company = "00000000-0000-4000-8000-000000000009"

    /// 100,000 rows of each table: of 100 sessions' shelves and questions, and of jobs and submissions of 1,000 companies. Most sessions
    /// are over, few jobs wait for vetting, and few are hired: what is seldom has an index that begins with it.
    private static let rows = """
        CREATE FUNCTION pg_temp.id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
            $$ SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
        INSERT INTO companies (id, name, uscc, region, kind, standing, since, reverify_by, suspended, blacklisted, version, registered)
            SELECT pg_temp.id(n), CASE WHEN n % 2000 = 0 THEN '七七八' ELSE '企业' || md5(n::text) END, n, '440100', 'employer',
                CASE WHEN n % 50 = 1 THEN 'unverified' WHEN n % 100 = 2 THEN 'rejected' ELSE 'verified' END,
                date '2026-01-01' + (n % 300)::integer, date '2026-11-01' + (n % 200)::integer,
                CASE WHEN n % 100 = 3 THEN date '2026-05-01' END, CASE WHEN n % 1000 = 4 THEN date '2026-05-01' END, 1, n
            FROM generate_series(1, 100000) AS n;
        INSERT INTO filed_documents (id, company, kind, digest, size, form, filed_by, filed_at, withdrawn, filed)
            SELECT pg_temp.id(n), pg_temp.id(n % 10000), 'other', md5(n::text), 1, 'pdf', 'li', now(), n % 3 = 0, n
            FROM generate_series(1, 100000) AS n;
        INSERT INTO blacklist (id, uscc, reason, listed_by, listed_at, listed)
            SELECT pg_temp.id(n), n, '押金', 'r', now(), n FROM generate_series(1, 100000) AS n;
        INSERT INTO jobs (id, company, title, occupation, duties, conditions, place, region, pay, openings, valid_through, source, status,
                waiting, vetted, version, posted)
            SELECT pg_temp.id(n), pg_temp.id(n % 1000), CASE WHEN n % 2000 = 0 THEN '数控七七' ELSE '岗位' || n END, '操作', '操作', '能', '天河',
                (440000 + n % 97)::text, jsonb_build_object('minimum', n % 9000, 'maximum', 9000, 'unit', 'month'), 3, '2027-01-01', '{}',
                CASE WHEN n % 100 = 0 THEN 'posted' ELSE 'vetted' END, CASE WHEN n % 100 = 0 THEN n END, n % 100 > 0, 1, n
            FROM generate_series(1, 100000) AS n;
        INSERT INTO series (id, title, organisers, organisation, status, version, opened)
            SELECT pg_temp.id(n), n, '[]', pg_temp.id(n % 1000), CASE WHEN n % 100 = 1 THEN 'closed' ELSE 'open' END, 1, n
            FROM generate_series(1, 100000) AS n;
        INSERT INTO policies (id, title, topic, summary, region, valid_through, organisation, status, version, published)
            SELECT pg_temp.id(n), n, n, n, '440000', date '2026-01-01' + (n % 700)::integer, pg_temp.id(n % 1000),
                CASE WHEN n % 100 = 1 THEN 'expired' ELSE 'published' END, 1, n
            FROM generate_series(1, 100000) AS n;
        INSERT INTO sessions (id, title, format, series, policies, hosts, starts_at, ends_at, organisation, status, version, scheduled)
            SELECT pg_temp.id(n), n, 'county', pg_temp.id(n % 1000), '[]', '["h"]', t, t + interval '1 h', pg_temp.id(n % 1000),
                CASE WHEN n % 100 = 0 THEN 'live' WHEN n % 100 = 2 THEN 'cancelled' WHEN n % 10 = 1 THEN 'scheduled' ELSE 'ended' END, 1, n
            FROM (SELECT n, timestamptz '2026-01-01 00:00Z' + n * interval '10 min' AS t FROM generate_series(1, 100000) AS n) AS s;
        INSERT INTO session_counters (session) SELECT id FROM sessions;
        INSERT INTO session_staff (session, account, role, given)
            SELECT pg_temp.id(n % 10000), 'account-' || n, 'coHost', n FROM generate_series(1, 100000) AS n;
        INSERT INTO session_shelf (session, job, openings, card_version, is_shelved, shelved)
            SELECT pg_temp.id(n % 100), pg_temp.id(n), 3, 1, n % 3 > 0, n FROM generate_series(1, 100000) AS n;
        INSERT INTO session_questions (id, session, asked_by, text, status, asked, settled)
            SELECT pg_temp.id(n), pg_temp.id(n % 100), lpad(to_hex((n / 100) % 200), 16, '0'), '？',
                CASE WHEN n / 100 % 3 = 0 THEN 'asked' ELSE 'answered' END, n, CASE WHEN n / 100 % 3 > 0 THEN n + 1 END
            FROM generate_series(1, 100000) AS n;
        INSERT INTO submissions (id, candidate, job, company, channel, status, submitted_at, respond_by, version, submitted)
            SELECT pg_temp.id(n), pg_temp.id(n % 5000), pg_temp.id(n), pg_temp.id(n % 1000), 'live',
                CASE WHEN n / 1000 % 100 = 7 THEN 'hired' ELSE 'submitted' END, now(), now(), 1, n
            FROM generate_series(1, 100000) AS n;
        INSERT INTO erased_candidates (candidate, requested_at)
            SELECT pg_temp.id(n + 1000000)::text, now() FROM generate_series(1, 100000) AS n;
        INSERT INTO accounts (account, version) SELECT 'a' || n, 1 FROM generate_series(1, 100000) AS n;
        INSERT INTO account_grants (account, granted, given) SELECT 'a' || n, '{"role": "host"}', n FROM generate_series(1, 100000) AS n;
        INSERT INTO account_credentials (account, changed_at) SELECT 'a' || n, now() FROM generate_series(1, 100000) AS n;
        INSERT INTO account_events (position, account, type, recorded_at, actor_kind, actor_id, data)
            SELECT n, 'a' || n % 500, CASE WHEN n / 500 % 20 = 0 THEN 'GrantGiven' ELSE 'SignedIn' END, now(), 'operator', 'o', '{}'
            FROM generate_series(1, 100000) AS n
        """
}
