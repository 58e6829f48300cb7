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
    static func open<Result: Sendable>(_ wires: Wires, _ body: (Line) async throws -> Result) async throws -> Result {
        try await wires.connect().executeThenClose { inbound, outbound in try await body(Line(inbound.makeAsyncIterator(), outbound)) }
    }

    func write(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
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
