import Testing
import WebSocket

@Suite struct `Encoded frames` {
    @Test func `the unmasked examples of RFC 6455, section 5.7, are written`() {
        #expect(ServerFrame.text("Hello".utf8) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(ServerFrame.ping("Hello".utf8) == [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(ServerFrame.binary([UInt8](repeating: 0, count: 256)).prefix(4) == [0x82, 0x7E, 0x01, 0x00])
        #expect(ServerFrame.binary([UInt8](repeating: 0, count: 65536)).prefix(10) == [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0])
    }

    @Test(arguments: [0, 125, 126, 65535, 65536]) func `the header takes the least bytes`(count: Int) {
        let frame = ServerFrame.text([UInt8](repeating: 0x61, count: count))
        #expect(frame.count == ServerFrame.headerLength(payload: count) + count)
    }

    @Test func `close frames carry code and reason, or nothing`() {
        #expect(ServerFrame.close(.goingAway, reason: "bye".utf8) == [0x88, 0x05, 0x03, 0xE9, 0x62, 0x79, 0x65])
        #expect(ServerFrame.close(nil) == [0x88, 0x00])
        #expect(parse(ServerFrame.close(.tryAgainLater), from: .server).received == [.close(.tryAgainLater, reason: [])])
    }

    @Test(arguments: 0..<30 as Range<UInt64>) func `what is encoded is parsed, under any mask`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let payload = (0..<Int.random(in: 0...70_000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let frame = ClientFrame.encode(.binary, payload, mask: UInt32.random(in: 0 ... .max, using: &random))
        #expect(parse(frame).received == [.binary(payload)])
    }
}
