import Glibc
import Postgres
import Synchronization

/// A server whose answers a test writes byte by byte, on a port of its own; each connection has a thread.
package final class OddServer: Sendable {
    package let port: Int
    private let listening: Int32

    package struct NoSocket: Error {}

    package init(_ serve: @escaping @Sendable (OddConnection) -> Void) throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, length) == 0 && listen(listening, 1_024) == 0 && getsockname(listening, $0, &length) == 0
            }
        }
        guard isBound else { throw NoSocket() }
        (self.listening, port) = (listening, Int(UInt16(bigEndian: address.sin_port)))
        startThread(named: "odd-server") {
            while case let descriptor = accept(listening, nil, nil), descriptor >= 0 {
                startThread(named: "odd-connection") {
                    serve(OddConnection(descriptor: descriptor))
                    close(descriptor)
                }
            }
            close(listening)
        }
    }

    /// Which ends what waits for connections.
    deinit { shutdown(listening, Int32(SHUT_RDWR)) }
}

/// One connection, from the server's side.
package struct OddConnection: Sendable {
    let descriptor: Int32

    /// A request's first line and headers, and its body; nil when the client has gone. Blocks the thread.
    package func request() -> (head: String, body: String)? {
        var bytes: [UInt8] = []
        while true {
            if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                let length = head.firstMatch(of: /(?i)content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
                if bytes.count - end.upperBound >= length { return (head, String(decoding: bytes[end.upperBound...], as: UTF8.self)) }
            }
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            bytes += piece[..<count]
        }
    }

    /// - Returns: false when the client has gone.
    @discardableResult
    package func write(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    /// A whole answer, after which the connection ends.
    package func answer(_ body: String, status: String = "200 OK", headers: [String] = []) {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
        write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Until the client goes. Blocks the thread.
    package func wait() {
        var piece: UInt8 = 0
        while recv(descriptor, &piece, 1, 0) > 0 {}
    }
}
