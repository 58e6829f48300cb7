/// How a viewer who can't have a WebSocket is spoken to: the same frames as server-sent events in the body of one HTTP answer
/// (WHATWG HTML, section 9.2), that ends with the connection.
package final class EventStream: Sendable {
    /// Names the log: the id of an event is this, a colon and a position, so that a position of another log is known as such.
    private let epoch: String
    /// The head of the answer that begins the stream.
    let head: [UInt8]
    /// The whole answer for someone who isn't let in.
    let refusal: @Sendable (Farewell) -> [UInt8]

    package init(epoch: String, head: [UInt8], refusal: @escaping @Sendable (Farewell) -> [UInt8]) {
        self.epoch = epoch
        self.head = head
        self.refusal = refusal
    }

    /// What tells proxies and the kernel that the link lives: a comment.
    static let sign = Array(":\n\n".utf8)

    /// Adds the message of a whole WebSocket text frame, which has no line break, as one event; with `position`, the client comes back
    /// from there.
    fileprivate func append(_ frame: [UInt8], position: Int64? = nil, to bytes: inout [UInt8]) {
        if let position { bytes += "id: \(epoch):\(position)\n".utf8 }
        bytes += "data: ".utf8
        bytes += frame.dropFirst(Self.headerLength(frame))
        bytes += "\n\n".utf8
    }

    /// What a client that comes back by itself is to wait: a moment of the window at random, as all of a room may be told at once.
    static func retry(_ window: ClosedRange<UInt32>) -> [UInt8] { Array("retry: \(UInt32.random(in: window))\n\n".utf8) }

    /// The last words to someone who was let in.
    func bye(_ farewell: Farewell) -> [UInt8] {
        var bytes = farewell.window.map(Self.retry) ?? []
        if let frame = farewell.frame { append(frame, to: &bytes) }
        return bytes
    }

    /// RFC 6455, section 5.2: unmasked.
    private static func headerLength(_ frame: [UInt8]) -> Int {
        switch frame[1] {
        case 126: 4
        case 127: 10
        default: 2
        }
    }
}

extension EventStream? {
    /// Adds a frame as it travels to the viewer: without a stream as it is, for a WebSocket. One that goes alone isn't even copied.
    func write(_ frame: [UInt8], position: Int64? = nil, to bytes: inout [UInt8]) {
        if let self {
            self.append(frame, position: position, to: &bytes)
        } else if bytes.isEmpty {
            bytes = frame
        } else {
            bytes += frame
        }
    }
}
