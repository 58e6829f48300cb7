import Glibc
import NIOPosix
import Synchronization
import WebSocket

/// A viewer on a socket of its own, whose blocking waits happen on threads of their own and end at a deadline.
///
/// It parses what comes with ``FrameParser`` as from a server, so that every byte the hub sends is checked against RFC 6455.
// Sendable as one test uses it, one call at a time.
final class TestClient: @unchecked Sendable {
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 32)
        pool.start()
        return pool
    }()

    enum Failure: Error { case connect(Int32), timeout([FrameParser.Incoming]), violation(Violation), ended }

    private let descriptor: Int32
    private var parser = FrameParser(from: .server, limits: .init(message: 1 << 24, fragments: 8))
    private(set) var isAtEnd = false

    /// `receiveBuffer`: SO_RCVBUF in bytes, for clients that are to stall the sender soon.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw Failure.connect(errno) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(ClientFrame.encode(.text, Array(text.utf8), mask: 0x1234_5678)) }

    func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } }

    func closeSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Lets the kernel drop everything that comes for this socket before TCP sees it, acknowledgements too, as if the peer had lost its
    /// network (SO_ATTACH_FILTER, socket(7); it needs no privilege).
    func vanish() throws {
        // One struct sock_filter of <linux/filter.h>, BPF_RET | BPF_K with 0: keep no byte of a packet.
        var dropAll: UInt64 = 0x06
        let result = withUnsafeMutablePointer(to: &dropAll) { instructions in
            // struct sock_fprog
            var program: (count: UInt16, UnsafeMutablePointer<UInt64>) = (1, instructions)
            return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout.size(ofValue: program)))
        }
        guard result == 0 else { throw Failure.connect(errno) }
    }

    /// Asks for a WebSocket and waits for the answer, on a server that wants it.
    func shakeHands() async throws {
        let request = """
            GET /v1/sessions/00000000-0000-0000-0000-000000000001/live HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: jobcast.v1\r
            \r\n
            """
        send(Array(request.utf8))
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try await bytes(1) }
    }

    /// The next `count` bytes as they are.
    func bytes(_ count: Int) async throws -> [UInt8] {
        try await Self.threads.runIfActive {
            var all = [UInt8](repeating: 0, count: count)
            var got = 0
            while got < count {
                var request = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&request, 1, 60_000) > 0 else { throw Failure.timeout([]) }
                let more = all.withUnsafeMutableBytes { recv(self.descriptor, $0.baseAddress! + got, count - got, 0) }
                guard more > 0 else { throw Failure.ended }
                got += more
            }
            return all
        }
    }

    /// Everything that comes until `isEnough` holds or the connection ends; throws after `seconds`.
    func receive(
        within seconds: Double = 60,
        until isEnough: @escaping @Sendable ([FrameParser.Incoming]) -> Bool
    ) async throws -> [FrameParser.Incoming] {
        try await Self.threads.runIfActive { try self.receiveNow(within: seconds, until: isEnough) }
    }

    private func receiveNow(within seconds: Double, until isEnough: ([FrameParser.Incoming]) -> Bool) throws -> [FrameParser.Incoming] {
        var all: [FrameParser.Incoming] = []
        let end = clock() + seconds
        while !isEnough(all), !isAtEnd {
            guard let some = try receiveSome(until: end) else { throw Failure.timeout(all) }
            all += some
        }
        return all
    }

    /// The bytes as text, until it is enough or the connection ends: of an event stream.
    func text(within seconds: Double = 60, until isEnough: @escaping @Sendable (String) -> Bool) async throws -> String {
        try await Self.threads.runIfActive {
            var text: [UInt8] = []
            let end = self.clock() + seconds
            while !isEnough(String(decoding: text, as: UTF8.self)), let some = try self.bytes(until: end) { text += some }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// At least one; nil at the end of the connection.
    private func bytes(until end: Double) throws -> [UInt8]? {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, Int32(max(0, end - clock()) * 1000) + 1) > 0 else { throw Failure.timeout([]) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// The next frames, at least one read's worth; nil when the time is over.
    private func receiveSome(until end: Double) throws -> [FrameParser.Incoming]? {
        let left = end - clock()
        guard left > 0 else { return nil }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, Int32(left * 1000) + 1) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            isAtEnd = true
            return []
        }
        var frames: [FrameParser.Incoming] = []
        var offset = 0
        let bytes = Array(buffer[..<count])
        while let incoming = try parser.next(in: bytes.span, from: &offset) { frames.append(incoming) }
        return frames
    }

    /// What has come already or comes next within the time; empty if nothing does, or no whole frame.
    func available(within seconds: Double = 0.001) async throws -> [FrameParser.Incoming] {
        try await Self.threads.runIfActive { try self.receiveSome(until: self.clock() + seconds) ?? [] }
    }

    /// The next `count` texts, other frames passed over.
    func texts(_ count: Int, within seconds: Double = 60) async throws -> [String] {
        try await receive(within: seconds) { $0.compactMap(\.string).count >= count }.compactMap(\.string)
    }

    /// Everything up to the connection's end.
    func rest(within seconds: Double = 60) async throws -> [FrameParser.Incoming] {
        try await receive(within: seconds) { _ in false }
    }

    private func clock() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension FrameParser.Incoming {
    var string: String? {
        guard case .text(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    var closeCode: CloseCode? {
        guard case .close(let code, _) = self else { return nil }
        return code
    }
}
