#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A connected TCP socket that NIO owns, written to without NIO.
///
/// NIO's write path is a third of the cost of a delivery (8.6 against 5.6 CPU seconds per million, 2 × EPYC, 2026-01), so bytes go to
/// the descriptor itself. Only a ``WritingGate`` gives one out, as its docstring says why nothing is cut that way.
struct DirectSocket: Equatable {
    /// What became of bytes offered to the kernel.
    enum Outcome: Equatable {
        case all
        /// The kernel took this many, maybe none; the rest must wait for the socket.
        case part(Int)
        /// The connection is broken.
        case failed
    }

    /// Negative: there is no socket to write to.
    let descriptor: Int32

    static let none = DirectSocket(descriptor: -1)

    var isOpen: Bool { descriptor >= 0 }

    /// Offers the bytes to the kernel, once, without waiting: one send(2).
    @inline(__always)
    func send(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        while true {
            let count = offer(descriptor, bytes)
            if count == bytes.count { return .all }
            if count >= 0 { return .part(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK, ENOBUFS, ENOMEM: return .part(0)
            default: return .failed
            }
        }
    }

    /// Prepares the socket for many small frames to someone who may stop reading (tcp(7), socket(7)).
    ///
    /// Nothing waits for more bytes (TCP_NODELAY); the kernel holds back little, so that counters don't grow stale in it
    /// (SO_SNDBUF, TCP_NOTSENT_LOWAT); sent bytes that stay unacknowledged break the connection (TCP_USER_TIMEOUT).
    func prepare() {
        set(tcpLevel, TCP_NODELAY, 1)
        set(SOL_SOCKET, SO_SNDBUF, 32 * 1024)
        set(tcpLevel, TCP_NOTSENT_LOWAT, 16 * 1024)
        set(tcpLevel, TCP_USER_TIMEOUT, 20_000)
    }

    /// A refused option costs comfort, not correctness.
    private func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

private let tcpLevel = Int32(IPPROTO_TCP)

private func offer(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
}
