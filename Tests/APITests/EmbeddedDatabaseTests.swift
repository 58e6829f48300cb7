import Access
import FoundationEssentials
import Glibc
import JSON
import Postgres
import PostgresCluster
import Recruiting
import TestSupport
import Testing

@testable import API

@Suite(.timeLimit(.minutes(10))) struct `A server with a PostgreSQL of its own` {
    @Test func `starts it again when it is killed, and all goes on`() async throws {
        try await withServerAlone { server, postgres in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { client in
                try await client.counters { $0["online"]?.integer == 1 }
                let postmaster = try #require(postgres.postmaster()).process
                kill(postmaster, SIGKILL)
                let path = "/v1/sessions/\(session)/segments"
                _ = try await eventually { postgres.postmaster().map { $0.process != postmaster } == true ? true : nil }
                _ = try await eventually { try await server.get("/readyz").status == 200 ? true : nil }
                _ = try await eventually {
                    try await server.post(path, as: story.host, "{\"kind\":\"policy\"}").status == 200 ? true : nil
                }
                _ = try await client.next("segment")
                // Its place on the roll, and its ears.
                let held =
                    "SELECT count(*) FROM pg_locks JOIN nodes ON (classid::bigint << 32 | objid::bigint) = id WHERE locktype = 'advisory'"
                for query in [held, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"] {
                    try await until(server.pool, query)
                }
                #expect(try await server.get("/v1/sessions/\(session)/state").json()["counters"]?["entries"]?.integer == 1)
            }
        }
    }
}

/// `jobcast serve` without DATABASE_URL, and its PostgreSQL.
private func withServerAlone(_ body: (TestServer, PostgresServer) async throws -> Void) async throws {
    var template = Array("/tmp/jobcast-test-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let data = "\(folder)/postgres/data"
    let watch = try Watchdog(folder: folder, data: data)
    try ServiceAccount().makePrivate(folder)
    let postgres = PostgresServer(
        binaries: try .find(),
        account: try ServiceAccount(),
        data: data,
        sockets: "\(folder)/postgres/run",
        log: "\(folder)/postgres/server.log"
    )
    let secret = String(decoding: TestServer.secret, as: UTF8.self)
    let environment = ["JOBCAST_TOKEN_SECRET": secret, "JOBCAST_MASTER_KEY": secret, "JOBCAST_DATA": folder, "DATABASE_URL": ""]
    let process = try Child(built: "jobcast", ["serve", "--port", "0"], environment: environment)
    let pool = PostgresPool(postgres.settings(database: "jobcast"), maximum: 2, logger: .quiet)
    let server = try await TestServer(process, database: postgres.settings(database: "jobcast"), pool: pool)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(server, postgres)) } catch { outcome = .failure(error) }
    await pool.close()
    process.signal(SIGTERM)
    let status = try await onOwnThread(named: "test") { process.wait() }
    try await onOwnThread(named: "clean up") { watch.end() }
    try outcome.get()
    #expect(status == 0)
}
