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
        case webSocket(key: String)
        case events
    }

    let session: SessionID
    let form: Form
    /// The value of `Origin`; nil when the client is no browser, or a page that asks its own host for events.
    let origin: String?
    private let host: String?
    /// The problem of a handshake that lacks something, or of a value that doesn't fit.
    private let flaw: Problem?
    /// What the viewer's first message would say, where the request says it.
    let joining: [UInt8]?
    private let hasTokenInURL: Bool

    /// The one subprotocol that the rooms speak.
    static let subprotocol = "jobcast.v1"

    /// What a request for a room asks for; nil for any other request.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .GET, let (session, place) = Self.place(in: head.uri) else { return nil }
        form = place == "live" ? .webSocket(key: head.headers.first(name: "sec-websocket-key") ?? "") : .events
        self.session = session
        origin = head.headers.first(name: "origin")
        host = head.headers.first(name: "host")
        let uri = URI(head.uri)
        let parameters = uri.queryParameters
        hasTokenInURL = uri.namesToken
        var flaw = place == "live" ? Self.flaw(head) : nil
        do throws(Invalid) {
            joining = try Self.joining(head, isStream: place == "events") { parameters[$0].map { String($0) } }
        } catch {
            joining = nil
            flaw = flaw ?? .invalid([.parameter(error.field, error.reason)])
        }
        self.flaw = flaw
    }

    /// Why nobody is let in with this request; nil if somebody may be. Nothing is looked up for it.
    func obstacle(_ origins: Origins) -> Problem? {
        guard origins.allow(origin, to: host) else { return .foreignOrigin }
        if hasTokenInURL { return tell(.tokenInURL) }
        if let flaw { return tell(flaw) }
        guard case .events = form, joining == nil else { return nil }
        return tell(.unauthorized("token-missing", "Events need Authorization: Bearer … or, where no header can be sent, a ticket."))
    }

    /// The problem as the page that asks, which is allowed to, may read it.
    func tell(_ problem: Problem) -> Problem {
        var problem = problem
        for field in Origins.fields(for: origin) { problem.headers.append(field) }
        return problem
    }

    private static func place(in target: String) -> (SessionID, Substring)? {
        let path = PathPattern.steps(String(target.prefix { $0 != "?" }))
        guard target.first == "/", path.count == 4, path[0] == "v1", path[1] == "sessions", path[3] == "live" || path[3] == "events" else {
            return nil
        }
        return SessionID(String(path[2])).map { ($0, path[3]) }
    }

    /// What the request says in place of a first message; nil where it names nobody. A stream's client that comes back by itself
    /// says where it was in a header.
    private static func joining(_ head: HTTPRequestHead, isStream: Bool, _ query: (Substring) -> String?) throws(Invalid) -> [UInt8]? {
        let channel = try query("channel").map { (text) throws(Invalid) in try EntryChannel(text) }
        let region = try query("region").map { (text) throws(Invalid) in try Region(text) }
        let ticket = query("ticket")
        let header = isStream ? head.headers.first(name: "authorization") : nil
        let token = header.flatMap { $0.prefix(7).lowercased() == "bearer " ? String($0.dropFirst(7)) : nil }
        guard ticket != nil || token != nil else { return nil }
        let last = head.headers.first(name: "last-event-id")?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
        let (epoch, after) = last.count == 2 ? (last[0], last[1]) : (query("epoch"), query("after"))
        let position = after.flatMap { Int64($0) }.map { LogPosition($0) }
        return encoded(ViewerFrame.join(token: token, ticket: ticket, after: position, epoch: epoch, channel: channel, region: region))
    }
}

/// The handshake of a WebSocket.
extension RoomRequest {
    static func responseHeaders(accept: String) -> HTTPHeaders {
        ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept, "Sec-WebSocket-Protocol": subprotocol]
    }

    /// The value of `Sec-WebSocket-Accept` (RFC 6455 §4.2.2); nil for events.
    var accept: String? {
        guard case .webSocket(let key) = form else { return nil }
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }

    /// The first thing that keeps the request from being a handshake (RFC 6455 §4.2.1): mostly what a proxy between has left out.
    private static func flaw(_ head: HTTPRequestHead) -> Problem? {
        func has(_ word: String, in name: String) -> Bool {
            head.headers[canonicalForm: name].contains { $0.lowercased() == word }
        }
        let key = head.headers["sec-websocket-key"]
        if !has("websocket", in: "upgrade"), key.isEmpty {
            return upgradeRequired("A room speaks WebSocket: ask for an upgrade, with the subprotocol \(subprotocol).")
        }
        if head.isBeforeHTTP11 {
            return upgradeRequired(
                "The request came as HTTP/1.0, which knows no upgrade: a proxy between must speak HTTP/1.1 to this server."
            )
        }
        if !has("websocket", in: "upgrade") {
            return upgradeRequired("The header Upgrade: websocket is missing: a proxy between must send it on.")
        }
        if !has("upgrade", in: "connection") {
            return upgradeRequired("The header Connection: upgrade is missing: a proxy between must send it.")
        }
        if head.headers["sec-websocket-version"] != ["13"] { return upgradeRequired("Sec-WebSocket-Version must be 13.") }
        if key.count != 1 || Data(base64Encoded: key[0])?.count != 16 {
            return .badRequest("Sec-WebSocket-Key must be 16 bytes in base64.")
        }
        guard head.headers[canonicalForm: "sec-websocket-protocol"].contains(subprotocol[...]) else {
            return .badRequest("Sec-WebSocket-Protocol must name \(subprotocol).")
        }
        return nil
    }

    private static func upgradeRequired(_ detail: String) -> Problem {
        Problem(
            code: "upgrade-required",
            status: .upgradeRequired,
            detail: detail,
            headers: [.upgrade: "websocket", .connection: "Upgrade", .secWebSocketVersion: "13"]
        )
    }
}

/// The answer that is a stream of events.
extension RoomRequest {
    /// How the viewer is spoken to, if it asked for events. The answer ends with the connection, so that HTTP/1.0 will do.
    func stream(epoch: String) -> EventStream? {
        guard case .events = form else { return nil }
        let origin = Origins.fields(for: origin).map { "\($0.name.rawName): \($0.value)" }
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
