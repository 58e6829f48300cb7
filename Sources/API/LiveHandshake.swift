import CNIOLinux
import Crypto
import Fanout
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Recruiting
import SwiftGlibc

/// A request that may become a viewer: a WebSocket handshake (RFC 6455 §4.2.1) for a session's room.
struct LiveHandshake: Sendable {
    let session: SessionID
    /// The value of `Origin`; nil when the client is no browser.
    let origin: String?
    private let accept: String

    /// The one subprotocol that the rooms speak.
    static let subprotocol = "jobcast.v1"

    /// Nil for any other request, and for a handshake that is not whole: the router then says what is wrong.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .GET, head.version == .http1_1, let session = Self.session(in: head.uri),
            head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }),
            head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }),
            head.headers["sec-websocket-version"] == ["13"],
            head.headers[canonicalForm: "sec-websocket-protocol"].contains(Self.subprotocol[...]),
            let key = head.headers.first(name: "sec-websocket-key"), Data(base64Encoded: key)?.count == 16
        else { return nil }
        self.session = session
        origin = head.headers.first(name: "origin")
        accept = Self.accept(key)
    }

    var responseHeaders: HTTPHeaders {
        [
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Accept": accept,
            "Sec-WebSocket-Protocol": Self.subprotocol,
        ]
    }

    private static func session(in target: String) -> SessionID? {
        let path = target.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 5, path[0].isEmpty, path[1] == "v1", path[2] == "sessions", path[4] == "live" else { return nil }
        return SessionID(String(path[3]))
    }

    /// RFC 6455 §4.2.2, with the protocol's own identifier.
    private static func accept(_ key: String) -> String {
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }
}

extension ClientAddress {
    /// Clients on a Unix socket count as one.
    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address): self.init(v4: address.address.sin_addr.s_addr.bigEndian)
        case .v6(let address): self.init(v6: withUnsafeBytes(of: address.address.sin6_addr) { Array($0) })
        case .unixDomainSocket, nil: self.init(v4: 0)
        }
    }
}
