import Access
import FoundationEssentials
import HTTPTypes
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

/// Whose an import is, and what it outlives.
@Suite struct ImportLifeTests {
    @Test func `who would wait behind many tables is told so at once, and those before have their turn`() async throws {
        let (turns, begun, end) = (OneAtATime(), Semaphore(), Semaphore())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await turns.take(behind: 2) {
                    begun.signal()
                    await end.wait()
                }
            }
            await begun.wait()
            for _ in 0..<2 { group.addTask { try await turns.take(behind: 2) { begun.signal() } } }
            try await eventually { turns.waiting == 2 ? () : nil }
            await #expect(throws: ImportDesk.Busy.self) { try await turns.take(behind: 2) {} }
            #expect(turns.waiting == 2)
            end.signal()
            for _ in 0..<2 { await begun.wait() }
            try await group.waitForAll()
        }
        try await turns.take(behind: 0) {}
        #expect(Problem(ImportDesk.Busy()).status == .serviceUnavailable && Problem(ImportDesk.Busy()).headers[.retryAfter] != nil)
    }

    @Test func `an import can be discarded until it is posted, and by nobody else`() async throws {
        try await withClerk { server, story, clerk in
            let (first, second) = (UUID(), UUID())
            let row = try Clerk.row("车工")
            for id in [first, second] { #expect(try await clerk.put([row], id: id).status == 201) }
            #expect(try await server.send("DELETE", "/v1/imports/\(first)", as: story.host, key: UUID().uuidString).status == 404)
            #expect(try await server.send("DELETE", "/v1/imports/\(first)", as: clerk.token, key: UUID().uuidString).status == 204)
            #expect(try await server.get("/v1/imports/\(first)", as: clerk.token).status == 404)
            #expect(try await server.send("DELETE", "/v1/imports/\(first)", as: clerk.token, key: UUID().uuidString).status == 404)
            #expect(try await clerk.commit(second, "all").status == 200)
            #expect(
                try await server.send("DELETE", "/v1/imports/\(second)", as: clerk.token, key: UUID().uuidString).problem == "import-posted"
            )
        }
    }

    @Test func `an import of another is not found, and a recruiter imports for the own company only`() async throws {
        try await withClerk { server, story, clerk in
            let id = UUID()
            let foreign = try Story.validCode("91440101MA59NJ0C4L").description
            let registration = "{\"name\":\"别家\",\"uscc\":\"\(foreign)\",\"region\":\"441900\",\"kind\":\"employer\"}"
            #expect(try await server.post("/v1/companies", as: story.host, registration).status == 201)
            let read = try await clerk.put([try Clerk.row("车工", uscc: foreign)], id: id)
            #expect(try clerk.counts(read) == ["faulty": 1, "beside": 1])
            #expect(try await server.get("/v1/imports/\(id)/rows", as: clerk.token).text.contains("company-of-others"))
            let other = try await server.token(.recruiter, "another")
            #expect(try await server.get("/v1/imports/\(id)", as: other).status == 404)
            #expect(try await Clerk(server: server, token: other).put([], id: id).problem == "import-taken")
            #expect(try await Clerk(server: server, token: other).commit(id).status == 404)
            #expect(try await server.get("/v1/imports", as: other).json()["items"]?.items?.isEmpty == true)
        }
    }

    @Test func `a host of an office imports jobs of companies for the office`() async throws {
        try await withClerk { server, story, _ in
            let office = try Story.validCode("12440101MA59NJ0C4L")
            let registration = "{\"name\":\"就业服务中心\",\"uscc\":\"\(office)\",\"region\":\"441900\",\"kind\":\"publicBody\"}"
            #expect(try await server.post("/v1/companies", as: story.host, registration).status == 201)
            let grant = try Grant(.host, .organisation(CompanyID(office)))
            let clerk = Clerk(server: server, token: try await server.token([grant], "clerk"))
            let id = UUID()
            #expect(try clerk.counts(try await clerk.put([try Clerk.row("车工")], id: id)) == ["good": 1, "beside": 1])
            #expect(try await clerk.commit(id).status == 200)
            let job = try await server.get("/v1/jobs", as: server.token(.operator)).json()["items"]?.items?.first
            #expect(job?["organisation"]?.text == CompanyID(office).description && job?["company"]?.text == story.company)
        }
    }

    @Test func `jobs of a company that is suspended meanwhile are not posted`() async throws {
        try await withClerk { server, story, clerk in
            let id = UUID()
            _ = try await clerk.put([try Clerk.row("车工")], id: id)
            let head = try await server.head()
            #expect(
                try await server.post("/v1/companies/\(story.company)/suspension", as: story.reviewer, "{\"reason\":\"欠薪\"}").status == 200
            )
            let refused = try await clerk.commit(id)
            #expect(refused.problem == "import-outdated" && refused.text.contains("欠薪"), "\(refused.text)")
            #expect(try await server.head() == head + 1)
            #expect(try clerk.counts(try await clerk.match(id, "{}")) == ["faulty": 1, "beside": 1])
        }
    }

    @Test func `two nodes commit one import, and two imports of one file, and each job is posted once`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            try await story.registerAndVerify()
            let clerks = [first, second].map { Clerk(server: $0, token: story.recruiter) }
            let rows = try (0..<300).map { try Clerk.row("技工\($0)") }
            let ids = [UUID(), UUID()]
            for (id, clerk) in zip(ids, clerks) { #expect(try await clerk.put(rows, id: id).status == 201) }
            let head = try await first.head()
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for id in ids { for clerk in clerks { group.addTask { try await clerk.commit(id) } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status) == [200, 200, 200, 200], "\(answers.map(\.text))")
            #expect(try await first.head() == head + 300)
        }
    }

    @Test(arguments: ["reading", "checking"])
    func `an import outlives its server, and one that was half read is read again`(state: String) async throws {
        try await withDatabase(maximum: 5) { pool, settings in
            let id = UUID()
            let rows = [try Clerk.row("车工")]
            try await serve(pool, settings) { server in
                let story = try await Story(server)
                try await story.registerAndVerify()
                #expect(try await Clerk(server: server, token: story.recruiter).put(rows, id: id).status == 201)
            }
            try await serve(pool, settings) { server in
                let clerk = Clerk(server: server, token: try await Story(server).recruiter)
                #expect(try await clerk.put(rows, id: id).status == 200)
                // As if the server had gone while it read, or while it checked for the first time.
                _ = try await pool.connection {
                    try $0.query("UPDATE imports SET state = $1, summary = NULL, shown = NULL", [.text(state)])
                }
                #expect(try await clerk.commit(id).problem == "import-not-ready")
                #expect(try await clerk.match(id, "{}").problem == "import-not-ready")
                #expect(try await clerk.put(rows, id: id).status == 201)
                #expect(try await clerk.commit(id).json()["result"]?["posted"]?.integer == 1)
                // As if it had gone between the append and what it wrote then.
                _ = try await pool.connection { try $0.query("UPDATE imports SET state = 'ready', result = NULL") }
                let head = try await server.head()
                #expect(try await clerk.commit(id).json()["result"]?["posted"]?.integer == 1)
                #expect(try await server.head() == head)
            }
        }
    }

    @Test func `how far it is can be asked while it is read, by whomever has closed the page`() async throws {
        try await withClerk { server, _, clerk in
            let id = UUID()
            let rows = [try Clerk.row("车工")]
            // Who writes the rows of an import holds this lock: here the test does, so that the reader waits for it.
            let lock = "SELECT pg_advisory_lock(hashtextextended($1, 14))"
            let unlock = "SELECT pg_advisory_unlock(hashtextextended($1, 14))"
            let other = PostgresPool(server.database, maximum: 1, logger: .quiet)
            _ = try await other.connection { try $0.query(lock, [.text(id.uuidString.lowercased())]) }
            async let read = clerk.put(rows, id: id)
            try await eventually {
                let answer = try await server.get("/v1/imports/\(id)", as: clerk.token)
                return try answer.status == 200 && answer.json()["state"]?.text == "checking" ? true : nil
            }
            #expect(try await clerk.commit(id).problem == "import-not-ready")
            _ = try await other.connection { try $0.query(unlock, [.text(id.uuidString.lowercased())]) }
            #expect(try await read.status == 201)
            await other.close()
        }
    }

    @Test func `a day later it is forgotten`() async throws {
        try await withClerk { server, _, clerk in
            let id = UUID()
            _ = try await clerk.put([try Clerk.row("车工")], id: id)
            _ = try await server.pool.connection { try $0.query("UPDATE imports SET expires_at = now()") }
            #expect(try await server.get("/v1/imports/\(id)", as: clerk.token).status == 404)
            #expect(try await clerk.commit(id).status == 404)
        }
    }
}
