import Fanout
import NIOCore
import Testing
import WebSocket

@Suite(.timeLimit(.minutes(10))) struct `A drain` {
    @Test func `sends everyone away in batches, with windows that end with it`() async throws {
        try await withRoom(TestServer(loops: 2)) { server in
            let clients = try await server.viewers(0..<40)
            async let drained: Void = server.hub.drain(over: .seconds(1))
            var windows: Set<String> = []
            for client in clients {
                let rest = try await client.rest()
                windows.insert(try #require(rest.compactMap(\.string).last))
                #expect(rest.last?.closeCode == .serviceRestart)
            }
            await drained
            #expect(windows.allSatisfy { $0.hasPrefix(#"{"t":"bye","why":"drain","retry":[500,"#) })
            #expect(server.hub.viewerCount == 0)
        }
    }

    @Test func `turns away who comes meanwhile`() async throws {
        try await withRoom(TestServer()) { server in
            let (first, _) = try await server.viewer()
            let (second, _) = try await server.viewer()
            async let drained: Void = server.hub.drain(over: .seconds(2))
            _ = try await first.receive { !$0.isEmpty }
            let late = try TestClient(port: server.port)
            #expect(try await late.rest().last?.closeCode == .serviceRestart)
            _ = try await second.rest()
            await drained
        }
    }

    @Test func `of an empty hub is over at once`() async throws {
        try await withRoom(TestServer()) { await $0.hub.drain(over: .hours(1)) }
    }
}
