import Glibc
package import Postgres
import Synchronization

/// A way to a test's PostgreSQL that breaks at a chosen request, once.
///
/// For connections that ask and wait for the answer: each request is passed on whole, and so is its answer.
package final class FragileLine: Sendable {
    package enum Moment: Sendable, CaseIterable {
        /// The server never hears of the request.
        case beforeRequest
        /// The request has been carried out, and nobody is told.
        case beforeAnswer
    }

    private struct State {
        var requests = 0
        var breaking: (request: Int, moment: Moment)?
    }

    package let settings: ConnectionSettings
    private let server: String
    private let folder: String
    private let listener: Int32
    private let state = Mutex(State())

    /// - Parameter settings: with the folder of the server's socket as `host='…'`, as the tests' clusters give them.
    package init(to settings: ConnectionSettings) throws {
        let parts = settings.url.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        server = "\(parts[1])/.s.PGSQL.5432"
        var template = Array("/tmp/jobcast-line-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw PostgresError.cluster("no temporary folder") }
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        self.settings = ConnectionSettings(url: "\(parts[0])'\(folder)'\(parts[2])")
        listener = newSocket()
        guard withAddress("\(folder)/.s.PGSQL.5432", { bind(listener, $0, $1) }) == 0, listen(listener, 16) == 0 else {
            throw PostgresError.cluster("no socket in \(folder)")
        }
        startThread(named: "line") { [listener, server, weak self] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                startThread(named: "line") { [weak self] in self?.serve(client, server) }
            }
        }
    }

    deinit {
        hangUp(listener)
        unlink("\(folder)/.s.PGSQL.5432")
        rmdir(folder)
    }

    /// Breaks at the `request`-th from now on, the first being 1.
    package func breakAt(_ request: Int, _ moment: Moment) {
        state.withLock { $0 = State(breaking: (request, moment)) }
    }

    /// Whether it still is to break.
    package var isArmed: Bool { state.withLock { $0.breaking != nil } }

    private func moment() -> Moment? {
        state.withLock { state in
            state.requests += 1
            guard let breaking = state.breaking, breaking.request == state.requests else { return nil }
            state.breaking = nil
            return breaking.moment
        }
    }

    /// A connection's whole life. Message formats: PostgreSQL manual, 55.7.
    private func serve(_ client: Int32, _ path: String) {
        defer { hangUp(client) }
        let server = newSocket()
        defer { hangUp(server) }
        guard withAddress(path, { connect(server, $0, $1) }) == 0, let greeting = message(client, isTyped: false) else { return }
        guard sendAll(greeting, server), let welcome = messages(server, until: "Z"), sendAll(welcome, client) else { return }
        // A query, or the end of a prepared one.
        while let request = messages(client, until: "Q", "S") {
            let moment = moment()
            if moment == .beforeRequest { return }
            guard sendAll(request, server), let answer = messages(server, until: "Z") else { return }
            if moment == .beforeAnswer { return }
            guard sendAll(answer, client) else { return }
        }
    }
}

private func newSocket() -> Int32 {
    socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
}

/// Ends the connection also where a child that was started meanwhile has inherited it.
private func hangUp(_ socket: Int32) {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
}

private func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}

/// All messages up to and with one of these types; nil when the other side has gone.
private func messages(_ socket: Int32, until types: Unicode.Scalar...) -> [UInt8]? {
    var bytes: [UInt8] = []
    while let next = message(socket, isTyped: true) {
        bytes += next
        if types.contains(where: { UInt8(ascii: $0) == next[0] }) { return bytes }
    }
    return nil
}

private func message(_ socket: Int32, isTyped: Bool) -> [UInt8]? {
    let start = isTyped ? 1 : 0
    guard let head = receive(start + 4, socket) else { return nil }
    let length = head[start...].reduce(0) { $0 << 8 | Int($1) }
    return receive(length - 4, socket).map { head + $0 }
}

private func receive(_ count: Int, _ socket: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let received = count == 0 ? 0 : recv(socket, &bytes, count, Int32(MSG_WAITALL))
    return received == count ? bytes : nil
}

private func sendAll(_ bytes: [UInt8], _ socket: Int32) -> Bool {
    send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
}
