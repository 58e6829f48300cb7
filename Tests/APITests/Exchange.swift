import FoundationEssentials
import JSON
import NIOCore
import NIOPosix

@testable import API

/// What a server answered to one request.
struct Answer: Sendable {
    let status: Int
    /// Names in lowercase.
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> JSON { try JSON(parsing: body) }

    var problem: String? { (try? json())?["type"]?.text.map { String($0.dropFirst("/problems/".count)) } }

    /// Where a problem says that the faults are.
    var pointers: [String] { (try? json())?["errors"]?.items?.compactMap { $0["pointer"]?.text ?? $0["parameter"]?.text } ?? [] }
}

/// Bytes to and from a server, as they travel: so that tests can say what no client library would.
struct Wires: Sendable {
    let port: Int

    struct Unreadable: Error {
        let bytes: String
    }

    /// Sends `bytes` on a connection of its own and reads until the server closes it or a whole answer is there.
    func exchange(_ bytes: [UInt8], from address: String = "127.0.0.1") async throws -> Answer {
        let channel = try await connect(from: address)
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            var received: [UInt8] = []
            do {
                for try await buffer in inbound {
                    received += buffer.readableBytesView
                    if let answer = Self.parse(received) { return answer }
                }
            } catch {
                // The server may close the connection before it has read everything.
            }
            guard let answer = Self.parse(received, isWhole: true) else {
                throw Unreadable(bytes: String(decoding: received, as: UTF8.self))
            }
            return answer
        }
    }

    /// A connection from any of the addresses in 127.0.0.0/8.
    func connect(from address: String = "127.0.0.1") async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if address != "127.0.0.1" { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: address, port: 0)) }
        return try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
        }
    }

    static func parse(_ bytes: [UInt8], isWhole: Bool = false) -> Answer? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        if status == 100 { return parse(Array(bytes[end.upperBound...]), isWhole: isWhole) }
        let pairs = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        let headers = Dictionary(pairs) { first, second in first + ", " + second }
        let body = Array(bytes[end.upperBound...])
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard isWhole || body.count >= length || status == 304 else { return nil }
        return Answer(status: status, headers: headers, body: body)
    }
}
