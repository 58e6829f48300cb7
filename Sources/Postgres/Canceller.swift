import CLibpq
import Glibc
import Synchronization

/// Stops the statement that a connection is working on, from any thread.
/// @unchecked: a PGcancel may be used from any thread (libpq manual, 34.7); all use is under the lock of `armed`.
final class Canceller: @unchecked Sendable {
    /// The time between two tries: a request that reaches the server between two statements has no effect.
    private static let pause: Int32 = 50  // milliseconds

    private let request: OpaquePointer?
    private let armed = Mutex<ObjectIdentifier?>(nil)

    init(_ libpq: LibpqConnection) {
        request = PQgetCancel(libpq.handle)
    }

    deinit {
        PQfreeCancel(request)
    }

    func arm(for call: PoolCall) {
        armed.withLock { $0 = ObjectIdentifier(call) }
    }

    /// Waits for a request that is under way, so that it can't hit the next call.
    func disarm() {
        armed.withLock { $0 = nil }
    }

    /// Asks the server to stop, again and again until `call` no longer runs here, on a thread of its own because PQcancel blocks.
    func cancel(_ call: PoolCall) {
        startThread(named: "pg-cancel") { [self] in
            while requestOnce(for: call) { poll(nil, 0, Self.pause) }
        }
    }

    private func requestOnce(for call: PoolCall) -> Bool {
        armed.withLock { armed in
            guard armed == ObjectIdentifier(call) else { return false }
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
                _ = PQcancel(request, message.baseAddress, 256)
            }
            return true
        }
    }
}
