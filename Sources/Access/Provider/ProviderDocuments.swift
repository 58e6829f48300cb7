import FoundationEssentials
import HTTPClient
import JSON
import Recruiting

/// What a provider publishes about itself: where things are, and the keys by which it signs.
struct ProviderDocuments: Sendable {
    enum Authentication: Sendable {
        case basic, post
    }

    let authorization: String
    let token: String
    /// How it wants to hear the client's secret.
    let authentication: Authentication
    /// Whether it names itself when it sends a browser back (RFC 9207).
    let namesItself: Bool
    let keys: [ProviderKey]
    let fetched: Timestamp

    /// Who publishes more keys than this is no provider of an office.
    private static let mostKeys = 64

    /// - Throws: ``ProviderFault/unreachable(_:)``.
    init(of provider: ProviderSettings, by client: HTTPClient, at now: Timestamp) async throws {
        let issuer = provider.issuer.hasSuffix("/") ? String(provider.issuer.dropLast()) : provider.issuer
        let configuration = try await Self.document(
            at: issuer + "/.well-known/openid-configuration",
            "its configuration",
            client,
            provider.limits.documents
        )
        guard configuration["issuer"]?.text == provider.issuer else {
            let named = configuration["issuer"]?.text.map { "\"\($0.prefix(200))\"" } ?? "none"
            throw ProviderFault.unreachable("its configuration names another issuer than is set: \(named)")
        }
        func address(_ name: String) throws -> String {
            guard let text = configuration[name]?.text, text.hasPrefix("https://") || !provider.isSecure && text.hasPrefix("http://") else {
                throw ProviderFault.unreachable("its configuration has no \(name) that could be used")
            }
            return text
        }
        if let algorithms = configuration["id_token_signing_alg_values_supported"]?.items {
            guard ProviderKey.Algorithm.allCases.contains(where: { algorithms.contains(.string($0.rawValue)) }) else {
                throw ProviderFault.unreachable("it signs by neither RS256 nor ES256")
            }
        }
        authorization = try address("authorization_endpoint")
        token = try address("token_endpoint")
        // Without the list it takes Basic (OpenID Connect Discovery 1.0 §3).
        let methods = configuration["token_endpoint_auth_methods_supported"]?.items ?? [.string("client_secret_basic")]
        authentication = methods.contains(.string("client_secret_basic")) ? .basic : .post
        namesItself = configuration["authorization_response_iss_parameter_supported"] == .bool(true)
        let set = try await Self.document(at: try address("jwks_uri"), "its keys", client, provider.limits.documents)
        var keys: [ProviderKey] = []
        for item in set["keys"]?.items?.prefix(Self.mostKeys) ?? [] {
            if let key = await ProviderKey(item) { keys.append(key) }
        }
        self.keys = keys
        fetched = now
    }

    private static func document(at url: String, _ what: String, _ client: HTTPClient, _ limits: HTTPLimits) async throws -> JSON {
        let answer: HTTPAnswer
        do {
            answer = try await client.send(HTTPQuery(url, headers: [("Accept", "application/json")]), limits)
        } catch let failure as HTTPFailure {
            throw ProviderFault.unreachable("the server with \(what) \(failure)")
        }
        guard answer.status == 200 else { throw ProviderFault.unreachable("the server with \(what) answers \(answer.status)") }
        guard let document = try? JSON(parsing: answer.body), document.members != nil else {
            throw ProviderFault.unreachable("what comes as \(what) is no object of JSON")
        }
        return document
    }

    /// The key that a token says it is signed by: of the kind, and with the number; without a number the only one of that kind.
    func key(_ algorithm: ProviderKey.Algorithm, number: String?) -> ProviderKey? {
        let fitting = keys.filter { $0.algorithm == algorithm && (number == nil || $0.number == number) }
        return fitting.count == 1 || number != nil ? fitting.first : nil
    }
}

/// The documents of a provider as they were last fetched: for an hour, and anew when a token names a key that isn't among them.
actor ProviderDirectory {
    private let provider: ProviderSettings
    private let client: HTTPClient
    private let now: @Sendable () -> Timestamp
    private var known: ProviderDocuments?
    private var failed: (fault: ProviderFault, at: Timestamp)?
    private var fetching: Task<ProviderDocuments, any Error>?

    /// A key that was withdrawn is good so long.
    private static let age = Duration.seconds(3_600)
    /// The provider is asked no sooner again, whatever tokens say and however many people wait.
    static let pause = Duration.seconds(5)

    init(_ provider: ProviderSettings, _ client: HTTPClient, _ now: @escaping @Sendable () -> Timestamp) {
        (self.provider, self.client, self.now) = (provider, client, now)
    }

    /// - Throws: ``ProviderFault/unreachable(_:)`` when none were ever fetched.
    func documents() async throws -> ProviderDocuments {
        if let known, known.fetched.advanced(by: Self.age) > now() { return known }
        if let failed, failed.at.advanced(by: Self.pause) > now() {
            guard let known else { throw failed.fault }
            return known
        }
        do {
            return try await fetch()
        } catch {
            guard let known else { throw error }
            return known
        }
    }

    /// - Throws: ``ProviderFault``.
    func key(_ algorithm: ProviderKey.Algorithm, number: String?) async throws -> ProviderKey {
        let documents = try await documents()
        if let key = documents.key(algorithm, number: number) { return key }
        let isOld = documents.fetched.advanced(by: Self.pause) <= now()
        guard isOld, let key = try await fetch().key(algorithm, number: number) else {
            throw ProviderFault.untrusted("the token is signed by a key that the provider doesn't publish")
        }
        return key
    }

    /// All who want it at the same time wait for the same.
    private func fetch() async throws -> ProviderDocuments {
        if let fetching { return try await fetching.value }
        let task = Task { [provider, client, now] in try await ProviderDocuments(of: provider, by: client, at: now()) }
        fetching = task
        defer { fetching = nil }
        do {
            let documents = try await task.value
            (known, failed) = (documents, nil)
            return documents
        } catch {
            if let fault = error as? ProviderFault { failed = (fault, now()) }
            throw error
        }
    }
}
