import FoundationEssentials
import HTTPTypes
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Access

/// Every operation of the contract × what shows, or doesn't show, who asks. What grants reach is in `RightTableTests`.
@Suite(.timeLimit(.minutes(20))) struct CredentialTableTests {
    private static let id = "7f9f3c52-0000-4000-8000-000000000000"

    /// All but the two by which rooms are entered, which the door answers (`EventDoorTests`, `SuspensionTests`).
    private static func operations() throws -> [(name: Route.Name, operation: Contract.Operation)] {
        try Contract().operations.filter { !["watchSession", "followSession"].contains($0.value.id) }.map { ($0.key, $0.value) }
    }

    private static func path(_ name: Route.Name) -> String {
        name.path.replacing(/\{[a-z]+\}/, with: id)
    }

    /// What comes when the operation is asked for with these heads and an empty body.
    private static func ask(_ name: Route.Name, _ server: TestServer, _ headers: [String: String]) async throws -> Answer {
        let keyed = name.method == .get ? headers : headers.merging(["Idempotency-Key": "a-key-of-a-test"]) { $1 }
        return try await server.send(name.method.rawValue, path(name), headers: keyed)
    }

    /// Asks every operation with the same heads, and holds the answers against what is expected; nothing may be written.
    private static func expectAll(
        _ server: TestServer,
        _ headers: [String: String],
        _ who: String,
        _ expected: (Route.Name, Contract.Operation) -> String?
    ) async throws {
        let head = try await server.head()
        for (name, operation) in try operations() {
            let answer = try await ask(name, server, headers)
            let problem = answer.status >= 400 ? answer.problem : nil
            if let code = expected(name, operation) {
                #expect(problem == code, "\(operation.id) \(who): \(answer.status) \(answer.text.prefix(300))")
            } else {
                #expect(![401, 403].contains(answer.status), "\(operation.id) \(who): \(answer.status) \(answer.text.prefix(300))")
            }
        }
        #expect(try await server.head() == head, "nothing is written \(who)")
    }

    /// What is said to nobody in particular: by the operations that need a right, `refusal`. Those of the own account have none, and need
    /// somebody all the same, once they know what for.
    private static func saidToNobody(_ operation: Contract.Operation, _ refusal: String) -> String? {
        guard operation.right == nil else { return refusal }
        return switch operation.id {
        case "changePassword", "offerSecondFactor", "confirmSecondFactor", "removeSecondFactor": "malformed-json"
        case "readOwnAccount", "listSignIns", "signOutEverywhere", "signOut": "sign-in-ended"
        default: nil
        }
    }

    @Test func `without anything, only what anybody may ask is answered`() async throws {
        try await withServer { server in
            try await Self.expectAll(server, [:], "without a token") { Self.saidToNobody($1, "token-missing") }
        }
    }

    @Test func `a token that has expired opens nothing, not even what anybody may ask`() async throws {
        try await withServer { server in
            let token = try await server.token(.operator, lifetime: .seconds(-120))
            try await Self.expectAll(server, ["Authorization": "Bearer \(token)"], "with an expired token") { _, _ in "token-expired" }
        }
    }

    @Test func `a token that was revoked opens nothing, nor one of an account that was suspended`() async throws {
        try await withServer { server in
            let chief = try await server.token(.operator)
            #expect(try await server.post("/v1/accounts/zhou/grants", as: chief, #"{"role":"operator"}"#).status == 200)
            let made = try await server.post("/v1/accounts/zhou/tokens", as: chief).json()
            let (id, token) = (try #require(made["id"]?.text), try #require(made["token"]?.text))
            #expect(try await server.get("/v1/status", as: token).status == 200)
            let path = "/v1/accounts/zhou/tokens/\(id)"
            #expect(try await server.send("DELETE", path, as: chief, key: UUID().uuidString).status == 200)
            try await Self.expectAll(server, ["Authorization": "Bearer \(token)"], "with a revoked token") { _, _ in "token-revoked" }
            let other = try await server.token(.operator, "zhou")
            #expect(try await server.post("/v1/accounts/zhou/suspension", as: chief, #"{"reason":"离职"}"#).status == 200)
            try await Self.expectAll(server, ["Authorization": "Bearer \(other)"], "of a suspended account") { _, _ in "account-suspended" }
        }
    }

    @Test(arguments: [
        ["Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"], ["Origin": "https://elsewhere.example"],
        ["Origin": "http://localhost", "Sec-Fetch-Site": "same-site"], ["Origin": "null"], [:],
    ])
    func `by an operator's cookie another's page writes nothing, and reads nothing`(heads: [String: String]) async throws {
        try await withServer { server in
            let browser = try await server.member("chief", [#"{"role":"operator"}"#])
            let headers = heads.merging(["Cookie": "jobcast=\(browser.cookie)"]) { $1 }
            let head = try await server.head()
            for (name, operation) in try Self.operations() {
                let answer = try await Self.ask(name, server, headers)
                // A browser gives a page of another origin only what names that origin.
                #expect(answer.headers["access-control-allow-origin"] == nil, "\(operation.id)")
                guard name.method != .get else { continue }
                #expect(answer.status == 403 && answer.problem == "cross-site-request", "\(operation.id): \(answer.status) \(answer.text)")
            }
            #expect(try await server.head() == head)
        }
    }

    @Test func `a cookie that is nobody's is as none where anybody may ask, and refused elsewhere`() async throws {
        try await withServer { server in
            let headers = SignedInBrowser.page.merging(["Cookie": "jobcast=nobody.nothing"]) { $1 }
            try await Self.expectAll(server, headers, "with a stranger's cookie") { Self.saidToNobody($1, "sign-in-ended") }
        }
    }
}
