import Crypto
import EventSourcing
import Fanout
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import Recruiting
import Wire

/// A request for a place in a session's room: a WebSocket handshake (RFC 6455 §4.2.1), or one for the room's events.
struct RoomRequest: Sendable {
    enum Form: Sendable {
        case webSocket(accept: String)
        case events
    }

    let session: SessionID
    let form: Form
    /// The value of `Origin`; nil when the client is no browser, or a page that asks its own host for events.
    let origin: String?
    private let host: String?
    /// What the viewer's first message would say, where the request says it.
    let joining: [UInt8]?
    private let hasTokenInURL: Bool

    /// The one subprotocol that the rooms speak.
    static let subprotocol = "jobcast.v1"

    /// Nil for any other request, and for a handshake that is not whole: the router then says what is wrong.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .GET, let (session, place) = Self.place(in: head.uri) else { return nil }
        if place == "live" {
            guard let accept = Self.accept(head) else { return nil }
            form = .webSocket(accept: accept)
        } else {
            form = .events
        }
        self.session = session
        origin = head.headers.first(name: "origin")
        host = head.headers.first(name: "host")
        let parameters = URI(head.uri).queryParameters
        hasTokenInURL = Problem.namesOfTokens.contains { parameters[$0[...]] != nil }
        joining = Self.joining(head, isStream: place == "events") { parameters[$0].map { String($0) } }
    }

    /// Why nobody is let in with this request; nil if somebody may be. Nothing is looked up for it.
    func obstacle(_ origins: Origins) -> Problem? {
        guard origins.allow(origin, to: host) else { return .foreignOrigin }
        if hasTokenInURL { return .tokenInURL }
        guard case .events = form, joining == nil else { return nil }
        return .unauthorized("token-missing", "Events need Authorization: Bearer … or, where no header can be sent, a ticket.")
    }

    private static func place(in target: String) -> (SessionID, Substring)? {
        let path = target.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 5, path[0].isEmpty, path[1] == "v1", path[2] == "sessions", path[4] == "live" || path[4] == "events" else {
            return nil
        }
        return SessionID(String(path[3])).map { ($0, path[4]) }
    }

    /// What the request says in place of a first message; nil where it names nobody. A stream's client that comes back by itself
    /// says where it was in a header.
    private static func joining(_ head: HTTPRequestHead, isStream: Bool, _ query: (Substring) -> String?) -> [UInt8]? {
        let ticket = query("ticket")
        let header = isStream ? head.headers.first(name: "authorization") : nil
        let token = header.flatMap { $0.prefix(7).lowercased() == "bearer " ? String($0.dropFirst(7)) : nil }
        guard ticket != nil || token != nil else { return nil }
        let last = head.headers.first(name: "last-event-id")?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
        let (epoch, after) = last.count == 2 ? (last[0], last[1]) : (query("epoch"), query("after"))
        let position = after.flatMap { Int64($0) }.map { LogPosition($0) }
        return encoded(ViewerFrame.join(token: token, ticket: ticket, after: position, epoch: epoch))
    }
}

// MARK: - WebSocket

extension RoomRequest {
    static func responseHeaders(accept: String) -> HTTPHeaders {
        ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept, "Sec-WebSocket-Protocol": subprotocol]
    }

    /// The value of `Sec-WebSocket-Accept` (RFC 6455 §4.2.2); nil if the handshake is not whole.
    private static func accept(_ head: HTTPRequestHead) -> String? {
        guard head.version == .http1_1,
            head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }),
            head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }),
            head.headers["sec-websocket-version"] == ["13"],
            head.headers[canonicalForm: "sec-websocket-protocol"].contains(subprotocol[...]),
            let key = head.headers.first(name: "sec-websocket-key"), Data(base64Encoded: key)?.count == 16
        else { return nil }
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }
}

// MARK: - Events

extension RoomRequest {
    /// How the viewer is spoken to, if it asked for events. The answer ends with the connection, so that HTTP/1.0 will do.
    func stream(epoch: String) -> EventStream? {
        guard case .events = form else { return nil }
        let origin = origin.map { ["Access-Control-Allow-Origin: \($0)", "Vary: Origin"] } ?? []
        let lines =
            [
                "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Cache-Control: no-store", "Connection: close",
                "X-Accel-Buffering: no", "X-Content-Type-Options: nosniff",
            ] + origin
        let head = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        return EventStream(epoch: epoch, head: head) { Problem($0).wire(origin) }
    }
}

extension Problem {
    /// Why someone who asked for events is not let in.
    fileprivate init(_ farewell: Farewell) {
        switch farewell.code {
        case .noSuchRoom: self = .notFound("There is no such session.")
        case .unauthorised: self = .unauthorized("token-invalid", "The token or ticket is wrong, expired or used: get a new one.")
        default: self = .unavailable("rooms-full", "This server takes nobody in just now; come back in a moment.")
        }
    }

    static let foreignOrigin = Problem(
        code: "origin-not-allowed",
        status: .forbidden,
        detail: "Pages of this origin may not enter rooms here: the server's operator must list it in JOBCAST_ORIGINS."
    )
}
