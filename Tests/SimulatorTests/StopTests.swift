import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Postgres
import TestSupport
import Testing

@testable import Simulator

@Suite(.timeLimit(.minutes(10))) struct `A simulation that is told to stop` {
    @Test func `ends when its server is gone`() async throws {
        try await withSimulation { simulation, server, address in
            await until { try await connections(address) >= 5 }
            server.signal(SIGKILL)
            try await expectEnd(simulation)
        }
    }

    @Test func `ends when its server doesn't answer`() async throws {
        try await withSimulation { simulation, server, address in
            await until { try await connections(address) >= 5 }
            server.signal(SIGSTOP)
            await until { try waiting(address) >= 3 }
            try await expectEnd(simulation)
        }
    }
}

private func expectEnd(_ simulation: Child) async throws {
    simulation.signal(SIGTERM)
    let status = try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            // Its sessions have 3 s to end. This is for an end that never comes: on a machine with much else to do it took a minute.
            try await Task.sleep(for: .seconds(300))
            simulation.signal(SIGKILL)
        }
        defer { group.cancelAll() }
        return try await onOwnThread(named: "test") { simulation.wait() }
    }
    // As waitpid(2) gives it: 0 is an end in peace, SIGKILL one that came too late.
    #expect(status == 0)
}

/// Runs `body` with a live simulation and its server, each in a process of its own.
private func withSimulation(_ body: (_ simulation: Child, _ server: Child, Address) async throws -> Void) async throws {
    try await withDatabase { _, settings in
        let server = try Child.server(settings)
        let port = try await onOwnThread(named: "test") { try server.port() }
        let address = try #require(Address(url: "http://127.0.0.1:\(port)"))
        let seeds = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../seeds").standardized.path
        let seeding = try Child.jobcast(settings, ["seed", seeds])
        #expect(try await onOwnThread(named: "test") { seeding.wait() } == 0)
        let crowd = ["simulate", "--server", "http://\(address)", "--viewers", "500", "--rooms", "2"]
        let simulation = try Child.jobcast(settings, crowd)
        try await onOwnThread(named: "test") { while try !simulation.line().hasPrefix("Ctrl-C") {} }
        try await body(simulation, server, address)
    }
}

/// A server that answers late, beside all that is tested at the same time, is asked again.
private func until(_ isSo: () async throws -> Bool) async {
    while !Task.isCancelled, (try? await isSo()) != true { try? await Task.sleep(for: .milliseconds(50)) }
}

/// How many viewers are connected.
private func connections(_ address: Address) async throws -> Int {
    let connection = try await HTTPConnection.connect(to: address)
    defer { connection.close() }
    let text = String(buffer: try await connection.send(.GET, "/metrics", headers: [:], body: nil).body)
    let line = text.split(separator: "\n").first { $0.hasPrefix("jobcast_live_connections ") }
    return line?.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) } ?? 0
}

/// How many connections wait for the server to accept them: what proc_pid_net(5) gives as rx_queue of a listening socket.
private func waiting(_ address: Address) throws -> Int {
    let listening = String(format: "0100007F:%04X 00000000:0000 0A 00000000:", address.port)
    let sockets = try String(contentsOfFile: "/proc/net/tcp", encoding: .ascii)
    return sockets.split(separator: listening).dropFirst().first.flatMap { Int($0.prefix(8), radix: 16) } ?? 0
}
