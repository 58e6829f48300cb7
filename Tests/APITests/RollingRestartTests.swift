import Access
import EventSourcing
import Foundation
import JSON
import NIOCore
import Postgres
import Recruiting
import Synchronization
import TestSupport
import Testing

@testable import API

/// Two processes are replaced one after the other, while a session goes on.
@Suite(.timeLimit(.minutes(10))) struct RollingRestartTests {
    /// The processes that a balancer would send viewers to.
    private final class Balancer: Sendable {
        private let servers: Mutex<[TestServer]>

        init(_ servers: [TestServer]) { self.servers = Mutex(servers) }

        func set(_ servers: [TestServer]) { self.servers.withLock { $0 = servers } }

        var any: TestServer { servers.withLock { $0.randomElement()! } }
    }

    /// Somebody who comes back as the protocol says, and remembers everything.
    private actor Viewer {
        let token: String
        private(set) var first: Int?
        private(set) var seen: [Int] = []
        private(set) var farewells = 0
        /// The fewest people online that the counters told, since all were.
        private(set) var fewest: Int?
        private var epoch = ""

        init(token: String) { self.token = token }

        var last: Int? { seen.last ?? first }

        func follow(_ session: String, _ balancer: Balancer, crowd: Int) async {
            while !Task.isCancelled {
                let window = try? await visit(session, balancer.any, crowd: crowd)
                // All of the window is the viewers' to use; its beginning is enough for so few of them.
                let least = window?.first ?? 100
                try? await Task.sleep(for: .milliseconds(Int.random(in: least...least + 1_000)))
            }
        }

        /// Until the connection ends; gives the window of the farewell.
        private func visit(_ session: String, _ server: TestServer, crowd: Int) async throws -> [Int]? {
            let join = LiveClient.join(token, after: last, epoch: epoch)
            return try await LiveClient.open(server.wires, session, first: join) { client in
                while case .frame(let frame) = try await client.next() {
                    if frame["t"]?.text == "bye" {
                        farewells += 1
                        return frame["retry"]?.items?.compactMap { $0.integer }
                    }
                    take(frame, crowd: crowd)
                }
                return nil
            }
        }

        private func take(_ frame: JSON, crowd: Int) {
            if frame["t"]?.text == "hello" {
                epoch = frame["epoch"]?.text ?? ""
                if first == nil { first = frame["p"]?.integer } else { #expect(frame["mode"]?.text == "resume") }
            } else if let job = frame["p"]?.integer, frame["pp"] != nil {
                seen.append(job)
            } else if let online = frame["online"]?.integer, fewest != nil || online == crowd {
                fewest = min(fewest ?? online, online)
            }
        }
    }

    @Test func `a rolling restart loses no card and no viewer, repeats none and counts nobody twice`() async throws {
        try await withDatabase(maximum: 5) { pool, database in
            let one = try await Node.start("one", pool, database)
            let two = try await Node.start("two", pool, database)
            let balancer = Balancer([one.server, two.server])
            let story = try await Story(one.server)
            let session = try await story.liveSession([])
            let tokens = try await (0..<20).asyncMap { try await one.server.token(.viewer, "viewer \($0)") }
            let viewers = tokens.map { Viewer(token: $0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for viewer in viewers { group.addTask { await viewer.follow(session, balancer, crowd: viewers.count) } }
                group.addTask { try await Self.switchSegments(of: session, by: story.host, balancer) }
                try await eventually { await viewers.asyncMap { await $0.fewest }.allSatisfy { $0 != nil } ? true : nil }
                balancer.set([two.server])
                #expect(try await one.stop() == 0)
                let three = try await Node.start("three", pool, database)
                balancer.set([three.server])
                #expect(try await two.stop() == 0)
                let four = try await Node.start("four", pool, database)
                balancer.set([three.server, four.server])
                let marker = try await Self.newest(pool)
                try await eventually { await viewers.asyncMap { await $0.last ?? 0 }.allSatisfy { $0 > marker } ? true : nil }
                let counters = try await three.server.get("/v1/sessions/\(session)/state").json()["counters"]
                #expect(counters?["entries"]?.integer == viewers.count && counters?["viewers"]?.integer == viewers.count)
                #expect(counters?["online"]?.integer == viewers.count)
                group.cancelAll()
                withExtendedLifetime(four) {}
            }
            let said = try await Self.segments(pool)
            for viewer in viewers {
                let (first, seen) = (await viewer.first ?? 0, await viewer.seen)
                #expect(seen == said.filter { $0 > first && $0 <= seen.last ?? 0 })
                #expect(await viewer.fewest == viewers.count)
            }
            #expect(await viewers.asyncMap { await $0.farewells }.reduce(0, +) >= viewers.count)
        }
    }

    /// Until it is cancelled, on whichever process takes it.
    private static func switchSegments(of session: String, by host: String, _ balancer: Balancer) async throws {
        while !Task.isCancelled {
            for kind in ["policy", "questions", "jobs"] {
                _ = try? await balancer.any.post("/v1/sessions/\(session)/segments", as: host, "{\"kind\":\"\(kind)\"}")
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private static func segments(_ pool: PostgresPool) async throws -> [Int] {
        try await pool.connection { db in
            try db.query("SELECT position FROM events WHERE type = 'SegmentStarted' ORDER BY position").map {
                Int(try $0.decode(0, as: Int64.self))
            }
        }
    }

    private static func newest(_ pool: PostgresPool) async throws -> Int { try await segments(pool).last ?? 0 }
}

extension Sequence where Element: Sendable {
    /// One after the other.
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}

/// A server in a process of its own, as an operator runs it.
private struct Node {
    let server: TestServer
    private let process: Child

    /// Returns when it is ready.
    static func start(_ name: String, _ pool: PostgresPool, _ database: ConnectionSettings) async throws -> Node {
        let process = try Child.server(database, ["--connections", "5", "--drain", "1", "--node", name])
        let server = try await TestServer(process, database: database, pool: pool)
        try await eventually { try await server.get("/readyz").status == 200 ? true : nil }
        return Node(server: server, process: process)
    }

    /// SIGTERM, and the end of the process: its status.
    func stop() async throws -> Int32 {
        process.signal(SIGTERM)
        return try await onOwnThread(named: "test") { process.wait() }
    }
}
