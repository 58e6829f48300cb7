import Synchronization

/// The first frame of everyone who joins a room at one head, encoded when the first of them comes and then shared.
///
/// Ten thousand viewers who come back within seconds thus cost one encoding per head and mode, over all event loops.
package final class Greeting: Sendable {
    package enum Mode: Sendable {
        /// The whole state of the room as of its head; frames after the head follow.
        case snapshot
        /// No state: the frames the viewer missed follow.
        case resume
    }

    private let encode: @Sendable (Mode) -> [UInt8]
    private let encoded = Mutex<(snapshot: [UInt8]?, resume: [UInt8]?)>((nil, nil))

    /// `encode` gives the whole wire image of the frame; it is called at most once per mode, on an event loop, and must not block.
    package init(encode: @escaping @Sendable (Mode) -> [UInt8]) { self.encode = encode }

    package func wire(_ mode: Mode) -> [UInt8] {
        encoded.withLock { encoded in
            switch mode {
            case .snapshot:
                if let wire = encoded.snapshot { return wire }
                let wire = encode(.snapshot)
                encoded.snapshot = wire
                return wire
            case .resume:
                if let wire = encoded.resume { return wire }
                let wire = encode(.resume)
                encoded.resume = wire
                return wire
            }
        }
    }
}
