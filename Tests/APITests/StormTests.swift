import Access
import FoundationEssentials
import JSON
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

import enum Recruiting.Role

@testable import API

/// Many who come back at once, over real sockets.
@Suite(.timeLimit(.minutes(10))) struct StormTests {
    /// As fast as they can; `STORM=10000` needs open files for both sides (ulimit -n 25000).
    private static let viewers = ProcessInfo.processInfo.environment["STORM"].flatMap { Int($0) } ?? 1_000

    @Test func `a storm of viewers who come back costs one greeting for each head of the room`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let hello = try await LiveClient.open(server.wires, session, first: LiveClient.join(story.host)) { try await $0.next("hello") }
            let after = try #require(hello["p"]?.integer)
            #expect(try await server.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"policy\"}").status == 200)
            // Whoever came before the room has heard of it would be told of the segment in a frame of its own, and the storm waits for it
            // in the greeting.
            try await eventually {
                try await server.get("/v1/sessions/\(session)/state").json()["state"]?["segment"]?.text == "policy" ? true : nil
            }
            let resume = LiveClient.join(story.viewer, after: after, epoch: hello["epoch"]?.text)
            let fresh = LiveClient.join(story.viewer)
            let before = try await server.greetings()
            let start = ContinuousClock.now
            let storm = try await Storm(port: server.wires.port, session: session, joins: [resume, fresh], count: Self.viewers)
            let welcomed = try await storm.greeted()
            let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
            let encoded = try await server.greetings() - before
            #expect(welcomed == Self.viewers)
            // The room's head changes with its counters, once a tick: each has a snapshot and a resumption, and the first may fall between.
            #expect(encoded <= 2 * (Int(seconds) + 2), "\(encoded) encodings for \(Self.viewers) viewers in \(seconds) s")
            #expect(encoded >= 2)
            try await storm.close()
        }
    }
}

extension TestServer {
    /// How many greetings were encoded until now.
    fileprivate func greetings() async throws -> Int {
        let line = try await get("/metrics").text.split(separator: "\n").first { $0.hasPrefix("jobcast_greetings_encoded_total ") }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
    }
}

/// Connections without a task each, which shake hands, join and listen for their hello; whoever is sent away comes back.
private final class Storm: Sendable {
    private let port: Int
    private let starts: [ByteBuffer]
    private var guests: [(channel: any Channel, hello: EventLoopFuture<Void>)] { entered.withLock { $0 } }
    private let entered = Mutex<[(channel: any Channel, hello: EventLoopFuture<Void>)]>([])

    init(port: Int, session: String, joins: [String], count: Int) async throws {
        self.port = port
        starts = joins.map { ByteBuffer(bytes: LiveClient.handshake(session) + LiveClient.masked($0)) }
        for number in 0..<count {
            let guest = try await connect(number)
            entered.withLock { $0.append(guest) }
        }
    }

    /// How many got what they came for; waits for all.
    func greeted() async throws -> Int {
        var count = 0
        for (number, guest) in guests.enumerated() {
            var hello = guest.hello
            while true {
                do {
                    try await hello.get()
                    break
                } catch ChannelError.eof {
                    // A busy server asks to come back (1013).
                    let again = try await connect(number)
                    entered.withLock { $0.append(again) }
                    hello = again.hello
                }
            }
            count += 1
        }
        return count
    }

    func close() async throws {
        for guest in guests { try? await guest.channel.close() }
    }

    private func connect(_ number: Int) async throws -> (channel: any Channel, hello: EventLoopFuture<Void>) {
        let hello = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
        let start = starts[number % starts.count]
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Guest(first: start, isResuming: number % 2 == 0, hello))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return (channel, hello.futureResult)
    }
}

/// One of a storm: says its piece and waits for the hello that is due to it, and, if it resumes, for the card that it missed.
private final class Guest: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let first: ByteBuffer
    private let wanted: [String]
    private let promise: EventLoopPromise<Void>
    private var received = ""

    init(first: ByteBuffer, isResuming: Bool, _ promise: EventLoopPromise<Void>) {
        self.first = first
        self.promise = promise
        wanted = isResuming ? ["\"mode\":\"resume\"", "\"t\":\"segment\""] : ["\"mode\":\"snapshot\"", "\"segment\":\"policy\""]
    }

    func channelActive(context: ChannelHandlerContext) { context.writeAndFlush(wrapOutboundOut(first), promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard received.utf8.count < 16_384 else { return }
        received += String(buffer: unwrapInboundIn(data))
        if wanted.allSatisfy(received.contains) { promise.succeed() }
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
}
