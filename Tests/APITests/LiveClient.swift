import FoundationEssentials
import NIOCore
import WebSocket

@testable import API

/// A viewer's end of a room, frame by frame; unmasks nothing it should not and notices what a browser would.
final class LiveClient {
    enum Incoming: Equatable {
        case frame(JSON)
        case closed(Int?)
    }

    struct Refused: Error {
        let answer: Answer
    }

    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var bytes: [UInt8] = []

    private init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.inbound = inbound
        self.outbound = outbound
    }

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
        let channel = try await wires.connect()
        return try await channel.executeThenClose { inbound, outbound in
            let client = LiveClient(inbound.makeAsyncIterator(), outbound)
            // The first frame may come in the same packet as the handshake.
            try await outbound.write(ByteBuffer(bytes: handshake(session, query: query, headers: headers) + (first.map(masked) ?? [])))
            try await client.readHandshake()
            return try await body(client)
        }
    }

    static func join(_ token: String, after: Int? = nil, epoch: String? = nil) -> String {
        let resume = after.map { ",\"after\":\($0),\"epoch\":\"\(epoch ?? "")\"" } ?? ""
        return "{\"t\":\"join\",\"token\":\"\(token)\"\(resume)}"
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(bytes: Self.masked(text)))
    }

    func send(raw bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
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
            guard let buffer = try await inbound.next(isolation: #isolation) else { return .closed(nil) }
            bytes += buffer.readableBytesView
        }
    }

    /// The next frame called `type`, others passed over.
    func next(_ type: String) async throws -> JSON {
        while true {
            switch try await next() {
            case .frame(let frame) where frame["t"]?.text == type: return frame
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

    struct Ended: Error {
        let code: Int?
    }

    private func takeFrame() -> (UInt8, [UInt8])? {
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 0x7F)
        var header = 2
        if length == 126 {
            guard bytes.count >= 4 else { return nil }
            (length, header) = (Int(bytes[2]) << 8 | Int(bytes[3]), 4)
        } else if length == 127 {
            guard bytes.count >= 10 else { return nil }
            (length, header) = (bytes[2..<10].reduce(0) { $0 << 8 | Int($1) }, 10)
        }
        guard bytes.count >= header + length else { return nil }
        let frame = (bytes[0] & 0x0F, Array(bytes[header..<header + length]))
        bytes.removeFirst(header + length)
        return frame
    }

    private func readHandshake() async throws {
        while true {
            if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                if bytes.starts(with: Array("HTTP/1.1 101".utf8)) {
                    bytes.removeFirst(end.upperBound)
                    return
                }
                if let answer = Wires.parse(bytes) { throw Refused(answer: answer) }
            }
            guard let buffer = try await inbound.next(isolation: #isolation) else { throw Ended(code: nil) }
            bytes += buffer.readableBytesView
        }
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
