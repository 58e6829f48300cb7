import Fanout
import FoundationEssentials
import Synchronization
import TestSupport
import Testing
import WebSocket

/// What a viewer shows: a text for each place on the screen that has one.
private typealias Cards = [Int: Int64]

/// The log of one room, the model of all: each entry puts a card (named by its position) in a place, or empties the place.
private final class RoomLog: Sendable {
    struct Entry {
        let position: Int64
        let place: Int
        let isCard: Bool
        let frame: OrderedFrame
    }

    private let entries = Mutex<[Entry]>([])

    var head: Int64 { entries.withLock { $0.last?.position ?? 0 } }

    func append(at position: Int64, place: Int, isCard: Bool, padding: Int) {
        entries.withLock { entries in
            let previous = entries.last?.position ?? 0
            let text = "card \(position) \(previous) \(place) \(isCard) \(String(repeating: "x", count: padding))"
            let frame = OrderedFrame(position: position, previous: previous, wire: ServerFrame.text(text.utf8))
            entries.append(Entry(position: position, place: place, isCard: isCard, frame: frame))
        }
    }

    func frames(after position: Int64, upTo last: Int64) -> [OrderedFrame] {
        entries.withLock { $0.filter { $0.position > position && $0.position <= last }.map(\.frame) }
    }

    /// fold(log ≤ position)
    func cards(at position: Int64) -> Cards {
        entries.withLock { entries in
            entries.prefix { $0.position <= position }.reduce(into: Cards()) { $0[$1.place] = $1.isCard ? $1.position : nil }
        }
    }

    /// In mode snapshot with the cards, as `place:card` words.
    func greeting(_ head: Int64) -> Greeting {
        Greeting { mode in
            guard mode == .snapshot else { return ServerFrame.text("hello resume \(head)".utf8) }
            let cards = self.cards(at: head).map { " \($0.key):\($0.value)" }.joined()
            return ServerFrame.text("hello snapshot \(head)\(cards)".utf8)
        }
    }
}

/// A node that publishes the log, as far as it has read it.
private struct Node {
    let server: TestServer
    var published: Int64

    init(_ log: RoomLog, limits: Limits) async throws {
        server = try await TestServer(loops: 2, limits: limits, history: { log.frames(after: $0, upTo: $1) })
        published = log.head
        server.hub.open(TestServer.room, head: published, greeting: log.greeting(published))
    }

    mutating func publish(_ log: RoomLog, upTo last: Int64) {
        let frames = log.frames(after: published, upTo: last)
        guard !frames.isEmpty else { return }
        published = frames.last!.position
        server.hub.publish(TestServer.room, frames, greeting: log.greeting(published))
        server.hub.counters(TestServer.room, counters("\(published)"))
    }
}

/// A viewer who does with each frame what a page does, and compares what it then shows with the log.
private struct Viewer {
    let name: Int
    var client: TestClient?
    /// The node it is or was on.
    var node = 0
    /// The last position seen; nil before the first greeting.
    var last: Int64?
    var cards: Cards = [:]
    var received = 0

    mutating func take(_ texts: [String], _ log: RoomLog) throws {
        for text in texts {
            let words = text.split(separator: " ")
            switch words[0] {
            case "hello" where words[1] == "snapshot":
                let head = try #require(Int64(words[2]))
                #expect(head >= last ?? 0, "a snapshot goes back")
                last = head
                let pairs = words.dropFirst(3).map { $0.split(separator: ":") }
                cards = Cards(uniqueKeysWithValues: pairs.map { (Int($0[0])!, Int64($0[1])!) })
            case "card":
                let position = try #require(Int64(words[1]))
                let known = try #require(last)
                #expect(try #require(Int64(words[2])) <= known && known < position, "\(name) had \(known) and got \(words.prefix(3))")
                last = position
                cards[try #require(Int(words[3]))] = words[4] == "true" ? position : nil
                received += 1
            default: continue
            }
            #expect(cards == log.cards(at: last!), "what \(name) shows at \(last!)")
        }
    }
}

@Suite(.timeLimit(.minutes(10)), .serialized) struct `Rooms over sockets against their model` {
    @Test(arguments: Seed.schedules(6).map(\.value))
    func `after joins, stalls, drops, resumes and restarts every viewer shows what the log says, at every position`(seed: UInt64)
        async throws
    {
        var run = try await Run(seed: seed)
        for _ in 0..<150 { try await run.step() }
        try await run.restart()
        for _ in 0..<150 { try await run.step() }
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
                log.append(
                    at: log.head + Int64.random(in: 1...9, using: &random),
                    place: Int.random(in: 0..<5, using: &random),
                    isCard: Int.random(in: 0..<3, using: &random) > 0,
                    padding: [0, 100, 8_000].randomElement(using: &random)!
                )
            }
            nodes[0].publish(log, upTo: log.head)
            if Bool.random(using: &random) { nodes[1].publish(log, upTo: Int64.random(in: nodes[1].published...log.head, using: &random)) }
        }

        mutating func connect(_ index: Int) throws {
            viewers[index].node = Int.random(in: 0...1, using: &random)
            let port = nodes[viewers[index].node].server.port
            let client = try TestClient(port: port, receiveBuffer: Bool.random(using: &random) ? 4096 : nil)
            client.send("join \(index)" + (viewers[index].last.map { " \($0)" } ?? ""))
            viewers[index].client = client
        }

        mutating func read(_ index: Int) async throws {
            guard let client = viewers[index].client else { return }
            try viewers[index].take(try await client.available().compactMap(\.string), log)
        }

        /// A new process with an empty ring takes a node's place; its viewers lose what they haven't read and have to come back.
        mutating func restart() async throws {
            let which = Int.random(in: 0...1, using: &random)
            for index in viewers.indices where viewers[index].node == which { viewers[index].client = nil }
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
