import Fanout
import NIOCore
import Testing
import WebSocket

/// RFC 6455 at the connection of a viewer, over a socket: which code ends it, and that the connection ends.
@Suite(.timeLimit(.minutes(10))) struct `What a viewer sends against RFC 6455` {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let code: CloseCode
    }

    static func masked(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        ClientFrame.encode(opcode, payload, isFinal: isFinal, mask: 0xA1B2_C3D4)
    }

    /// The head of a masked binary frame of 2 or 8 bytes of length, with a mask of zeros.
    static func head(_ length: UInt64, bytes: Int) -> [UInt8] {
        [0x82, bytes == 8 ? 0xFF : 0xFE] + (1...bytes).map { UInt8(length >> (8 * UInt64(bytes - $0)) & 0xFF) } + [0, 0, 0, 0]
    }

    static let cases = [
        Case(testDescription: "an unmasked frame", bytes: ServerFrame.text("hi".utf8), code: .protocolError),
        Case(testDescription: "an unmasked Close frame", bytes: ServerFrame.close(.normal), code: .protocolError),
        Case(testDescription: "a reserved bit", bytes: [0xC1] + masked(.text, [0x61]).dropFirst(), code: .protocolError),
        Case(testDescription: "a reserved opcode", bytes: [0x83] + masked(.text, [0x61]).dropFirst(), code: .protocolError),
        Case(testDescription: "a reserved control opcode", bytes: [0x8B] + masked(.text, []).dropFirst(), code: .protocolError),
        Case(testDescription: "125 bytes announced in 16 bits", bytes: head(125, bytes: 2), code: .protocolError),
        Case(testDescription: "125 bytes announced in 64 bits", bytes: head(125, bytes: 8), code: .protocolError),
        Case(testDescription: "a length with the top bit set", bytes: head(1 << 63, bytes: 8), code: .protocolError),
        Case(testDescription: "a length of 2^63 − 1", bytes: head(1 << 63 - 1, bytes: 8), code: .messageTooBig),
        Case(testDescription: "a Ping of 126 bytes", bytes: masked(.ping, [UInt8](repeating: 0, count: 126)), code: .protocolError),
        Case(testDescription: "a fragmented Ping", bytes: masked(.ping, [], isFinal: false), code: .protocolError),
        Case(testDescription: "a fragmented Close frame", bytes: masked(.close, [], isFinal: false), code: .protocolError),
        Case(testDescription: "a continuation of nothing", bytes: masked(.continuation, [0x61]), code: .protocolError),
        Case(
            testDescription: "a text within a fragmented one",
            bytes: masked(.text, [0x61], isFinal: false) + masked(.text, [0x61]),
            code: .protocolError
        ),
        Case(testDescription: "a text that isn't UTF-8", bytes: masked(.text, [0xFF]), code: .invalidPayload),
        Case(
            testDescription: "a character broken between fragments, before the message has ended",
            bytes: masked(.text, [0xE5, 0xB2], isFinal: false) + masked(.continuation, [0x41], isFinal: false),
            code: .invalidPayload
        ),
        Case(testDescription: "a text that ends within a character", bytes: masked(.text, [0xE5, 0xB2]), code: .invalidPayload),
        Case(testDescription: "a Close frame of one byte", bytes: masked(.close, [0x03]), code: .protocolError),
        Case(testDescription: "a close code that never travels", bytes: masked(.close, [0x03, 0xED]), code: .protocolError),
        Case(testDescription: "a close code of nobody", bytes: masked(.close, [0x07, 0xD0]), code: .protocolError),
        Case(testDescription: "a reason that isn't UTF-8", bytes: masked(.close, [0x03, 0xE8, 0xFF]), code: .invalidPayload),
    ]

    @Test(arguments: cases) func `ends the connection with the code of the rule, whole or byte by byte`(example: Case) async throws {
        try await withRoom(TestServer()) { server in
            let (whole, _) = try await server.viewer()
            whole.send(example.bytes)
            #expect(try await whole.rest() == [.close(example.code, reason: [])])
            let (bytewise, _) = try await server.viewer()
            for byte in example.bytes { bytewise.send([byte]) }
            #expect(try await bytewise.rest() == [.close(example.code, reason: [])])
        }
    }

    @Test(arguments: cases) func `counts before the join too, in one piece with what follows`(example: Case) async throws {
        try await withRoom(TestServer()) { server in
            let client = try TestClient(port: server.port)
            client.send(example.bytes + Self.masked(.text, Array("join 1".utf8)))
            #expect(try await client.rest() == [.close(example.code, reason: [])])
            #expect(server.log.all.isEmpty)
        }
    }

    @Test func `is passed over after a Close frame, which is answered once`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, _) = try await server.viewer()
            client.send(Self.masked(.close, [0x0F, 0xA0]) + Self.masked(.ping, []) + Self.masked(.close, [0x03, 0xE8]) + [0xFF, 0xFF])
            #expect(try await client.rest() == [.close(CloseCode(rawValue: 4000), reason: [])])
        }
    }

    @Test func `is passed over once the server has closed`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, _) = try await server.viewer()
            client.send(Self.masked(.binary, [1]) + Self.masked(.ping, []) + [0xFF, 0xFF])
            #expect(try await client.rest() == [.close(.unsupportedData, reason: [])])
        }
    }

    @Test func `and what is right comes through byte by byte, a character cut by a fragment's end`() async throws {
        let sayBack: @Sendable (ViewerMessage, any EventLoop) -> EventLoopFuture<Reaction>? = { message, loop in
            loop.makeSucceededFuture(.send(ServerFrame.text(message.text)))
        }
        try await withRoom(TestServer(receive: sayBack)) { server in
            let client = try TestClient(port: server.port)
            let text = Array("岗位".utf8)
            var bytes = Self.masked(.text, Array("join 1".utf8)) + Self.masked(.text, Array(text[..<2]), isFinal: false)
            bytes += Self.masked(.ping, [7]) + Self.masked(.continuation, Array(text[2...])) + Self.masked(.close, [])
            for byte in bytes { client.send([byte]) }
            let rest = try await client.rest()
            #expect(Array(rest.dropFirst()) == [.pong([7]), .text(text), .close(nil, reason: [])])
        }
    }
}
