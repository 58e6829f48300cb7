import CLibpq
import Glibc
package import Logging

/// What is sent to a channel with NOTIFY, heard on a connection of its own.
///
/// Each time listening has begun – at first and after every reconnection – it gives "": what was sent before then is lost, so the consumer must look for itself.
/// To a consumer that is slow only the newest 64 are kept: a notification is a hint to look, never the only copy of a fact.
package struct Notifications: AsyncSequence, Sendable {
    package typealias Element = String
    package typealias Failure = Never

    private let settings: ConnectionSettings
    private let channel: String
    private let logger: Logger

    package init(_ settings: ConnectionSettings, channel: String, logger: Logger) {
        self.settings = settings
        self.channel = channel
        self.logger = logger
    }

    /// Begins to listen; ends with the iterator or with the task that waits for it.
    package func makeAsyncIterator() -> AsyncStream<String>.Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(64))
        let stop = StopSignal()
        continuation.onTermination = { _ in stop.raise() }
        startThread(named: "pg-listen") { [settings, channel, logger] in
            Listener(settings: settings, channel: channel, logger: logger, stop: stop) { continuation.yield($0) }.run()
        }
        return stream.makeAsyncIterator()
    }
}

/// The listening thread's work.
private struct Listener {
    /// The time between two tries to connect, in milliseconds; doubled each time.
    private static let pauses: ClosedRange<Int32> = 50...5_000

    let settings: ConnectionSettings
    let channel: String
    let logger: Logger
    let stop: StopSignal
    let yield: (String) -> Void

    func run() {
        var pause = Self.pauses.lowerBound
        repeat {
            do {
                let connection = try LibpqConnection(settings, logger: logger)
                try connection.execute("LISTEN \"\(channel.replacing("\"", with: "\"\""))\"")
                pause = Self.pauses.lowerBound
                yield("")
                try listen(on: connection)
            } catch {
                if !stop.isRaised(within: 0) { logger.warning("listening to \(channel) is interrupted: \(error)") }
            }
            // Many processes that lost the same server come back one by one.
            if stop.isRaised(within: Int32.random(in: pause / 2...pause)) { return }
            pause = min(pause * 2, Self.pauses.upperBound)
        } while true
    }

    private func listen(on connection: LibpqConnection) throws(PostgresError) {
        while true {
            while let notification = PQnotifies(connection.handle) {
                yield(String(cString: notification.pointee.extra))
                PQfreemem(notification)
            }
            if stop.isRaised(orReadable: PQsocket(connection.handle)) { return }
            if PQconsumeInput(connection.handle) == 0 || connection.isBroken { throw .lost(connection.message) }
        }
    }
}

/// Something that a thread can wait for along with a socket.
private final class StopSignal: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let failure = pipe2(&ends, O_CLOEXEC)
        precondition(failure == 0, "no pipe: \(String(cString: strerror(errno)))")
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    func raise() {
        _ = write(writer, "x", 1)
    }

    func isRaised(within milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, milliseconds) > 0
    }

    /// Waits until the signal is raised (true) or there is something to read from `socket`.
    func isRaised(orReadable socket: Int32) -> Bool {
        var descriptors = [pollfd(fd: reader, events: Int16(POLLIN), revents: 0), pollfd(fd: socket, events: Int16(POLLIN), revents: 0)]
        while poll(&descriptors, 2, -1) == -1 && errno == EINTR {}
        return descriptors[0].revents != 0
    }
}
