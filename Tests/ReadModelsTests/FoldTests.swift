import EventSourcing
import EventStore
import FoundationEssentials
import Logging
import Postgres
import ReadModels
import Recruiting
import TestSupport
import Testing

@Suite struct FoldTests {
    @Test func `every projection has a checkpoint, without which it would wait for another process for ever`() async throws {
        try await withStory { _, pool in
            let kept = try await pool.connection { db in
                try db.query("SELECT projection FROM checkpoints").map { try $0.decode(0, as: String.self) }
            }
            #expect(kept.sorted() == Projections.all.map(\.name).sorted())
        }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 1_000])
    func `tables are the same whatever the windows in which the log is folded`(window: Int) async throws {
        try await withStory { log, pool in
            let whole = try await fold(log, pool, window: 10_000)
            try await reset(pool)
            #expect(try await fold(log, pool, window: window) == whole)
        }
    }

    @Test func `a revision of pay needs vetting again, and the last word on each field stands`() async throws {
        try await withFolded { pool in
            let coder = try #require(try await PostedPositions.find(Story.coder, in: pool).map(\.object).map(text))
            #expect(coder.contains(#""status": "posted""#) && coder.contains(#""title": "后端开发""#))
            #expect(coder.contains(#""duties": "写服务""#) && coder.contains(#""minimum": 9000"#) && coder.contains(#""version": 6"#))
            let fitter = try #require(try await PostedPositions.find(Story.fitter, in: pool).map(\.object).map(text))
            #expect(fitter.contains(#""status": "filled""#) && fitter.contains(#""openings": 3"#))
        }
    }

    @Test func `a company shows what its last judgement, its suspension and its file come to`() async throws {
        try await withFolded { pool in
            let day = try CalendarDate("2026-12-01")
            let company = try #require(try await Companies.find(Story.company, for: .staff, on: day, in: pool).map(text))
            for words in [#""status": "verified""#, #""verifiedUntil": "2027-05-01""#, #""version": 8"#, #""kind": "employer""#] {
                #expect(company.contains(words), "\(company)")
            }
            #expect(!company.contains("suspension") && !company.contains("licence\":"))
            let lapsed = try #require(
                try await Companies.find(Story.company, for: .staff, on: CalendarDate("2027-05-02"), in: pool).map(text)
            )
            #expect(lapsed.contains(#""status": "lapsed""#) && !lapsed.contains("verifiedUntil"))
            let open = try #require(try await Companies.find(Story.company, for: .everybody, on: day, in: pool).map(text))
            #expect(!open.contains("uscc") && !open.contains("status") && open.contains("verifiedUntil"))
            let agency = try #require(try await Companies.find(Story.agency, for: .staff, on: day, in: pool).map(text))
            #expect(agency.contains(#""status": "unverified""#) && agency.contains("木棉云") && !agency.contains("judgement"))
            let onFile = try await Companies.documents(of: Story.company).page(after: nil, limit: 10, in: pool).items.map(text)
            #expect(onFile.count == 1 && onFile[0].contains("businessLicence") && onFile[0].contains("2028-01-01"))
            let codes = try await Companies.blacklist.page(after: nil, limit: 10, in: pool).items.map(text)
            #expect(codes.count == 1 && codes[0].contains("再收押金") && !codes[0].contains("name"))
        }
    }

    @Test func `a session shows its room as of the last event`() async throws {
        try await withFolded { pool in
            let session = try #require(try await LiveSessions.find(Story.session, in: pool).map(text))
            #expect(session.contains(#""status": "ended""#))
            for stage in ["segment", "featured", "featuredAt", "policy"] { #expect(!session.contains("\"\(stage)\":")) }
            #expect(session.contains(#""hosts": ["h", "h2"]"#))
            #expect(session.contains(#""shelf": {"jobs": 1, "openings": 18}"#))
            let shelf = try await LiveSessions.shelf(of: Story.session).page(after: nil, limit: 10, in: pool)
            #expect(shelf.items.count == 1 && shelf.next == nil)
        }
    }

    @Test func `a plan is as revised last, with the host of now and those beside the host`() async throws {
        try await withFolded { pool in
            let session = try #require(try await LiveSessions.find(Story.session, in: pool).map(text))
            for words in [#""title": "东莞基地专场""#, #""format": "county""#, #""series": "\#(Story.series)""#, #""host": "h2""#] {
                #expect(session.contains(words), "\(session)")
            }
            #expect(!session.contains(#""base""#))
            let staff = try await LiveSessions.staff(of: Story.session).page(after: nil, limit: 10, in: pool).items.map(text)
            #expect(
                staff.map { $0.contains("policyPresenter") ? "r" : $0.contains("assistant") ? "li" : "li again" } == [
                    "r", "li", "li again",
                ]
            )
        }
    }

    @Test func `a series tells what its sessions come to, and a policy is as revised last`() async throws {
        try await withFolded { pool in
            let series = try #require(try await SeriesList.find(Story.series, in: pool).map(text))
            for words in [#""sessions": 1"#, #""ended": 1"#, #""entries": 4"#, #""openings": 25"#, #""submissions": 1"#, #""asked": 1"#] {
                #expect(series.contains(words), "\(series)")
            }
            let policy = try #require(try await Policies.find(Story.policy, in: pool).map(text))
            #expect(policy.contains("凭车票与合同申请") && policy.contains("2027-01-01") && !policy.contains("link"))
            #expect(try await Policies.overdue(on: CalendarDate("2027-01-01"), limit: 5, in: pool) == [])
            #expect(try await Policies.overdue(on: CalendarDate("2027-01-02"), limit: 5, in: pool) == [Story.policy])
        }
    }

    @Test func `an account stands as its last events say, with its grants in the order in which they were given`() async throws {
        try await withFolded { pool in
            let accounts = try await Accounts.list().page(after: nil, limit: 10, in: pool).items.map(text)
            let qian = try #require(accounts.first { $0.contains(#""account": "qian""#) })
            #expect(qian.contains(#""standing": "suspended""#) && qian.contains(#""grants": []"#))
            let zhou = try #require(accounts.first { $0.contains(#""account": "zhou-1""#) })
            #expect(zhou.contains(#""standing": "active""#) && zhou.contains(#""grants": [{"role": "analyst"}, {"role": "host"}]"#))
            let audit = try await Audit.list(of: try Subject("zhou-1"), type: nil).page(after: nil, limit: 20, in: pool).items.map(text)
            #expect(audit.count == 11 && audit[0].contains("PersonalDataOpened"))
        }
    }

    @Test func `counters follow their definitions`() async throws {
        try await withFolded { pool in
            let counters = try #require(try await LiveCounters.newest(of: [Story.session], in: pool).values.first)
            #expect(counters.entries == 4 && counters.viewers == 3 && counters.online == 2)
            #expect(counters.cards == 1 && counters.openings == 25 && counters.submissions == 1)
            #expect(counters.questionsAsked == 1 && counters.questionsAnswered == 1)
        }
    }

    @Test func `counters recomputed as of any position equal what the projection said there`() async throws {
        try await withStory { log, pool in
            let id = Story.session
            let runner = ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet)
            for position in 1...Story.events.count {
                try await runner.advance(1)
                let then = try await LiveCounters.newest(of: [id], in: pool)[id] ?? SessionCounters()
                let recomputed = try await LiveCounters.recomputed(for: id, asOf: LogPosition(Int64(position)), in: pool)
                #expect(recomputed == then, "at \(position)")
            }
        }
    }

    @Test func `a withdrawn résumé that is sent anew counts once and begins again`() async throws {
        try await withFolded { pool in
            let row = try #require(try await ResumeSubmissions.find(Story.submission, in: pool))
            #expect(text(row.object).contains(#""status": "viewed""#) && text(row.object).contains(#""version": 5"#))
            let received = ResumeSubmissions.list(.newest, .organisations(companies: [Story.company], offices: []))
            #expect(try await received.page(after: nil, limit: 10, in: pool).items.count == 1)
        }
    }

    @Test(arguments: [1, 7, 100_000], [1, 3])
    func `rebuilds of all at once equal the live tables, whatever their windows and parts`(window: Int, parts: Int) async throws {
        try await withStory { log, pool in
            let before = try await fold(log, pool, window: 4)
            try await withThrowingTaskGroup { group in
                for projection in Projections.all {
                    group.addTask {
                        let outcome = try await Rebuild(projection, in: pool, window: window, parts: parts).run()
                        #expect(outcome.differences == Dictionary(uniqueKeysWithValues: projection.tables.map { ($0, 0) }))
                        #expect(outcome.position == LogPosition(Int64(Story.events.count)))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await dump(pool) == before)
        }
    }

    @Test func `a rebuild mends a table that was changed by hand, and says in how many rows`() async throws {
        try await withStory { log, pool in
            let before = try await fold(log, pool, window: 100)
            try await pool.connection { try $0.execute("UPDATE companies SET name = 'x'; DELETE FROM session_counters") }
            #expect(
                try await Rebuild(Companies.projection, in: pool).run().differences == [
                    "companies": 4, "filed_documents": 0, "blacklist": 0,
                ]
            )
            let counters = try await Rebuild(LiveCounters.projection, in: pool).run()
            #expect(counters.differences.filter { $0.value > 0 } == ["session_counters": 1])
            #expect(try await dump(pool) == before)
        }
    }

    @Test func `the log keeps its promises, and a broken one is found and named`() async throws {
        try await withStory { log, pool in
            _ = try await fold(log, pool, window: 100)
            #expect(try await LogCheck.run(in: pool).allSatisfy(\.offenders.isEmpty))
            try await pool.connection { db in
                try db.execute("UPDATE streams SET version = 9 WHERE stream = 'company-\(Story.company)'")
                try db.execute("UPDATE checkpoints SET position = 1000 WHERE projection = 'live_sessions'")
            }
            let broken = try await LogCheck.run(in: pool).filter { !$0.offenders.isEmpty }
            #expect(broken.map(\.offenders) == [["company-\(Story.company)"], ["live_sessions"]])
        }
    }
}

private func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}

/// A database whose log tells the story.
func withStory(_ body: @escaping @Sendable (EventLog, PostgresPool) async throws -> Void) async throws {
    try await withDatabase { pool, settings in
        try await withRunningLog(pool, settings) { log in
            try await Story.tell(to: log)
            try await body(log, pool)
        }
    }
}

private func withFolded(_ body: @escaping @Sendable (PostgresPool) async throws -> Void) async throws {
    try await withStory { log, pool in
        _ = try await fold(log, pool, window: 1_000)
        try await body(pool)
    }
}

/// Folds all projections to the end, and gives every table's rows as text.
func fold(_ log: EventLog, _ pool: PostgresPool, window: Int) async throws -> [String: [String]] {
    for projection in Projections.all {
        let runner = ProjectionRunner(projection, log: log, logger: .quiet)
        while runner.progress.position < LogPosition(Int64(Story.events.count)) { try await runner.advance(window) }
    }
    return try await dump(pool)
}

func dump(_ pool: PostgresPool) async throws -> [String: [String]] {
    try await pool.connection { db in
        var tables: [String: [String]] = [:]
        for table in Projections.all.flatMap(\.tables) {
            tables[table] = try db.query("SELECT t::text FROM \(table) AS t ORDER BY 1").map { try $0.decode(0, as: String.self) }
        }
        return tables
    }
}

func reset(_ pool: PostgresPool) async throws {
    let tables = Projections.all.flatMap(\.tables).joined(separator: ", ")
    try await pool.connection { try $0.execute("TRUNCATE \(tables); UPDATE checkpoints SET position = 0") }
}
