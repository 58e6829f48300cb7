import JSON
import NIOCore

/// A connection to a server, and what came over it and wasn't taken yet.
final class Line {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    var bytes: [UInt8] = []

    private init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.inbound = inbound
        self.outbound = outbound
    }

    /// Runs `body` with a connection of its own, and closes it.
    static func open<Result: Sendable>(_ wires: Wires, from address: String = "127.0.0.1", _ body: (Line) async throws -> Result)
        async throws -> Result
    {
        try await wires.connect(from: address).executeThenClose { inbound, outbound in
            try await body(Line(inbound.makeAsyncIterator(), outbound))
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Sends a request without a body.
    func ask(_ method: String = "GET", _ path: String, version: String = "1.1", _ headers: [String] = []) async throws {
        let lines = ["\(method) \(path) HTTP/\(version)", "Host: localhost"] + headers
        try await write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    }

    /// Takes a whole answer, which has a length.
    func answer() async throws -> Answer {
        while true {
            if let answer = Wires.parse(bytes), let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                let length = answer.headers["content-length"].flatMap { Int($0) } ?? 0
                bytes.removeFirst(end.upperBound + length)
                return Answer(status: answer.status, headers: answer.headers, body: Array(answer.body.prefix(length)))
            }
            guard try await read() else { throw LiveClient.Ended(code: nil) }
        }
    }

    /// Waits until `text` has come, and takes what came up to its end.
    func text(through text: String) async throws {
        while true {
            if let found = bytes.firstRange(of: Array(text.utf8)) { return bytes.removeFirst(found.upperBound) }
            guard try await read() else { throw LiveClient.Ended(code: nil) }
        }
    }

    /// What else comes until the server ends the connection.
    func rest() async throws -> String {
        while try await read() {}
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits for more bytes; false at the end.
    func read() async throws -> Bool {
        guard let buffer = try await inbound.next(isolation: #isolation) else { return false }
        bytes += buffer.readableBytesView
        return true
    }

    /// Takes the head of an answer, which must have this status, and gives its headers.
    /// - Throws: `LiveClient.Refused` for another status, `LiveClient.Ended`.
    func head(status: Int) async throws -> [String: String] {
        while true {
            if let answer = Wires.parse(bytes) {
                guard answer.status == status else { throw LiveClient.Refused(answer: answer) }
                bytes.removeFirst(bytes.firstRange(of: Array("\r\n\r\n".utf8))!.upperBound)
                return answer.headers
            }
            guard try await read() else { throw LiveClient.Ended(code: nil) }
        }
    }
}
