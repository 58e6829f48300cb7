import Crypto
import CryptoExtras
import FoundationEssentials
import HTTPClient
import JWTKit
import Synchronization
import TestSupport
import Testing

@testable import Access

/// A provider of identities whose every answer a test says, for what a real one can't be brought to do.
final class HandProvider: Sendable {
    /// What becomes of a request to one of its paths.
    enum Manner: Sendable {
        case good
        case answer(String, String)
        case endless, silent
    }

    private struct State {
        var manners: [String: Manner] = [:]
        var configuration: [String: String]
        var keys: [HandKey] = []
        var tokens = "{}"
        var requests: [(head: String, body: String)] = []
    }

    let issuer: String
    private let state: Mutex<State>
    private let server: OddServer

    static let configuration = "/.well-known/openid-configuration"

    init(keys: [HandKey]) throws {
        let shared = Shared()
        server = try OddServer { connection in
            guard let request = connection.request() else { return }
            shared.provider.withLock { $0?.value }?.answer(request, connection)
        }
        issuer = "http://127.0.0.1:\(server.port)"
        state = Mutex(
            State(
                configuration: [
                    "issuer": "\"\(issuer)\"", "authorization_endpoint": "\"\(issuer)/authorize?tenant=1\"",
                    "token_endpoint": "\"\(issuer)/token\"", "jwks_uri": "\"\(issuer)/keys\"",
                ],
                keys: keys
            )
        )
        shared.provider.withLock { $0 = Weak(value: self) }
    }

    /// The server is there before what it speaks for.
    private final class Shared: Sendable {
        let provider = Mutex<Weak?>(nil)
    }

    private struct Weak: Sendable {
        weak let value: HandProvider?
    }

    private func answer(_ request: (head: String, body: String), _ connection: OddConnection) {
        let path = String(request.head.split(separator: " ")[1].prefix { $0 != "?" })
        let (manner, text) = state.withLock { state in
            state.requests.append(request)
            return (state.manners[path] ?? .good, body(path, state))
        }
        switch manner {
        case .good: connection.answer(text, headers: ["Content-Type: application/json"])
        case .answer(let status, let body): connection.answer(body, status: status)
        case .endless:
            connection.write("HTTP/1.1 200 OK\r\n\r\n{\"a\":\"")
            while connection.write(String(repeating: "x", count: 100_000)) {}
        case .silent: connection.wait()
        }
    }

    private func body(_ path: String, _ state: State) -> String {
        switch path {
        case Self.configuration: "{\(state.configuration.map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
        case "/keys": "{\"keys\":[\(state.keys.map(\.published).joined(separator: ","))]}"
        default: state.tokens
        }
    }

    func say(_ manner: Manner, at path: String) { state.withLock { $0.manners[path] = manner } }

    /// Of the configuration; as JSON, nil for nothing.
    func configure(_ name: String, _ value: String?) { state.withLock { $0.configuration[name] = value } }

    func publish(_ keys: [HandKey]) { state.withLock { $0.keys = keys } }

    /// What comes for the next codes.
    func give(_ token: String, more: String = "") {
        state.withLock { $0.tokens = #"{"access_token":"an access token","token_type":"Bearer","id_token":"\#(token)"\#(more)}"# }
    }

    func requests(to path: String) -> [(head: String, body: String)] {
        state.withLock { $0.requests.filter { $0.head.contains(" \(path) ") } }
    }

    func settings(
        _ rules: [GrantRule],
        secret: String? = "a secret",
        address: String = "http://localhost",
        limits: ProviderSettings.Limits = .patient
    ) -> ProviderSettings {
        var settings = ProviderSettings(
            issuer: issuer,
            clientID: "jobcast",
            clientSecret: secret,
            name: "统一身份认证",
            address: address,
            rules: rules
        )
        settings.limits = limits
        return settings
    }
}

extension ProviderSettings.Limits {
    /// For providers that answer, on a machine that does much else.
    static let patient = Self(documents: .patient, tokens: .patient)
}

extension HTTPLimits {
    static let patient = HTTPLimits(connect: .seconds(60), whole: .seconds(60))
    static let short = HTTPLimits(connect: .milliseconds(500), whole: .milliseconds(500))
}

/// A key of a provider: by what it signs, and as it is published.
struct HandKey: Sendable {
    let number: String
    let algorithm: any JWTAlgorithm
    let published: String
    /// The public key as a text that somebody may take for a secret.
    let pem: String

    static func rsa(_ number: String) async throws -> HandKey {
        let key = try Insecure.RSA.PrivateKey(backing: _RSA.Signing.PrivateKey(keySize: .bits2048))
        let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
        let numbers = #""n":"\#(Array(modulus).base64URL)","e":"\#(Array(exponent).base64URL)""#
        return HandKey(
            number: number,
            algorithm: try await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256).getKey(),
            published: #"{"kty":"RSA","use":"sig","alg":"RS256","kid":"\#(number)",\#(numbers)}"#,
            pem: key.publicKey.pemRepresentation
        )
    }

    static func elliptic(_ number: String) async throws -> HandKey {
        let key = P256.Signing.PrivateKey()
        let bytes = Array(key.publicKey.rawRepresentation)
        let numbers = #""x":"\#(bytes[..<32].base64URL)","y":"\#(bytes[32...].base64URL)""#
        return HandKey(
            number: number,
            algorithm: try await JWTKeyCollection().add(ecdsa: try ES256PrivateKey(backing: key)).getKey(),
            published: #"{"kty":"EC","crv":"P-256","kid":"\#(number)",\#(numbers)}"#,
            pem: key.publicKey.pemRepresentation
        )
    }
}

/// A token as a test writes it, member by member, each in JSON.
struct HandToken {
    var header: [String: String]
    var claims: [String: String]
    var key: HandKey

    init(of visit: ProviderVisit, by key: HandKey, subject: String = "248289761001", name: String = "li.ming", groups: [String] = ["hosts"])
    {
        let now = Int(visit.now.timeIntervalSince1970)
        let list = groups.map { "\"\($0)\"" }.joined(separator: ",")
        self.key = key
        header = ["alg": "\"\(key.algorithm.name)\"", "typ": "\"JWT\"", "kid": "\"\(key.number)\""]
        claims = [
            "iss": "\"\(visit.issuer)\"", "aud": "\"jobcast\"", "sub": "\"\(subject)\"", "exp": "\(now + 300)", "iat": "\(now)",
            "nonce": "\"\(visit.query["nonce"] ?? "")\"", "preferred_username": "\"\(name)\"", "groups": "[\(list)]",
        ]
    }

    private static func part(_ members: [String: String]) -> String {
        Array("{\(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}".utf8).base64URL
    }

    var unsigned: String { Self.part(header) + "." + Self.part(claims) }

    func signed() throws -> String { unsigned + "." + (try key.algorithm.sign(Array(unsigned.utf8))).base64URL }
}

/// A browser that was sent to a provider.
struct ProviderVisit: Sendable {
    let issuer: String
    /// Where it was sent, and what the address says.
    let address: String
    let query: [String: String]
    /// What it keeps meanwhile.
    let cookie: String
    let now: Date
}

extension TestServer {
    /// Follows the link by which one signs in at the provider.
    func visit(_ issuer: String, next: String = "", now: Date = Date()) async throws -> ProviderVisit {
        let answer = try await get("/v1/sign-ins/provider" + (next.isEmpty ? "" : "?next=\(next.formEncoded)"))
        let address = try #require(answer.headers["location"])
        try #require(answer.status == 302 && !address.hasPrefix("/signin"), "\(address)")
        let cookie = try #require(answer.headers["set-cookie"]?.firstMatch(of: /jobcast-attempt=([^;]+)/)?.1)
        return ProviderVisit(issuer: issuer, address: address, query: query(address), cookie: String(cookie), now: now)
    }

    func comeBack(_ visit: ProviderVisit, cookie: String? = nil, _ changes: [String: String?] = [:]) async throws -> Answer {
        var fields: [String: String?] = ["code": "a code", "state": visit.query["state"]]
        fields.merge(changes) { $1 }
        let query = fields.compactMap { name, value in value.map { "\(name)=\($0.formEncoded)" } }.joined(separator: "&")
        return try await get("/v1/sign-ins/provider/callback?\(query)", headers: ["Cookie": "jobcast-attempt=\(cookie ?? visit.cookie)"])
    }
}

/// The parameters of an address.
func query(_ address: String) -> [String: String] {
    let pairs = URLComponents(string: address)?.queryItems?.map { ($0.name, $0.value ?? "") } ?? []
    return Dictionary(pairs) { $1 }
}

extension Answer {
    /// The word by which the page is to tell why nobody is signed in.
    var fault: String? {
        guard status == 302, let address = headers["location"], address.hasPrefix("/signin?") else { return nil }
        return query(address)["fault"]
    }
}
