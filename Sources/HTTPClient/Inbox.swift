import CCurl
import Synchronization

/// How requests get to the thread that makes them.
final class Inbox: Sendable {
    private struct State {
        var waiting: [Call] = []
        /// Those that have begun, too.
        var underWay = 0
        var isClosed = false
    }

    /// @unchecked: of what is done with it only `curl_multi_wakeup` is done by others than the one thread, which libcurl allows.
    struct Multi: @unchecked Sendable {
        let handle: UnsafeMutableRawPointer
    }

    let multi: Multi
    private let state = Mutex(State())

    /// The most that are under way. Each holds a socket, and no more bytes than its limits say.
    private static let most = 1_000

    /// What libcurl keeps for all, made by whoever comes first.
    private static let isBegun = curl_begin() == CURLE_OK

    init() {
        guard Self.isBegun, let handle = curl_multi_init() else { preconditionFailure("libcurl can't begin") }
        multi = Multi(handle: handle)
    }

    /// - Returns: false when too many are under way.
    func add(_ call: Call) -> Bool {
        state.withLock { state in
            guard state.underWay < Self.most else { return false }
            state.underWay += 1
            state.waiting.append(call)
            curl_multi_wakeup(multi.handle)
            return true
        }
    }

    /// Under the lock, as ``close()``: the thread frees what is woken only after it has seen that the inbox is closed.
    func wake() { state.withLock { _ in _ = curl_multi_wakeup(multi.handle) } }

    func close() {
        state.withLock { state in
            state.isClosed = true
            curl_multi_wakeup(multi.handle)
        }
    }

    /// What is new, or nil when nothing ever will be.
    func take() -> [Call]? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    func finished() { state.withLock { $0.underWay -= 1 } }
}
