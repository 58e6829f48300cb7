/// A request to somebody else's server.
package struct HTTPQuery: Sendable {
    package enum Method: Sendable {
        case get
        case post([UInt8])
    }

    package let method: Method
    /// `http:` or `https:`; whoever asks says which hosts may be asked.
    package let url: String
    package let headers: [(name: String, value: String)]

    package init(_ url: String, _ method: Method = .get, headers: [(name: String, value: String)] = []) {
        self.method = method
        self.url = url
        self.headers = headers
    }
}

/// What came back. A redirect is an answer as any other: none is followed.
package struct HTTPAnswer: Sendable {
    /// 200 to 999: what came before the answer proper is left out.
    package let status: Int
    /// Names in lowercase, in the order in which they came.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The value of the first header of this name, which is in lowercase.
    package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// How much of time and memory a request may take, whatever the server does.
package struct HTTPLimits: Sendable {
    /// From the name to the end of TLS' handshake.
    package var connect: Duration
    /// From the beginning to the last byte.
    package var whole: Duration
    /// Bytes of all lines before the body, also of those that only announce an answer.
    package var head: Int
    /// Bytes of the body.
    package var body: Int

    package init(connect: Duration = .seconds(5), whole: Duration = .seconds(10), head: Int = 1 << 15, body: Int = 1 << 18) {
        self.connect = connect
        self.whole = whole
        self.head = head
        self.body = body
    }
}

/// Why no answer came.
package enum HTTPFailure: Error, Equatable, CustomStringConvertible {
    /// The name is unknown, or nobody listens there.
    case unreachable(String)
    /// The certificate is of somebody else, or of nobody who is trusted here.
    case untrusted(String)
    case tooSlow
    /// Head or body has more bytes than was allowed.
    case tooLarge
    /// What came is no answer by HTTP, or broke off.
    case broken(String)
    /// The request itself can't be sent.
    case unsendable(String)
    /// As many requests are under way as may be.
    case busy

    package var description: String {
        switch self {
        case .unreachable(let detail): "can't be reached: \(detail)"
        case .untrusted(let detail): "has no certificate that is trusted: \(detail)"
        case .tooSlow: "takes too long"
        case .tooLarge: "answers more than is read"
        case .broken(let detail): "answers what is no HTTP, or breaks off: \(detail)"
        case .unsendable(let detail): "can't be asked this: \(detail)"
        case .busy: "isn't asked, as too many requests are under way"
        }
    }
}
