import EventStore
import Postgres
import ReadModels
import Recruiting

/// How long a page of the vetting queue and of a search for jobs takes among many jobs, as the server makes it: the statement, the
/// objects, and for the queue what the lint finds.
struct JobLists {
    let cluster: BenchCluster
    let size: Size

    private static let jobs = 100_000

    func measure(into report: Report) async throws {
        let names = Self.searches.map(\.name) + Self.queues.map(\.name)
        guard names.contains(where: { report.wants("jobcast.jobs.\($0).p99") }) else { return }
        let time = size.time
        try await cluster.database { settings in
            let pool = PostgresPool(settings, maximum: 1, logger: .quiet)
            try await pool.connection { db in
                try db.execute(Self.rows)
                try db.execute("VACUUM ANALYZE jobs")
                try db.execute("VACUUM ANALYZE companies")
            }
            for (name, list) in Self.queues + Self.searches {
                try await report.figure("jobcast.jobs.\(name).p99", unit: "ms") { try await p99(of: list, in: pool, for: time) }
            }
            await pool.close()
        }
    }

    private static let queues: [(name: String, list: ListQuery<[UInt8]>)] = [
        ("queue", PostedPositions.queue()),
        ("queue.company", PostedPositions.queue(.company)),
        ("queue.words", PostedPositions.queue(words: "数控")),
        ("queue.revised", PostedPositions.queue(revised: true)),
    ]

    private static let searches: [(name: String, list: ListQuery<[UInt8]>)] = {
        let today = CalendarDate(day: 20_600)
        func search(_ change: (inout PostedPositions.Search) -> Void) -> PostedPositions.Search {
            var search = PostedPositions.Search()
            search.scope = .everybody(on: today)
            change(&search)
            return search
        }
        return [
            ("search.newest", PostedPositions.list(.newest, search { _ in })),
            ("search.words", PostedPositions.list(.newest, search { $0.words = "数控车床" })),
            ("search.words_some", PostedPositions.list(.pay, search { $0.words = "区77号" })),
            ("search.words_common", PostedPositions.list(.newest, search { $0.words = "操作" })),
            ("search.words_rare", PostedPositions.list(.pay, search { $0.words = "七七八八" })),
            ("search.pay", PostedPositions.list(.newest, search { $0.pay = 8_000 })),
            ("search.region", PostedPositions.list(.newest, search { $0.region = "4419" })),
            ("search.occupation", PostedPositions.list(.pay, search { $0.occupation = "6-18-01-01" })),
            ("search.all", PostedPositions.list(.pay, search { ($0.words, $0.pay, $0.region) = ("数控", 6_000, "44") })),
            ("search.nothing", PostedPositions.list(.newest, search { ($0.pay, $0.region) = (900_000, "45") })),
            ("search.expiry", PostedPositions.list(.expiry, search { _ in })),
        ]
    }()

    /// Milliseconds of a page of 50, the first and the one behind it by turns.
    private func p99(of list: ListQuery<[UInt8]>, in pool: PostgresPool, for time: Duration) async throws -> Double {
        var times: [Duration] = []
        let next = try await list.page(after: nil, limit: 50, in: pool).next
        let start = ContinuousClock.now
        while ContinuousClock.now - start < time {
            let asked = ContinuousClock.now
            _ = try await list.page(after: times.count.isMultiple(of: 2) ? nil : next, limit: 50, in: pool)
            times.append(ContinuousClock.now - asked)
        }
        times.sort()
        return times[times.count * 99 / 100] / .milliseconds(1)
    }

    /// Jobs of 2,000 companies with texts of a usual length: a tenth wait for vetting.
    private static let rows = """
        CREATE FUNCTION pg_temp.id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
            $$ SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
        INSERT INTO companies (id, name, uscc, region, kind, standing, since, reverify_by, version, registered)
            SELECT pg_temp.id(n), '企业' || md5(n::text), n, '440100', 'employer', 'verified', '2026-01-01', '2199-01-01', 2, n FROM generate_series(1, 2000) AS n;
        INSERT INTO jobs (id, company, title, occupation, duties, conditions, place, region, pay, terms, occupation_code, openings,
                valid_through, source, posted_by, status, vetted, was_vetted, waiting, waiting_since, version, posted)
            SELECT pg_temp.id(n), pg_temp.id(1 + n % 2000),
                (ARRAY['数控车床操作工', '家政服务员', '仓库管理员', '软件开发工程师', '餐厅服务员'])[1 + n % 5] || CASE WHEN n % 5000 = 0 THEN '七七八八' ELSE '' END,
                (ARRAY['数控技工', '家政服务', '仓储物流', '软件开发', '餐饮服务'])[1 + n % 5],
                repeat('按图纸和工艺卡操作设备，完成装夹、对刀、首件检验和日常保养。', 4), repeat('中专及以上学历，吃苦耐劳，不收押金，服从安排。', 4),
                (ARRAY['东莞市长安镇', '广州市番禺区', '珠海市香洲区', '佛山市南海区'])[1 + n % 4] || n % 100 || '号',
                (ARRAY['441900', '440113', '440402', '440605', '450100', '150525'])[1 + n % 6],
                jsonb_build_object('minimum', 4000 + n % 6000, 'maximum', 9000 + n % 6000, 'unit', 'month'),
                '{"shift":"twoShift","hoursADay":10,"restDaysAMonth":4,"insurance":["pension","medical","injury"]}',
                (ARRAY['6-18-01-01', '4-10-01-06', '4-02-06-01', '2-02-10-03', '4-03-02-05'])[1 + n % 5], 1 + n % 30,
                date '2027-01-01' + (n % 300)::integer, '{"kind":"original"}', 'recruiter-' || n % 3000,
                CASE WHEN n % 10 = 0 THEN 'posted' ELSE 'vetted' END, n % 10 > 0, n % 10 > 0 OR n % 40 = 0,
                CASE WHEN n % 10 = 0 THEN n END, CASE WHEN n % 10 = 0 THEN timestamptz '2026-12-01' + n * interval '1 s' END, 2, n
            FROM generate_series(1, \(jobs)) AS n
        """
}
