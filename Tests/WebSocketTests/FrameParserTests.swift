import Testing
import WebSocket

@Suite struct `Frame parser` {
    @Test func `a masked text is read`() throws {
        var parser = FrameParser(limits: .init(message: 100, fragments: 4))
        var offset = 0
        let bytes = ClientFrame.encode(.text, Array("Hello".utf8), mask: 0x37FA_213D)
        #expect(bytes == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
        #expect(try parser.next(in: bytes.span, from: &offset) == .text(Array("Hello".utf8)))
    }
}
