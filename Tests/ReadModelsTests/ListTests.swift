import EventStore
import FoundationEssentials
import Postgres
import ReadModels
import Recruiting
import TestSupport
import Testing

@Suite struct ListTests {
    @Test(arguments: PostedPositions.Order.allCases) func `pages put together are the whole list, whatever comes in between`(
        order: PostedPositions.Order
    ) async throws {
        try await withJobs { pool in
            let whole = try await titles(PostedPositions.list(order), pageOf: 1_000, in: pool)
            #expect(whole.count == 40)
            let paged = try await titles(PostedPositions.list(order), pageOf: 7, in: pool) { page in
                try await post(100 + page, in: pool)
            }
            #expect(paged.filter { whole.contains($0) } == whole && Set(paged).count == paged.count)
        }
    }

    @Test func `jobs stand in the order of what a month pays at least`() async throws {
        try await withDatabase { pool, _ in
            for (number, pay) in [(1, "month", 6_000), (2, "day", 300), (3, "hour", 40), (4, "piece", 90_000)].map({ ($0.0, ($0.1, $0.2)) })
            {
                try await post(number, unit: pay.0, minimum: pay.1, in: pool)
            }
            #expect(try await titles(PostedPositions.list(.pay), pageOf: 1, in: pool) == ["岗位3", "岗位2", "岗位1", "岗位4"])
        }
    }

    @Test func `jobs are found by words of their titles, also where no blank parts them`() async throws {
        try await withDatabase { pool, _ in
            try await post(1, title: "数控技工", in: pool)
            try await post(2, title: "软件开发工程师 Swift", in: pool)
            for (words, found) in [("技工", ["数控技工"]), ("swift 开发", ["软件开发工程师 Swift"]), ("技师", []), ("东莞", ["数控技工", "软件开发工程师 Swift"])] {
                #expect(try await titles(PostedPositions.list(.posting, .init(words: words)), pageOf: 10, in: pool) == found, "\(words)")
            }
        }
    }

    @Test func `companies are listed by name, those of one name by registration`() async throws {
        try await withDatabase { pool, _ in
            try await pool.connection { db in
                try db.execute(
                    """
                    INSERT INTO companies (id, name, uscc, region, kind, standing, since, version, registered)
                    SELECT md5(n::text)::uuid, name, n, '440100', 'employer', 'unverified', '2026-01-05', 1, n
                    FROM unnest(ARRAY['b', 'a', 'c', 'a']) WITH ORDINALITY AS c (name, n)
                    """
                )
            }
            #expect(try await titles(Companies.list(.name, on: CalendarDate("2026-01-05")), pageOf: 1, in: pool) == ["a", "a", "b", "c"])
            #expect(try await titles(Companies.list(on: CalendarDate("2026-01-05")), pageOf: 3, in: pool) == ["b", "a", "c", "a"])
        }
    }

    @Test func `a cursor of another order, of another list or of none is refused`() async throws {
        try await withJobs { pool in
            let pay = try #require(try await PostedPositions.list(.pay).page(after: nil, limit: 1, in: pool).next)
            #expect(try await PostedPositions.list(.pay, .init(status: "vetted")).page(after: pay, limit: 1, in: pool).items.isEmpty)
            for cursor in [pay, "", "17", "W10", "WyJqb2JzLnBvc3RpbmciXQ", "WyJqb2JzLnBvc3RpbmciLCJ4Il0", "bnVsbA", "é"] {
                await #expect(throws: CursorRefused.self, "\(cursor)") {
                    try await PostedPositions.list(.posting).page(after: cursor, limit: 1, in: pool)
                }
            }
            await #expect(throws: CursorRefused.self) {
                try await Companies.list(on: CalendarDate("2026-01-05")).page(after: pay, limit: 1, in: pool)
            }
        }
    }

    @Test func `the lobby's three lists are right among 10,000 sessions`() async throws {
        try await withDatabase { pool, _ in
            let now = try Timestamp("2026-12-01T08:00:00.000Z")
            try await pool.connection { try $0.execute(Self.season) }
            let live = try await titles(LiveSessions.list(.soonest, .live), pageOf: 2, in: pool)
            #expect(live == ["live 1", "live 2", "live 3"])
            let upcoming = try await LiveSessions.list(.soonest, .upcoming(now)).page(after: nil, limit: 3, in: pool)
            #expect(upcoming.items.map(title) == ["late", "next 1", "next 2"])
            let past = try await LiveSessions.list(.latest, .status("ended")).page(after: nil, limit: 2, in: pool)
            #expect(past.items.map(title) == ["past 1", "past 2"])
        }
    }

    /// Scheduled in no order: 9,000 that are over, 800 that were never started, one that is, three that are live, and 300 to come.
    private static let season = """
        INSERT INTO sessions (id, title, format, policies, hosts, starts_at, ends_at, status, version, scheduled)
        SELECT md5(title)::uuid, title, 'county', '[]', '["h"]', t, t + interval '2 h', status, 1,
            row_number() OVER (ORDER BY md5(title)) FROM (
                SELECT 'past ' || n AS title, 'ended' AS status, timestamptz '2026-12-01 05:00Z' - n * interval '1 h' AS t
                    FROM generate_series(1, 9000) AS n
                UNION ALL SELECT 'never ' || n, 'scheduled', timestamptz '2026-12-01 05:00Z' - n * interval '1 h' FROM generate_series(1, 800) AS n
                UNION ALL SELECT 'late', 'scheduled', timestamptz '2026-12-01 07:00Z'
                UNION ALL SELECT 'live ' || n, CASE n WHEN 2 THEN 'interrupted' ELSE 'live' END,
                    timestamptz '2026-12-01 07:00Z' + n * interval '1 min' FROM generate_series(1, 3) AS n
                UNION ALL SELECT 'next ' || n, 'scheduled', timestamptz '2026-12-01 08:00Z' + n * interval '1 h' FROM generate_series(1, 300) AS n
            ) AS s
        """
}

private func withJobs(_ body: @escaping @Sendable (PostgresPool) async throws -> Void) async throws {
    try await withDatabase { pool, _ in
        // Two of each pay and place.
        for number in 1...40 { try await post(number, in: pool) }
        try await body(pool)
    }
}

private func post(
    _ number: Int,
    title: String? = nil,
    unit: String = "month",
    minimum: Int? = nil,
    in pool: PostgresPool
) async throws {
    try await pool.connection { db in
        let company = UUID(uuidString: "00000000-0000-4000-8000-000000000001")!
        _ = try db.query(
            """
            INSERT INTO companies (id, name, uscc, region, kind, standing, since, version, registered)
            VALUES ($1, '东莞精工', 'x', '441900', 'employer', 'unverified', '2026-01-05', 1, 1) ON CONFLICT DO NOTHING
            """,
            [.uuid(company)]
        )
        _ = try db.query(
            """
            INSERT INTO jobs (id, company, title, occupation, duties, conditions, place, region, pay, openings, valid_through, source,
                status, version, posted)
            VALUES (gen_random_uuid(), $1, $2, '操作', '操作', '能', '东莞', $3, jsonb_build_object('minimum', $4::bigint, 'unit', $5::text),
                1, '2027-01-01', '{}', 'posted', 1, $6)
            """,
            [
                .uuid(company), .text(title ?? "岗位\(number)"), .text("44\(1_000 + number % 20)"),
                .int8(Int64(minimum ?? 5_000 + number % 20)),
                .text(unit), .int8(Int64(number)),
            ]
        )
    }
}

private func title(_ object: [UInt8]) -> String {
    struct Titled: Decodable {
        let title: String?
        let name: String?
    }
    let titled = try? JSONDecoder().decode(Titled.self, from: Data(object))
    return titled?.title ?? titled?.name ?? ""
}

/// The titles of all pages; `between` is called after each with its number.
private func titles(
    _ list: ListQuery<[UInt8]>,
    pageOf limit: Int,
    in pool: PostgresPool,
    between: (Int) async throws -> Void = { _ in }
) async throws -> [String] {
    var titles: [String] = []
    var cursor: String?
    var number = 0
    repeat {
        let page = try await list.page(after: cursor, limit: limit, in: pool)
        titles += page.items.map(title)
        cursor = page.next
        if number < 5 { try await between(number) }
        number += 1
    } while cursor != nil
    return titles
}
