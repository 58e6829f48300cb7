import Access
import EventStore
import Foundation
import Glibc
import HTTPTypes
import JSON
import NIOCore
import NIOPosix
import Postgres
import Schema
import TestSupport
import Testing

import enum Recruiting.Role

@testable import API
@testable import Live

/// More than one server, and a database that goes and comes.
@Suite struct FaultTests {
    @Test func `what is said on one node is seen on the other, and a viewer moves between them without loss`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)/segments"
            let seen = try await LiveClient.open(second.wires, session, first: LiveClient.join(story.viewer)) { client in
                let hello = try await client.next("hello")
                #expect(try await first.post(path, as: story.host, "{\"kind\":\"jobs\"}").status == 200)
                let frame = try await client.next("segment")
                return [hello["epoch"], frame["p"]]
            }
            #expect(try await second.post(path, as: story.host, "{\"kind\":\"policy\"}").status == 200)
            let join = LiveClient.join(story.viewer, after: seen[1]?.integer, epoch: seen[0]?.text)
            try await LiveClient.open(first.wires, session, first: join) { client in
                let hello = try await client.next("hello")
                #expect(hello["mode"]?.text == "resume")
                let frame = try await client.next("segment")
                #expect(frame["kind"]?.text == "policy")
                #expect(frame["pp"] == seen[1])
            }
        }
    }

    @Test func `a key that one node has answered is known to the other`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let body = "{\"title\":\"专场\",\"format\":\"campus\",\(Story.times)}"
            let one = try await first.post("/v1/sessions", as: story.host, key: "key-of-a-test", body)
            let two = try await second.post("/v1/sessions", as: story.host, key: "key-of-a-test", body)
            #expect(two.body == one.body)
            #expect(try await first.head() == 1)
        }
    }

    @Test func `a viewer whom a stopping server sends to another was there all along, one who stays away is marked as gone`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.liveSession([])
            let other = LiveClient.join(try await first.token(.viewer, "another viewer"))
            try await LiveClient.open(second.wires, session, first: LiveClient.join(story.host)) { host in
                try await LiveClient.open(first.wires, session, first: LiveClient.join(story.viewer)) { one in
                    try await LiveClient.open(first.wires, session, first: other) { two in
                        try await host.counters { $0["online"]?.integer == 2 }
                        await first.stop()
                        for client in [one, two] {
                            let bye = try await client.next("bye")
                            #expect(bye["why"]?.text == "drain" && bye["retry"]?.items?.count == 2)
                            let code = try await client.closeCode()
                            #expect(code == 1012)
                        }
                    }
                }
                try await LiveClient.open(second.wires, session, first: LiveClient.join(story.viewer)) { _ in
                    try await eventually { try await second.observed("entered") == 3 ? true : nil }
                    let third = PlayedNode(second)
                    await third.look(for: 13)
                    await third.leases.close()
                    let counters = try await host.counters { $0["online"]?.integer != 2 }
                    #expect(counters["online"]?.integer == 1)
                    #expect(counters["entries"]?.integer == 2 && counters["viewers"]?.integer == 2)
                }
            }
        }
    }

    @Test func `jobs of another log, and of none, are answered with a snapshot`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let other = LiveClient.join(story.viewer, after: 1, epoch: "7f9f3c52-0000-4000-8000-000000000000")
            try await LiveClient.open(server.wires, session, first: other) { client in
                let hello = try await client.next("hello")
                #expect(hello["mode"]?.text == "snapshot")
            }
        }
    }

    @Test(arguments: [
        EventStoreError.overloaded as any Error, EventStoreError.outcomeUnknown, PostgresError.overloaded, PostgresError.closed,
    ])
    func `who can't be served now is told when to come again`(error: any Error) {
        let problem = Problem(error)
        #expect(problem.status == .serviceUnavailable && problem.headers[.retryAfter] == "1")
    }

    @Test func `a use case that writes what it hasn't read is a fault of ours, told as such`() {
        let problem = Problem(UnconditionalAppend(stream: nil))
        #expect(problem.status == .internalServerError && problem.code == "internal-error")
    }

    /// A minute of absence too with JOBCAST_LONG=1.
    @Test(arguments: ProcessInfo.processInfo.environment["JOBCAST_LONG"] == nil ? [0] : [0, 60])
    func `while the database is away requests get 503, viewers stay, and all goes on in order when it is back`(seconds: Int) async throws {
        try await withCluster { cluster in
            let settings = cluster.settings()
            let pool = PostgresPool(settings, maximum: 5, logger: .quiet)
            try await Migrator(pool, migrations: Schema.migrations(), logger: .quiet).apply()
            try await serve(pool, settings) { server in
                let story = try await Story(server)
                let session = try await story.liveSession([])
                let path = "/v1/sessions/\(session)/segments"
                try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { client in
                    var last = try await client.next("hello")["p"]
                    try await cluster.stop()
                    let away = try await server.post(path, as: story.host, "{\"kind\":\"policy\"}")
                    #expect(away.status == 503, "\(away.text)")
                    #expect(away.headers["retry-after"] == "1")
                    #expect(try await server.get("/v1/sessions/\(session)").status == 503)
                    try await watch(client, server, for: .seconds(seconds))
                    try await cluster.start()
                    _ = try await eventually { try await server.get("/readyz").status == 200 ? true : nil }
                    let kinds = ["questions", "policy", "jobs", "questions"]
                    for kind in kinds {
                        _ = try await eventually {
                            try await server.post(path, as: story.host, "{\"kind\":\"\(kind)\"}").status == 200 ? true : nil
                        }
                    }
                    for kind in kinds {
                        let frame = try await client.next("segment")
                        #expect(frame["kind"]?.text == kind)
                        #expect(frame["pp"] == last)
                        last = frame["p"]
                    }
                    #expect(try await server.get("/metrics").text.contains("jobcast_database_up 1"))
                    try await until(pool, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
                }
            }
            await pool.close()
        }
    }

    /// Probes tell that it is away. Counters go on coming, every 10 s where nothing changes; a viewer that says nothing would be taken for gone.
    private func watch(_ client: LiveClient, _ server: TestServer, for duration: Duration) async throws {
        _ = try await eventually { try await server.get("/readyz").status == 503 ? true : nil }
        let end = ContinuousClock.now + duration
        repeat {
            #expect(try await server.get("/readyz").status == 503)
            #expect(try await server.get("/healthz").status == 200)
            #expect(try await server.get("/metrics").text.contains("jobcast_database_up 0"))
            guard duration > .zero else { return }
            _ = try await client.next("counters")
            try await client.send("{\"t\":\"ping\"}")
        } while ContinuousClock.now < end
    }

    @Test(.timeLimit(.minutes(10)))
    func `when file descriptors run short, connections are closed at once, viewers stay, and others are let in when there are some`()
        async throws
    {
        try await withDatabase(maximum: 5) { pool, database in
            let process = try Child.server(database, ["--connections", "4"])
            let server = try await TestServer(process, database: database, pool: pool)
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { viewer in
                _ = try await viewer.next("hello")
                let limit = process.descriptors + 72
                try process.limitDescriptors(to: limit)
                // Some are kept, and all others closed by the server. One that says nothing is closed after 10 s, and another takes its place.
                var held: [any Channel] = []
                _ = try await eventually {
                    for _ in 0..<40 { held.append(try await server.wires.dial()) }
                    try await viewer.send("{\"t\":\"ping\"}")
                    return (try? await server.get("/healthz")) == nil ? true : nil
                }
                #expect(held.contains { $0.isActive } && process.descriptors < limit - 50)
                for channel in held where channel.isActive { try await channel.close() }
                _ = try await eventually { try? await server.get("/healthz").status == 200 ? true : nil }
                #expect(try await server.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"policy\"}").status == 200)
                #expect(try await viewer.next("segment")["kind"]?.text == "policy")
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func `while PostgreSQL hangs probes are answered, and say so`() async throws {
        try await withCluster { cluster in
            let settings = cluster.settings()
            let pool = PostgresPool(settings, maximum: 5, logger: .quiet)
            try await Migrator(pool, migrations: Schema.migrations(), logger: .quiet).apply()
            try await serve(pool, settings) { server in
                _ = try await eventually { try await server.get("/readyz").status == 200 ? true : nil }
                cluster.pause()
                defer { cluster.resume() }
                _ = try await eventually { try await server.get("/readyz").text.contains("does not answer") ? true : nil }
                #expect(try await server.get("/healthz").status == 200)
                let operations = try await server.token(.operator)
                #expect(try await server.get("/v1/status", as: operations).status == 503)
                let figure = "jobcast_projection_behind_events{projection=\"live_counters\"} NaN"
                #expect(try await server.get("/metrics").text.contains(figure))
                cluster.resume()
                _ = try await eventually { try await server.get("/readyz").status == 200 ? true : nil }
            }
            await pool.close()
        }
    }
}

extension Wires {
    /// A connection that says nothing.
    fileprivate func dial() async throws -> any Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port).get()
    }
}

extension LiveClient {
    /// The next counters for which `isEnough` holds.
    @discardableResult
    func counters(_ isEnough: (JSON) -> Bool) async throws -> JSON {
        while true {
            let counters = try await next("counters")
            if isEnough(counters) { return counters }
        }
    }
}
