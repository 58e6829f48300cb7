import Crypto
import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API
@testable import Access

/// Tokens with a right signature that are to be refused all the same.
@Suite struct TokenTests {
    private static let claims = "\"sub\":\"host-li\",\"grants\":[{\"role\":\"host\"}],\"exp\":\(seconds(3_600))"

    private static func seconds(_ fromNow: Double) -> Int { Int(Date(timeIntervalSinceNow: fromNow).timeIntervalSince1970) }

    private static func token(_ header: String, _ claims: String) -> String {
        func part(_ bytes: some Sequence<UInt8>) -> String {
            Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let signed = part(Array(header.utf8)) + "." + part(Array("{\(claims)}".utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: TestServer.secret))
        return signed + "." + part(code)
    }

    private static func verify(_ header: String = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", _ more: String = "") async -> String {
        do {
            return try await TokenSigner(secret: TestServer.secret).verify(token(header, claims + more)).subject
        } catch {
            return (error as? AccessError)?.code ?? "\(error)"
        }
    }

    @Test(arguments: [
        (-3_600.0, "host-li"), (0, "host-li"), (30, "host-li"), (120, "token-not-yet-valid"), (86_400, "token-not-yet-valid"),
        (1e15, "token-not-yet-valid"),
    ])
    func `a token holds from its nbf on, with a minute's leeway`(fromNow: Double, outcome: String) async {
        #expect(await Self.verify("{\"alg\":\"HS256\"}", ",\"nbf\":\(Self.seconds(fromNow))") == outcome)
    }

    @Test func `nbf is a number, and iat says nothing`() async {
        #expect(await Self.verify("{\"alg\":\"HS256\"}", ",\"nbf\":\"tomorrow\"") == "token-invalid")
        #expect(await Self.verify("{\"alg\":\"HS256\"}", ",\"iat\":\(Self.seconds(86_400))") == "host-li")
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"RS256"}"#, #"{"alg":"hs256"}"#, #"{"typ":"JWT"}"#, #"{"alg":null}"#, #"{"alg":["HS256"]}"#,
        #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","crit":[]}"#, #"{"alg":"HS256","alg":"none"}"#, "[]", "",
    ])
    func `a header that names another algorithm or something critical is refused`(header: String) async {
        #expect(await Self.verify(header) == "token-invalid")
    }

    @Test(arguments: [
        (#""sub":"li","grants":[]"#, false), (#""sub":"li","grants":[{"role":"viewer"},{"role":"host"}]"#, false),
        (#""sub":"li","grants":[{"role":"recruiter"}]"#, false), (#""sub":"li","role":"host""#, false),
        (#""sub":"li\u200b","grants":[{"role":"host"}]"#, false), (#""sub":" li","grants":[{"role":"host"}]"#, false),
        (#""sub":"li\u0000","grants":[{"role":"host"}]"#, false), (#""sub":"","grants":[{"role":"host"}]"#, false),
        (#""sub":"li","grants":[{"role":"host"},{"role":"analyst"}]"#, true),
    ])
    func `a token names one person and grants that one may hold`(claims: String, isGood: Bool) async {
        let token = Self.token(#"{"alg":"HS256"}"#, "\(claims),\"exp\":\(Self.seconds(3_600))")
        let identity = try? await TokenSigner(secret: TestServer.secret).verify(token)
        #expect((identity != nil) == isGood)
    }

    @Test func `what else a header says is passed over`() async {
        #expect(await Self.verify(#"{"alg":"HS256","typ":"JWT","kid":"1","x":1}"#) != "")
        #expect(await Self.verify(#"{"alg":"HS256","cty":"x"}"#) == "host-li")
    }

    @Test func `a refusal names the roles, and a header that is too long is called so`() async throws {
        try await withServer { server in
            let refused = try await server.get("/v1/status", as: try await server.token(.viewer))
            #expect(try refused.json()["detail"]?.text == "This is for the role operator; the token's is viewer.")
            let long = try await server.get("/v1/companies", headers: ["Authorization": "Bearer " + String(repeating: "a", count: 5_000)])
            #expect(long.status == 401 && long.text.contains("more than 4,096 bytes"))
        }
    }
}
