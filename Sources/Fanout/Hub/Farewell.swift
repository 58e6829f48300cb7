package import WebSocket

extension CloseCode {
    /// The token is missing, wrong or out of date: don't come back with it.
    package static let unauthorised = CloseCode(rawValue: 4001)
    /// There is no such room.
    package static let noSuchRoom = CloseCode(rawValue: 4004)
    /// The viewer read too slowly for too long: come back within the window.
    package static let tooSlow = CloseCode(rawValue: 4008)
}

/// Why the server ends a viewer's connection, and when the viewer may come back.
package struct Farewell: Hashable, Sendable {
    package enum Why: String, Sendable { case drain, slow, auth, load }

    package let code: CloseCode
    /// What the `bye` frame before the Close frame says; nil sends no `bye`.
    package let why: Why?
    /// The time in which to come back, in milliseconds from the frame's arrival; the client picks a moment in it at random.
    package let window: ClosedRange<UInt32>?

    package init(_ code: CloseCode, why: Why? = nil, window: ClosedRange<UInt32>? = nil) {
        self.code = code
        self.why = why
        self.window = window
    }

    /// The `bye` frame; nil if there is none.
    var frame: [UInt8]? {
        guard let why else { return nil }
        let retry = window.map { ",\"retry\":[\($0.lowerBound),\($0.upperBound)]" } ?? ""
        return ServerFrame.text(Array("{\"t\":\"bye\",\"why\":\"\(why.rawValue)\"\(retry)}".utf8))
    }

    /// The `bye` frame, if there is one, and the Close frame, back to back.
    package var wire: [UInt8] { (frame ?? []) + ServerFrame.close(code) }

    package static let noSuchRoom = Farewell(.noSuchRoom)
    package static let unauthorised = Farewell(.unauthorised, why: .auth)

    package static func slow(_ limits: Limits) -> Farewell { Farewell(.tooSlow, why: .slow, window: limits.retry) }
    package static func overloaded(_ limits: Limits) -> Farewell { Farewell(.tryAgainLater, why: .load, window: limits.retry) }
    package static func restart(_ window: ClosedRange<UInt32>) -> Farewell { Farewell(.serviceRestart, why: .drain, window: window) }
}
