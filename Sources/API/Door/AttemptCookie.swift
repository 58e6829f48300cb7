import Access
import HTTPTypes

/// The cookie in which a browser keeps the sign-in at a provider that it has begun, until it comes back from there.
///
/// It comes back by a link of another site, so that the cookie is not as strict as that of who has signed in (RFC 6265bis §5.6.7.1).
struct AttemptCookie {
    /// Browsers take a cookie of the first name only over TLS, and from this very host.
    private static let names = (secure: "__Host-jobcast-attempt", other: "jobcast-attempt")

    let isSecure: Bool

    private var name: String { isSecure ? Self.names.secure : Self.names.other }
    private var common: String { "Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")" }

    func value(in headers: HTTPFields) -> String? { headers.cookie(name) }

    func set(_ value: String, in headers: inout HTTPFields) {
        headers.append(
            HTTPField(name: .setCookie, value: "\(name)=\(value); Max-Age=\(SignInAttempt.lifetime.components.seconds); \(common)")
        )
    }

    func remove(in headers: inout HTTPFields) {
        headers.append(HTTPField(name: .setCookie, value: "\(name)=; Max-Age=0; \(common)"))
    }
}
