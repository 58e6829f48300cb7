import NIOCore

/// The two ways by which bytes leave to a viewer: directly to the descriptor, or through NIO, which keeps what the socket doesn't take
/// yet. A frame can't be cut, nor bytes change places, because:
///
/// - Nobody else writes: no other handler in the pipeline does, and ``Shard/transmit(_:to:)``, ``Shard/handOver(_:of:)`` and
///   ``Room/serve(_:now:)`` are the only places that write. There is one gate for each connection: the ``Viewer`` has it, or its
///   seat (``Viewer/Place``).
/// - ``holding`` counts the writes NIO has been given and hasn't finished. While it isn't 0 the gate gives out no descriptor, and
///   `transmit` goes through NIO too, which keeps the order of writes. It comes back to 0 only in the last write's promise, after
///   NIO has put its last byte into the socket. So a direct send never happens while NIO holds a byte of this channel.
/// - A direct send that is taken in part is followed, in the same turn of the loop, by handing over the rest: nothing comes between.
/// - The first thing handed over is an empty write, so that what others left in NIO (the 101) is out before anything is sent directly.
/// - The descriptor can't be another file's: NIO closes it on this loop and calls, in the same turn, the promises of what it held
///   (which fail and forget it) and `channelInactive` (which forgets it); nothing of ours runs between.
///
/// A channel that has no socket of its own or that has other handlers (TLS, tests) is written to through NIO alone.
struct WritingGate {
    /// What became of bytes that were to be written.
    enum Outcome {
        case sent
        /// The bytes that must be handed to NIO now.
        case left(ByteBuffer)
        /// The connection is broken.
        case failed
    }

    private var socket = DirectSocket.none
    /// Writes NIO has been given and hasn't finished.
    private var holding: Int32 = 0

    /// Whether NIO holds bytes for this channel.
    var isHolding: Bool { holding > 0 }

    /// Where bytes may go directly now; `.none` if they must go through NIO.
    var direct: DirectSocket { isHolding ? .none : socket }

    /// The channel's descriptor is there for direct sends, once NIO holds nothing.
    mutating func open(_ descriptor: CInt) {
        socket = DirectSocket(descriptor: descriptor)
        socket.prepare()
    }

    /// Nothing is ever sent directly again.
    mutating func forget() { socket = .none }

    /// Sends directly what may be and what the socket takes.
    func send(_ bytes: ByteBuffer) -> Outcome {
        guard direct.isOpen else { return .left(bytes) }
        return switch bytes.withUnsafeReadableBytes({ direct.send($0) }) {
        case .all: .sent
        case .part(let taken): .left(bytes.getSlice(at: bytes.readerIndex + taken, length: bytes.readableBytes - taken)!)
        case .failed: .failed
        }
    }

    /// NIO was given a write.
    mutating func handedOver() { holding += 1 }

    /// NIO has finished a write.
    /// - Returns: whether it holds nothing any more.
    mutating func finished(_ result: Result<Void, any Error>) -> Bool {
        holding -= 1
        guard case .success = result else {
            forget()
            return false
        }
        return !isHolding
    }
}
