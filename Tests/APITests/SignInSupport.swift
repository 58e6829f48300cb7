import FoundationEssentials
import JSON
import Postgres
import Synchronization
import Testing

@testable import API
@testable import Access
@testable import Recruiting

/// A browser as far as signing in goes: it keeps the cookies that it is given, and says whose page asks.
struct SignedInBrowser: Sendable {
    let server: TestServer
    /// The value of the cookie that names who has signed in.
    let cookie: String

    static let page = ["Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"]

    init(_ server: TestServer, cookie: String) {
        (self.server, self.cookie) = (server, cookie)
    }

    /// The cookie that an answer sets; nil without one, empty for one that takes it away.
    static func cookie(of answer: Answer) -> String? {
        guard let header = answer.headers["set-cookie"], let match = header.firstMatch(of: /(?:^|, )(?:__Host-)?jobcast=([^;]*)/) else {
            return nil
        }
        return String(match.1)
    }

    func get(_ path: String, cookie other: String? = nil) async throws -> Answer {
        try await server.get(path, headers: ["Cookie": "jobcast=\(other ?? cookie)"])
    }

    func send(_ method: String, _ path: String, headers: [String: String] = page, _ body: String? = nil) async throws -> Answer {
        let headers = headers.merging(["Cookie": "jobcast=\(cookie)"]) { $1 }
        return try await server.send(method, path, key: UUID().uuidString, headers: headers, body)
    }

    func post(_ path: String, headers: [String: String] = page, _ body: String? = nil) async throws -> Answer {
        try await send("POST", path, headers: headers, body)
    }
}

extension TestServer {
    static let password = "correct horse battery"

    /// Invites somebody with these grants; gives the invitation.
    func invite(_ account: String, _ grants: [String] = [#"{"role":"analyst"}"#]) async throws -> String {
        let chief = try await token(.operator)
        for grant in grants { #expect(try await post("/v1/accounts/\(account)/grants", as: chief, grant).status == 200) }
        let answer = try await post("/v1/accounts/\(account)/invitation", as: chief)
        return try #require(try answer.json()["invitation"]?.text, "\(answer.text)")
    }

    func accept(_ invitation: String, _ password: String = password) async throws -> Answer {
        try await send(
            "POST",
            "/v1/invitations/acceptance",
            headers: SignedInBrowser.page,
            #"{"invitation":"\#(invitation)","password":"\#(password)"}"#
        )
    }

    /// A browser with which somebody new has accepted an invitation.
    func member(_ account: String, _ grants: [String] = [#"{"role":"analyst"}"#]) async throws -> SignedInBrowser {
        let answer = try await accept(try await invite(account, grants))
        return SignedInBrowser(self, cookie: try #require(SignedInBrowser.cookie(of: answer), "\(answer.text)"))
    }

    func signIn(
        _ account: String,
        _ password: String = password,
        code: String? = nil,
        headers: [String: String] = SignedInBrowser.page,
        from address: String = "127.0.0.1"
    ) async throws -> Answer {
        let more = code.map { #","code":"\#($0)""# } ?? ""
        let body = #"{"account":"\#(account)","password":"\#(password)"\#(more)}"#
        var head =
            "POST /v1/sign-ins HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let answer = try await wires.exchange(Array((head + "\r\n" + body).utf8), from: address)
        try ContractCheck.shared.check(answer, to: "POST", "/v1/sign-ins")
        return answer
    }

    /// A second factor of the account, set with a browser that is signed in; gives it.
    func setFactor(_ browser: SignedInBrowser, at now: Date = Date()) async throws -> SecondFactor {
        let offered = try await browser.post("/v1/me/second-factor", #"{"password":"\#(Self.password)"}"#)
        let secret = try #require(try offered.json()["secret"]?.text, "\(offered.text)")
        let factor = try #require(SecondFactor(text: secret))
        let confirmed = try await browser.post("/v1/me/second-factor/confirmation", #"{"code":"\#(factor.code(at: now))"}"#)
        #expect(confirmed.status == 204, "\(confirmed.text)")
        return factor
    }

    /// The types of events on an account's stream, in order.
    func events(_ account: String) async throws -> [String] {
        try await pool.connection { db in
            try db.query("SELECT type FROM events WHERE stream = $1 ORDER BY version", [.text("account-\(account)")])
                .map { try $0.decode(0, as: String.self) }
        }
    }
}

extension SecondFactor {
    /// The secret as an authenticator reads it.
    init?(text: String) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let digits = text.compactMap { alphabet.firstIndex(of: $0) }
        guard digits.count == text.count else { return nil }
        let bits = digits.flatMap { digit in (0..<5).map { digit >> (4 - $0) & 1 } }
        self.init(secret: stride(from: 0, to: bits.count - 7, by: 8).map { at in UInt8(bits[at..<at + 8].reduce(0) { $0 << 1 | $1 }) })
    }
}

/// A clock that only a test moves.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(Date()))

    var now: Timestamp { moment.withLock { $0 } }

    func advance(by duration: Duration) { moment.withLock { $0 = $0.advanced(by: duration) } }
}
