import DequeModule

/// Who waits and who is idle in a pool; decides, and does nothing itself.
struct PoolState<Call, Worker> {
    enum Submission {
        /// The pool is closed.
        case refused
        /// The call is refused, as others enough wait.
        case overloaded
        case wait
        case wake(Worker)
        /// One more worker may be made.
        case start
    }

    enum Next {
        case run(Call)
        case sleep
        case stop
    }

    let maximum: Int
    /// How many may wait; who comes then is refused at once, so that those before are served while they still want it.
    private let room: Int
    private var waiting: Deque<Call> = []
    /// The one used last is used first: few connections stay warm and the others cost nothing.
    private var idle: [Worker] = []
    private var workers = 0
    private var connected = 0
    private var isClosed = false

    init(maximum: Int, room: Int = .max) {
        precondition(maximum > 0)
        self.maximum = maximum
        self.room = room
    }

    var isStopped: Bool { isClosed && workers == 0 }

    mutating func submitted(_ call: Call) -> Submission {
        if isClosed { return .refused }
        if waiting.count >= room { return .overloaded }
        waiting.append(call)
        if let worker = idle.popLast() { return .wake(worker) }
        guard workers < maximum else { return .wait }
        workers += 1
        return .start
    }

    mutating func becameFree(_ worker: Worker) -> Next {
        if let call = waiting.popFirst() { return .run(call) }
        if isClosed { return .stop }
        idle.append(worker)
        return .sleep
    }

    /// Notes that a worker, told to `.stop`, has closed its connection.
    mutating func stopped() {
        workers -= 1
    }

    mutating func connectionOpened() {
        connected += 1
    }

    mutating func connectionClosed() {
        connected -= 1
    }

    /// The calls to fail: with no connection left, those who wait would only wait for the same failure.
    mutating func connectFailed() -> [Call] {
        guard connected == 0 else { return [] }
        defer { waiting.removeAll() }
        return Array(waiting)
    }

    mutating func closed() -> (failed: [Call], woken: [Worker]) {
        isClosed = true
        defer {
            waiting.removeAll()
            idle.removeAll()
        }
        return (Array(waiting), idle)
    }
}
