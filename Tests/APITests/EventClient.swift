import NIOCore

@testable import API

/// A viewer who follows a room by server-sent events, line by line.
final class EventClient {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var bytes: [UInt8] = []
    /// What a browser would send as Last-Event-ID.
    private(set) var lastID: String?
    /// Milliseconds that the server said to wait before coming back, one after the other.
    private(set) var retries: [Int] = []
    private(set) var comments = 0
    private(set) var headers: [String: String] = [:]

    private init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.inbound = inbound
        self.outbound = outbound
    }

    /// Asks for the session's events and runs `body` with what comes of it.
    /// - Throws: `LiveClient.Refused` for any answer but 200.
    static func open<Result: Sendable>(
        _ wires: Wires,
        _ session: String,
        as token: String? = nil,
        last id: String? = nil,
        query: String = "",
        headers: [String] = [],
        version: String = "1.1",
        _ body: (EventClient) async throws -> Result
    ) async throws -> Result {
        let channel = try await wires.connect()
        return try await channel.executeThenClose { inbound, outbound in
            let client = EventClient(inbound.makeAsyncIterator(), outbound)
            let more = (token.map { ["Authorization: Bearer \($0)"] } ?? []) + (id.map { ["Last-Event-ID: \($0)"] } ?? []) + headers
            let lines =
                ["GET /v1/sessions/\(session)/events\(query) HTTP/\(version)", "Host: localhost", "Accept: text/event-stream"] + more
            try await outbound.write(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n"))
            try await client.readHead()
            return try await body(client)
        }
    }

    /// The next frame; nil at the end of the stream.
    func next() async throws -> JSON? {
        while let event = try await block() {
            var frame: JSON?
            for line in event.split(separator: "\n") {
                if line.hasPrefix("data: ") {
                    let text = Array(line.utf8.dropFirst(6))
                    frame = try JSON(parsing: text)
                    FrameCheck.shared.check(frame!, text)
                } else if line.hasPrefix("id: ") {
                    lastID = String(line.dropFirst(4))
                } else if line.hasPrefix("retry: "), let wait = Int(line.dropFirst(7)) {
                    retries.append(wait)
                } else if line.hasPrefix(":") {
                    comments += 1
                } else {
                    throw Unreadable(line: String(line))
                }
            }
            if let frame { return frame }
        }
        return nil
    }

    /// The next frame called `type`, others passed over.
    func next(_ type: String) async throws -> JSON {
        while let frame = try await next() {
            if frame["t"]?.text == type { return frame }
        }
        throw LiveClient.Ended(code: nil)
    }

    struct Unreadable: Error {
        let line: String
    }

    /// Lines up to an empty one.
    private func block() async throws -> String? {
        while true {
            if let end = bytes.firstRange(of: Array("\n\n".utf8)) {
                defer { bytes.removeFirst(end.upperBound) }
                return String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            }
            guard let buffer = try await inbound.next(isolation: #isolation) else { return nil }
            bytes += buffer.readableBytesView
        }
    }

    private func readHead() async throws {
        while true {
            if let answer = Wires.parse(bytes), answer.status != 200 || answer.headers["content-length"] == nil {
                guard answer.status == 200 else { throw LiveClient.Refused(answer: answer) }
                headers = answer.headers
                bytes.removeFirst(bytes.firstRange(of: Array("\r\n\r\n".utf8))!.upperBound)
                return
            }
            guard let buffer = try await inbound.next(isolation: #isolation) else { throw LiveClient.Ended(code: nil) }
            bytes += buffer.readableBytesView
        }
    }
}
