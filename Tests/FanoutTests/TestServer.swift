import Dispatch
import Fanout
import NIOCore
import NIOPosix
import Synchronization
import WebSocket

/// A hub behind a listening socket on 127.0.0.1 whose connections are WebSockets from their first byte: no HTTP.
final class TestServer: Sendable {
    static let room = RoomID(7)

    let hub: Hub
    let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel

    /// `configure` prepares each connection's channel before the viewer's handler is added; whoever `stream` gives something for is
    /// served events, and has said `join 1` already.
    init(
        loops: Int = 1,
        limits: Limits = Limits(),
        admit: (@Sendable (RoomID, [UInt8], any EventLoop) -> EventLoopFuture<Verdict>)? = nil,
        history: (@Sendable (Int64, Int64) -> [OrderedFrame]?)? = nil,
        receive: (@Sendable (ViewerMessage, any EventLoop) -> EventLoopFuture<Reaction>?)? = nil,
        stream: @escaping @Sendable () -> EventStream? = { nil },
        configure: @escaping @Sendable (any Channel) throws -> Void = { _ in }
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let log = MovementLog()
        let hub = Hub(loops: group.makeIterator().map { $0 }, limits: limits)
        let callbacks = Callbacks(
            admit: admit ?? { _, bytes, loop in loop.makeSucceededFuture(Self.verdict(bytes)) },
            // In a later turn of the loop, as a log answers.
            history: { _, after, upTo, loop in loop.scheduleTask(in: .milliseconds(1)) { history?(after, upTo) }.futureResult },
            receive: receive ?? { _, _ in nil },
            moved: { log.add($0) }
        )
        self.group = group
        self.hub = hub
        self.log = log
        listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try configure(channel)
                    guard let reservation = hub.reserve(ClientAddress(v4: 0x7F00_0001)) else { throw ChannelError.alreadyClosed }
                    let stream = stream()
                    let joining = stream.map { _ in Array("join 1".utf8) }
                    try channel.pipeline.syncOperations.addHandler(
                        hub.viewer(
                            room: Self.room,
                            reservation: reservation,
                            callbacks: callbacks,
                            joining: joining,
                            stream: stream,
                            on: channel.eventLoop
                        )
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress!.port!
    }

    let log: MovementLog

    /// `join <viewer> [<after>]`; any other first message is turned away.
    static func verdict(_ bytes: [UInt8]) -> Verdict {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.first == "join", words.count >= 2, let viewer = UInt128(words[1]) else { return .refused(.unauthorised) }
        return .admitted(ViewerID(viewer), until: nil, after: words.count > 2 ? Int64(words[2]) : nil)
    }

    /// Returns when the loops have done what they were told so far.
    func settle() async throws {
        for loop in group.makeIterator() { try await loop.submit {}.get() }
    }

    /// Keeps the first loop from doing anything until what is returned is called.
    func blockLoop() async throws -> @Sendable () -> Void {
        let gate = DispatchSemaphore(value: 0)
        try await withCheckedThrowingContinuation { (blocked: CheckedContinuation<Void, any Error>) in
            group.next().execute {
                blocked.resume()
                gate.wait()
            }
        }
        return { gate.signal() }
    }

    /// How many viewers there are each time the first loop comes to it, down to none.
    func watchLeaving() -> EventLoopFuture<[Int]> {
        let loop = group.next()
        let promise = loop.makePromise(of: [Int].self)
        @Sendable func look(_ counts: [Int]) {
            let count = hub.viewerCount
            let all = counts.last == count ? counts : counts + [count]
            if count == 0 { return promise.succeed(all) }
            loop.scheduleTask(in: .microseconds(10)) { look(all) }
        }
        loop.execute { look([]) }
        return promise.futureResult
    }

    func stop() async throws {
        try await listener.close()
        try await group.shutdownGracefully()
    }
}

/// What the hub said of joins and leaves.
final class MovementLog: Sendable {
    private struct Waiter {
        let isEnough: @Sendable ([Movement]) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private let state = Mutex<(movements: [Movement], waiters: [Waiter])>(([], []))

    func add(_ movement: Movement) {
        state.withLock { state in
            state.movements.append(movement)
            for waiter in state.waiters where waiter.isEnough(state.movements) { waiter.continuation.resume() }
            state.waiters.removeAll { $0.isEnough(state.movements) }
        }
    }

    var all: [Movement] { state.withLock { $0.movements } }

    /// Returns when what was said is enough; the suite's time limit is the deadline.
    func wait(until isEnough: @escaping @Sendable ([Movement]) -> Bool) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if isEnough(state.movements) { return continuation.resume() }
                state.waiters.append(Waiter(isEnough: isEnough, continuation: continuation))
            }
        }
    }
}
