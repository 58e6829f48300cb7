import JSON

@testable import API

/// A viewer who follows a room by server-sent events, line by line.
final class EventClient {
    private let line: Line
    /// What a browser would send as Last-Event-ID.
    private(set) var lastID: String?
    /// Milliseconds that the server said to wait before coming back, one after the other.
    private(set) var retries: [Int] = []
    private(set) var comments = 0
    let headers: [String: String]

    private init(_ line: Line, _ headers: [String: String]) {
        self.line = line
        self.headers = headers
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
        try await Line.open(wires) { line in
            let more = (token.map { ["Authorization: Bearer \($0)"] } ?? []) + (id.map { ["Last-Event-ID: \($0)"] } ?? []) + headers
            let lines =
                ["GET /v1/sessions/\(session)/events\(query) HTTP/\(version)", "Host: localhost", "Accept: text/event-stream"] + more
            try await line.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
            return try await body(EventClient(line, line.head(status: 200)))
        }
    }

    /// The next frame; nil at the end of the stream.
    func next() async throws -> JSON? {
        while let event = try await block() {
            var frame: JSON?
            for field in event.split(separator: "\n") {
                if field.hasPrefix("data: ") {
                    let text = Array(field.utf8.dropFirst(6))
                    frame = try JSON(parsing: text)
                    FrameCheck.shared.check(frame!, text)
                } else if field.hasPrefix("id: ") {
                    lastID = String(field.dropFirst(4))
                } else if field.hasPrefix("retry: "), let wait = Int(field.dropFirst(7)) {
                    retries.append(wait)
                } else if field.hasPrefix(":") {
                    comments += 1
                } else {
                    throw Unreadable(line: String(field))
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
            if let end = line.bytes.firstRange(of: Array("\n\n".utf8)) {
                defer { line.bytes.removeFirst(end.upperBound) }
                return String(decoding: line.bytes[..<end.lowerBound], as: UTF8.self)
            }
            guard try await line.read() else { return nil }
        }
    }
}
