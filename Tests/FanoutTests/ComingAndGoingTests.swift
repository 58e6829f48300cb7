import Fanout
import NIOCore
import NIOEmbedded
import TestSupport
import Testing
import WebSocket

/// Thousands of rooms, most with one viewer, on an event loop whose time the test moves: it stands still wherever a step wants, so that
/// something comes, ends or breaks between a sweep and what the sweep has made due, too.
@Suite(.timeLimit(.minutes(10))) struct `Rooms whose viewers come and go` {
    @Test(arguments: Seed.schedules(3)) func `whoever leaves, whenever and however, those who stay have all that was said`(seed: Seed)
        throws
    {
        let crowd = Crowd(seed: seed, rooms: 2_000)
        for _ in 0..<6_000 { try crowd.step() }
        try crowd.finish()
    }
}

private final class Crowd {
    private final class Viewer {
        let room: Int
        let channel: EmbeddedChannel
        let line: Line
        let isStream: Bool
        private var parser = FrameParser(from: .server, limits: .init(message: 1 << 20, fragments: 1))
        /// Everything up to here was said to it, or it says so.
        var last: Int64?
        private(set) var isGreeted = false

        init(room: Int, channel: EmbeddedChannel, line: Line, isStream: Bool) {
            self.room = room
            self.channel = channel
            self.line = line
            self.isStream = isStream
        }

        var isHere: Bool { channel.isActive }

        func say(_ text: String) throws {
            guard isHere else { return }
            try channel.writeInbound(ByteBuffer(bytes: ClientFrame.encode(.text, Array(text.utf8), mask: 1)))
        }

        /// Takes what has come, each frame once and in order.
        func read() throws {
            while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
                for text in try texts(Array(bytes.readableBytesView)) {
                    let words = text.split(separator: " ")
                    guard let position = words.count > 1 ? words[1...].compactMap({ Int64($0) }).first : nil else { continue }
                    if words[0] == "card" {
                        let known = try #require(last)
                        #expect(try #require(Int64(words[2])) <= known && known < position, "had \(known), got \(text)")
                    } else if words[0] == "hello" {
                        isGreeted = true
                    } else {
                        continue
                    }
                    last = words[1] == "resume" ? try #require(last) : position
                }
            }
        }

        private func texts(_ bytes: [UInt8]) throws -> [String] {
            guard !isStream else {
                return String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("data: ") }.map {
                    String($0.dropFirst("data: ".count))
                }
            }
            var offset = 0
            var texts: [String] = []
            while let incoming = try parser.next(in: bytes.span, from: &offset) { texts += incoming.string.map { [$0] } ?? [] }
            return texts
        }
    }

    private var random: Seed
    private let loop = EmbeddedEventLoop()
    private let hub: Hub
    private var heads: [Int64]
    private var viewers: [Viewer] = []
    private var names: UInt128 = 0

    init(seed: Seed, rooms: Int) {
        random = seed
        heads = Array(repeating: 5, count: rooms)
        var limits = Limits()
        limits.heartbeat = .milliseconds(200)
        limits.silence = .seconds(4)
        limits.pingAfter = .seconds(2)
        limits.behind = .seconds(2)
        limits.joinWithin = .seconds(1)
        limits.closeWithin = .seconds(1)
        limits.ringFrames = 4
        hub = Hub(loops: [loop], limits: limits)
        for room in heads.indices { hub.open(RoomID(UInt128(room)), head: 5, greeting: greeting(5)) }
        for room in heads.indices { hub.counters(RoomID(UInt128(room)), counters("1")) }
        loop.run()
    }

    /// `join <viewer> <milliseconds of permission> [<after>]`, judged at once or in a later turn; every other message says what is to come of it.
    private static let callbacks =
        Callbacks(
            admit: { _, bytes, loop in
                let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
                guard words.count > 2, let id = UInt128(words[1]), let lasts = Int64(words[2]) else {
                    return loop.makeSucceededFuture(.refused(.unauthorised))
                }
                let until = loop.now + .milliseconds(lasts)
                let verdict = Verdict.admitted(ViewerID(id), until: until, after: words.count > 3 ? Int64(words[3]) : nil)
                return id % 2 == 0
                    ? loop.makeSucceededFuture(verdict) : loop.scheduleTask(in: .milliseconds(1)) { verdict }.futureResult
            },
            history: { _, _, _, loop in loop.scheduleTask(in: .milliseconds(1)) { nil }.futureResult },
            receive: { message, loop in
                switch String(decoding: message.text, as: UTF8.self) {
                case "renew": loop.makeSucceededFuture(.renew(until: loop.now + .seconds(2)))
                case "away": loop.makeSucceededFuture(.close(.unauthorised))
                default: nil
                }
            },
            moved: { _ in }
        )
}

extension Crowd {
    func step() throws {
        let viewer = viewers.randomElement(using: &random)
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<8: try come()
        case 8..<12: loop.advanceTime(by: pause())
        case 12..<14: say(in: viewer?.room ?? 0)
        case 14: viewer?.line.holds.toggle()
        case 15: viewer?.line.breaks = true
        case 16: viewer?.channel.close(promise: nil)
        case 17: viewer?.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case 18: try viewer?.say(["renew", "away", "hello"].randomElement(using: &random)!)
        case 19:
            if let viewer, viewer.isHere { try viewer.channel.writeInbound(ByteBuffer(bytes: ClientFrame.encode(.close, [], mask: 1))) }
        case 20: if random.once(in: 8) { close(viewer?.room ?? 0) }
        case 21: if random.once(in: 4) { hub.counters(RoomID(UInt128(viewer?.room ?? 0)), counters("2")) }
        default: loop.run()
        }
        if random.once(in: 50) { try look() }
    }

    /// Whole sweeps, or so little that what a sweep has made due isn't done yet.
    private func pause() -> TimeAmount {
        [.milliseconds(100), .milliseconds(100), .milliseconds(300), .microseconds(20), .microseconds(60)].randomElement(using: &random)!
    }

    private func come() throws {
        let line = Line()
        let channel = EmbeddedChannel(handler: line, loop: loop)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        let isNeighbour = random.once(in: 10)
        let room = isNeighbour ? viewers.randomElement(using: &random)?.room ?? 0 : heads.indices.randomElement(using: &random)!
        let isStream = random.once(in: 3)
        line.breaks = random.once(in: 40)
        names += 1
        let viewer = Viewer(room: room, channel: channel, line: line, isStream: isStream)
        if random.once(in: 4) { viewer.last = Int64.random(in: max(0, heads[room] - 8)...heads[room], using: &random) }
        let joining = "join \(names) \(Int.random(in: 0...3_000, using: &random))" + (viewer.last.map { " \($0)" } ?? "")
        let stream = isStream ? EventStream(epoch: "e", head: Array("HEAD\n\n".utf8)) { _ in Array("REFUSED".utf8) } : nil
        let reservation = try #require(hub.reserve(ClientAddress(v4: 1)))
        let early = isStream || random.once(in: 2) ? Array(joining.utf8) : nil
        let handler = hub.viewer(
            room: RoomID(UInt128(room)),
            reservation: reservation,
            callbacks: Self.callbacks,
            joining: early,
            stream: stream,
            on: loop
        )
        try channel.pipeline.syncOperations.addHandler(handler)
        viewers.append(viewer)
        if early == nil, !random.once(in: 10) { try viewer.say(joining) }
    }

    private func say(in room: Int) {
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let position = heads[room] + Int64.random(in: 1...3, using: &random)
            hub.publish(RoomID(UInt128(room)), [frame(position, after: heads[room])], greeting: greeting(position))
            heads[room] = position
        }
    }

    private func close(_ room: Int) {
        hub.close(RoomID(UInt128(room)), .noSuchRoom)
        hub.open(RoomID(UInt128(room)), head: heads[room], greeting: greeting(heads[room]))
    }

    /// Every viewer reads, and those who are gone are forgotten.
    private func look() throws {
        for viewer in viewers { try viewer.read() }
        viewers.removeAll { !$0.isHere }
    }

    /// When all has been done that was due, who is still here has everything; when all have gone, nothing of them is left.
    func finish() throws {
        for viewer in viewers { viewer.line.holds = false }
        for _ in 0..<3 { loop.advanceTime(by: .milliseconds(1)) }
        try look()
        let seated = viewers.filter(\.isGreeted)
        #expect(!seated.isEmpty)
        for viewer in seated { #expect(viewer.last == heads[viewer.room], "of room \(viewer.room)") }
        for viewer in viewers { viewer.channel.close(promise: nil) }
        viewers.removeAll()
        loop.advanceTime(by: .seconds(1))
        #expect(hub.viewerCount == 0)
        #expect(hub.connectionCount == 0)
    }
}

/// A socket's end: it takes what is written, holds it back, or breaks at the next write.
private final class Line: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var breaks = false
    var holds = false {
        didSet { if !holds { release() } }
    }
    private var held: [(bytes: NIOAny, promise: EventLoopPromise<Void>?)] = []
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if breaks {
            close(context: context, mode: .all, promise: nil)
            promise?.fail(ChannelError.ioOnClosedChannel)
        } else if holds {
            held.append((data, promise))
        } else {
            context.writeAndFlush(data, promise: promise)
        }
    }

    /// As NIO does, fails what was held and ends the channel in one turn.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        let lost = held
        held = []
        for (_, promise) in lost { promise?.fail(ChannelError.ioOnClosedChannel) }
        context.close(mode: mode, promise: promise)
    }

    private func release() {
        let free = held
        held = []
        for (bytes, promise) in free {
            if let context { context.writeAndFlush(bytes, promise: promise) } else { promise?.fail(ChannelError.ioOnClosedChannel) }
        }
    }
}
