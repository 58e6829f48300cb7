import Fanout
import Synchronization
import Testing
import WebSocket

/// The log of one room: what was published, in order.
private final class RoomLog: Sendable {
    private let frames = Mutex<[OrderedFrame]>([])

    var head: Int64 { frames.withLock { $0.last?.position ?? 0 } }
    var all: [OrderedFrame] { frames.withLock { $0 } }

    func append(at position: Int64, padding: Int) {
        frames.withLock { $0.append(frame(position, after: $0.last?.position ?? 0, padding: padding)) }
    }

    func frames(after position: Int64, upTo last: Int64) -> [OrderedFrame] { all.filter { $0.position > position && $0.position <= last } }
}

/// A node that publishes the log, as far as it has read it.
private struct Node {
    let server: TestServer
    var published: Int64

    init(_ log: RoomLog, limits: Limits) async throws {
        server = try await TestServer(loops: 2, limits: limits, history: { log.frames(after: $0, upTo: $1) })
        published = log.head
        server.hub.open(TestServer.room, head: published, greeting: greeting(published))
    }

    mutating func publish(_ log: RoomLog, upTo last: Int64) {
        let frames = log.frames(after: published, upTo: last)
        guard !frames.isEmpty else { return }
        published = frames.last!.position
        server.hub.publish(TestServer.room, frames, greeting: greeting(published))
        server.hub.counters(TestServer.room, counters("\(published)"))
    }
}

/// A viewer who checks all it is told against the log.
private struct Viewer {
    let name: Int
    var client: TestClient?
    /// The last position seen; nil before the first greeting.
    var last: Int64?
    var received = 0
    var snapshots = 0

    /// What a client does with each frame; a gap, a repetition or a wrong order is an issue.
    mutating func take(_ texts: [String], _ log: RoomLog) throws {
        for text in texts {
            let words = text.split(separator: " ")
            switch words[0] {
            case "hello" where words[1] == "snapshot":
                let head = try #require(Int64(words[2]))
                #expect(head >= last ?? 0, "a snapshot goes back")
                last = head
                snapshots += 1
            case "card":
                let position = try #require(Int64(words[1]))
                let previous = try #require(Int64(words[2]))
                let known = try #require(last)
                #expect(previous <= known, "\(name) was told of \(position) after \(previous) but has \(known)")
                #expect(log.all.first { $0.position > known }?.position == position, "\(name) had \(known) and got \(position)")
                last = position
                received += 1
            default: break
            }
        }
    }
}

@Suite(.timeLimit(.minutes(2)), .serialized) struct `Rooms over sockets against their model` {
    @Test(arguments: 0..<6 as Range<UInt64>)
    func `joins, stalls, drops, resumes and restarts lose nothing and repeat nothing`(seed: UInt64) async throws {
        var run = try await Run(seed: seed)
        for _ in 0..<300 { try await run.step() }
        try await run.finish()
    }

    private struct Run {
        var random: SeededGenerator
        let log = RoomLog()
        let limits: Limits
        var nodes: [Node]
        var viewers = (0..<12).map { Viewer(name: $0) }

        init(seed: UInt64) async throws {
            random = SeededGenerator(seed: seed)
            var limits = Limits()
            limits.ringFrames = 16
            limits.ringBytes = 1 << 20
            limits.bundleBytes = 30_000
            self.limits = limits
            nodes = [try await Node(log, limits: limits), try await Node(log, limits: limits)]
        }

        mutating func step() async throws {
            let index = viewers.indices.randomElement(using: &random)!
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<7: publish()
            case 7..<12: if viewers[index].client == nil { try connect(index) }
            case 12..<16: try await read(index)
            case 16..<19: viewers[index].client = nil
            default: if Int.random(in: 0..<4, using: &random) == 0 { try await restart() }
            }
        }

        /// Adds frames to the log; the second node may lag behind it.
        mutating func publish() {
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                log.append(at: log.head + Int64.random(in: 1...9, using: &random), padding: [0, 100, 8_000].randomElement(using: &random)!)
            }
            nodes[0].publish(log, upTo: log.head)
            if Bool.random(using: &random) { nodes[1].publish(log, upTo: Int64.random(in: nodes[1].published...log.head, using: &random)) }
        }

        mutating func connect(_ index: Int) throws {
            let node = nodes.randomElement(using: &random)!
            let client = try TestClient(port: node.server.port, receiveBuffer: Bool.random(using: &random) ? 4096 : nil)
            client.send("join \(index)" + (viewers[index].last.map { " \($0)" } ?? ""))
            viewers[index].client = client
        }

        mutating func read(_ index: Int) async throws {
            guard let client = viewers[index].client else { return }
            try viewers[index].take(try await client.available().compactMap(\.string), log)
        }

        /// A new process with an empty ring takes a node's place; its viewers have to come back.
        mutating func restart() async throws {
            let which = Int.random(in: 0...1, using: &random)
            try await nodes[which].server.stop()
            nodes[which] = try await Node(log, limits: limits)
        }

        /// Everyone comes back and must end where the log ends.
        mutating func finish() async throws {
            publish()
            nodes[1].publish(log, upTo: log.head)
            for index in viewers.indices {
                if viewers[index].client == nil { try connect(index) }
                let goal = log.head
                while viewers[index].last != goal {
                    let texts = try await viewers[index].client!.texts(1)
                    try viewers[index].take(texts, log)
                    if texts.isEmpty { try connect(index) }
                }
            }
            #expect(viewers.allSatisfy { $0.last == log.head })
            #expect(viewers.reduce(0) { $0 + $1.received } > 100)
            for node in nodes { try await node.server.stop() }
        }
    }
}
