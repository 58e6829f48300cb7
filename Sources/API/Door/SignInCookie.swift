import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The cookie by which a browser says who has signed in with it (RFC 6265bis): no script reads it, and only pages of this host send it.
///
/// Beside it goes another that says no more than that there is one, so that pages need not ask.
struct SignInCookie: Sendable {
    let value: String
    /// Whether the browser sends it over TLS alone, which the proxy in front ends.
    let isSecure: Bool
    private let end: Date

    /// Browsers take a cookie of the first name only over TLS, from this very host and for all of it (RFC 6265bis §4.1.3.2).
    private static let names = (secure: "__Host-jobcast", other: "jobcast", sign: "jobcast-signed-in")

    init(_ value: String, isSecure: Bool, until end: Date) {
        (self.value, self.isSecure, self.end) = (value, isSecure, end)
    }

    /// The cookie that a request brings along; nil without one.
    init?(_ headers: HTTPFields) {
        if let value = headers.cookie(Self.names.secure) {
            self.init(value, isSecure: true, until: .distantPast)
        } else if let value = headers.cookie(Self.names.other) {
            self.init(value, isSecure: false, until: .distantPast)
        } else {
            return nil
        }
    }

    /// - Throws: 403 unless the request is one that a page of this very host makes. A browser sends cookies along wherever a page asks it
    ///   to; it says itself whose page that is, in `Sec-Fetch-Site` or, where it is older or the page came without TLS, in `Origin`.
    func checkOrigin(_ request: Request) throws {
        let isOwn =
            switch request.headers[.secFetchSite] {
            case let site?: site == "same-origin"
            case nil: request.headers[.origin].map { Origins().allow($0, to: request.head.authority) } ?? false
            }
        guard isOwn else {
            throw Problem(
                code: "cross-site-request",
                status: .forbidden,
                detail: "What is written by a cookie must come from a page of this host: Sec-Fetch-Site or Origin must say so."
            )
        }
    }

    func set(in headers: inout HTTPFields) {
        let seconds = max(0, Int(end.timeIntervalSinceNow.rounded(.up)))
        let common = "Path=/; Max-Age=\(seconds); SameSite=Strict\(isSecure ? "; Secure" : "")"
        headers.append(
            HTTPField(name: .setCookie, value: "\(isSecure ? Self.names.secure : Self.names.other)=\(value); HttpOnly; \(common)")
        )
        headers.append(HTTPField(name: .setCookie, value: "\(Self.names.sign)=1; \(common)"))
    }

    /// Takes all of them away from the browser.
    static func remove(in headers: inout HTTPFields) {
        for (name, more) in [(names.secure, "; Secure"), (names.other, ""), (names.sign, "")] {
            headers.append(HTTPField(name: .setCookie, value: "\(name)=; Path=/; Max-Age=0; SameSite=Strict\(more)"))
        }
    }
}

extension HTTPFields {
    /// The value of the first cookie of this name that a request brings along.
    func cookie(_ name: String) -> String? {
        self[values: .cookie].lazy.flatMap { $0.split(separator: ";") }.map { $0.trimmingPrefix(while: \.isWhitespace) }
            .first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
}

extension HTTPField.Name {
    static let secFetchSite = Self("Sec-Fetch-Site")!
}
