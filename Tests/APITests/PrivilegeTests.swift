import Access
import EventStore
import FoundationEssentials
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

@Suite struct PrivilegeTests {
    @Test func `a server whose role owns nothing does the whole job`() async throws {
        try await withRole { pool, settings in
            try await serve(pool, settings) { server in
                let story = try await Story(server)
                try await story.registerAndVerify()
                let job = try await story.vettedJob()
                let session = try await story.liveSession([job])
                #expect(
                    try await server.post("/v1/sessions/\(session)/featured", as: story.host, "{\"job\":\"\(job)\"}").status
                        == 200
                )
                let sent = try await server.post("/v1/submissions", as: story.viewer, story.submission(job, session: session))
                #expect(sent.status == 201, "\(sent.text)")
                let counters = try await server.get("/v1/sessions/\(session)/counters", as: story.analyst)
                #expect(try counters.json()["submissions"]?.integer == 1, "\(counters.text)")
                #expect(try await server.get("/readyz").status == 200)
                #expect(try await server.get("/v1/submissions", as: story.recruiter).text.contains("韦小兰"))
                #expect(try await LogCheck.run(in: pool).allSatisfy(\.offenders.isEmpty))
            }
        }
    }

    @Test func `nobody else may append, not even through the function`() async throws {
        try await withDatabase { pool, _ in
            let role = newRole()
            try await pool.connection { try $0.execute("CREATE ROLE \(role)") }
            for function in ["log_seal()", "log_make_partitions_ahead(1)"] {
                await #expect(throws: PostgresError.self) {
                    try await pool.transaction { try $0.execute("SET LOCAL ROLE \(role); SELECT \(function)") }
                }
            }
            try await pool.connection { try $0.execute("DROP ROLE \(role)") }
        }
    }
}

private func newRole() -> String { "app_" + UUID().uuidString.prefix(8).lowercased() }

/// A database, and settings with which everything in it is done as a role that was only granted what an application needs.
private func withRole(_ body: (PostgresPool, ConnectionSettings) async throws -> Void) async throws {
    try await withDatabase { owner, settings in
        let role = newRole()
        try await owner.connection { try $0.execute("CREATE ROLE \(role); SELECT grant_application('\(role)')") }
        let applied = ConnectionSettings(url: settings.url + " options='-c role=\(role)'")
        let pool = PostgresPool(applied, maximum: 5, logger: .quiet)
        let result: Result<Void, any Error>
        do { result = .success(try await body(pool, applied)) } catch { result = .failure(error) }
        await pool.close()
        try await owner.connection { try $0.execute("DROP OWNED BY \(role); DROP ROLE \(role)") }
        try result.get()
    }
}
