import JSON
import WebSocket

@testable import API

/// A viewer's end of a room, frame by frame; unmasks nothing it should not and notices what a browser would.
final class LiveClient {
    enum Incoming: Equatable {
        case frame(JSON)
        case closed(Int?)
    }

    /// The server answered otherwise than it was to.
    struct Refused: Error {
        let answer: Answer
    }

    struct Ended: Error {
        let code: Int?
    }

    private let line: Line

    private init(_ line: Line) { self.line = line }

    /// Shakes hands for the session's room and runs `body` with what comes of it.
    /// - Throws: `Refused` when the server doesn't upgrade.
    static func open<Result: Sendable>(
        _ wires: Wires,
        _ session: String,
        first: String? = nil,
        query: String = "",
        headers: [String] = [],
        _ body: (LiveClient) async throws -> Result
    ) async throws -> Result {
        try await Line.open(wires) { line in
            // The first frame may come in the same packet as the handshake.
            try await line.write(handshake(session, query: query, headers: headers) + (first.map(masked) ?? []))
            _ = try await line.head(status: 101)
            return try await body(LiveClient(line))
        }
    }

    static func join(_ token: String, after: Int? = nil, epoch: String? = nil) -> String {
        let resume = after.map { ",\"after\":\($0),\"epoch\":\"\(epoch ?? "")\"" } ?? ""
        return "{\"t\":\"join\",\"token\":\"\(token)\"\(resume)}"
    }

    func send(_ text: String) async throws {
        try await line.write(Self.masked(text))
    }

    func send(raw bytes: [UInt8]) async throws {
        try await line.write(bytes)
    }

    /// The next text frame or the end; pings are passed over.
    func next() async throws -> Incoming {
        while true {
            while let (opcode, payload) = takeFrame() {
                switch opcode {
                case 1:
                    let frame = try JSON(parsing: payload)
                    FrameCheck.shared.check(frame, payload)
                    return .frame(frame)
                case 8: return .closed(payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil)
                default: continue
                }
            }
            guard try await line.read() else { return .closed(nil) }
        }
    }

    /// The next frame called `type`, others passed over.
    func next(_ type: String) async throws -> JSON { try await first { $0["t"]?.text == type } }

    /// The next frame that has its place in the order, others passed over.
    func ordered() async throws -> JSON { try await first { $0["pp"] != nil } }

    private func first(where isWanted: (JSON) -> Bool) async throws -> JSON {
        while true {
            switch try await next() {
            case .frame(let frame) where isWanted(frame): return frame
            case .frame: continue
            case .closed(let code): throw Ended(code: code)
            }
        }
    }

    /// The code with which the server closes, frames before it passed over.
    func closeCode() async throws -> Int? {
        while true {
            if case .closed(let code) = try await next() { return code }
        }
    }

    private func takeFrame() -> (UInt8, [UInt8])? {
        guard line.bytes.count >= 2 else { return nil }
        var length = Int(line.bytes[1] & 0x7F)
        var header = 2
        if length == 126 {
            guard line.bytes.count >= 4 else { return nil }
            (length, header) = (Int(line.bytes[2]) << 8 | Int(line.bytes[3]), 4)
        } else if length == 127 {
            guard line.bytes.count >= 10 else { return nil }
            (length, header) = (line.bytes[2..<10].reduce(0) { $0 << 8 | Int($1) }, 10)
        }
        guard line.bytes.count >= header + length else { return nil }
        let frame = (line.bytes[0] & 0x0F, Array(line.bytes[header..<header + length]))
        line.bytes.removeFirst(header + length)
        return frame
    }

    static func handshake(_ session: String, query: String = "", headers: [String] = [], subprotocol: String = "jobcast.v1") -> [UInt8] {
        Array(
            """
            GET /v1/sessions/\(session)/live\(query) HTTP/1.1\r
            \((["Host: localhost"] + headers).joined(separator: "\r\n"))\r
            Upgrade: websocket\r
            Connection: keep-alive, Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: \(subprotocol)\r
            \r\n
            """.utf8
        )
    }

    static func masked(_ text: String) -> [UInt8] {
        ClientFrame.encode(.text, Array(text.utf8), mask: 0x1234_5678)
    }
}
