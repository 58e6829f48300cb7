import Fanout
import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing
import WebSocket

/// Whether faults are also waited for that take real minutes: JOBCAST_LONG=1.
private let isLong = ProcessInfo.processInfo.environment["JOBCAST_LONG"] != nil

@Suite(.timeLimit(.minutes(10)), .serialized) struct `Faults of many viewers` {
    @Test func `a viewer that lost its network is noticed though nothing is sent to it`() async throws {
        var limits = Limits()
        limits.pingAfter = .milliseconds(200)
        limits.silence = .milliseconds(1500)
        try await withRoom(TestServer(limits: limits)) { server in
            let (lost, _) = try await server.viewer("join 1")
            try lost.vanish()
            await server.log.wait { $0.contains(.left(TestServer.room, ViewerID(1))) }
            #expect(server.hub.viewerCount == 0)
            #expect(try await lost.available().isEmpty, "the network was there")
        }
    }

    @Test(.enabled(if: isLong)) func `viewers that lost their network are gone within 35 s, spoken to or not`() async throws {
        for isSpokenTo in [false, true] {
            try await withRoom(TestServer()) { server in
                let (lost, _) = try await server.viewer("join 1")
                let start = ContinuousClock.now
                try lost.vanish()
                let talk = Task {
                    for position in Int64(6)...40 where isSpokenTo {
                        server.publish(position...position)
                        try await Task.sleep(for: .seconds(1))
                    }
                }
                await server.log.wait { $0.contains(.left(TestServer.room, ViewerID(1))) }
                talk.cancel()
                let taken = ContinuousClock.now - start
                print("half-open, spoken to: \(isSpokenTo), gone after \(taken)")
                #expect(taken <= .seconds(35))
            }
        }
    }

    /// Real processes: a tenth of the viewers belongs to one that is stopped by SIGSTOP.
    @Test func `a tenth that is stopped costs the others no frame and the server no memory, and is told what it missed`() async throws {
        let server = try Child(built: "jobcast-bench-fanout", ["--serve", "--behind", "60"])
        let ports = try server.line().split(separator: " ").compactMap { Int($0) }
        let stopped = try Child(built: "jobcast-fanout-load", ports.map(String.init) + ["\(server.id)", "5", "1", "1", "stay"])
        while try stopped.line() != "stay" {}
        var others: [TestClient] = []
        for _ in 0..<45 {
            let client = try TestClient(port: ports[0])
            try await client.shakeHands()
            client.send("join")
            _ = try await client.texts(1)
            others.append(client)
        }
        stopped.signal(SIGSTOP)
        let before = server.resident
        let control = try TestClient(port: ports[1])
        for number in 0..<60 {
            let burst = (0..<8).map { "\(number * 8 + $0) \(String(repeating: "x", count: 16_000))" }
            control.send(Array((burst.joined(separator: "\n") + "\n").utf8))
            let wire = burst.flatMap { ServerFrame.text($0.utf8) }
            for client in others { try #require(try await client.bytes(wire.count) == wire) }
        }
        // The stopped lack 8 MB. NIO may hold one bundle for each, and the room keeps its ring of 1 MB.
        #expect(server.resident - before < 4 << 20)
        stopped.signal(SIGCONT)
        #expect(try stopped.line() == "greeted again 5, sent away 0")
    }

    @Test(arguments: [true, false])
    func `when all go at once the loop turns to other things in between`(byClosing: Bool) async throws {
        let halfOpen: @Sendable (any Channel) throws -> Void = { try $0.syncOptions!.setOption(.allowRemoteHalfClosure, value: true) }
        try await withRoom(TestServer(configure: halfOpen)) { server in
            var viewers = try await server.viewers(0..<400)
            let release = try await server.blockLoop()
            if byClosing { viewers = [] } else { server.hub.close(TestServer.room, .noSuchRoom) }
            let leaving = server.watchLeaving()
            release()
            let counts = try await leaving.get()
            #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 - $1 <= 128 }, "\(counts)")
            withExtendedLifetime(viewers) {}
        }
    }
}
