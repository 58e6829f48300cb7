import EventSourcing
import EventStore
import FoundationEssentials
import Glibc
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct `Offered ten times what it takes` {
    /// In a process of its own, where nothing else takes memory.
    @Test(.timeLimit(.minutes(15))) func `the log keeps its memory flat, and all that it acknowledged`() async {
        await #expect(processExitsWith: .success) {
            try await withLog { log, pool in
                let crowd = Crowd()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    // Of 64 KiB each, so that the queue's 64 MiB hold 1,020 of them, and all others are refused.
                    for _ in 0..<1_500 { group.addTask { try await crowd.offer(to: log) } }
                    while crowd.counts.accepted < 1_100 || crowd.counts.refused == 0 { try await Task.sleep(for: .milliseconds(20)) }
                    let before = residentMegabytes()
                    while crowd.counts.accepted < 2_500 || crowd.offered < crowd.counts.accepted * 10 {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    let after = residentMegabytes()
                    // 197 MiB, then 225, with 155,024 offered and 6,048 taken (two cores, November 2026).
                    #expect(after - before < 64)
                    crowd.end()
                    try await group.waitForAll()
                }
                let there = try await pool.connection { db in
                    try db.query(
                        "SELECT count(*) FROM unnest($1) AS s (stream) JOIN streams USING (stream)",
                        [.texts(crowd.acknowledged)]
                    )[0]
                    .decode(0, as: Int.self)
                }
                #expect(there == crowd.counts.accepted && Set(crowd.acknowledged).count == there)
            }
        }
    }
}

private final class Crowd: Sendable {
    private struct State {
        var next = 0
        var acknowledged: [String] = []
        var refused = 0
        var isOver = false
    }

    private let state = Mutex(State())

    var counts: (accepted: Int, refused: Int) { state.withLock { ($0.acknowledged.count, $0.refused) } }
    var offered: Int { counts.accepted + counts.refused }
    var acknowledged: [String] { state.withLock(\.acknowledged) }

    func end() {
        state.withLock { $0.isOver = true }
    }

    /// One append after the other; who is refused comes again soon with the same, as impatient clients do.
    func offer(to log: EventLog) async throws {
        while let stream = next() {
            let data = Array("{\"text\":\"".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10) + Array("\"}".utf8)
            let event = NewEvent(stream: StreamName(stream), type: "Noted", data: data)
            let append = Append([event], expected: [event.stream: 0], origin: .recruiter)
            while try await !isTaken(append, by: log) { try await Task.sleep(for: .milliseconds(50)) }
            state.withLock { $0.acknowledged.append(stream) }
        }
    }

    private func isTaken(_ append: Append, by log: EventLog) async throws -> Bool {
        do {
            _ = try await log.append(append)
            return true
        } catch EventStoreError.overloaded, EventStoreError.outcomeUnknown {
            state.withLock { $0.refused += 1 }
            return false
        }
    }

    private func next() -> String? {
        state.withLock { state in
            state.next += 1
            return state.isOver ? nil : "wide-\(state.next)"
        }
    }
}

private func residentMegabytes() -> Int {
    let pages = try! String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
    return (Int(pages)! * sysconf(Int32(_SC_PAGESIZE))) >> 20
}
