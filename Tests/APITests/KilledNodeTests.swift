import Access
import Foundation
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

/// Processes that are killed in earnest.
@Suite(.timeLimit(.minutes(10)), .serialized) struct KilledNodeTests {
    @Test(arguments: [1, 9])
    func `when PostgreSQL dies and some seconds after its return a node, who moves on in time has not entered anew`(seconds: Int)
        async throws
    {
        try await withMigratedCluster { cluster, settings in
            let pool = PostgresPool(settings, maximum: 2, logger: .quiet)
            let processes = try ["doomed", "other"].map {
                try Child.server(settings, ["--connections", "5", "--drain", "1", "--node", $0])
            }
            let doomed = try await TestServer(processes[0], database: settings, pool: pool)
            let other = try await TestServer(processes[1], database: settings, pool: pool)
            let session = try await Story(doomed).liveSession([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...6 {
                    let token = try await doomed.token(.viewer, "viewer \(number)")
                    group.addTask {
                        try? await stay(in: session, on: doomed, token)
                        guard number < 6 else { return }
                        try await Task.sleep(for: .milliseconds(700 * number))
                        try await stay(in: session, on: other, token)
                    }
                }
                _ = try await other.counters(of: session) { $0["online"]?.integer == 6 }
                try cluster.crash()
                try await cluster.start()
                try await Task.sleep(for: .seconds(seconds))
                processes[0].signal(SIGKILL)
                // The sixth doesn't come back.
                let counters = try await other.counters(of: session) { $0["online"]?.integer == 5 }
                #expect(counters["entries"]?.integer == 6 && counters["viewers"]?.integer == 6)
                group.cancelAll()
            }
            await pool.close()
        }
    }
}

/// Until the connection ends.
private func stay(in session: String, on server: TestServer, _ token: String) async throws {
    try await LiveClient.open(server.wires, session, first: LiveClient.join(token)) { client in
        while case .frame = try await client.next() {}
    }
}

extension TestServer {
    /// A room's counters, once `isEnough` holds for them.
    fileprivate func counters(of session: String, _ isEnough: (JSON) -> Bool) async throws -> JSON {
        try await eventually {
            guard let counters = try await get("/v1/sessions/\(session)/state").json()["counters"], isEnough(counters) else { return nil }
            return counters
        }
    }
}
